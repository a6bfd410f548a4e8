//! Installs the Python environment with JupyterLab, nbclient and nbconvert, pinned by hash.

use std::collections::HashSet;
use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use protocol::LabPaths;

use crate::environment::Environment;
use crate::error::{At, Result};
use crate::process::{self, Line};
use crate::progress::{Progress, Unit};
use crate::stamp::{self, Inputs};
use crate::tools;

/// Lock file: every package with the hashes of its wheels.
const LOCK: &str = include_str!("../../pins/requirements.txt");

/// The state of the Python environment.
#[derive(Debug, PartialEq, Eq)]
pub enum State {
    /// This interpreter has all packages at the right versions.
    Ready(PathBuf),
    /// The environment must be installed; `bytes` is the approximate download.
    Missing { bytes: u64 },
}

/// Looks for the active conda environment's Python, then for the one that set-up made.
pub fn look(paths: &LabPaths, environment: &Environment) -> Result<State> {
    if let Some(python) = condas(environment)? {
        return Ok(State::Ready(python));
    }
    // The venv's interpreter is a link to the system's, and breaks when that is removed.
    if stamp::is_current(&paths.state("python"), &wanted()) && paths.venv_python().exists() {
        return Ok(State::Ready(paths.venv_python()));
    }
    Ok(State::Missing { bytes: download_size(LOCK) })
}

fn wanted() -> String {
    Inputs::default().value(LOCK).stamp()
}

fn condas(environment: &Environment) -> Result<Option<PathBuf>> {
    let Some(prefix) = env::var_os("CONDA_PREFIX").map(PathBuf::from) else { return Ok(None) };
    let installed = conda_packages(&prefix);
    for name in ["jupyterlab", "nbconvert", "nbclient"] {
        let wanted = format!("{name}-{}-", environment.version(name)?);
        if !installed.iter().any(|package| package.starts_with(&wanted)) {
            return Ok(None);
        }
    }
    Ok(Some(prefix.join("bin/python")).filter(|python| python.exists()))
}

