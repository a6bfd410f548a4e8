//! Fills the warm folder with everything for which a first cell would otherwise wait two minutes.

use std::fs;
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};

use protocol::variables::WARM_UP;

use super::child_env;
use crate::evaluator::{self, Workdir};
use protocol::LabPaths;

/// Fills `.lab/warm`; uses what an earlier, interrupted call compiled.
pub fn prepare(lab: LabPaths) -> Result<()> {
    if std::env::var_os(WARM_UP).is_some() {
        return rehearse(lab);
    }
    let warm = lab.warm();
    ensure!(
        lab.libtorch_in_use().join("lib").is_dir(),
        "libtorch is not at {}; `cargo lab` puts it there",
        lab.libtorch_in_use().display()
    );
    let _ = fs::remove_file(lab.warm_mark());
    fs::create_dir_all(&warm)?;
    let status = child_env::again(&lab, &warm)?.arg("--prepare").env(WARM_UP, "1").status()?;
    ensure!(status.success(), "the warm folder could not be filled");
    fs::write(lab.warm_mark(), "")?;
    Ok(())
}

/// Runs the code of a notebook's first cells.
fn rehearse(lab: LabPaths) -> Result<()> {
    let lab = Arc::new(lab);
    let workdir = Workdir { lab: Arc::clone(&lab), folder: lab.warm() };
    let _ = fs::remove_file(workdir.folder.join("bridge"));
    evaluator::warm_up(workdir, || build_dependencies(&lab))
}

/// Compiles the dependencies with cargo's own progress on standard error; evcxr would show none. The flags are those of
/// evcxr, so that it finds everything compiled.
fn build_dependencies(lab: &LabPaths) -> Result<()> {
    let manifest = lab.warm().join("Cargo.toml");
    let text = fs::read_to_string(&manifest).context("evcxr wrote no Cargo.toml")?;
    if !text.contains("\nsupport = ") {
        let line = format!("support = {{ path = {:?} }}\n", lab.support().display().to_string());
        fs::write(&manifest, text + &line)?;
    }
    let status = Command::new("cargo")
        .args(["build", "--target", &host()?])
        .current_dir(lab.warm())
        .env("CARGO_TARGET_DIR", "target")
        .env("CARGO_BUILD_BUILD_DIR", "target")
        .env("RUSTFLAGS", "-Cprefer-dynamic")
        .status()
        .context("cargo could not be started")?;
    if !status.success() {
        bail!("the crate `support` does not compile; cargo's message is above");
    }
    Ok(())
}

fn host() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("rustc could not be started")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_string).context("rustc does not say what machine it is on")
}
