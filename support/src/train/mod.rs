//! Training: losses, the loop, and what it measured.

mod accuracy;
mod config;
mod fit;
mod history;
mod log;
mod loss;

pub use accuracy::accuracy_fn;
pub use config::{Optimizer, TrainConfig};
pub use fit::{best_device, fit};
pub use history::{Epoch, History};
pub use loss::Loss;
