//! Stamps: a part of set-up is up to date as long as its inputs hash to what is written in its stamp.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use crate::error::{At, Result};

/// Gathers the inputs of one part.
#[derive(Debug, Default)]
pub struct Inputs(DefaultHasher);

impl Inputs {
    /// Adds a value.
    pub fn value(mut self, value: impl Hash) -> Self {
        value.hash(&mut self.0);
        self
    }

    /// Adds a file's name and contents; a missing file counts as such.
    pub fn file(self, path: &Path) -> Self {
        let contents = fs::read(path).ok();
        self.value((path, contents))
    }

    /// Adds all files below a folder, in the order of their names.
    pub fn folder(mut self, path: &Path) -> Self {
        let Ok(entries) = fs::read_dir(path) else { return self.value(path) };
        let mut inside: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        inside.sort();
        for entry in inside {
            self = if entry.is_dir() { self.folder(&entry) } else { self.file(&entry) };
        }
        self
    }

    /// Adds a big file by its size and time, which is quick and enough for one that only set-up writes.
    pub fn glance(self, path: &Path) -> Self {
        let seen = fs::metadata(path).ok().map(|m| (m.len(), m.modified().ok()));
        self.value((path, seen))
    }

    /// What a stamp holds.
    pub fn stamp(self) -> String {
        format!("{:016x}", self.0.finish())
    }
}

/// Whether the stamp at `path` is `wanted`.
pub fn is_current(path: &Path, wanted: &str) -> bool {
    fs::read_to_string(path).is_ok_and(|found| found == wanted)
}

/// Writes a file so that it is there whole or not at all.
pub fn write_whole(path: &Path, contents: impl AsRef<[u8]>) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).at("create", folder)?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let unfinished = path.with_file_name(name);
    fs::write(&unfinished, contents).at("write", &unfinished)?;
    fs::rename(&unfinished, path).at("write", path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_tells_a_changed_an_added_and_a_renamed_file() {
        let folder = tempfile::tempdir().unwrap();
        let stamp = || Inputs::default().folder(folder.path()).stamp();
        fs::create_dir(folder.path().join("src")).unwrap();
        fs::write(folder.path().join("src/a"), "1").unwrap();
        let first = stamp();
        assert_eq!(first, stamp());
        fs::write(folder.path().join("src/a"), "2").unwrap();
        let changed = stamp();
        assert_ne!(first, changed);
        fs::write(folder.path().join("src/b"), "").unwrap();
        let added = stamp();
        assert_ne!(changed, added);
        fs::rename(folder.path().join("src/b"), folder.path().join("src/c")).unwrap();
        assert_ne!(added, stamp());
    }

    #[test]
    fn a_missing_stamp_is_not_current() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/part");
        assert!(!is_current(&path, "x"));
        write_whole(&path, "x").unwrap();
        assert!(is_current(&path, "x"));
        assert!(!is_current(&path, "y"));
    }
}
