//! Training: losses, the loop, what it measured, and how it is watched.

mod accuracy;
mod config;
mod fit;
mod history;
mod log;
mod loss;
mod record;
mod replay;
mod watch;

pub use accuracy::accuracy_fn;
pub use config::{Optimizer, TrainConfig, Watch};
pub use fit::{best_device, fit};
pub use history::{Epoch, History};
pub use loss::Loss;
pub use record::LayerSteps;
pub use replay::replay;
