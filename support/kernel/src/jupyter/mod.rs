//! Jupyter's side: its sockets, and an answer to each of its messages.

mod control;
mod execute;
mod heartbeat;
mod history;
mod image_metadata;
mod info;
mod iopub;
mod is_complete;
mod message;
mod serve;
mod shell;
mod stdin;

pub use serve::{ShutdownReason, serve};
