//! `cargo lab clean`: removes what set-up and `run` made, and nothing else.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use protocol::LabPaths;

use crate::error::{At, Result};
use crate::progress::bytes;

/// Removes `.lab` and the pages.
pub fn clean(paths: &LabPaths) -> Result<ExitCode> {
    let mut freed = 0;
    for folder in [paths.lab(), paths.site(), paths.at("target/site.new"), paths.at("target/lab")] {
        freed += remove(&folder)?;
    }
    println!(
        "Removed .lab and target/site: {} freed. cargo's own builds stay; `cargo clean` removes them.",
        bytes(freed)
    );
    Ok(ExitCode::SUCCESS)
}

/// Removes a folder of `cargo lab`. A link is removed as such, without its target.
fn remove(folder: &Path) -> Result<u64> {
    let Ok(found) = fs::symlink_metadata(folder) else { return Ok(0) };
    if !found.is_dir() {
        fs::remove_file(folder).at("remove", folder)?;
        return Ok(0);
    }
    let size = size(folder);
    fs::remove_dir_all(folder).at("remove", folder)?;
    Ok(size)
}

/// Returns the total size of the files below a folder, links not followed.
fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let each = entries.map(|entry| match entry.metadata() {
        Ok(found) if found.is_dir() => size(&entry.path()),
        Ok(found) => found.len(),
        Err(_) => 0,
    });
    each.sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn nothing_outside_is_touched() {
        let root = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("libtorch.so"), "theirs").unwrap();
        let paths = LabPaths::new(root.path());
        fs::create_dir_all(paths.lab()).unwrap();
        fs::write(paths.lab().join("file"), vec![0; 5000]).unwrap();
        symlink(outside.path(), paths.libtorch()).unwrap();
        fs::create_dir_all(paths.notebooks()).unwrap();
        clean(&paths).unwrap();
        assert!(!paths.lab().exists());
        assert!(paths.notebooks().exists());
        assert!(outside.path().join("libtorch.so").exists());
        // The second call finds no folders.
        clean(&paths).unwrap();
    }

    #[test]
    fn what_is_removed_is_counted() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("x/y");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("file"), vec![0; 5000]).unwrap();
        assert_eq!(remove(&root.path().join("x")).unwrap(), 5000);
    }
}
