//! Runs in processes that evcxr starts as `rustup` and `cargo`, and that cargo starts as a wrapper of `rustc`; both
//! names link to this binary, on the kernel's path only. Talks to the kernel through files in its folder and to other
//! kernels through the store of compiled cells.
//!
//! `patch_source` changes the source that evcxr wrote, `direct_rustc` calls the compiler as cargo called it last,
//! `reuse` looks a compilation up in the store, and `known_cells`, in the kernel's process, finds whole cells there.

mod canonical;
mod cell_key;
mod dep_info;
mod direct_rustc;
mod entry;
mod fingerprints;
pub mod known_cells;
mod lock_file;
mod message_lines;
mod patch_source;
mod real_tools;
mod reuse;
mod rustc_invocation;
mod store;
mod type_versions;
mod variable_statements;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::Result;

pub use direct_rustc::{LAST as LAST_CALLS, clone_calls, optimise};
use protocol::LabPaths;
pub use real_tools::STOPPED;
use real_tools::{REAL_PATH, real};
pub use reuse::COMPILED;

/// Name of the folder of the store of compiled cells, in `.lab`.
const CELLS: &str = "cells";

/// Puts the stand-ins before the real tools on the path of `command`.
pub fn put_before(command: &mut Command, lab: &LabPaths, folder: &Path) -> Result<()> {
    let tools = folder.join("tools");
    fs::create_dir_all(&tools)?;
    for tool in ["rustup", "cargo"] {
        let path = tools.join(tool);
        let _ = fs::remove_file(&path);
        std::os::unix::fs::symlink(std::env::current_exe()?, &path)?;
    }
    let found = std::env::var_os(REAL_PATH).or_else(|| std::env::var_os("PATH")).unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(tools).chain(std::env::split_paths(&found)))?;
    command.env("PATH", path).env(REAL_PATH, found).env(lock_file::FILE, lab.lock_file());
    command.env(direct_rustc::SUPPORT, lab.support()).env(direct_rustc::SETTINGS, lab.cargo_settings());
    command.env(store::STORE, lab.warm().with_file_name(CELLS));
    Ok(())
}

/// Acts as `rustup`, `cargo` or a wrapper of `rustc` if this process was started as such.
pub fn stand_in() -> Option<ExitCode> {
    if let Some(code) = rustc_invocation::wrapper() {
        return Some(code);
    }
    let called = PathBuf::from(std::env::args_os().next()?);
    match called.file_stem()?.to_str()? {
        "rustup" => Some(rustup()),
        "cargo" => Some(cargo()),
        _ => None,
    }
}

/// Answers `rustup which cargo` with the stand-in; passes all other calls to the real rustup.
fn rustup() -> ExitCode {
    let args: Vec<_> = std::env::args_os().skip(1).collect();
    if args.ends_with(&["which".into(), "cargo".into()]) {
        let path = std::env::var_os("PATH").unwrap_or_default();
        if let Some(tools) = std::env::split_paths(&path).next() {
            println!("{}", tools.join("cargo").display());
            return ExitCode::SUCCESS;
        }
    }
    real(Command::new("rustup"))
}

/// Acts as cargo, which evcxr calls in the folder of the cells' crate.
fn cargo() -> ExitCode {
    let manifest = fs::read_to_string("Cargo.toml").unwrap_or_default();
    lock_file::restore(&manifest);
    match std::env::args().nth(1).as_deref() {
        Some("build") => {
            patch_source::patch(Path::new("."));
            direct_rustc::build(&manifest)
        }
        Some("check") => direct_rustc::check(&manifest),
        _ => real(Command::new("cargo")),
    }
}
