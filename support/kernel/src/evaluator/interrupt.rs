//! The stop button: first it asks, then it ends the process.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// A press may be read before a cell that was sent earlier, on another socket; within this time dates decide.
const CROSSING: Duration = Duration::from_millis(500);

/// The moment of a request.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// When the kernel read it.
    pub received: Instant,
    /// When it was sent, by the sender's clock; clients may have several, and some tell no date.
    pub sent: SystemTime,
}

impl Moment {
    /// A request that was read now.
    pub fn now(sent: SystemTime) -> Self {
        Self { received: Instant::now(), sent }
    }

    /// Whether it comes before a press.
    fn is_before(&self, press: &Self) -> bool {
        let crossed = self.received < press.received + CROSSING
            && self.sent > SystemTime::UNIX_EPOCH
            && self.sent <= press.sent;
        self.received <= press.received || crossed
    }
}

/// Says what a press asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum InterruptRequest {
    /// Nothing runs.
    Idle,
    /// The first press: the cell with this number is asked to stop.
    Asked(u64),
    /// Another press: its process is to end.
    Again,
}

/// What was asked of a cell, told at its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The button was pressed while it ran.
    pub stop: bool,
    /// Its process was ended.
    pub killed: bool,
    /// Its question was withdrawn.
    pub question: bool,
}

#[derive(Debug, Default)]
struct State {
    /// Cells are counted; zero is none.
    last: u64,
    running: u64,
    asked: Asked,
    /// When the button was pressed last.
    pressed: Option<Moment>,
}

/// The requests to one kernel.
#[derive(Debug)]
pub struct Interrupt {
    file: PathBuf,
    state: Mutex<State>,
}

impl Interrupt {
    /// With the file in a kernel's folder.
    pub fn new(folder: &Path) -> Self {
        Self { file: file(folder), state: Mutex::default() }
    }

    /// A cell begins. `false` if the button was pressed after it was sent: it is not to run.
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

    /// What was asked of the running cell so far.
    pub fn asked(&self) -> Asked {
        self.lock().asked
    }

    /// The cell is over: what was asked of it.
    pub fn end(&self) -> Asked {
        let mut state = self.lock();
        state.running = 0;
        let _ = fs::remove_file(&self.file);
        std::mem::take(&mut state.asked)
    }

    /// The button was pressed.
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

    /// Whether the running cell was asked to stop.
    pub fn is_asked(&self) -> bool {
        self.lock().asked.stop
    }

    /// Whether a cell runs.
    pub fn is_busy(&self) -> bool {
        self.lock().running != 0
    }

    /// Whether this cell still runs.
    pub fn is_running(&self, cell: u64) -> bool {
        self.lock().running == cell
    }

    /// The running cell's process is being ended.
    pub fn ending(&self) {
        self.lock().asked.killed = true;
    }

    /// The running cell's question was withdrawn.
    pub fn question_withdrawn(&self) {
        self.lock().asked.question = true;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
