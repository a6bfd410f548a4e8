//! Builds the kernel's binaries with cargo from this workspace, and copies them to where Jupyter looks for them.

use std::collections::{HashMap, HashSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use protocol::LabPaths;

use crate::error::{At, Error, Result};
use crate::process::{self, Line};
use crate::progress::{Progress, Step, Unit};
use crate::stamp::{self, Inputs};

/// Mean size of a crate's archive in bytes, to estimate cargo's download.
pub const BYTES_PER_CRATE: u64 = 120_000;

/// A binary of the workspace that set-up builds and installs in `.lab/kernel`; its package is in `support`.
struct Binary {
    package: &'static str,
    name: &'static str,
}

/// All such binaries; cargo builds them in one call, so that they share their crates.
const BINARIES: [Binary; 3] = [
    Binary { package: "kernel", name: "kernel" },
    Binary { package: "kernel", name: "evcxr_jupyter" },
    Binary { package: "runner", name: "runner" },
];

/// Returns whether all binaries were built from the current sources.
pub fn is_current(paths: &LabPaths, rustc: &str) -> bool {
    BINARIES.iter().all(|binary| paths.binary(binary.name).exists())
        && stamp::is_current(&paths.state("kernel"), &wanted(paths, rustc))
}

/// Returns the packages of the binaries, each once.
fn packages() -> Vec<&'static str> {
    let mut packages: Vec<_> = BINARIES.iter().map(|binary| binary.package).collect();
    packages.dedup();
    packages
}

fn wanted(paths: &LabPaths, rustc: &str) -> String {
    let mut inputs = Inputs::default().value(rustc);
    for package in packages().into_iter().chain(["protocol"]) {
        inputs = inputs.package(&paths.at("support").join(package));
    }
    let files = [paths.lock_file(), paths.at("Cargo.toml"), paths.cargo_settings()];
    files.iter().fold(inputs, |inputs, file| inputs.contents(file)).stamp()
}

/// Builds and installs the binaries.
pub fn build(paths: &LabPaths, rustc: &str, progress: &Progress) -> Result<()> {
    let stamp = wanted(paths, rustc);
    let step = progress.step("kernel", Unit::Things("crates"));
    fetch_crates(paths, rustc, &step)?;
    let total = crates_of(paths, &packages())?;
    let mut built = HashSet::new();
    let mut binaries = HashMap::new();
    let mut command = process::cargo(paths);
    command.args(["build", "--message-format=json-render-diagnostics"]);
    command.args(packages().iter().flat_map(|package| ["--package", package]));
    command.args(BINARIES.iter().flat_map(|binary| ["--bin", binary.name]));
    process::stream(&mut command, "building the kernel", |line| {
        let Line::Out(line) = line else { return };
        let Ok(message) = serde_json::from_str::<serde_json::Value>(line) else { return };
        if message["reason"] != "compiler-artifact" {
            return;
        }
        let name = message["target"]["name"].as_str().unwrap_or_default();
        // A crate's build script is a separate artifact; the crate counts when its library is built.
        if message["target"]["kind"][0] != "custom-build" {
            built.insert(message["package_id"].as_str().unwrap_or_default().to_owned());
            step.at((built.len() as u64).min(total), total);
            step.note(name);
        }
        if let Some(executable) = message["executable"].as_str() {
            binaries.insert(name.to_owned(), PathBuf::from(executable));
        }
    })?;
    for Binary { package, name } in BINARIES {
        let built = binaries.get(name).ok_or_else(|| Error::Failed {
            what: "building the kernel".to_owned(),
            status: "no binary".to_owned(),
            output: format!("cargo named no executable `{name}` of the package `{package}`"),
        })?;
        install(built, &paths.binary(name))?;
    }
    stamp::write_whole(&paths.state("kernel"), stamp)?;
    step.end(&format!("built, {} crates", built.len()));
    Ok(())
}

