//! Runs in processes of its own: a manager and the preloaded kernels that it keeps. A kernel waits on a Unix socket in the
//! folder that `KERNEL_SPARES` names; the launcher talks to it there and hands it the notebook.
//!
//! `kernel --spares N MOST` keeps kernels while its parent lives; each is a `kernel --spare`. The process that Jupyter
//! started stays only to be there for Jupyter: it ends when the preloaded kernel has done its work, and the kernel ends
//! when it does.

pub mod client;
pub mod manager;
mod socket;
pub mod standby;

pub use protocol::variables::SPARES as FOLDER;
