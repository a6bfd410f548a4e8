//! Runs in the kernel's process. Talks to Jupyter's clients over the five sockets of the messaging protocol, and to the
//! evaluator through its queue.

mod control;
mod execute;
mod heartbeat;
mod history;
mod image_metadata;
mod info;
mod iopub;
mod iopub_peer;
mod message;
mod serve;
mod shell;
mod stdin;
mod variables;

pub use serve::{ShutdownReason, serve};
