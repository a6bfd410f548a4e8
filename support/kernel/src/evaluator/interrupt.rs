//! The stop button: first it asks, then it ends the process.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Where a running loop looks whether it should stop; `support::stop_requested` does.
pub const FILE: &str = "KERNEL_STOP_FILE";

/// What a press means.
#[derive(Debug, PartialEq, Eq)]
pub enum InterruptRequest {
    /// Nothing runs.
    Idle,
    /// The first: the cell with this number is asked to stop.
    Asked(u64),
    /// Another: its process is to end.
    Again,
}

/// The requests of one kernel. Cells are counted; zero is none.
#[derive(Debug)]
pub struct Interrupt {
    file: PathBuf,
    last: AtomicU64,
    running: AtomicU64,
    asked: AtomicU64,
    ended: AtomicU64,
}

impl Interrupt {
    /// With the file in a kernel's folder.
    pub fn new(folder: &Path) -> Self {
        let zero = || AtomicU64::new(0);
        Self { file: file(folder), last: zero(), running: zero(), asked: zero(), ended: zero() }
    }

    /// A cell begins, and nobody asked it to stop yet.
    pub fn begin(&self) {
        let _ = fs::remove_file(&self.file);
        self.running.store(self.last.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
    }

    /// The cell is over. Returns whether its process had to be ended.
    pub fn end(&self) -> bool {
        let cell = self.running.swap(0, Ordering::SeqCst);
        let _ = fs::remove_file(&self.file);
        cell != 0 && self.ended.load(Ordering::SeqCst) == cell
    }

    /// The button was pressed.
    pub fn press(&self) -> InterruptRequest {
        match self.running.load(Ordering::SeqCst) {
            0 => InterruptRequest::Idle,
            cell if self.asked.swap(cell, Ordering::SeqCst) == cell => InterruptRequest::Again,
            cell => {
                let _ = fs::write(&self.file, "");
                InterruptRequest::Asked(cell)
            }
        }
    }

    /// Whether this cell still runs.
    pub fn is_running(&self, cell: u64) -> bool {
        self.running.load(Ordering::SeqCst) == cell
    }

    /// Remembers that the running cell's process is being ended.
    pub fn ending(&self) {
        self.ended.store(self.running.load(Ordering::SeqCst), Ordering::SeqCst);
    }
}

/// The file, in a kernel's folder.
pub fn file(folder: &Path) -> PathBuf {
    folder.join("stop")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_press_reaches_the_running_cell_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let stop = Interrupt::new(folder.path());
        assert_eq!(stop.press(), InterruptRequest::Idle);
        assert!(!file(folder.path()).exists(), "the next cell would stop");
        stop.begin();
        assert_eq!(stop.press(), InterruptRequest::Asked(1));
        assert!(file(folder.path()).exists() && stop.is_running(1));
        assert_eq!(stop.press(), InterruptRequest::Again);
        stop.ending();
        assert!(stop.end());
        stop.begin();
        assert!(!file(folder.path()).exists());
        assert_eq!(stop.press(), InterruptRequest::Asked(2));
        assert!(!stop.end());
    }
}
