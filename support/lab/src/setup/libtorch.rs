//! Installs libtorch: the user's, the conda environment's, or the parts of the pinned wheels.

use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use protocol::LabPaths;
use serde::Deserialize;

use crate::environment::Environment;
use crate::error::{At, Error, Result};
use crate::process::{self, Line};
use crate::progress::{Progress, Unit, bytes};
use crate::stamp;

/// Pinned parts of wheels, by platform. fetch.py reads the same file.
const PINS: &str = include_str!("../../pins/libtorch.json");

/// The state of libtorch.
#[derive(Debug, PartialEq, Eq)]
pub enum State {
    /// `.lab/libtorch` is up to date.
    Ready,
    /// An existing libtorch can be linked: its folder and its owner.
    Link(PathBuf, &'static str),
    /// libtorch must be downloaded.
    Fetch { bytes: u64, platform: String },
}

#[derive(Debug, Deserialize)]
struct Pins {
    platforms: std::collections::BTreeMap<String, Platform>,
}

#[derive(Debug, Deserialize)]
struct Platform {
    wheels: Vec<Wheel>,
}

#[derive(Debug, Deserialize)]
struct Wheel {
    bytes: u64,
}

/// Checks LIBTORCH, the active conda environment and `.lab/libtorch`, in order of precedence.
pub fn look(paths: &LabPaths, environment: &Environment, cuda: bool) -> Result<State> {
    let wanted = environment.version("libtorch")?;
    let fits = |folder: &Path| version(folder).as_deref() == Some(wanted) && (!cuda || has_cuda(folder));
    let own = process::users_libtorch(paths);
    let conda = env::var_os("CONDA_PREFIX").map(PathBuf::from);
    for (folder, whose) in [(own, "LIBTORCH"), (conda, "the conda environment")] {
        let Some(folder) = folder else { continue };
        if fits(&folder) {
            let same = paths.libtorch().canonicalize().ok() == folder.canonicalize().ok();
            return Ok(if same { State::Ready } else { State::Link(folder, whose) });
        }
    }
    if fits(&paths.libtorch()) {
        return Ok(State::Ready);
    }
    let platform = platform(cuda);
    let pins: Pins = serde_json::from_str(PINS).map_err(|error| Error::Libtorch(error.to_string()))?;
    let Some(pinned) = pins.platforms.get(&platform) else {
        return Err(Error::NoLibtorch(platform, wanted.to_owned()));
    };
    let already =
        if fits(&folder_of(paths, cuda)) { pinned.wheels.iter().map(|wheel| wheel.bytes).sum() } else { 0 };
    let all: u64 = pinned.wheels.iter().map(|wheel| wheel.bytes).sum();
    let parts = downloaded(&paths.downloads());
    Ok(State::Fetch { bytes: all.saturating_sub(already + parts), platform })
}

/// Returns a message for a user whose LIBTORCH cannot be used.
pub fn refused(paths: &LabPaths, environment: &Environment, cuda: bool) -> Option<String> {
    let wanted = environment.version("libtorch").ok()?;
    let own = process::users_libtorch(paths)?;
    let found = version(&own);
    if found.as_deref() == Some(wanted) && (!cuda || has_cuda(&own)) {
        return None;
    }
    let found =
        found.map_or("no libtorch with its headers".to_owned(), |version| format!("libtorch {version}"));
    let wanted = format!("{wanted}{}", if cuda { " for CUDA" } else { "" });
    Some(format!("LIBTORCH is not used: {} has {found}, and {wanted} is needed", own.display()))
}

fn platform(cuda: bool) -> String {
    format!("{}-{}{}", env::consts::OS, env::consts::ARCH, if cuda { "-cuda" } else { "" })
}

/// Returns the folder of a downloaded libtorch; `.lab/libtorch` links to it, so that a switch to another is quick.
fn folder_of(paths: &LabPaths, cuda: bool) -> PathBuf {
    paths.at(if cuda { ".lab/libtorch-cuda" } else { ".lab/libtorch-cpu" })
}

/// Returns the number of bytes that an earlier call downloaded without finishing.
fn downloaded(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let parts = entries.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "part"));
    parts.filter_map(|part| Some(part.metadata().ok()?.len())).sum()
}

/// Returns the version of the libtorch in a folder, if programs can be built with it.
pub fn version(folder: &Path) -> Option<String> {
    let header = fs::read_to_string(folder.join("include/torch/headeronly/version.h"))
        .or_else(|_| fs::read_to_string(folder.join("include/torch/csrc/api/include/torch/version.h")))
        .ok()?;
    let library = format!("lib/libtorch_cpu{}", env::consts::DLL_SUFFIX);
    if !folder.join(library).exists() {
        return None;
    }
    let part = |name: &str| {
        let line =
            header.lines().find_map(|line| line.strip_prefix(&format!("#define TORCH_VERSION_{name} ")))?;
        Some(line.trim().to_owned())
    };
    Some(format!("{}.{}.{}", part("MAJOR")?, part("MINOR")?, part("PATCH")?))
}

/// Checks whether a libtorch supports CUDA devices.
pub fn has_cuda(folder: &Path) -> bool {
    folder.join("lib/libtorch_cuda.so").exists()
}

/// Returns a text that identifies the libtorch in use.
pub fn identity(paths: &LabPaths) -> String {
    let place = paths.libtorch().canonicalize().unwrap_or_default();
    format!("{} {:?} {}", place.display(), version(&place), has_cuda(&place))
}

