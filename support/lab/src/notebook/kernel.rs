//! Tests the kernel alone, over Jupyter's sockets as a front end uses it.

use protocol::LabPaths;

use crate::error::Result;
use crate::notebook::verdicts;
use crate::process;
use crate::setup::{Ready, jupyter, tests};

/// Runs the kernel's tests; returns how many passed and failed.
pub fn test(paths: &LabPaths, ready: &Ready) -> Result<(u64, u64)> {
    let mut command = process::command(paths, &ready.python);
    command.arg(paths.at("support/kernel/tests/python/run.py"));
    command
        .envs(jupyter::variables(paths))
        .env("PYTHONPATH", tests::packages(paths, ready)?)
        .env_remove("LIBTORCH");
    verdicts::count(&mut command, "the kernel's tests")
}