/// Returns the packages of a conda environment, as `name-version-build.json`.
fn conda_packages(prefix: &Path) -> Vec<String> {
    let entries = fs::read_dir(prefix.join("conda-meta")).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

/// Makes the environment and installs the locked packages. Python and pip inherit the set-up's lock: when this program
/// is killed, the next call waits until they have ended too.
pub fn install(
    paths: &LabPaths,
    environment: &Environment,
    lock: &File,
    progress: &Progress,
) -> Result<PathBuf> {
    let held = || lock.try_clone().map(Stdio::from).at("share", &paths.setup_lock());
    let step = progress.step("Python packages", Unit::Things("packages"));
    step.note("making the environment");
    let found = tools::python(environment.version("python")?).map_err(|(problem, mend)| {
        crate::error::Error::MissingTools(format!("  Python: {problem}\n      {mend}"))
    })?;
    if paths.venv().exists() {
        // Left by a set-up that was killed, or of other versions: a half-installed package would pass for complete. pip
        // has its downloads in its cache.
        fs::remove_dir_all(paths.venv()).at("remove", &paths.venv())?;
    }
    let mut venv = process::command(paths, &found.program);
    venv.args(["-m", "venv"]).arg(paths.venv());
    process::output_with(&mut venv, "making the Python environment", held()?)?;

    // First the pinned pip: the later steps depend on its behaviour, not on the system's pip.
    let pip_only = paths.downloads().join("pip.txt");
    stamp::write_whole(&pip_only, block(LOCK, "pip"))?;
    step.note("pip");
    process::output_with(
        pip(paths, &paths.venv_python()).arg("-r").arg(&pip_only),
        "installing pip",
        held()?,
    )?;

    let total = packages(LOCK).len() as u64;
    let (mut collected, mut note) = (0, String::new());
    let mut command = pip(paths, &paths.venv_python());
    command.arg("-r").arg(paths.at("support/lab/pins/requirements.txt"));
    process::stream_with(&mut command, "installing the Python packages", held()?, |line| {
        let Line::Out(line) = line else { return };
        if let Some(name) = line.strip_prefix("Collecting ") {
            collected += 1;
            note = format!("fetching {}", name.split(['=', ' ']).next().unwrap_or_default());
        } else if line.starts_with("Installing collected packages") {
            note = "unpacking".to_owned();
        }
        step.at(collected, total);
        step.note(&note);
    })?;
    stamp::write_whole(&paths.state("python"), wanted())?;
    step.end(&format!("JupyterLab {}, Python {}", environment.version("jupyterlab")?, found.version));
    Ok(paths.venv_python())
}

/// Makes a command for pip that installs only packages that a lock file names.
pub fn pip(paths: &LabPaths, python: &Path) -> Command {
    let mut pip = process::command(paths, python);
    pip.args(["-m", "pip", "install", "--require-hashes", "--no-deps", "--only-binary", ":all:"]);
    pip.args(["--disable-pip-version-check", "--progress-bar", "off"]);
    // A user's own settings would install the packages elsewhere.
    for name in ["PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIREMENT", "PYTHONPATH", "PYTHONHOME"] {
        pip.env_remove(name);
    }
    pip
}

/// Returns the packages of the lock file for this system, as far as the markers show.
fn packages(lock: &str) -> HashSet<&str> {
    let elsewhere = if cfg!(target_os = "macos") { "'nowhere'" } else { "== 'darwin'" };
    let skipped =
        |line: &&str| ["== 'win32'", "== 'nt'", elsewhere].iter().any(|marker| line.contains(marker));
    let lines = lock.lines().filter(|line| !line.starts_with(['#', ' '])).filter(|line| !skipped(line));
    lines.filter_map(|line| line.split_once("==")).map(|(name, _)| name).collect()
}

/// Returns the lines of one package with its hashes.
fn block(lock: &str, name: &str) -> String {
    let start = format!("{name}==");
    let mut lines = lock.lines().skip_while(|line| !line.starts_with(&start));
    let first = lines.next().into_iter();
    first
        .chain(lines.take_while(|line| line.starts_with(' ')))
        .fold(String::new(), |text, line| text + line + "\n")
}

fn download_size(lock: &str) -> u64 {
    let stated = lock.lines().find_map(|line| line.strip_prefix("# download: "));
    stated.and_then(|line| line.split(' ').next()?.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::tests;

    #[test]
    fn the_lock_states_its_download_and_pins_pip() {
        assert!((20_000_000..100_000_000).contains(&download_size(LOCK)));
        let pip = block(LOCK, "pip");
        assert!(pip.starts_with("pip==") && pip.contains("--hash=sha256:"), "{pip}");
        assert_eq!(packages(&pip), HashSet::from(["pip"]));
        assert!(packages(LOCK).contains("jupyterlab") && !packages(LOCK).contains("pywinpty"));
    }

    #[test]
    fn every_package_of_the_lock_has_a_hash() {
        for lock in [LOCK, tests::LOCK] {
            let lines: Vec<_> = lock.lines().filter(|line| !line.starts_with('#')).collect();
            for pair in lines.windows(2).filter(|pair| pair[0].contains("==")) {
                assert!(pair[1].trim_start().starts_with("--hash=sha256:"), "{} has no hash", pair[0]);
            }
        }
    }

    #[test]
    fn the_tests_lock_holds_only_what_the_other_lacks() {
        assert!(packages(tests::LOCK).contains("jupyter-kernel-test"));
        assert!(packages(tests::LOCK).is_disjoint(&packages(LOCK)));
    }

    #[test]
    fn conda_packages_are_found_by_their_records() {
        let prefix = tempfile::tempdir().unwrap();
        assert!(conda_packages(prefix.path()).is_empty());
        fs::create_dir(prefix.path().join("conda-meta")).unwrap();
        fs::write(prefix.path().join("conda-meta/jupyterlab-4.6.6-pyhd8ed1ab_0.json"), "{}").unwrap();
        assert_eq!(conda_packages(prefix.path()), ["jupyterlab-4.6.6-pyhd8ed1ab_0.json"]);
    }
}
