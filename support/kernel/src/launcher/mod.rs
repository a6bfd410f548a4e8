//! Runs in the process that Jupyter starts: passes the notebook to a preloaded kernel, or becomes the kernel itself in
//! a working folder of its own. Talks to the pool over a Unix socket.

pub mod child_env;
mod clone;
pub mod evcxr_jupyter;
pub mod fingerprint;
pub mod preflight;
pub mod serve;
pub mod warm_up;
pub mod workdir;
