//! Runs in processes of its own: a manager and the preloaded kernels that it keeps. A kernel waits on a Unix socket in
//! the folder that `KERNEL_SPARES` names; the launcher connects to it there and passes it the notebook.
//!
//! `kernel --spares N MOST` keeps kernels while its parent runs; each is a `kernel --spare`. The process that Jupyter
//! started only represents the kernel to Jupyter: it ends when the preloaded kernel has finished, and the kernel ends
//! when this process does.

pub mod client;
pub mod manager;
mod socket;
pub mod standby;

pub use protocol::variables::SPARES as FOLDER;
