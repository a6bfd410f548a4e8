//! Tests of trainings with callbacks, and of trainings that continue.

use support::prelude::*;

fn data() -> Split {
    train_test_split(&make_moons(80).noise(0.1).random_state(1).build().unwrap(), 0.25, 42).unwrap()
}

/// Builds a model with the same initial parameters each time, without libtorch's generator, which parallel tests share.
fn model() -> Model {
    let model = seq().add(linear(2, 8)).add(relu()).add(linear(8, 1)).build();
    let model = model.unwrap();
    tch::no_grad(|| {
        for (at, (_, mut values)) in model.named_parameters().into_iter().enumerate() {
            let line = Tensor::arange(values.numel() as i64, (Kind::Float, Device::Cpu));
            values.copy_(&((line + at as f64).sin() * 0.5).view_as(&values));
        }
    });
    model
}

fn config(epochs: usize) -> TrainConfig {
    TrainConfig { epochs, log_every: 0, ..Default::default() }
}

fn losses(history: &History) -> Vec<f64> {
    history.epochs.iter().map(|epoch| epoch.test_loss).collect()
}

#[test]
fn a_training_in_two_parts_is_one_of_the_sum() {
    let sgd = config(0);
    let settings = [
        sgd,
        TrainConfig { momentum: 0.9, ..sgd },
        TrainConfig { weight_decay: 0.01, ..sgd },
        TrainConfig { optimizer: Optimizer::Adam, lr: 0.01, ..sgd },
        TrainConfig { optimizer: Optimizer::Adam, lr: 0.01, weight_decay: 0.1, ..sgd },
    ];
    for settings in settings {
        let whole = fit(&model(), &data(), TrainConfig { epochs: 60, ..settings }).unwrap();
        let model = model();
        let mut parts = fit(&model, &data(), TrainConfig { epochs: 25, ..settings }).unwrap();
        parts.extend(&fit(&model, &data(), TrainConfig { epochs: 35, ..settings }).unwrap());
        assert_eq!(losses(&parts), losses(&whole), "{settings:?}");
    }
}

#[test]
fn the_state_of_an_optimizer_can_be_forgotten() {
    let adam = TrainConfig { optimizer: Optimizer::Adam, lr: 0.01, ..config(25) };
    let part = |forget: &dyn Fn(&Model)| {
        let model = model();
        fit(&model, &data(), adam).unwrap();
        forget(&model);
        losses(&fit(&model, &data(), adam).unwrap())
    };
    let going_on = part(&|_| {});
    let fresh = part(&Model::reset_optimizer);
    assert_ne!(going_on, fresh);
    // A training with other settings in between also resets the optimizer; a new learning rate alone does not.
    let between = part(&|model| {
        let stand_still = TrainConfig { lr: 1e-30, epochs: 1, ..config(1) };
        fit(model, &data(), stand_still).unwrap();
    });
    assert_eq!(between, fresh);
    let slower = |model: &Model| losses(&fit(model, &data(), TrainConfig { lr: 0.001, ..adam }).unwrap());
    let model = model();
    fit(&model, &data(), adam).unwrap();
    assert_ne!(slower(&model), going_on);
}

#[test]
fn momentum_and_weight_decay_are_those_of_pytorch() {
    // The update of one parameter computed by hand: v = 0.9 v + g + 0.1 w, w -= lr v.
    let line = make_line(0.7, 0.3).build().unwrap().split_at(40).unwrap();
    let model = seq().add(linear(1, 1)).build().unwrap();
    let start: Vec<f64> = model.named_parameters().iter().map(|(_, p)| p.double_value(&[0])).collect();
    let settings = TrainConfig { momentum: 0.9, weight_decay: 0.1, lr: 0.01, loss: Loss::L1, ..config(5) };
    let mut seen = RecordGradients::default();
    let history = fit(&model, &line, settings.with(&mut seen)).unwrap();
    assert_eq!(history.gradient_stats()[0].gradients.len(), 5);
    let x: Vec<f64> = line.train.x.iter().copied().collect();
    let y: Vec<f64> = line.train.y.iter().copied().collect();
    let (mut w, mut b, mut vw, mut vb) = (start[0], start[1], 0.0, 0.0);
    for _ in 0..5 {
        let n = x.len() as f64;
        let signs: Vec<f64> = x.iter().zip(&y).map(|(x, y)| (w * x + b - y).signum()).collect();
        let gw: f64 = signs.iter().zip(&x).map(|(sign, x)| sign * x).sum::<f64>() / n;
        let gb: f64 = signs.iter().sum::<f64>() / n;
        vw = 0.9 * vw + gw + 0.1 * w;
        vb = 0.9 * vb + gb + 0.1 * b;
        (w, b) = (w - 0.01 * vw, b - 0.01 * vb);
    }
    let end: Vec<f64> = model.named_parameters().iter().map(|(_, p)| p.double_value(&[0])).collect();
    assert!((end[0] - w).abs() < 1e-5 && (end[1] - b).abs() < 1e-5, "{end:?}, by hand {w} {b}");
}

