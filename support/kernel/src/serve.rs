//! Being a kernel: first the folder, then evcxr_jupyter in it.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::layout::Lab;
use crate::{environment, fault, folder};

/// Tells the second stage which folder is its own.
const FOLDER: &str = "KERNEL_FOLDER";

/// Serves notebooks until Jupyter says to stop.
pub fn serve(lab: &Lab) -> Result<()> {
    match std::env::var_os(FOLDER) {
        None => become_kernel(lab),
        Some(folder) => {
            let held = folder::hold(&PathBuf::from(folder))?;
            let outcome = evcxr_jupyter::main();
            drop(held);
            outcome
        }
    }
}

/// The loader reads its path when a process starts, so the process starts anew with libtorch on it.
fn become_kernel(lab: &Lab) -> Result<()> {
    let problem = fault::find(lab);
    let folder = match &problem {
        None => folder::make(lab)?,
        Some(_) => folder::make_empty(lab)?,
    };
    let mut kernel = environment::again(lab, &folder)?;
    kernel.args(std::env::args_os().skip(1)).env(FOLDER, &folder);
    if let Some(problem) = &problem {
        fault::tell(&mut kernel, problem);
    }
    replace(kernel).context("the kernel could not be started")
}

#[cfg(unix)]
fn replace(mut kernel: std::process::Command) -> Result<()> {
    Err(std::os::unix::process::CommandExt::exec(&mut kernel).into())
}

#[cfg(not(unix))]
fn replace(mut kernel: std::process::Command) -> Result<()> {
    kernel.status()?;
    Ok(())
}
