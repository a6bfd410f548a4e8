//! Jupyter's side: its sockets, and an answer to each of its messages.

mod complete;
mod control;
mod execute;
mod heartbeat;
mod history;
mod info;
mod iopub;
mod message;
mod picture;
mod serve;
mod shell;
mod stdin;

pub use serve::{End, serve};
