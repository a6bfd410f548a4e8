//! The kernel: built by cargo from this workspace, copied to where Jupyter looks for it.

use std::collections::HashSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{At, Error, Result};
use crate::paths::Paths;
use crate::process::{self, Line};
use crate::progress::{Progress, Step, Unit};
use crate::stamp::{self, Inputs};

/// The mean size of a crate's archive, for saying beforehand what cargo will download.
pub const BYTES_PER_CRATE: u64 = 120_000;

/// Whether the kernel was built from what lies here now.
pub fn is_current(paths: &Paths, rustc: &str) -> bool {
    paths.kernel().exists() && stamp::is_current(&paths.state("kernel"), &wanted(paths, rustc))
}

fn wanted(paths: &Paths, rustc: &str) -> String {
    let inputs = Inputs::default().value(rustc).folder(&paths.at("support/kernel/src"));
    let files = ["support/kernel/Cargo.toml", "Cargo.lock", "Cargo.toml", ".cargo/config.toml"];
    files.iter().fold(inputs, |inputs, file| inputs.file(&paths.at(file))).stamp()
}

/// Builds it.
pub fn build(paths: &Paths, rustc: &str, progress: &Progress) -> Result<()> {
    let stamp = wanted(paths, rustc);
    let step = progress.step("kernel", Unit::Things("crates"));
    fetch_crates(paths, rustc, &step)?;
    let total = crates_of(paths, "kernel")?;
    let mut built = HashSet::new();
    let mut binary = None;
    let mut command = process::cargo(paths);
    command.args([
        "build",
        "--package",
        "kernel",
        "--bin",
        "kernel",
        "--message-format=json-render-diagnostics",
    ]);
    process::stream(&mut command, "building the kernel", |line| {
        let Line::Out(line) = line else { return };
        let Ok(message) = serde_json::from_str::<serde_json::Value>(line) else { return };
        if message["reason"] != "compiler-artifact" {
            return;
        }
        let name = message["target"]["name"].as_str().unwrap_or_default();
        // A crate's build script is an artifact of its own; the crate counts when its library is there.
        if message["target"]["kind"][0] != "custom-build" {
            built.insert(message["package_id"].as_str().unwrap_or_default().to_owned());
            step.at((built.len() as u64).min(total), total);
            step.note(name);
        }
        if name == "kernel" {
            binary = message["executable"].as_str().map(PathBuf::from).or(binary.take());
        }
    })?;
    let binary = binary.ok_or_else(|| Error::Failed {
        what: "building the kernel".to_owned(),
        status: "no binary".to_owned(),
        output: "cargo named no executable for the package `kernel`".to_owned(),
    })?;
    install(&binary, &paths.kernel())?;
    stamp::write_whole(&paths.state("kernel"), stamp)?;
    step.end(&format!("built, {} crates", built.len()));
    Ok(())
}

/// Copies the binary unless it is the same: a running kernel keeps its own, and the warm folder stays valid.
fn install(from: &Path, to: &Path) -> Result<()> {
    let new = fs::read(from).at("read", from)?;
    if !fs::read(to).is_ok_and(|old| old == new) {
        stamp::write_whole(to, new)?;
    }
    let rights = fs::metadata(from).at("read", from)?.permissions();
    fs::set_permissions(to, rights).at("make executable", to)
}

fn fetch_crates(paths: &Paths, rustc: &str, step: &Step) -> Result<()> {
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

/// How many crates a package is built from.
pub fn crates_of(paths: &Paths, package: &str) -> Result<u64> {
    let mut tree = process::cargo(paths);
    tree.args([
        "tree",
        "--package",
        package,
        "--edges",
        "normal,build",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]);
    let listed = process::output(&mut tree, "listing the crates")?;
    Ok(listed.lines().map(|line| line.trim_end_matches(" (*)")).collect::<HashSet<_>>().len() as u64)
}

/// The crates of the lock file that cargo has not downloaded yet.
pub fn missing_crates(paths: &Paths) -> Vec<String> {
    let lock = fs::read_to_string(paths.at("Cargo.lock")).unwrap_or_default();
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo"))).unwrap_or_default();
    let caches = fs::read_dir(home.join("registry/cache")).into_iter().flatten().flatten();
    let have: HashSet<String> = caches
        .flat_map(|cache| fs::read_dir(cache.path()).into_iter().flatten().flatten())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    locked(&lock).into_iter().filter(|name| !have.contains(name)).collect()
}

/// The archives that a lock file asks for and this system needs, as far as names tell.
fn locked(lock: &str) -> Vec<String> {
    let field = |block: &str, name: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(&format!("{name} = \"")))?;
        Some(line.trim_end_matches('"').to_owned())
    };
    let archive = |block: &str| {
        field(block, "checksum")?;
        Some(format!("{}-{}.crate", field(block, "name")?, field(block, "version")?))
    };
    lock.split("[[package]]").filter_map(archive).filter(|name| !name.starts_with("win")).collect()
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
