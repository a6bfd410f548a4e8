//! The second kernelspec: the kernel of the crate evcxr_jupyter, without code of this project's kernel around it.
//!
//! The process that Jupyter starts clones the warm folder and becomes that kernel. cargo and rustc are the real ones. A
//! second process removes the folder when the kernel has ended, however it ended.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result};

use super::{child_env, clone, preflight, workdir};
use protocol::LabPaths;

/// Name of the cells' crate in the kernel's folder.
const CELLS: &str = "cells";
/// Name of the package beside it that keeps the versions of `support`'s dependencies in the lock file.
const VERSIONS: &str = "versions";

/// Replaces this process by the kernel.
pub fn serve(lab: &LabPaths, connection_file: &Path) -> Result<ExitCode> {
    let folder = workdir::make_empty(lab)?;
    remove_at_the_end(&folder)?;
    let cells = folder.join(CELLS);
    match preflight::find(lab) {
        None => clone::clone_tree(&lab.warm(), &cells)?,
        // Cells without the crate still run; cargo and the loader report the errors of the others.
        Some(problem) => eprintln!("{problem}"),
    }
    fs::create_dir_all(&cells)?;
    lock_versions(lab, &folder)?;

    let mut kernel = Command::new(lab.evcxr_jupyter());
    child_env::set(&mut kernel, lab, &cells);
    // As in this project's kernel: threads of several notebooks would wait for each other by spinning.
    kernel.env("OMP_NUM_THREADS", std::env::var_os("OMP_NUM_THREADS").unwrap_or_else(|| "1".into()));
    // evcxr_jupyter overwrites a kernelspec of the name `rust` if there is one below this path.
    kernel.env("JUPYTER_PATH", &folder);
    let error = kernel.arg("--control_file").arg(connection_file).exec();
    Err(error).context("evcxr_jupyter could not be started; `cargo lab` builds it")
}

/// Waits until the process `parent`, which started this one, has ended; then removes its folder.
pub fn wait_and_remove(parent: u32, folder: &Path) -> Result<ExitCode> {
    let held = workdir::hold(folder)?;
    workdir::wait_for_end_of_parent(parent);
    drop(held);
    Ok(ExitCode::SUCCESS)
}

/// Starts the process that removes the folder, without input or output and outside the kernel's process group.
fn remove_at_the_end(folder: &Path) -> Result<()> {
    Command::new(std::env::current_exe()?)
        .args(["--remove-after", &std::process::id().to_string()])
        .arg(folder)
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("the process that removes the kernel's folder could not be started")?;
    Ok(())
}

/// Makes the cells' crate a member of a workspace in which another package needs `support`.
///
/// evcxr begins with a crate without dependencies, and cargo would drop the locked versions as unused; the next `:dep`
/// would then query the registry for newer ones. A workspace has one lock file for all its members. Its profiles are
/// the root's: they are copied from the manifest that evcxr wrote into the warm folder.
fn lock_versions(lab: &LabPaths, folder: &Path) -> Result<()> {
    let written = fs::read_to_string(lab.warm().join("Cargo.toml")).unwrap_or_default();
    let profile = profile(&written).unwrap_or_default();
    let members = format!("members = [\"{CELLS}\", \"{VERSIONS}\"]");
    fs::write(folder.join("Cargo.toml"), format!("[workspace]\nresolver = \"3\"\n{members}\n\n{profile}"))?;
    let versions = folder.join(VERSIONS);
    fs::create_dir_all(&versions)?;
    fs::write(versions.join("lib.rs"), "")?;
    let package =
        format!("[package]\nname = \"{VERSIONS}\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n");
    let support =
        format!("[dependencies]\nsupport = {{ path = {:?} }}\n", lab.support().display().to_string());
    fs::write(versions.join("Cargo.toml"), format!("{package}\n{support}"))?;
    fs::copy(lab.lock_file(), folder.join("Cargo.lock"))
        .context("the workspace's Cargo.lock cannot be copied")?;
    Ok(())
}

/// Returns the profile of a manifest, which precedes the dependencies.
fn profile(manifest: &str) -> Option<&str> {
    let rest = &manifest[manifest.find("[profile.")?..];
    Some(&rest[..rest.find("[dependencies]").unwrap_or(rest.len())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_is_taken_from_evcxrs_manifest() {
        let manifest =
            "[package]\nname = \"ctx\"\n\n[profile.dev]\nopt-level = 2\n\n[dependencies]\nsupport = \"1\"\n";
        assert_eq!(profile(manifest), Some("[profile.dev]\nopt-level = 2\n\n"));
        assert_eq!(profile("[package]\nname = \"ctx\"\n"), None);
    }
}
