//! Stamps: a part of set-up is up to date while the hash of its inputs equals its stamp.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use protocol::LabPaths;
use protocol::fingerprint::{self, Reading};

use crate::error::{At, Result};

/// Hashes the inputs of one part.
#[derive(Debug, Default)]
pub struct Inputs(DefaultHasher);

impl Inputs {
    /// Adds a value.
    pub fn value(mut self, value: impl Hash) -> Self {
        value.hash(&mut self.0);
        self
    }

    /// Adds the contents of a file, or of all files below a folder; a missing file has a hash of its own.
    pub fn contents(mut self, path: &Path) -> Self {
        fingerprint::of_path(path, Reading::Contents, &mut self.0);
        self
    }

    /// Adds a big file by its size and time: this is quick, and enough for a file that only set-up writes.
    pub fn metadata(mut self, path: &Path) -> Self {
        fingerprint::of_path(path, Reading::Metadata, &mut self.0);
        self
    }

    /// Adds the manifest and the sources of a package.
    pub fn package(mut self, folder: &Path) -> Self {
        fingerprint::of_package(folder, Reading::Contents, &mut self.0);
        self
    }

    /// Adds the sources of the library `support` and of the packages compiled into it.
    pub fn support(mut self, paths: &LabPaths) -> Self {
        fingerprint::of_support(&paths.at("support"), Reading::Contents, &mut self.0);
        self
    }

    /// Returns the text of the stamp.
    pub fn stamp(self) -> String {
        format!("{:016x}", self.0.finish())
    }
}

/// Returns whether the stamp at `path` is `wanted`.
pub fn is_current(path: &Path, wanted: &str) -> bool {
    fs::read_to_string(path).is_ok_and(|found| found == wanted)
}

/// Writes a file so that it is complete or absent.
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
    fn a_stamp_tells_changed_inputs() {
        let folder = tempfile::tempdir().unwrap();
        let paths = LabPaths::new(folder.path());
        let stamps = || {
            let inputs = |add: fn(Inputs, &Path) -> Inputs| {
                add(Inputs::default(), &folder.path().join("support")).stamp()
            };
            let support = Inputs::default().support(&paths).stamp();
            [inputs(Inputs::contents), inputs(Inputs::package), support, Inputs::default().value(1).stamp()]
        };
        let before = stamps();
        assert_eq!(before, stamps());
        fs::create_dir_all(folder.path().join("support/src")).unwrap();
        fs::write(folder.path().join("support/src/lib.rs"), "1").unwrap();
        let after = stamps();
        assert!(before[..3].iter().zip(&after).all(|(before, after)| before != after));
        assert_eq!(before[3], after[3]);
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
