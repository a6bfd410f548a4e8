//! Figures: functions that take numbers and models and return a [`Plot`], which draws a [`Figure`].
//!
//! All figures have options in one manner, as methods of the plot:
//!
//! ```
//! # use support::prelude::*;
//! # let epoch = |epoch: usize, train_loss: f64| {
//! #     Epoch { epoch, train_loss, test_loss: train_loss, train_accuracy: None, test_accuracy: None }
//! # };
//! # let history: History = (0..100).map(|e| epoch(e, 0.9f64.powi(e as i32))).collect();
//! plot_loss_curves(&history).log_scale().draw()?;
//! # Ok::<(), Error>(())
//! ```
//!
//! Each figure is a short file in `figures` that checks its input, says what its panels show and hands them to a
//! sheet, which lays them out (`layout`, with the look of all figures in `layout/style`). Regions of the plane become
//! polygons in `contour`. plotters draws on the crate's own canvas; the shapes are written as SVG and painted as PNG
//! (`draw`).
//!
//! A new figure is a file in `figures` and its two lines in `figures/mod.rs`, which says how.

mod alt_text;
mod builder;
mod contour;
mod draw;
mod figure;
mod figures;
mod input;
mod layout;
mod movie;

pub use builder::Plot;
pub use figure::Figure;
pub use figures::*;
pub use movie::Movie;
