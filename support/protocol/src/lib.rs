//! Definitions shared by the kernel, the process that runs cells, the library `support` and the command `lab`.
//!
//! - [`variables`]: the environment variables that the processes pass to each other.
//! - [`content_block`]: the blocks of lines by which a cell shows figures and sends commands to the kernel.
//! - [`LabPaths`]: the layout of the folder `.lab` and of the repository around it.
//! - [`frame`]: the messages between the kernel and the process that runs cells.
//! - [`fingerprint`]: a hash that changes when sources do.
//!
//! The crate has no dependencies and little code, because every kernel compiles it for its cells.

pub mod content_block;
pub mod fingerprint;
pub mod frame;
mod lab_paths;
pub mod variables;

pub use lab_paths::LabPaths;
