//! Interrupts: the first asks the cell to stop, the second ends its process.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// Time within which an interrupt and a cell may arrive in the wrong order (they use two sockets) and dates decide.
const CROSSING: Duration = Duration::from_millis(500);

/// The time of a request.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Time at which the kernel read the request.
    pub received: Instant,
    /// Date of sending, by the sender's clock; clocks of clients differ, and some clients send no date.
    pub sent: SystemTime,
}

impl Moment {
    /// Makes the moment of a request that was read now.
    pub fn now(sent: SystemTime) -> Self {
        Self { received: Instant::now(), sent }
    }

    /// Checks whether the cell was sent before an interrupt.
    fn is_before(&self, press: &Self) -> bool {
        let crossed = self.received < press.received + CROSSING
            && self.sent > SystemTime::UNIX_EPOCH
            && self.sent <= press.sent;
        self.received <= press.received || crossed
    }
}

/// The action that an interrupt request calls for.
#[derive(Debug, PartialEq, Eq)]
pub enum InterruptRequest {
    /// No cell runs.
    Idle,
    /// First request: the cell with this number is asked to stop.
    Asked(u64),
    /// Further request: the cell's process must end.
    Again,
}

/// The requests that a cell received.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// True if the cell was interrupted while it ran.
    pub stop: bool,
    /// True if the cell's process was ended.
    pub killed: bool,
    /// True if the cell's question was withdrawn.
    pub question: bool,
}

#[derive(Debug, Default)]
struct State {
    /// Number of the last cell; zero if there was none.
    last: u64,
    running: u64,
    asked: Asked,
    /// Time of the last interrupt.
    pressed: Option<Moment>,
}

/// The interrupt requests to one kernel.
#[derive(Debug)]
pub struct Interrupt {
    file: PathBuf,
    state: Mutex<State>,
}

impl Interrupt {
    /// Makes a state whose stop file is in a kernel's folder.
    pub fn new(folder: &Path) -> Self {
        Self { file: file(folder), state: Mutex::default() }
    }

    /// Begins a cell; returns `false` if an interrupt came after the cell was sent, so that it must not run.
    pub fn begin(&self, cell: Moment) -> bool {
        let mut state = self.lock();
        let _ = fs::remove_file(&self.file);
        if state.pressed.is_some_and(|press| cell.is_before(&press)) {
            return false;
        }
        state.last += 1;
        state.running = state.last;
        state.asked = Asked::default();
        true
    }

    /// Returns the requests to the running cell so far.
    pub fn asked(&self) -> Asked {
        self.lock().asked
    }

    /// Ends the cell and returns the requests to it.
    pub fn end(&self) -> Asked {
        let mut state = self.lock();
        state.running = 0;
        let _ = fs::remove_file(&self.file);
        std::mem::take(&mut state.asked)
    }

    /// Records an interrupt and returns the action to take.
    pub fn press(&self, at: Moment) -> InterruptRequest {
        let mut state = self.lock();
        state.pressed = Some(at);
        if state.running == 0 {
            return InterruptRequest::Idle;
        }
        if state.asked.stop {
            return InterruptRequest::Again;
        }
        state.asked.stop = true;
        let _ = fs::write(&self.file, "");
        InterruptRequest::Asked(state.running)
    }

    /// Checks whether the running cell was asked to stop.
    pub fn is_asked(&self) -> bool {
        self.lock().asked.stop
    }

    /// Checks whether a cell runs.
    pub fn is_busy(&self) -> bool {
        self.lock().running != 0
    }

    /// Checks whether this cell still runs.
    pub fn is_running(&self, cell: u64) -> bool {
        self.lock().running == cell
    }

    /// Records that the running cell's process is being ended.
    pub fn ending(&self) {
        self.lock().asked.killed = true;
    }

    /// Records that the running cell's question was withdrawn.
    pub fn question_withdrawn(&self) {
        self.lock().asked.question = true;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the path of the stop file in a kernel's folder.
pub fn file(folder: &Path) -> PathBuf {
    folder.join("stop")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_count_for_a_moment_only() {
        let folder = tempfile::tempdir().unwrap();
        let interrupt = Interrupt::new(folder.path());
        let start = Instant::now();
        let day = |n: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(86_400 * n);
        let at = |milliseconds, sent| Moment { received: start + Duration::from_millis(milliseconds), sent };
        interrupt.press(at(1000, day(20_000)));
        assert!(!interrupt.begin(at(1200, day(19_999))), "its sockets crossed");
        assert!(interrupt.begin(at(1200, SystemTime::UNIX_EPOCH)), "it tells no date");
        assert!(interrupt.begin(at(1200, day(20_001))));
        assert!(interrupt.begin(at(2000, day(1))), "its clock is slow");
        assert!(!interrupt.begin(at(900, day(20_001))), "its clock is fast");
    }

    #[test]
    fn a_press_reaches_the_running_cell_and_those_sent_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let interrupt = Interrupt::new(folder.path());
        let start = Instant::now();
        let at = |seconds| {
            let sent = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            Moment { received: start + Duration::from_secs(seconds), sent }
        };
        assert_eq!(interrupt.press(at(10)), InterruptRequest::Idle);
        assert!(!file(folder.path()).exists(), "the next cell would stop");
        assert!(!interrupt.begin(at(9)), "sent before the press");
        assert!(interrupt.begin(at(11)));
        assert_eq!(interrupt.press(at(12)), InterruptRequest::Asked(1));
        assert!(file(folder.path()).exists() && interrupt.is_running(1) && interrupt.is_asked());
        assert_eq!(interrupt.press(at(13)), InterruptRequest::Again);
        interrupt.ending();
        assert_eq!(interrupt.end(), Asked { stop: true, killed: true, question: false });
        assert!(!interrupt.begin(at(12)), "queued behind the cell that was stopped");
        assert!(interrupt.begin(at(14)));
        assert!(!file(folder.path()).exists() && !interrupt.is_asked());
        assert_eq!(interrupt.press(at(15)), InterruptRequest::Asked(2));
        assert_eq!(interrupt.end(), Asked { stop: true, ..Asked::default() });
    }
}
