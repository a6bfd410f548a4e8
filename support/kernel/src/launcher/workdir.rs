//! A kernel's own folder: made at its start, removed at its end, or by a later kernel if this one was killed.

use std::fs::{self, File, TryLockError};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::parent_id;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use super::clone::clone_tree;
use crate::toolchain;
use protocol::LabPaths;

/// File locked by the running kernel; the system releases the lock however the kernel ends.
const LOCK: &str = "kernel.lock";

/// Interval between checks of the parent process.
const INTERVAL: Duration = Duration::from_millis(500);

/// Age below which a folder may belong to a kernel that has not locked it yet.
const GRACE: Duration = Duration::from_secs(60);

/// Clones the warm folder for the kernel with this process's number.
pub fn make(lab: &LabPaths) -> Result<PathBuf> {
    let folder = make_empty(lab)?;
    clone_tree(&lab.warm(), &folder)?;
    toolchain::clone_calls(&lab.warm(), &folder);
    Ok(folder)
}

/// Makes the folder with only its lock file.
pub fn make_empty(lab: &LabPaths) -> Result<PathBuf> {
    sweep(&lab.kernels());
    let folder = lab.kernels().join(std::process::id().to_string());
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(lab.kernels())?;
    // Only the user may read a notebook's code and values.
    fs::DirBuilder::new().mode(0o700).create(&folder)?;
    File::create(folder.join(LOCK))?;
    Ok(folder)
}

/// A folder in use; dropping it removes the folder.
pub struct WorkdirLock {
    folder: PathBuf,
    _lock: File,
}

/// Locks the folder that [`make`] made before this process became the kernel proper.
pub fn hold(folder: &Path) -> Result<WorkdirLock> {
    let lock = File::create(folder.join(LOCK)).context("the kernel's folder is gone")?;
    lock.lock()?;
    Ok(WorkdirLock { folder: folder.to_path_buf(), _lock: lock })
}

impl Drop for WorkdirLock {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Returns when the process `parent`, which started this one, has ended.
pub fn wait_for_end_of_parent(parent: u32) {
    while parent_id() == parent {
        thread::sleep(INTERVAL);
    }
}

/// Removes the folders of kernels that have ended. A later start removes those that cannot be removed now.
fn sweep(kernels: &Path) {
    for entry in fs::read_dir(kernels).into_iter().flatten().flatten() {
        if abandoned(&entry.path()).unwrap_or(false) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn abandoned(folder: &Path) -> std::io::Result<bool> {
    let Ok(lock) = File::open(folder.join(LOCK)) else {
        return old(folder);
    };
    match lock.try_lock() {
        Ok(()) => old(&folder.join(LOCK)),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn old(path: &Path) -> std::io::Result<bool> {
    Ok(fs::metadata(path)?.modified()?.elapsed().is_ok_and(|age| age > GRACE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aged(folder: &Path) -> Result<()> {
        let then = std::time::SystemTime::now() - 2 * GRACE;
        File::options().write(true).open(folder.join(LOCK))?.set_modified(then)?;
        Ok(())
    }

    #[test]
    fn sweeping_takes_the_dead_and_leaves_the_living() -> Result<()> {
        let kernels = tempfile::tempdir()?;
        let [living, dead, starting] = ["1", "2", "3"].map(|name| kernels.path().join(name));
        for folder in [&living, &dead, &starting] {
            fs::create_dir(folder)?;
            File::create(folder.join(LOCK))?;
        }
        let held = hold(&living)?;
        aged(&living)?;
        aged(&dead)?;
        sweep(kernels.path());
        assert!(living.exists(), "a running kernel lost its folder");
        assert!(starting.exists(), "a starting kernel lost its folder");
        assert!(!dead.exists(), "a dead kernel's folder stays");
        drop(held);
        assert!(!living.exists(), "an ended kernel's folder stays");
        Ok(())
    }
}
