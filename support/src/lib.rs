//! Models, data, training and figures for neural-network classification in Rust notebooks.
//!
//! A first model, from data to figure:
//!
//! ```
//! use support::prelude::*;
//!
//! let circles = make_circles(1000).noise(0.03).random_state(42).build()?;
//! let data = train_test_split(&circles, 0.2, 42)?;
//!
//! tch::manual_seed(42);
//! let model = seq().add(linear(2, 10)).add(relu()).add(linear(10, 1)).build()?;
//! let config = TrainConfig { epochs: 200, log_every: 100, ..Default::default() };
//! let history = fit(&model, &data, &config)?;
//!
//! println!("{:.1} % of the test points", 100.0 * model.score(&data.test)?);
//! plot_decision_boundary(&model, &data).draw()?;
//! # assert_eq!(history.len(), 200);
//! # Ok::<(), Error>(())
//! ```
//!
//! The folder `examples` has short programs, one idea each, from `first_model` to layers and callbacks of your own.
//!
//! # The modules, in the direction in which data flows
//!
//! Each module imports only modules above it in this list; `tests/direction.rs` checks that.
//!
//! - [`data`]: datasets, scikit-learn's generators bit for bit, splits, features.
//! - [`models`]: layers with PyTorch's initialisation, [`Model`](models::Model), files, snapshots.
//! - [`train`]: losses, [`fit`](train::fit), [`History`](train::History), [callbacks](train::Callback).
//! - [`metrics`]: accuracy, confusion matrix, classification report.
//! - [`plot`]: figures as SVG and PNG, movies.
//! - [`display`]: the protocol between a cell and the notebook.
//! - [`notebook`]: [`fit`](notebook::fit) with log and stop button, [`LivePlots`](notebook::LivePlots),
//!   [`replay`](notebook::replay).
//! - [`prelude`]: the names that notebooks import.
//!
//! # Where to find what
//!
//! - Arrays go in as `&Array2<f64>`, `[n, features]`; [`Predictor`] is the interface that figures and metrics use, so
//!   a rule of your own can be drawn like a model.
//! - A model's results: `forward` gives logits as a tensor, [`Predictor::scores`] the same as an array,
//!   [`Predictor::predict_proba`] probabilities, [`Predictor::predict_labels`] classes, [`Predictor::score`] the accuracy,
//!   [`Model::predict_values`](models::Model::predict_values) the values of a regression.
//! - Every metric is a number from 0 to 1; logs, tables and figures show accuracies in per cent.
//! - Every fallible function returns [`Error`]: what was expected, and what came.

pub mod data;
pub mod display;
mod error;
mod inspect;
mod memory;
pub mod metrics;
pub mod models;
pub mod notebook;
mod pipeline;
pub mod plot;
mod predictor;
pub mod prelude;
mod table;
mod tensors;
pub mod train;

pub use error::{Error, Result};
pub use inspect::{InspectLayers, NeuronLayer};
pub use pipeline::Pipeline;
pub use predictor::Predictor;
pub use table::Table;
// The crates whose types are in the public API, in the versions that the API uses.
pub use {ndarray, tch};
