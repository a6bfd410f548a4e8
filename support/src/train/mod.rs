//! Training: losses, the loop, its results, and callbacks. This module uses neither figures nor the notebook.

mod accuracy;
mod callback;
mod callbacks;
mod compare_log;
mod config;
mod fit;
mod history;
mod loss;

pub use callback::{Callback, TrainState, Training};
pub use callbacks::{GradientStats, RecordGradients, RecordSnapshots};
pub use config::{Optimizer, TrainConfig};
pub use fit::{best_device, fit};
pub use history::{Epoch, History};
pub use loss::Loss;
