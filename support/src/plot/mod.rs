//! Figures: numbers and a predictor in, a [`Figure`] out.
//!
//! A figure is a short file: it checks its input, says what its panels show ([`panel::Panel`]) and hands
//! them to a sheet ([`sheet::Sheet`]), which lays them out and draws them with plotters on a canvas that
//! writes SVG. Colours, sizes and fonts stand in `style`.

mod axis;
mod boundary;
mod canvas;
mod curves;
mod dataset;
mod figure;
mod font;
mod grid;
mod input;
mod learning;
mod legend;
mod mark;
mod panel;
mod predictions;
mod raster;
mod regions;
mod sheet;
mod style;

pub(crate) use boundary::check_boundary;
pub use boundary::{plot_decision_boundaries, plot_decision_boundary};
pub use curves::plot_curves;
pub use dataset::plot_dataset;
pub use figure::Figure;
pub use learning::{plot_histories, plot_loss_curves};
pub use predictions::plot_predictions;
