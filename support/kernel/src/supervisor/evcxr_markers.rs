//! Markers that evcxr and a cell exchange on the cell's standard output.
//!
//! Only two of them are read from a cell's output: content blocks, because any crate made for evcxr prints its values
//! in them, and the question of the crate `evcxr_input`. Code that prints such a block on purpose only shows its
//! content. The others are sent to evcxr for frames from the cell's generated code (`toolchain::patch_source`).

pub use protocol::content_block::{BEGIN, END};

/// From evcxr: run a cell. The library and the function follow.
pub const RUN: &str = "LOAD_AND_RUN ";
/// To evcxr: the cell's code has run.
pub const COMPLETE: &str = "EVCXR_EXECUTION_COMPLETE";
/// To evcxr: a panic was caught.
pub const PANIC: &str = "EVCXR_PANIC_NOTIFICATION";
/// To evcxr: an error ended the cell by `?`; its new variables are not stored.
pub const ERROR: &str = "EVCXR_ERROR_OCCURRED";
/// To evcxr: a variable is lost; its name follows.
pub const CHANGED_TYPE: &str = "EVCXR_VARIABLE_CHANGED_TYPE:";
/// From the cell: a question to the user; the prompt follows a colon.
pub const INPUT: &str = "EVCXR_INPUT_REQUEST:";
/// From the cell: a question whose answer is secret; the prompt follows a colon.
pub const PASSWORD: &str = "EVCXR_INPUT_REQUEST_PASSWORD:";
