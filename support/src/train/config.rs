//! Settings of a training.

use tch::Device;
use tch::nn::{self, OptimizerConfig};

use super::loss::Loss;
use crate::error::{Error, Result, number};

/// The rule that turns gradients into steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Optimizer {
    /// Stochastic gradient descent: `w -= lr * gradient`, with [`TrainConfig::momentum`] if it is above 0.
    #[default]
    Sgd,
    /// Adam with PyTorch's defaults: β = (0.9, 0.999), ε = 1e-8.
    Adam,
}

impl Optimizer {
    /// Builds the optimizer for the parameters of a model.
    pub(super) fn build(self, vs: &nn::VarStore, config: &TrainConfig) -> Result<nn::Optimizer> {
        let (momentum, wd) = (config.momentum, config.weight_decay);
        Ok(match self {
            Optimizer::Sgd => nn::Sgd { momentum, wd, ..Default::default() }.build(vs, config.lr)?,
            Optimizer::Adam => nn::Adam { wd, ..Default::default() }.build(vs, config.lr)?,
        })
    }
}

/// Settings of a training; the defaults are those of the course. [`TrainConfig::with`] adds callbacks.
///
/// ```
/// use support::prelude::*;
/// let config = TrainConfig { epochs: 1000, log_every: 100, ..Default::default() };
/// assert_eq!((config.lr, config.loss), (0.1, Loss::BceWithLogits));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrainConfig {
    /// Number of passes over the whole training set, at least 1; 100 by default.
    pub epochs: usize,
    /// Learning rate, above 0 and at most the largest `f32`; 0.1 by default.
    pub lr: f64,
    /// Loss that the training minimises; binary cross entropy by default.
    pub loss: Loss,
    /// Rule that turns gradients into steps; plain gradient descent by default.
    pub optimizer: Optimizer,
    /// Momentum of [`Optimizer::Sgd`], from 0 to below 1; 0 by default.
    pub momentum: f64,
    /// Weight decay (L2 penalty) of either optimizer, 0 or above; 0 by default.
    pub weight_decay: f64,
    /// Number of points per step; the points are shuffled in each epoch, with libtorch's generator
    /// (`tch::manual_seed`). 0, the default, takes the whole training set for each step.
    pub batch_size: usize,
    /// Number of epochs from one log line to the next, 0 for no log; 10 by default.
    pub log_every: usize,
    /// Device of the training, to which [`fit`](super::fit) moves model and data; the CPU by default.
    pub device: Device,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            epochs: 100,
            lr: 0.1,
            loss: Loss::BceWithLogits,
            optimizer: Optimizer::Sgd,
            momentum: 0.0,
            weight_decay: 0.0,
            batch_size: 0,
            log_every: 10,
            device: Device::Cpu,
        }
    }
}

impl TrainConfig {
    /// Returns the settings that the state of an optimizer depends on; a training with other settings starts with a new
    /// optimizer.
    pub(super) fn optimizer_settings(&self) -> String {
        let Self { optimizer, momentum, weight_decay, device, .. } = self;
        format!("{optimizer:?} {momentum} {weight_decay} {device:?}")
    }

    pub(super) fn check(&self) -> Result<()> {
        if self.epochs == 0 {
            return Err(Error::argument("fit", "epochs", "at least 1", 0));
        }
        // libtorch multiplies by the learning rate in f32.
        if !(self.lr > 0.0 && self.lr <= f64::from(f32::MAX)) {
            let expected = format!("above 0 and at most {:e}", f32::MAX);
            return Err(Error::argument("fit", "lr", expected, number(self.lr)));
        }
        if !(0.0..1.0).contains(&self.momentum) {
            return Err(Error::argument("fit", "momentum", "from 0 to below 1", number(self.momentum)));
        }
        if self.momentum > 0.0 && self.optimizer == Optimizer::Adam {
            return Err(Error::argument(
                "fit",
                "momentum",
                "0 with Optimizer::Adam, which has its own",
                self.momentum,
            ));
        }
        if !(0.0..=f64::from(f32::MAX)).contains(&self.weight_decay) {
            let expected = format!("between 0 and {:e}", f32::MAX);
            return Err(Error::argument("fit", "weight_decay", expected, number(self.weight_decay)));
        }
        crate::tensors::check_device("fit", self.device)
    }
}
