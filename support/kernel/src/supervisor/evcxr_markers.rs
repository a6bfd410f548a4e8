//! The words by which evcxr and a cell talk on the cell's standard output.
//!
//! Only two of them are read from what a cell prints: content blocks, because any crate made for evcxr shows its values
//! so, and the question of the crate `evcxr_input`. Whoever prints such a block on purpose shows its content, no more.
//! The others reach evcxr from frames that the cell's generated code sends (`toolchain::patch_source`).

pub use protocol::content_block::{BEGIN, END};

/// From evcxr: run this. The library and the function follow.
pub const RUN: &str = "LOAD_AND_RUN ";
/// To evcxr: the cell's code has run.
pub const COMPLETE: &str = "EVCXR_EXECUTION_COMPLETE";
/// To evcxr: a panic was caught.
pub const PANIC: &str = "EVCXR_PANIC_NOTIFICATION";
/// To evcxr: an error left the cell by `?`; its new variables are not stored.
pub const ERROR: &str = "EVCXR_ERROR_OCCURRED";
/// To evcxr: a variable is lost; its name follows.
pub const CHANGED_TYPE: &str = "EVCXR_VARIABLE_CHANGED_TYPE:";
/// The cell asks the user something; the prompt follows a colon.
pub const INPUT: &str = "EVCXR_INPUT_REQUEST:";
/// The same for a secret.
pub const PASSWORD: &str = "EVCXR_INPUT_REQUEST_PASSWORD:";
