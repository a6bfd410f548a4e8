//! Runs the notebooks as a user does: JupyterLab in Chromium, "Run All Cells" from the menu.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use protocol::LabPaths;

use crate::commands::open::SPARES;
use crate::error::{At, Result};
use crate::notebook::verdicts;
use crate::process;
use crate::setup::{Ready, jupyter};
use crate::spares::Spares;

/// Runs each of `notebooks` in JupyterLab and prints a line per notebook; screenshots go to `target/browser`. Returns
/// how many passed and how many failed.
pub fn run(paths: &LabPaths, ready: &Ready, chromium: &Path, notebooks: &[PathBuf]) -> Result<(u64, u64)> {
    let names = notebooks.iter().filter_map(|path| path.file_name());
    script(paths, ready, "browser.py", chromium, notebooks, |command| {
        command.args(names);
    })
}

/// Runs the scenes that test the kernel's additions, as [`run`] does with notebooks.
pub fn scenes(paths: &LabPaths, ready: &Ready, chromium: &Path) -> Result<(u64, u64)> {
    script(paths, ready, "scenarios.py", chromium, &[], |_| {})
}

/// Runs a script with spare kernels, as `cargo lab open` has them.
fn script(
    paths: &LabPaths,
    ready: &Ready,
    name: &str,
    chromium: &Path,
    notebooks: &[PathBuf],
    more: impl FnOnce(&mut Command),
) -> Result<(u64, u64)> {
    let folder = workplace(paths, notebooks)?;
    let spares = Spares::keep(paths, &folder, SPARES, true)?;
    let mut command = process::command(paths, &ready.python);
    command.arg(paths.script(name)).args([&folder, chromium, &paths.at("target/browser")]);
    command.envs(jupyter::variables(paths)).envs(spares.variables()).env_remove("LIBTORCH");
    more(&mut command);
    verdicts::count(&mut command, name)
}

/// Finds Chromium or Chrome on the path.
pub fn find() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    names
        .iter()
        .find_map(|name| env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file()))
}

/// Copies the notebooks, because JupyterLab saves those it runs. `../support` refers to the crate from there too.
fn workplace(paths: &LabPaths, notebooks: &[PathBuf]) -> Result<PathBuf> {
    let root = paths.lab().join("browser");
    let folder = root.join("notebooks");
    if root.exists() {
        fs::remove_dir_all(&root).at("remove", &root)?;
    }
    fs::create_dir_all(&folder).at("create", &folder)?;
    for notebook in notebooks {
        let copy = folder.join(notebook.file_name().unwrap_or_default());
        fs::copy(notebook, &copy).at("write", &copy)?;
    }
    let link = root.join("support");
    #[cfg(unix)]
    std::os::unix::fs::symlink(paths.at("support"), &link).at("create", &link)?;
    Ok(folder)
}
