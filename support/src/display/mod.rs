//! The notebook's protocol: the only room that knows how a notebook takes rich output.
//!
//! A cell speaks to the notebook in blocks of lines on standard output:
//!
//! ```text
//! EVCXR_BEGIN_CONTENT image/svg+xml
//! <svg …
//! EVCXR_END_CONTENT
//! ```
//!
//! - evcxr calls `evcxr_display` on a cell's last expression. It prints such blocks, one for each form of the
//!   output, and evcxr shows them when the cell ends. Figures, tables and models have that method. This
//!   project's kernel writes [`show_value!`](crate::show_value) around the expression, which also looks into an
//!   `Ok` or a `Vec` and fails the cell for an `Err`.
//! - In this project's kernel (`KERNEL_LIVE` is `1`) [`Show::show`] and [`Show::display`] show at once, as
//!   often as you like, in order with what the cell prints. Their blocks say more after the MIME type: the
//!   part's number, `show` or `update`, and the display's id. [`clear_output`] and a loop that
//!   [stops when asked](stop_requested) send blocks of the kernel's own.
//! - Elsewhere, under plain evcxr or in a terminal, `show` prints the plain blocks, of which evcxr keeps a
//!   cell's last, and a display that changes prints its last state when it is dropped.
//!
//! ```
//! use support::prelude::*;
//! let mut shown = Bundle::text("0 of 3").display();
//! for done in 1..=3 {
//!     shown.update(&Bundle::text(format!("{done} of 3")));
//! }
//! shown.finish();
//! ```

mod bundle;
mod clear;
mod console;
mod figure;
mod metrics;
mod model;
#[cfg(test)]
pub(crate) mod screen;
mod show;
mod shown;
mod stop;
mod table;
#[doc(hidden)]
pub mod value;

pub use bundle::Bundle;
pub use clear::clear_output;
pub(crate) use console::Console;
pub use show::Show;
pub use shown::Shown;
pub use stop::stop_requested;
