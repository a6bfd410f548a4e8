//! The course's Jupyter kernel: evcxr_jupyter with a warm folder of its own and libtorch at hand.
//!
//! One binary plays every part:
//! - `kernel --control_file FILE`: what Jupyter starts. Clones the warm folder, then becomes …
//! - … the same with its folder in the environment: evcxr_jupyter itself.
//! - `kernel --prepare`: fills the warm folder that later kernels clone.
//! - what evcxr starts again for itself: the process that runs cells (see `evcxr::runtime_hook`);
//! - `cargo` and `rustup` on the kernel's path (see `tools`).

mod clone;
mod environment;
mod fault;
mod folder;
mod layout;
mod prepare;
mod serve;
mod tools;

use std::process::ExitCode;

use anyhow::{Result, bail};

use layout::Lab;

fn main() -> ExitCode {
    evcxr::runtime_hook();
    if let Some(code) = tools::stand_in() {
        return code;
    }
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kernel: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let lab = Lab::find()?;
    let mut args = std::env::args().skip(1);
    match (args.next().as_deref(), args.next()) {
        (Some("--control_file"), Some(_)) => serve::serve(&lab),
        (Some("--prepare"), None) => prepare::prepare(&lab),
        _ => bail!("expected --control_file FILE (as Jupyter calls it) or --prepare (as `cargo lab` does)"),
    }
}
