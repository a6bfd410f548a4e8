//! How to train: everything [`fit`](super::fit) is told beside model and data.

use tch::Device;

use super::loss::Loss;
use crate::error::{Error, Result};

/// The rule that turns gradients into steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Optimizer {
    /// Stochastic gradient descent without momentum: `w -= lr * gradient`.
    #[default]
    Sgd,
    /// Adam with PyTorch's defaults: β = (0.9, 0.999), ε = 1e-8.
    Adam,
}

/// The knobs of training, with the course's settings as defaults.
///
/// ```
/// use support::prelude::*;
/// let config = TrainConfig { epochs: 1000, log_every: 100, ..Default::default() };
/// assert_eq!((config.lr, config.loss), (0.1, Loss::BceWithLogits));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrainConfig {
    /// How often the whole training set is shown; at least 1, 100 by default.
    pub epochs: usize,
    /// The learning rate, above 0; 0.1 by default.
    pub lr: f64,
    /// What is made smaller; binary cross entropy by default.
    pub loss: Loss,
    /// How; plain gradient descent by default.
    pub optimizer: Optimizer,
    /// A log line every so many epochs, 0 for none; 10 by default.
    pub log_every: usize,
    /// Where; the CPU by default. [`fit`](super::fit) moves model and data there.
    pub device: Device,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            epochs: 100,
            lr: 0.1,
            loss: Loss::BceWithLogits,
            optimizer: Optimizer::Sgd,
            log_every: 10,
            device: Device::Cpu,
        }
    }
}

impl TrainConfig {
    pub(super) fn check(&self) -> Result<()> {
        if self.epochs == 0 {
            return Err(Error::argument("fit", "epochs", "at least 1", 0));
        }
        if !(self.lr > 0.0 && self.lr.is_finite()) {
            return Err(Error::argument("fit", "lr", "finite and above 0", self.lr));
        }
        crate::tensors::check_device("fit", self.device)
    }
}
