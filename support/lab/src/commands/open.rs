//! `cargo lab open`: JupyterLab on the notebooks.

use std::os::unix::process::CommandExt;
use std::process::ExitCode;

use protocol::LabPaths;

use crate::error::{Error, Result};
use crate::process;
use crate::setup::jupyter::Kernelspec;
use crate::setup::{self, jupyter};
use crate::spares::{Spares, Wanted};

/// One is loaded while you read; so many notebooks at most have one that was.
pub const SPARES: Wanted = Wanted { spare: 1, most: 8 };

/// Sets up and becomes JupyterLab, so that Ctrl-C and everything else is between it and the terminal.
pub fn open(paths: &LabPaths, cuda: bool, spares: bool, arguments: &[String]) -> Result<ExitCode> {
    let ready = setup::ready(paths, cuda)?;
    // The keeper is a child of the program that this process becomes, and ends with it.
    let spares = match spares {
        true => Spares::keep(paths, &paths.notebooks(), SPARES, true)?,
        false => Spares::none(true),
    };
    eprintln!("Opening JupyterLab on notebooks/; Ctrl-C ends it.");
    let mut command = process::command(paths, &ready.python);
    command.args(["-m", "jupyterlab"]).arg(format!("--ServerApp.root_dir={}", paths.notebooks().display()));
    command.args([
        // Ctrl-C ends it without asking.
        "--ServerApp.answer_yes=True",
        // Extensions come and go with environment.yml.
        "--LabApp.extension_manager=readonly",
        // The kernels of the course only.
        "--KernelSpecManager.ensure_native_kernel=False",
        &format!("--MultiKernelManager.default_kernel_name={}", Kernelspec::default().name()),
    ]);
    let allowed = |kernel: Kernelspec| format!("--KernelSpecManager.allowed_kernelspecs={}", kernel.name());
    command.args(Kernelspec::ALL.map(allowed));
    command.args(arguments).envs(jupyter::variables(paths)).envs(spares.variables()).env_remove("LIBTORCH");
    Err(Error::Start { program: ready.python.display().to_string(), source: command.exec() })
}
