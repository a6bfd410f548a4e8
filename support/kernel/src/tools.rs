//! Stand-ins for `rustup` and `cargo`, through which the kernel has a say in how cells are built.
//!
//! evcxr asks `rustup which cargo` where cargo lies and calls it for every cell. Both names lead to this
//! binary, on the kernel's path only.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::fault;
use crate::layout::Lab;

/// The path without the stand-ins.
const REAL_PATH: &str = "KERNEL_REAL_PATH";

/// The workspace's lock file, in the environment of everything below the kernel.
const LOCK_FILE: &str = "KERNEL_LOCK_FILE";

/// Puts the stand-ins before the real tools on the path of `command`.
pub fn put_before(command: &mut Command, lab: &Lab, folder: &Path) -> Result<()> {
    let tools = folder.join("tools");
    fs::create_dir_all(&tools)?;
    for tool in ["rustup", "cargo"] {
        let path = tools.join(tool);
        let _ = fs::remove_file(&path);
        link(&std::env::current_exe()?, &path)?;
    }
    let real = std::env::var_os(REAL_PATH).or_else(|| std::env::var_os("PATH")).unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(tools).chain(std::env::split_paths(&real)))?;
    command.env("PATH", path).env(REAL_PATH, real).env(LOCK_FILE, lab.lock_file());
    Ok(())
}

#[cfg(unix)]
fn link(original: &Path, path: &Path) -> Result<()> {
    Ok(std::os::unix::fs::symlink(original, path)?)
}

#[cfg(not(unix))]
fn link(original: &Path, path: &Path) -> Result<()> {
    fs::copy(original, path.with_extension("exe"))?;
    Ok(())
}

/// Plays `rustup` or `cargo` if that is the name this binary was called by.
pub fn stand_in() -> Option<ExitCode> {
    let called = PathBuf::from(std::env::args_os().next()?);
    match called.file_stem()?.to_str()? {
        "rustup" => Some(rustup()),
        "cargo" => Some(cargo()),
        _ => None,
    }
}

/// `rustup which cargo` names the stand-in; all else goes to the real one.
fn rustup() -> ExitCode {
    let args: Vec<_> = std::env::args_os().skip(1).collect();
    if args.ends_with(&["which".into(), "cargo".into()]) {
        let path = std::env::var_os("PATH").unwrap_or_default();
        if let Some(tools) = std::env::split_paths(&path).next() {
            println!("{}", tools.join("cargo").display());
            return ExitCode::SUCCESS;
        }
    }
    real("rustup")
}

/// cargo as evcxr calls it, in the folder of the cells' crate.
fn cargo() -> ExitCode {
    let manifest = fs::read_to_string("Cargo.toml").unwrap_or_default();
    if needs_support(&manifest) {
        if let Some(code) = fault::answer() {
            return code;
        }
        restore_lock_file();
    }
    real("cargo")
}

fn needs_support(manifest: &str) -> bool {
    manifest.lines().any(|line| line.trim_start().starts_with("support ="))
}

/// evcxr starts with a crate without dependencies, and cargo then forgets the locked versions. Without them
/// it would ask the registry for newer ones and compile those.
fn restore_lock_file() {
    let locked = fs::read_to_string("Cargo.lock").unwrap_or_default();
    if !locked.contains("name = \"support\"")
        && let Some(workspace) = std::env::var_os(LOCK_FILE)
    {
        let _ = fs::copy(workspace, "Cargo.lock");
    }
}

/// The real tool, with the same arguments.
fn real(tool: &str) -> ExitCode {
    let path = std::env::var_os(REAL_PATH).unwrap_or_default();
    let mut command = Command::new(which(tool, &path).unwrap_or_else(|| tool.into()));
    command.args(std::env::args_os().skip(1)).env("PATH", path);
    match command.status() {
        Ok(status) => ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(101)),
        Err(error) => {
            eprintln!("error: {tool} could not be started: {error}");
            ExitCode::from(101)
        }
    }
}

fn which(tool: &str, path: &OsStr) -> Option<PathBuf> {
    std::env::split_paths(path).map(|folder| folder.join(tool)).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_tells_whether_cells_need_the_crate() {
        assert!(needs_support("[dependencies]\nsupport = { path = \"../support\" }\n"));
        assert!(!needs_support("[dependencies]\nsupportive = \"1\"\n"));
    }
}
