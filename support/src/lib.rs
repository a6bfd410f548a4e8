//! Models, data, training and figures for neural-network classification in Rust notebooks.

pub mod data;
pub mod display;
mod error;
pub mod metrics;
pub mod models;
mod network;
pub mod plot;
mod predictor;
pub mod prelude;
mod table;
mod tensors;
pub mod train;
mod transformed;

pub use error::{Error, Result};
pub use network::{Network, NeuronLayer};
pub use predictor::Predictor;
pub use table::Table;
pub use transformed::Transformed;
// What the public functions take and give, in the versions they take and give it.
pub use {ndarray, tch};
