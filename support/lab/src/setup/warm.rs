//! The warm folder: the state of a kernel that has compiled `support` once; every new kernel clones it.

use std::fs;

use protocol::LabPaths;

use crate::error::{At, Result};
use crate::process::{self, Line};
use crate::progress::{Progress, Unit};
use crate::setup::{jupyter, kernel, libtorch};
use crate::stamp::{self, Inputs};

/// Returns whether the folder matches the kernel, the crates, the compiler and libtorch. A kernel also compiles a
/// changed `support` by itself; a new folder saves later kernels those seconds.
pub fn is_current(paths: &LabPaths, rustc: &str) -> bool {
    paths.warm().is_dir() && stamp::is_current(&paths.state("warm"), &wanted(paths, rustc))
}

fn wanted(paths: &LabPaths, rustc: &str) -> String {
    let inputs = Inputs::default().value(rustc).value(libtorch::identity(paths)).value(paths.repository());
    let inputs = inputs.metadata(&paths.kernel()).support(paths);
    inputs.contents(&paths.lock_file()).contents(&paths.cargo_settings()).stamp()
}

/// Fills the folder by the kernel's `--prepare`.
pub fn prepare(paths: &LabPaths, rustc: &str, progress: &Progress) -> Result<()> {
    let step = progress.step("warm folder", Unit::Things("crates"));
    let stamp = wanted(paths, rustc);
    let libtorch = libtorch::identity(paths);
    if fs::read_to_string(paths.state("warm-libtorch")).is_ok_and(|before| before != libtorch) {
        // Cargo does not detect that the same name links to another libtorch.
        fs::remove_dir_all(paths.warm()).at("remove", &paths.warm())?;
    }
    let total = kernel::crates_of(paths, &["support"]).unwrap_or(0);
    let mut compiled = 0;
    let mut command = process::command(paths, paths.kernel());
    command.arg("--prepare").env_remove("LIBTORCH").envs(jupyter::variables(paths));
    process::stream(&mut command, "preparing the warm folder", |line| {
        let (Line::Out(line) | Line::Err(line)) = line;
        if let Some(name) = line.trim_start().strip_prefix("Compiling ") {
            compiled += 1;
            step.at(compiled.min(total), total);
            step.note(name.split(' ').next().unwrap_or_default());
        }
    })?;
    stamp::write_whole(&paths.state("warm-libtorch"), libtorch)?;
    stamp::write_whole(&paths.state("warm"), stamp)?;
    step.end("kernels start at once");
    Ok(())
}
