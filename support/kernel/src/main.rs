//! The course's Jupyter kernel: evcxr, live, honest, stoppable and instant.
//!
//! One binary plays every part:
//! - `kernel --control_file FILE`: what Jupyter starts. Hands the notebook to a spare kernel if there is one; else clones
//!   the warm folder and becomes …
//! - … the same with its folder in the environment: the kernel proper (`jupyter` has the sockets, `cells` has evcxr).
//! - `kernel --spares N MOST` keeps spare kernels, each a `kernel --spare` (`spare`).
//! - `kernel --prepare`: fills the warm folder that later kernels clone.
//! - `kernel --evcxr_jupyter --control_file FILE`: what Jupyter starts for the second kernelspec. Becomes evcxr_jupyter.
//! - the `relay` between evcxr and the process that runs cells, and that process itself;
//! - `cargo`, `rustup` and a wrapper of `rustc` for the cells (`build`).

mod evaluator;
mod jupyter;
mod launcher;
mod paths;
mod pool;
mod relay;
mod toolchain;

use std::num::ParseIntError;
use std::path::Path;
use std::process::ExitCode;
use std::str::FromStr;

use anyhow::{Context, Result, bail};

use paths::LabPaths;

/// As evcxr_jupyter has it: rust-analyzer allocates all the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    if relay::is_runner() {
        relay::guard();
    } else if std::env::var_os(launcher::child_env::RELAY).is_some() {
        return relay::run();
    }
    evcxr::runtime_hook();
    if let Some(code) = toolchain::stand_in() {
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
        ["--prepare"] => launcher::warm_up::prepare(&lab).map(|()| ExitCode::SUCCESS),
        _ => bail!(
            "expected --control_file FILE (as Jupyter calls it), --prepare or --spares N MOST (as `cargo lab` does)"
        ),
    }
}

/// A number among the arguments.
fn number<T: FromStr<Err = ParseIntError>>(text: &str) -> Result<T> {
    text.parse().with_context(|| format!("expected a number, got `{text}`"))
}
