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

/// The figures that grow while a model trains and stay when it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Watch {
    /// None.
    #[default]
    Nothing,
    /// [`plot_loss_curves`](crate::plot::plot_loss_curves) of the epochs so far.
    Curves,
    /// [`plot_decision_boundary`](crate::plot::plot_decision_boundary) of the model as it is; for class labels
    /// and points with two features.
    Boundary,
    /// Both, the curves first.
    All,
}

impl Watch {
    pub(super) fn curves(self) -> bool {
        matches!(self, Watch::Curves | Watch::All)
    }

    pub(super) fn boundary(self) -> bool {
        matches!(self, Watch::Boundary | Watch::All)
    }
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
    /// Figures to watch; none by default.
    pub watch: Watch,
    /// How long the training should take at least, in seconds, so that an eye can follow it; 0, full speed, by
    /// default. It holds in a notebook somebody looks at, and changes no figure.
    pub slow_motion: f64,
    /// How many times the parameters are noted down on the way, evenly from before the first epoch to after the
    /// last, for [`replay`](super::replay); 0, none, by default, 1,000 at most.
    pub snapshots: usize,
    /// Whether the size of each layer's gradient and step is noted down in every epoch, for
    /// [`plot_gradients`](crate::plot::plot_gradients); not by default.
    pub layer_steps: bool,
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
            watch: Watch::Nothing,
            slow_motion: 0.0,
            snapshots: 0,
            layer_steps: false,
        }
    }
}

/// An hour: slower is a mistake rather than a lesson.
const SLOWEST: f64 = 3600.0;

/// As many frames as a movie can have.
const MOST_SNAPSHOTS: usize = 1000;

impl TrainConfig {
    pub(super) fn check(&self) -> Result<()> {
        if self.epochs == 0 {
            return Err(Error::argument("fit", "epochs", "at least 1", 0));
        }
        if !(self.lr > 0.0 && self.lr.is_finite()) {
            return Err(Error::argument("fit", "lr", "finite and above 0", self.lr));
        }
        if !(0.0..=SLOWEST).contains(&self.slow_motion) {
            let expected = format!("between 0 and {SLOWEST} seconds");
            return Err(Error::argument("fit", "slow_motion", expected, self.slow_motion));
        }
        if self.snapshots > MOST_SNAPSHOTS {
            return Err(Error::argument(
                "fit",
                "snapshots",
                format!("at most {MOST_SNAPSHOTS}"),
                self.snapshots,
            ));
        }
        crate::tensors::check_device("fit", self.device)
    }
}
