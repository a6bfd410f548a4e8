//! The training loop.

use tch::{Device, Kind, Tensor};

use super::accuracy::count_correct;
use super::callback::{Callback, TrainState, Training};
use super::history::{Epoch, History};
use super::loss::Loss;
use crate::data::{Dataset, Split, Target};
use crate::error::{Error, Result};
use crate::models::Model;

/// Trains `model` on `data.train` and evaluates it on `data.test` after each epoch: forward, loss, zero_grad, backward,
/// step, with the whole set in one batch or in [batches](super::TrainConfig::batch_size). `training` is a [`TrainConfig`](super::TrainConfig), or one
/// [with](super::TrainConfig::with) callbacks.
///
/// Training continues from the model's parameters, and from the state of its optimizer (Adam's moments, momentum) if
/// optimizer, momentum, weight decay and device are the same as before: 25 epochs and then 35 give the result of 60. To
/// start again, build a new model; to start with a new optimizer, call [`Model::reset_optimizer`].
///
/// This function prints nothing. [`notebook::fit`](crate::notebook::fit), which the prelude exports, adds the log and
/// the stop button.
///
/// # Errors
/// Settings out of their ranges, data whose features or labels do not fit the model or the loss, a device that does not
/// exist, a loss that is not a finite number, an error of a callback.
///
/// ```
/// use support::prelude::*;
/// let circles = make_circles(1000).noise(0.03).random_state(42).build()?;
/// let data = train_test_split(&circles, 0.2, 42)?;
/// tch::manual_seed(42);
/// let model = seq().add(linear(2, 5)).add(linear(5, 1)).build()?;
/// let history = support::train::fit(&model, &data, TrainConfig { epochs: 5, ..Default::default() })?;
/// assert_eq!(history.len(), 5);
/// # Ok::<(), Error>(())
/// ```
pub fn fit<'a, Y: Target>(
    model: &'a Model,
    data: &Split<Y>,
    training: impl Into<Training<'a>>,
) -> Result<History> {
    let Training { config, mut callbacks } = training.into();
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
    let sets = (prepare(&data.train)?, prepare(&data.test)?);
    let home = model.device();
    model.to(config.device)?;
    let mut state = TrainState { model, config, history: History::default(), slow_motion: 0.0, stop: false };
    let outcome = check_sets(model, data, config.loss, [&sets.0, &sets.1])
        .and_then(|()| each(&mut callbacks, |callback| callback.on_begin(&mut state)));
    let outcome = outcome.and_then(|()| {
        let trained = run(&sets, &mut state, &mut callbacks);
        trained.and(end(&mut callbacks, &mut state))
    });
    if outcome.is_err() && home != config.device {
        model.to(home)?;
    }
    outcome.map(|()| state.history)
}

