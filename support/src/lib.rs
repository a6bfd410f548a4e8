//! Models, data, training and figures for neural-network classification in Rust notebooks.

pub mod data;
pub mod display;
mod error;
mod memory;
pub mod metrics;
pub mod models;
mod network;
pub mod notebook;
mod pipeline;
pub mod plot;
mod predictor;
pub mod prelude;
mod table;
mod tensors;
pub mod train;

pub use error::{Error, Result};
pub use network::{Network, NeuronLayer};
pub use pipeline::Pipeline;
pub use predictor::Predictor;
pub use table::Table;
// The crates whose types are in the public API, in the versions that the API uses.
pub use {ndarray, tch};