/// Links or downloads the libtorch that `look` found missing.
pub fn install(
    paths: &LabPaths,
    state: &State,
    environment: &Environment,
    python: &Path,
    progress: &Progress,
) -> Result<()> {
    let target = match state {
        State::Ready => return remember(paths),
        State::Link(folder, whose) => {
            progress.say(&format!("  {:20} {} of {whose}", "libtorch", environment.version("libtorch")?));
            folder.clone()
        }
        State::Fetch { platform, .. } => {
            let cuda = platform.ends_with("-cuda");
            let folder = folder_of(paths, cuda);
            if version(&folder).as_deref() != Some(environment.version("libtorch")?) {
                fetch(paths, platform, &folder, environment, python, progress)?;
            }
            PathBuf::from(folder.file_name().unwrap_or_default())
        }
    };
    link(paths, &target)?;
    remember(paths)
}

fn fetch(
    paths: &LabPaths,
    platform: &str,
    folder: &Path,
    environment: &Environment,
    python: &Path,
    progress: &Progress,
) -> Result<()> {
    let step = progress.step("libtorch", Unit::Bytes);
    let staging = paths.downloads().join(platform);
    let mut command = process::command(paths, python);
    command.arg(paths.script("fetch.py")).arg(paths.at("support/lab/pins/libtorch.json")).arg(platform);
    command.arg(&staging).arg(paths.downloads()).env("PYTHONDONTWRITEBYTECODE", "1");
    let (mut said, mut total) = (None, 0);
    let done = process::stream(&mut command, "fetching libtorch", |line| {
        let Line::Out(line) = line else { return };
        let Ok(message) = serde_json::from_str::<serde_json::Value>(line) else { return };
        if let (Some(done), Some(all)) = (message["done"].as_u64(), message["total"].as_u64()) {
            total = all;
            step.at(done.min(all), all);
        }
        if let Some(note) = message["note"].as_str() {
            progress.say(note);
        }
        said = message["error"].as_str().map(str::to_owned).or(said.take());
    });
    match (done, said) {
        (_, Some(said)) => return Err(Error::Libtorch(said)),
        (Err(error), None) => return Err(error),
        (Ok(()), None) => {}
    }
    // torch-sys compares this file with the version that it supports.
    stamp::write_whole(&staging.join("build-version"), environment.version("libtorch")?)?;
    if folder.exists() {
        fs::remove_dir_all(folder).at("remove", folder)?;
    }
    fs::rename(&staging, folder).at("move libtorch to", folder)?;
    step.end(&format!("{} for {platform}, {} fetched", environment.version("libtorch")?, bytes(total)));
    Ok(())
}

/// Points `.lab/libtorch` at a folder, in one step.
fn link(paths: &LabPaths, target: &Path) -> Result<()> {
    let place = paths.libtorch();
    if place.is_dir() && !place.is_symlink() {
        // Only a manual set-up leaves a folder here; it does not fit, or no link to another would be made.
        fs::remove_dir_all(&place).at("remove", &place)?;
    }
    let unfinished = paths.at(".lab/libtorch.new");
    let _ = fs::remove_file(&unfinished);
    symlink(target, &unfinished).at("link", &unfinished)?;
    fs::rename(&unfinished, &place).at("link", &place)
}

/// Records the libtorch in use. Cargo watches the name LIBTORCH, not its target: a change requires new bindings.
fn remember(paths: &LabPaths) -> Result<()> {
    let (path, now) = (paths.state("libtorch"), identity(paths));
    let before = fs::read_to_string(&path).ok();
    if before.as_ref().is_some_and(|before| *before != now) {
        let _ = process::output(process::cargo(paths).args(["clean", "-p", "torch-sys"]), "cargo clean");
    }
    if before.as_ref() != Some(&now) { stamp::write_whole(&path, now) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn make(folder: &Path, patch: &str) {
        let header = folder.join("include/torch/headeronly");
        fs::create_dir_all(&header).unwrap();
        fs::create_dir_all(folder.join("lib")).unwrap();
        let text = format!(
            "#define TORCH_VERSION_MAJOR 2\n#define TORCH_VERSION_MINOR 13\n#define TORCH_VERSION_PATCH {patch}\n"
        );
        fs::write(header.join("version.h"), text).unwrap();
    }

    #[test]
    fn a_version_needs_headers_and_the_library() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(version(folder.path()), None);
        make(folder.path(), "0");
        assert_eq!(version(folder.path()), None);
        fs::write(folder.path().join(format!("lib/libtorch_cpu{}", env::consts::DLL_SUFFIX)), "").unwrap();
        assert_eq!(version(folder.path()).as_deref(), Some("2.13.0"));
        assert!(!has_cuda(folder.path()));
    }

    #[test]
    fn a_link_replaces_a_link_and_a_folder() {
        let root = tempfile::tempdir().unwrap();
        let paths = LabPaths::new(root.path());
        fs::create_dir_all(paths.libtorch().join("lib")).unwrap();
        for target in ["libtorch-cpu", "libtorch-cuda"] {
            link(&paths, Path::new(target)).unwrap();
            assert_eq!(fs::read_link(paths.libtorch()).unwrap(), Path::new(target));
        }
    }

    #[test]
    fn every_platform_is_pinned_and_of_the_promised_size() {
        let pins: Pins = serde_json::from_str(PINS).unwrap();
        for (platform, most) in [
            ("linux-x86_64", 200_000_000),
            ("linux-aarch64", 200_000_000),
            ("macos-aarch64", 200_000_000),
            ("linux-x86_64-cuda", 3_000_000_000),
        ] {
            let size: u64 = pins.platforms[platform].wheels.iter().map(|wheel| wheel.bytes).sum();
            assert!(size > 50_000_000 && size < most, "{platform}: {size}");
        }
    }
}
