//! Spare kernels: loaded beforehand, handed to the next notebook that opens.
//!
//! `kernel --spares N` keeps them while its parent lives; each is a `kernel --spare`. What Jupyter starts finds one
//! through a socket in the folder that `KERNEL_SPARES` names, gives it the connection file, and stays only to be there
//! for Jupyter: it ends when the spare has done its work, and the spare ends when it does.

pub mod client;
pub mod manager;
mod socket;
pub mod standby;

pub use protocol::variables::SPARES as FOLDER;
