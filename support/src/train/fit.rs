//! The training loop.

use tch::nn::{self, Module, OptimizerConfig};
use tch::{Device, Tensor};

use super::accuracy::{count_correct, percent};
use super::config::{Optimizer, TrainConfig};
use super::history::{Epoch, History};
use super::loss::Loss;
use super::record::Recorder;
use super::watch::Watcher;
use crate::data::{Dataset, Split, Target};
use crate::display::Console;
use crate::error::{Error, Result};
use crate::models::Model;

/// Trains `model` on `data.train` and tests it on `data.test` after each epoch: forward, loss, zero_grad,
/// backward, step, on the whole set at once. Prints a log line every `config.log_every` epochs.
///
/// Training goes on from where the model is: build a new model to start afresh.
///
/// In this project's kernel a line with the latest figures and the time left moves under the log, the figures
/// of `config.watch` grow, and the stop button ends the training early, with the history so far
/// ([`History::stopped`]). Nothing of this changes a figure: what is learned and what stays in the notebook is
/// the same whether it was watched or not.
///
/// # Errors
/// Zero epochs, a learning rate that is not above 0, data whose features or labels do not fit the model
/// or the loss, a boundary to watch where there is none, a device that is not there, a loss that is no longer
/// a finite number.
///
/// ```
/// use support::prelude::*;
/// let circles = make_circles(1000).noise(0.03).random_state(42).build()?;
/// let data = train_test_split(&circles, 0.2, 42)?;
/// tch::manual_seed(42);
/// let model = Model::new(|vs| nn::seq().add(linear(vs / 0, 2, 5)).add(linear(vs / 1, 5, 1)))?;
/// let history = fit(&model, &data, &TrainConfig { epochs: 5, log_every: 0, ..Default::default() })?;
/// assert_eq!(history.len(), 5);
/// # Ok::<(), Error>(())
/// ```
///
/// To see the boundary bend, slowly enough for an eye:
///
/// ```
/// # use support::prelude::*;
/// # let data = train_test_split(&make_circles(100).build()?, 0.2, 42)?;
/// # let model = Model::new(|vs| nn::seq().add(linear(vs / 0, 2, 1)))?;
/// let config = TrainConfig { epochs: 50, watch: Watch::Boundary, slow_motion: 4.0, ..Default::default() };
/// let history = fit(&model, &data, &config)?;
/// # Ok::<(), Error>(())
/// ```
pub fn fit<Y: Target>(model: &Model, data: &Split<Y>, config: &TrainConfig) -> Result<History> {
    fit_on(&Console::here(), model, data, config)
}

/// [`fit`], seen on `console`.
pub(super) fn fit_on<Y: Target>(
    console: &Console,
    model: &Model,
    data: &Split<Y>,
    config: &TrainConfig,
) -> Result<History> {
    config.check()?;
    let prepare = |set: &Dataset<Y>| -> Result<Batch> {
        set.check("fit")?;
        Ok(Batch {
            x: set.x_tensor(config.device)?,
            y: config.loss.targets(set, config.device)?,
            labels: set.y.iter().map(|y| y.as_f64()).collect(),
            loss: config.loss,
        })
    };
    let (train, test) = (prepare(&data.train)?, prepare(&data.test)?);
    let home = model.device();
    model.to(config.device)?;
    let outcome = check_sets(model, data, config.loss, [&train, &test])
        .and_then(|()| Watcher::new(console, model, data, config))
        .and_then(|watcher| run(model, &train, &test, config, watcher));
    if outcome.is_err() && home != config.device {
        model.to(home)?;
    }
    outcome
}

fn check_sets<Y: Target>(model: &Model, data: &Split<Y>, loss: Loss, batches: [&Batch; 2]) -> Result<()> {
    for (set, batch) in [&data.train, &data.test].into_iter().zip(batches) {
        model.check_input("fit", &batch.x)?;
        let _still = tch::no_grad_guard();
        let outputs = model.pass(&batch.x.narrow(0, 0, 1))?;
        loss.check(set, &outputs.size())?;
    }
    Ok(())
}

/// One set as tensors.
struct Batch {
    x: Tensor,
    y: Tensor,
    /// The targets once more, where counting the right ones costs next to nothing.
    labels: Vec<f64>,
    loss: Loss,
}

impl Batch {
    /// The loss as a tensor, and the accuracy in per cent.
    fn pass(&self, model: &Model) -> Result<(Tensor, Option<f64>)> {
        let outputs = self.loss.shape(model.forward(&self.x))?;
        let loss = self.loss.of(&outputs, &self.y)?;
        let correct = count_correct(self.loss, &outputs, &self.labels)?;
        Ok((loss, correct.map(|correct| percent(correct, self.labels.len()))))
    }
}

fn run(
    model: &Model,
    train: &Batch,
    test: &Batch,
    config: &TrainConfig,
    mut watcher: Watcher<'_>,
) -> Result<History> {
    let mut history = History::default();
    let outcome = epochs(model, train, test, config, &mut history, &mut watcher);
    watcher.finish(&history);
    outcome.map(|()| history)
}

fn epochs(
    model: &Model,
    train: &Batch,
    test: &Batch,
    config: &TrainConfig,
    history: &mut History,
    watcher: &mut Watcher<'_>,
) -> Result<()> {
    let mut optimizer = match config.optimizer {
        Optimizer::Sgd => nn::Sgd::default().build(model.var_store(), config.lr)?,
        Optimizer::Adam => nn::Adam::default().build(model.var_store(), config.lr)?,
    };
    let mut recorder = Recorder::new(model, config);
    recorder.begin(history)?;
    for epoch in 0..config.epochs {
        let (loss, train_accuracy) = train.pass(model)?;
        let train_loss = finite(&loss, epoch)?;
        optimizer.zero_grad();
        loss.f_backward()?;
        recorder.before_step()?;
        optimizer.step();
        let (loss, test_accuracy) = tch::no_grad(|| test.pass(model))?;
        let test_loss = finite(&loss, epoch)?;
        history.push(Epoch { epoch, train_loss, test_loss, train_accuracy, test_accuracy });
        recorder.after_step(history)?;
        if watcher.epoch(history).is_break() && epoch + 1 < config.epochs {
            recorder.stopped(history)?;
            history.stop();
            break;
        }
    }
    Ok(())
}

fn finite(loss: &Tensor, epoch: usize) -> Result<f64> {
    let value = loss.f_double_value(&[])?;
    if value.is_finite() {
        return Ok(value);
    }
    let at = format!("epoch {epoch}; a smaller learning rate may help");
    Err(Error::NotFinite { op: "fit", name: "loss", value, at })
}

/// CUDA if this libtorch and this machine have it, else the CPU: PyTorch's device-agnostic line.
pub fn best_device() -> Device {
    Device::cuda_if_available()
}
