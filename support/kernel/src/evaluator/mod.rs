//! Runs in the kernel's process, in a thread of its own: runs cells, known ones from the store and others by evcxr, and
//! reports how they failed. Talks to the supervisor by calls, to evcxr's process over `bridge`.

mod cell_error;
mod completion;
mod error_report;
#[allow(clippy::module_inception)]
mod evaluator;
mod evaluator_thread;
pub mod interrupt;
mod names;
pub mod output_listener;
mod source_map;

pub use error_report::WHOLE;
pub use evaluator::{Cell, Evaluator, Outcome, Workdir};
pub use evaluator_thread::warm_up;
pub use output_listener::{Input, Reply};