/// Copies the binary unless it is the same: a running kernel keeps its own file, and the warm folder stays valid.
fn install(from: &Path, to: &Path) -> Result<()> {
    let new = fs::read(from).at("read", from)?;
    if !fs::read(to).is_ok_and(|old| old == new) {
        stamp::write_whole(to, new)?;
    }
    let rights = fs::metadata(from).at("read", from)?.permissions();
    fs::set_permissions(to, rights).at("make executable", to)
}

fn fetch_crates(paths: &LabPaths, rustc: &str, step: &Step) -> Result<()> {
    let missing = missing_crates(paths).len() as u64;
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: "));
    let mut command = process::cargo(paths);
    command.arg("fetch");
    if let Some(host) = host {
        command.args(["--target", host]);
    }
    let mut fetched = 0;
    process::stream(&mut command, "fetching crates", |line| {
        if let Line::Err(line) = line
            && let Some(name) = line.trim_start().strip_prefix("Downloaded ")
        {
            fetched += 1;
            step.at(fetched.min(missing), missing);
            step.note(&format!("downloaded {name}"));
        }
    })
}

/// Returns the number of crates from which packages are built.
pub fn crates_of(paths: &LabPaths, packages: &[&str]) -> Result<u64> {
    let mut tree = process::cargo(paths);
    tree.args(["tree", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"]);
    tree.args(packages.iter().flat_map(|package| ["--package", package]));
    let listed = process::output(&mut tree, "listing the crates")?;
    Ok(listed.lines().map(|line| line.trim_end_matches(" (*)")).collect::<HashSet<_>>().len() as u64)
}

/// Returns the crates of the lock file that cargo has not downloaded yet.
pub fn missing_crates(paths: &LabPaths) -> Vec<String> {
    let lock = fs::read_to_string(paths.lock_file()).unwrap_or_default();
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo"))).unwrap_or_default();
    let caches = fs::read_dir(home.join("registry/cache")).into_iter().flatten().flatten();
    let have: HashSet<String> = caches
        .flat_map(|cache| fs::read_dir(cache.path()).into_iter().flatten().flatten())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    locked(&lock).into_iter().filter(|name| !have.contains(name)).collect()
}

/// Returns the locked version of a crate.
pub fn version_of(paths: &LabPaths, package: &str) -> Option<String> {
    let lock = fs::read_to_string(paths.lock_file()).ok()?;
    let block = lock.split("[[package]]").find(|block| field(block, "name").as_deref() == Some(package))?;
    field(block, "version")
}

/// Returns the archives of a lock file that this system needs, as far as names show.
fn locked(lock: &str) -> Vec<String> {
    let archive = |block: &str| {
        field(block, "checksum")?;
        Some(format!("{}-{}.crate", field(block, "name")?, field(block, "version")?))
    };
    lock.split("[[package]]").filter_map(archive).filter(|name| !name.starts_with("win")).collect()
}

/// Returns a field of one package in a lock file.
fn field(block: &str, name: &str) -> Option<String> {
    let line = block.lines().find_map(|line| line.strip_prefix(&format!("{name} = \"")))?;
    Some(line.trim_end_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_file_names_its_archives_but_not_our_own_packages() {
        let lock = "version = 4\n\n[[package]]\nname = \"lab\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"serde\"\n\
                    version = \"1.0.2\"\nsource = \"registry\"\nchecksum = \"ab\"\n";
        assert_eq!(locked(lock), ["serde-1.0.2.crate"]);
    }

    #[test]
    fn the_same_binary_is_not_copied_again() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("built"), folder.path().join("kernel/kernel"));
        fs::write(&from, "one").unwrap();
        install(&from, &to).unwrap();
        let first = fs::metadata(&to).unwrap().modified().unwrap();
        install(&from, &to).unwrap();
        assert_eq!(first, fs::metadata(&to).unwrap().modified().unwrap());
        fs::write(&from, "two").unwrap();
        install(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(&to).unwrap(), "two");
    }
}