/// A callback that records which methods were called.
#[derive(Default)]
struct Calls {
    names: Vec<&'static str>,
    stop_after: Option<usize>,
    fail_in: &'static str,
}

impl Calls {
    fn call(&mut self, name: &'static str) -> Result<()> {
        self.names.push(name);
        if name == self.fail_in {
            return Err(Error::Torch(format!("{name} failed")));
        }
        Ok(())
    }
}

impl Callback for Calls {
    fn on_begin(&mut self, state: &mut TrainState<'_>) -> Result<()> {
        assert!(state.history.is_empty());
        self.call("begin")
    }

    fn on_gradients(&mut self, state: &mut TrainState<'_>) -> Result<()> {
        assert!(state.model.named_parameters().iter().all(|(_, parameter)| parameter.grad().defined()));
        self.call("gradients")
    }

    fn on_step(&mut self, _state: &mut TrainState<'_>) -> Result<()> {
        self.call("step")
    }

    fn on_epoch_end(&mut self, state: &mut TrainState<'_>) -> Result<()> {
        if self.stop_after == Some(state.history.len()) {
            state.stop();
        }
        self.call("epoch")
    }

    fn on_end(&mut self, _state: &mut TrainState<'_>) -> Result<()> {
        self.call("end")
    }
}

#[test]
fn callbacks_run_at_the_moments_of_a_training() {
    let mut calls = Calls::default();
    let history = fit(&model(), &data(), config(2).with(&mut calls)).unwrap();
    let epoch = ["gradients", "step", "epoch"];
    assert_eq!(calls.names, [&["begin"], epoch.as_slice(), &epoch, &["end"]].concat());
    assert!(!history.stopped());

    let mut calls = Calls { stop_after: Some(2), ..Calls::default() };
    let history = fit(&model(), &data(), config(9).with(&mut calls)).unwrap();
    assert!(history.stopped() && history.len() == 2);
    assert_eq!(calls.names.last(), Some(&"end"));

    // A stop in the last epoch does not count as a stop.
    let mut calls = Calls { stop_after: Some(2), ..Calls::default() };
    assert!(!fit(&model(), &data(), config(2).with(&mut calls)).unwrap().stopped());
}

#[test]
fn an_error_of_a_callback_ends_the_training() {
    for (fail_in, ends) in [("begin", 0), ("gradients", 1), ("step", 1), ("epoch", 1), ("end", 1)] {
        let (mut first, mut calls) = (Calls::default(), Calls { fail_in, ..Calls::default() });
        let training = config(3).with(&mut first).with(&mut calls);
        let error = fit(&model(), &data(), training).unwrap_err();
        assert!(error.to_string().contains(fail_in), "{error}");
        assert_eq!(first.names.iter().filter(|name| **name == "end").count(), ends, "{fail_in}");
    }
}

#[test]
fn settings_out_of_range_are_refused() {
    let refused = |settings: TrainConfig, words: &[&str]| {
        let model = model();
        let before = Snapshot::of(&model, 0).unwrap();
        let error = fit(&model, &data(), settings).unwrap_err().to_string();
        assert!(words.iter().all(|word| error.contains(word)), "{error}");
        assert!(error.len() < 300, "too long: {error}");
        assert_eq!(Snapshot::of(&model, 0).unwrap(), before);
    };
    for lr in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e300, 3.5e38] {
        refused(TrainConfig { lr, ..config(2) }, &["lr", "above 0"]);
    }
    for momentum in [-0.1, 1.0, 1e300, f64::NAN] {
        refused(TrainConfig { momentum, ..config(2) }, &["momentum", "below 1"]);
    }
    for weight_decay in [-0.1, 1e300, f64::NAN, f64::INFINITY] {
        refused(TrainConfig { weight_decay, ..config(2) }, &["weight_decay"]);
    }
    let adam = TrainConfig { momentum: 0.9, optimizer: Optimizer::Adam, ..config(2) };
    refused(adam, &["momentum", "Adam"]);
    refused(config(0), &["epochs"]);
    for snapshots in [0, 1001] {
        let training = config(2).with(RecordSnapshots::evenly(snapshots));
        let error = fit(&model(), &data(), training).unwrap_err().to_string();
        assert!(error.contains("between 1 and 1000"), "{error}");
    }
}
