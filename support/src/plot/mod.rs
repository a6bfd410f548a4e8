//! Figures: functions that take numbers and models and return a [`Figure`].
//!
//! Each figure is a short file in `figures` that checks its input, says what its panels show and hands them to a
//! sheet, which lays them out (`layout`, with the look of all figures in `layout/style`). Regions of the plane become
//! polygons in `contour`. plotters draws on the crate's own canvas; the shapes are written as SVG and painted as PNG
//! (`draw`).

mod alt_text;
mod contour;
mod draw;
mod figure;
mod figures;
mod input;
mod layout;
mod movie;

pub use figure::Figure;
pub use figures::activations::plot_activations;
pub use figures::balance::plot_class_balance;
pub(crate) use figures::boundary::check_boundary;
pub use figures::boundary::{
    BoundaryOptions, Shade, plot_decision_boundaries, plot_decision_boundaries_with, plot_decision_boundary,
    plot_decision_boundary_with,
};
pub use figures::confusion::plot_confusion_matrix;
pub use figures::curves::{NamedCurve, plot_curves};
pub use figures::dataset::plot_dataset;
pub use figures::gradients::plot_gradients;
pub use figures::learning::{
    CurveOptions, plot_histories, plot_histories_with, plot_loss_curves, plot_loss_curves_with,
};
pub use figures::network_diagram::{plot_network, plot_neurons};
pub use figures::predictions::plot_predictions;
pub use movie::Movie;
