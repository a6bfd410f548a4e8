//! The figures, one per file.
//!
//! A new figure is a file here with a function that returns a [`Plot`](super::Plot) (see `dataset`, and `learning` for
//! options), and its two lines below; it needs no other line to be part of the prelude and to be shown by a notebook.

mod activations;
mod balance;
mod boundary;
mod confusion;
mod curves;
mod dataset;
mod gradients;
mod learning;
mod network_diagram;
mod predictions;

pub use activations::plot_activations;
pub use balance::plot_class_balance;
pub(crate) use boundary::check_boundary;
pub use boundary::{BoundaryOptions, Shade, plot_decision_boundaries, plot_decision_boundary};
pub use confusion::plot_confusion_matrix;
pub use curves::{NamedCurve, plot_curves};
pub use dataset::plot_dataset;
pub use gradients::plot_gradients;
pub use learning::{CurveOptions, plot_histories, plot_loss_curves};
pub use network_diagram::{plot_network, plot_neurons};
pub use predictions::{PredictionOptions, plot_predictions};
