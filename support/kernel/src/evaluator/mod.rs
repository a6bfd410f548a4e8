//! Runs in the kernel's process: evcxr in a thread of its own, and what is made of its answers.

mod cell_error;
mod completion;
mod dependency;
mod error_report;
#[allow(clippy::module_inception)]
mod evaluator;
mod evaluator_thread;
pub mod interrupt;
mod names;
mod opt_level;
pub mod output_listener;
mod source_map;
mod syntax;

pub use cell_error::CellError;
pub use error_report::WHOLE;
pub use evaluator::{Cell, Evaluator, Input, Outcome, Workdir};
