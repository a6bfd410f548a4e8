//! Fingerprints of files and folders: a hash that changes when one of them does.
//!
//! There are two readings. [`Reading::Metadata`] takes a fraction of a millisecond per crate and is for every cell;
//! [`Reading::Contents`] does not change when a file is rewritten with the same contents, and is for set-up.

use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

/// The property of a file that is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Size and time of the last change.
    Metadata,
    /// Contents of the file.
    Contents,
}

/// Parts of a package from which its library is compiled.
const PARTS: [&str; 4] = ["Cargo.toml", "build.rs", "src", "assets"];
/// Packages below `support` that are compiled into it.
const BELOW_SUPPORT: [&str; 1] = ["protocol"];

/// Hashes the sources of the library `support` at `folder`, and of the packages that are compiled into it.
pub fn of_support(folder: &Path, reading: Reading, hasher: &mut impl Hasher) {
    of_package(folder, reading, hasher);
    for package in BELOW_SUPPORT {
        of_package(&folder.join(package), reading, hasher);
    }
}

/// Hashes the sources of the package at `folder`, without those of packages below it.
pub fn of_package(folder: &Path, reading: Reading, hasher: &mut impl Hasher) {
    for part in PARTS {
        of_path(&folder.join(part), reading, hasher);
    }
}

/// Hashes a file, or all files below a folder in the order of their names. A missing file has a hash of its own.
pub fn of_path(path: &Path, reading: Reading, hasher: &mut impl Hasher) {
    path.hash(hasher);
    let found = fs::metadata(path).ok();
    match (&found, reading) {
        (Some(found), _) if found.is_dir() => {
            let mut below: Vec<PathBuf> =
                fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
            below.sort();
            below.iter().for_each(|path| of_path(path, reading, hasher));
        }
        (_, Reading::Metadata) => found.map(|found| (found.len(), found.modified().ok())).hash(hasher),
        (_, Reading::Contents) => fs::read(path).ok().hash(hasher),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::env;
    use std::hash::DefaultHasher;
    use std::time::{Duration, SystemTime};

    /// Makes an empty folder for one test, without a crate for temporary folders.
    fn folder(name: &str) -> PathBuf {
        let folder = env::temp_dir().join(format!("fingerprint-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn support(folder: &Path, reading: Reading) -> u64 {
        let mut hasher = DefaultHasher::new();
        of_support(folder, reading, &mut hasher);
        hasher.finish()
    }

    #[test]
    fn changed_new_lost_and_renamed_files_are_noticed() {
        for reading in [Reading::Metadata, Reading::Contents] {
            let folder = folder(&format!("{reading:?}"));
            for file in ["src/plot/axis.rs", "protocol/src/lib.rs", "protocol/Cargo.toml"] {
                let file = folder.join(file);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(&file, "1").unwrap();
                let first = support(&folder, reading);
                assert_eq!(first, support(&folder, reading));
                fs::write(&file, "22").unwrap();
                let changed = support(&folder, reading);
                assert_ne!(first, changed, "{reading:?} of {}", file.display());
                let new = file.with_file_name("new.rs");
                fs::rename(&file, &new).unwrap();
                assert_ne!(changed, support(&folder, reading));
                fs::rename(&new, &file).unwrap();
                assert_eq!(changed, support(&folder, reading));
            }
            fs::remove_dir_all(folder).unwrap();
        }
    }

    #[test]
    fn files_that_are_not_compiled_do_not_count() {
        let folder = folder("others");
        let before = support(&folder, Reading::Metadata);
        for file in ["kernel/src/main.rs", "tests/plot.rs", "protocol/tests/a.rs", "README.md"] {
            let file = folder.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, "1").unwrap();
        }
        assert_eq!(before, support(&folder, Reading::Metadata));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn only_metadata_sees_that_a_file_was_written_anew() {
        let folder = folder("times");
        fs::create_dir(folder.join("src")).unwrap();
        let file = folder.join("src/lib.rs");
        fs::write(&file, "1").unwrap();
        let [metadata, contents] = [Reading::Metadata, Reading::Contents].map(|r| support(&folder, r));
        let later = SystemTime::now() + Duration::from_secs(5);
        fs::File::options().write(true).open(&file).unwrap().set_modified(later).unwrap();
        assert_ne!(metadata, support(&folder, Reading::Metadata));
        assert_eq!(contents, support(&folder, Reading::Contents));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_packages_compiled_into_support_are_those_of_its_manifest() {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("Cargo.toml");
        let text = fs::read_to_string(manifest).unwrap();
        let dependencies = text.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
        let below = dependencies.lines().filter_map(|line| line.split("path = \"").nth(1)?.split('"').next());
        assert_eq!(below.collect::<Vec<_>>(), BELOW_SUPPORT);
    }
}
