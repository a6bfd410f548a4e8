//! Locks the versions of all dependencies.

use std::fs;
use std::path::Path;

pub use protocol::variables::LOCK_FILE as FILE;

/// Restores the lock file. evcxr starts with a crate without dependencies, and cargo then drops the locked versions;
/// without them it would query the registry for newer ones and compile those.
pub fn restore(manifest: &str) {
    let locked = fs::read_to_string("Cargo.lock").unwrap_or_default();
    if needs_support(manifest)
        && !locked.contains("name = \"support\"")
        && let Some(workspace) = std::env::var_os(FILE)
    {
        let _ = fs::copy(workspace, "Cargo.lock");
    }
}

/// Returns the locked versions in a kernel's folder, without the cells' crate itself: evcxr tries each dependency in a
/// crate of another name, and the file keeps the name of the last one that cargo read.
pub fn versions(folder: &Path) -> String {
    let locked = fs::read_to_string(folder.join("Cargo.lock")).unwrap_or_default();
    let root = |package: &&str| {
        ["ctx", "evcxr_dummy_validate_dep"]
            .iter()
            .any(|name| package.contains(&format!("name = \"{name}\"\n")))
    };
    locked
        .split("[[package]]")
        .filter(|package| !root(package))
        .map(str::trim)
        .collect::<Vec<_>>()
        .join("\n\n")
}

fn needs_support(manifest: &str) -> bool {
    manifest.lines().any(|line| line.trim_start().starts_with("support ="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crate_that_is_locked_does_not_matter() {
        let folder = tempfile::tempdir().unwrap();
        let package = |name: &str, version: &str| {
            format!(
                "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\ndependencies = [\n \"support\",\n]\n\n"
            )
        };
        let versions = |packages: &[(&str, &str)]| {
            let text: String = packages.iter().map(|(name, version)| package(name, version)).collect();
            fs::write(folder.path().join("Cargo.lock"), format!("version = 4\n\n{}", text.trim_end()))
                .unwrap();
            super::versions(folder.path())
        };
        let cells = versions(&[("a", "1.0.0"), ("ctx", "1.0.0"), ("support", "0.1.0")]);
        let trial = versions(&[("a", "1.0.0"), ("evcxr_dummy_validate_dep", "0.0.1"), ("support", "0.1.0")]);
        let last = versions(&[("a", "1.0.0"), ("support", "0.1.0"), ("ctx", "1.0.0")]);
        assert_eq!((&cells, &cells), (&trial, &last));
        assert_ne!(cells, versions(&[("a", "1.0.1"), ("ctx", "1.0.0"), ("support", "0.1.0")]));
    }

    #[test]
    fn a_manifest_tells_whether_cells_need_the_crate() {
        assert!(needs_support("[dependencies]\nsupport = { path = \"../support\" }\n"));
        assert!(!needs_support("[dependencies]\nsupportive = \"1\"\n"));
    }
}
