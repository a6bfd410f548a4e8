//! `cargo lab open`: opens JupyterLab on the notebooks.

use std::os::unix::process::CommandExt;
use std::process::ExitCode;

use protocol::LabPaths;

use crate::error::{Error, Result};
use crate::process;
use crate::setup::jupyter::Kernelspec;
use crate::setup::{self, jupyter};
use crate::spares::{Spares, Wanted};

/// One spare is kept loaded; at most eight kernels are preloaded, with those in use.
pub const SPARES: Wanted = Wanted { spare: 1, most: 8 };

/// Sets up and becomes JupyterLab, so that the terminal and its signals, such as Ctrl-C, reach JupyterLab directly.
pub fn open(paths: &LabPaths, cuda: bool, spares: bool, arguments: &[String]) -> Result<ExitCode> {
    let ready = setup::ready(paths, cuda)?;
    // The manager is a child of the program that this process becomes, and ends with it.
    let spares = match spares {
        true => Spares::keep(paths, &paths.notebooks(), SPARES, true)?,
        false => Spares::none(true),
    };
    eprintln!("Opening JupyterLab on notebooks/; Ctrl-C ends it.");
    let mut command = process::command(paths, &ready.python);
    command.args(["-m", "jupyterlab"]).arg(format!("--ServerApp.root_dir={}", paths.notebooks().display()));
    command.args([
        // Ctrl-C ends JupyterLab without a question.
        "--ServerApp.answer_yes=True",
        // Extensions are installed through environment.yml.
        "--LabApp.extension_manager=readonly",
        // The kernels of the course only.
        "--KernelSpecManager.ensure_native_kernel=False",
        &format!("--MultiKernelManager.default_kernel_name={}", Kernelspec::default().name()),
    ]);
    if is_root(paths) {
        eprintln!("JupyterLab runs as root, as in a container; it answers this machine alone, with a token.");
        command.arg("--ServerApp.allow_root=True");
    }
    let allowed = |kernel: Kernelspec| format!("--KernelSpecManager.allowed_kernelspecs={}", kernel.name());
    command.args(Kernelspec::ALL.map(allowed));
    command.args(arguments).envs(jupyter::variables(paths)).envs(spares.variables()).env_remove("LIBTORCH");
    Err(Error::Start { program: ready.python.display().to_string(), source: command.exec() })
}

/// Returns whether this process runs as root, as which JupyterLab starts only if it is told to.
fn is_root(paths: &LabPaths) -> bool {
    process::output(process::command(paths, "id").arg("-u"), "id").is_ok_and(|id| id.trim() == "0")
}
