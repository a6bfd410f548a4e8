//! The course's Jupyter kernel: evcxr with live output, interrupts and compiled cells from a store.
//!
//! One binary, in several processes; the module docs name the process in which each folder's code runs.
//! - `launcher`: Jupyter starts `kernel --control_file FILE`, which passes the notebook to a preloaded kernel if there
//!   is one; else it clones the warm folder and becomes the kernel.
//!   `kernel --evcxr_jupyter --control_file FILE` is the second kernelspec: it becomes evcxr_jupyter.
//! - `jupyter`, `evaluator`, `supervisor`: the kernel, with Jupyter's sockets, evcxr and the process that runs cells
//!   (`runner`, a program of its own).
//! - `bridge`: the process that evcxr starts to run cells; forwards its requests to the supervisor.
//! - `toolchain`: stands in for `cargo`, `rustup` and a wrapper of `rustc` when evcxr compiles.
//! - `pool`: `kernel --spares N MOST` keeps preloaded kernels, each a `kernel --spare`.

mod bridge;
mod evaluator;
mod jupyter;
mod launcher;
mod pool;
mod source;
mod supervisor;
mod toolchain;

use std::num::ParseIntError;
use std::path::Path;
use std::process::ExitCode;
use std::str::FromStr;

use anyhow::{Context, Result, bail};

use protocol::LabPaths;

/// The allocator of evcxr_jupyter: rust-analyzer allocates often.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    if let Some(code) = bridge::stand_in().or_else(toolchain::stand_in) {
        return code;
    }
    run().unwrap_or_else(|error| {
        eprintln!("kernel: {error:#}");
        ExitCode::FAILURE
    })
}

fn run() -> Result<ExitCode> {
    let lab = LabPaths::of_binary()?;
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["--control_file", file] => launcher::serve::serve(lab, Path::new(file)),
        ["--spares", wanted, most] => pool::manager::keep(number(wanted)?, number(most)?),
        ["--spare"] => pool::standby::stand(lab),
        ["--evcxr_jupyter", "--control_file", file] => launcher::evcxr_jupyter::serve(&lab, Path::new(file)),
        ["--remove-after", parent, folder] => {
            launcher::evcxr_jupyter::wait_and_remove(number(parent)?, Path::new(folder))
        }
        ["--prepare"] => launcher::warm_up::prepare(lab).map(|()| ExitCode::SUCCESS),
        _ => bail!(
            "expected --control_file FILE (as Jupyter calls it), --prepare or --spares N MOST (as `cargo lab` does)"
        ),
    }
}

/// Parses a number among the arguments.
fn number<T: FromStr<Err = ParseIntError>>(text: &str) -> Result<T> {
    text.parse().with_context(|| format!("expected a number, got `{text}`"))
}