/// Calls a method of each callback, up to the first error.
fn each(
    callbacks: &mut [Box<dyn Callback + '_>],
    call: impl FnMut(&mut Box<dyn Callback + '_>) -> Result<()>,
) -> Result<()> {
    callbacks.iter_mut().try_for_each(call)
}

/// Calls `on_end` of each callback, also after an error; returns the first error.
fn end(callbacks: &mut [Box<dyn Callback + '_>], state: &mut TrainState<'_>) -> Result<()> {
    let mut outcome = Ok(());
    for callback in callbacks {
        outcome = outcome.and(callback.on_end(state));
    }
    outcome
}

fn check_sets<Y: Target>(model: &Model, data: &Split<Y>, loss: Loss, batches: [&Batch; 2]) -> Result<()> {
    for (set, batch) in [&data.train, &data.test].into_iter().zip(batches) {
        model.check_input("fit", &batch.x)?;
        let outputs = tch::no_grad(|| model.forward(&batch.x.narrow(0, 0, 1)))?;
        loss.check(set, &outputs.size())?;
    }
    Ok(())
}

/// Points and targets as tensors: a whole set or a part of it.
struct Batch {
    x: Tensor,
    y: Tensor,
    /// The targets as numbers in CPU memory, where counting the right predictions is fast.
    labels: Vec<f64>,
    loss: Loss,
}

impl Batch {
    fn len(&self) -> usize {
        self.labels.len()
    }

    /// Computes the loss as a tensor and the number of right predictions, which is `None` for a regression.
    fn pass(&self, model: &Model) -> Result<(Tensor, Option<usize>)> {
        let outputs = self.loss.shape(model.forward(&self.x)?)?;
        let loss = self.loss.of(&outputs, &self.y)?;
        Ok((loss, count_correct(self.loss, &outputs, &self.labels)?))
    }

    /// Returns the batches of an epoch: all points in one batch if `size` is 0 or all points fit, else batches of `size`
    /// points in a new random order; the last one may be smaller.
    fn batches(&self, size: usize) -> Result<Vec<Part<'_>>> {
        if size == 0 || size >= self.len() {
            return Ok(vec![Part::Whole(self)]);
        }
        let order = Tensor::f_randperm(self.len() as i64, (Kind::Int64, Device::Cpu))?;
        let rows = Vec::<i64>::try_from(&order)?;
        let order = order.f_to_device(self.x.device())?;
        let part = |(number, rows): (usize, &[i64])| {
            let at = order.f_narrow(0, (number * size) as i64, rows.len() as i64)?;
            Ok(Part::Some(Batch {
                x: self.x.f_index_select(0, &at)?,
                y: self.y.f_index_select(0, &at)?,
                labels: rows.iter().map(|&row| self.labels[row as usize]).collect(),
                loss: self.loss,
            }))
        };
        rows.chunks(size).enumerate().map(part).collect()
    }
}

/// A batch of a set, or the whole set.
enum Part<'a> {
    Whole(&'a Batch),
    Some(Batch),
}

impl std::ops::Deref for Part<'_> {
    type Target = Batch;

    fn deref(&self) -> &Batch {
        match self {
            Part::Whole(batch) => batch,
            Part::Some(batch) => batch,
        }
    }
}

/// The results of the batches of an epoch.
#[derive(Default)]
struct Sums {
    loss: f64,
    correct: Option<usize>,
    points: usize,
}

impl Sums {
    fn add(&mut self, loss: f64, correct: Option<usize>, points: usize) {
        // A mean over one batch would change the last digit.
        self.loss = if self.points == 0 { loss } else { self.mean(loss, points) };
        self.correct = correct.map(|correct| correct + self.correct.unwrap_or(0));
        self.points += points;
    }

    /// Returns the mean loss per point after a further batch.
    fn mean(&self, loss: f64, points: usize) -> f64 {
        let all = (self.points + points) as f64;
        self.loss * (self.points as f64 / all) + loss * (points as f64 / all)
    }

    fn accuracy(&self) -> Option<f64> {
        self.correct.map(|correct| correct as f64 / self.points as f64)
    }
}

/// Leaves the model in evaluation mode, also after an error.
struct EvalOnDrop<'a>(&'a Model);

impl Drop for EvalOnDrop<'_> {
    fn drop(&mut self) {
        self.0.eval();
    }
}

fn run(
    (train, test): &(Batch, Batch),
    state: &mut TrainState<'_>,
    callbacks: &mut [Box<dyn Callback + '_>],
) -> Result<()> {
    let (model, config) = (state.model, state.config);
    let _eval = EvalOnDrop(model);
    let mut optimizer =
        model.take_optimizer(&config.optimizer_settings(), |vs| config.optimizer.build(vs, &config))?;
    optimizer.set_lr(config.lr);
    for epoch in 0..config.epochs {
        let mut sums = Sums::default();
        model.train();
        for batch in train.batches(config.batch_size)? {
            let (loss, correct) = batch.pass(model)?;
            sums.add(finite(&loss, epoch)?, correct, batch.len());
            optimizer.zero_grad();
            loss.f_backward()?;
            each(callbacks, |callback| callback.on_gradients(state))?;
            optimizer.step();
            each(callbacks, |callback| callback.on_step(state))?;
        }
        model.eval();
        let (loss, correct) = tch::no_grad(|| test.pass(model))?;
        state.history.push(Epoch {
            epoch,
            train_loss: sums.loss,
            test_loss: finite(&loss, epoch)?,
            train_accuracy: sums.accuracy(),
            test_accuracy: correct.map(|correct| correct as f64 / test.len() as f64),
        });
        each(callbacks, |callback| callback.on_epoch_end(state))?;
        if state.stop && epoch + 1 < config.epochs {
            state.history.stop();
            break;
        }
    }
    model.keep_optimizer(config.optimizer_settings(), optimizer);
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

/// Returns CUDA if this libtorch and this machine have it, else the CPU, as in PyTorch's device-agnostic code.
pub fn best_device() -> Device {
    Device::cuda_if_available()
}
