//! Installs packages from PyPI that only `cargo lab test` needs: when tests run, beside the main environment.

use std::fs;
use std::path::PathBuf;

use protocol::LabPaths;

use crate::error::{At, Result};
use crate::process;
use crate::setup::{Ready, python};
use crate::stamp::{self, Inputs};

/// Lock file of the packages that requirements.txt lacks, with their hashes.
pub const LOCK: &str = include_str!("../../pins/tests.txt");

/// Returns the folder with these packages, for PYTHONPATH; fills it first if needed.
pub fn packages(paths: &LabPaths, ready: &Ready) -> Result<PathBuf> {
    let folder = paths.test_packages();
    let wanted = Inputs::default().value(LOCK).stamp();
    if !(folder.is_dir() && stamp::is_current(&paths.state("tests"), &wanted)) {
        if folder.exists() {
            // pip does not replace existing files in a target folder.
            fs::remove_dir_all(&folder).at("remove", &folder)?;
        }
        let mut pip = python::pip(paths, &ready.python);
        pip.arg("--target").arg(&folder).arg("-r").arg(paths.at("support/lab/pins/tests.txt"));
        process::output(&mut pip, "installing what the tests need")?;
        stamp::write_whole(&paths.state("tests"), wanted)?;
    }
    Ok(folder)
}
