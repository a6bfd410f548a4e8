//! The words that the kernel, the process that runs cells, the library `support` and the command `lab` share, each written down once.
//!
//! - [`variables`]: the environment variables by which the processes tell each other what they need.
//! - [`content_block`]: the blocks of lines by which a cell shows figures and speaks to the kernel.
//! - [`LabPaths`]: the layout of the folder `.lab` and of the repository around it.
//! - [`frame`]: the messages between the kernel and the process that runs cells.
//! - [`fingerprint`]: a number that changes when sources do.
//!
//! The crate has no dependencies and little code, because every kernel compiles it for its cells.

pub mod content_block;
pub mod fingerprint;
pub mod frame;
mod lab_paths;
pub mod variables;

pub use lab_paths::LabPaths;
