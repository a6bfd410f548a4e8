//! Rich output in a notebook: the only module that uses the notebook's protocol.
//!
//! A cell sends output to the notebook as blocks of lines on standard output:
//!
//! ```text
//! EVCXR_BEGIN_CONTENT image/svg+xml
//! <svg …
//! EVCXR_END_CONTENT
//! ```
//!
//! - evcxr calls `evcxr_display` on a cell's last expression. The method prints such blocks, one per format of the
//!   output, and evcxr shows them when the cell ends. Plots, figures, tables and models have that method. This
//!   project's kernel puts [`show_value!`](crate::show_value) around the expression, which also shows the values in an
//!   `Ok` or a `Vec` and fails the cell for an `Err` or a plot that cannot be drawn.
//! - In this project's kernel (`KERNEL_LIVE` is `1`) [`Show::show`] and [`Show::display`] show values immediately and
//!   any number of times, in order with the lines that the cell prints. The headings of their blocks also have, after
//!   the MIME type, the part's number, `show` or `update`, and the display's id. [`clear_output`] and
//!   [`stop_requested`] send control blocks for the kernel.
//! - In plain evcxr or in a terminal, `show` prints plain blocks, of which evcxr keeps the last one of each cell, and a
//!   display handle prints its last state when it is dropped.
//!
//! ```
//! use support::prelude::*;
//! let mut shown = MimeBundle::text("0 of 3").display();
//! for done in 1..=3 {
//!     shown.update(&MimeBundle::text(format!("{done} of 3")));
//! }
//! shown.finish();
//! ```

mod control;
mod display_handle;
#[cfg(test)]
pub(crate) mod fake_frontend;
mod frontend;
mod mime_bundle;
mod show;
mod shown;
#[doc(hidden)]
pub mod value;

pub use control::{clear_output, stop_requested};
pub use display_handle::DisplayHandle;
pub(crate) use frontend::Frontend;
pub use mime_bundle::MimeBundle;
pub use show::Show;
