//! Models, data, training and figures for neural-network classification in Rust notebooks.

pub mod data;
pub mod display;
mod error;
pub mod metrics;
pub mod models;
pub mod plot;
mod predictor;
pub mod prelude;
mod table;
mod tensors;
pub mod train;

pub use error::{Error, Result};
pub use predictor::Predictor;
pub use table::Table;
// What the public functions take and give, in the versions they take and give it.
pub use {ndarray, tch};
