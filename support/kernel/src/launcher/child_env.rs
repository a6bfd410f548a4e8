//! The environment of the process that runs cells, and of cargo below it.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::toolchain;
use protocol::LabPaths;

/// Variable with the folders in which the dynamic loader looks for libtorch.
const LIBRARY_PATH: &str = if cfg!(target_os = "macos") { "DYLD_LIBRARY_PATH" } else { "LD_LIBRARY_PATH" };

/// Makes a command that starts this binary again, set up to work in `folder`.
pub fn again(lab: &LabPaths, folder: &Path) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    set(&mut command, lab, folder);
    // A backtrace of the kernel's own code does not help a learner.
    command.env("RUST_BACKTRACE", "0");
    toolchain::put_before(&mut command, lab, folder)?;
    Ok(command)
}

/// Sets the folder in which evcxr builds cells, and the paths of libtorch for cells.
pub fn set(command: &mut Command, lab: &LabPaths, cells: &Path) {
    command
        .env("EVCXR_TMPDIR", cells)
        .env("EVCXR_CONFIG_DIR", lab.evcxr_config())
        .env("LIBTORCH", lab.libtorch_in_use())
        .env(LIBRARY_PATH, with_libtorch(lab));
}

fn with_libtorch(lab: &LabPaths) -> OsString {
    let ours = lab.libtorch_in_use().join("lib");
    let theirs = std::env::var_os(LIBRARY_PATH).unwrap_or_default();
    let paths = std::iter::once(ours.clone()).chain(std::env::split_paths(&theirs).filter(|p| *p != ours));
    std::env::join_paths(paths.filter(|p| !p.as_os_str().is_empty())).unwrap_or_else(|_| ours.into())
}
