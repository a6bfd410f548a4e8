//! Runs in the kernel's process, in threads of its own: starts the runner, reads its output and events, and ends it
//! with all its children. Talks to the runner in frames over a socket pair (`protocol::frame`), and reads the pipes of
//! its standard output and error.

mod block;
pub mod evcxr_markers;
pub mod event;
mod process;
mod pump;
mod stderr;
mod stdout;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::frame::{Answer, Frame, Kind};

use event::Event;
use process::Runner;

/// Callback for the runner's events, called in order, from one thread.
pub type Events = Arc<dyn Fn(Event) + Send + Sync>;

/// The program that runs cells, and its folder.
#[derive(Clone, Debug)]
pub struct Program {
    /// Path of the runner's binary.
    pub binary: PathBuf,
    /// Folder of the kernel, with the cells' crate.
    pub workdir: PathBuf,
    /// Environment variables set for the runner.
    pub variables: Vec<(String, PathBuf)>,
}

#[derive(Default)]
struct State {
    runner: Option<Runner>,
    /// Number of the last question; an answer to an earlier one is dropped.
    question: u64,
    open: bool,
}

/// A supervisor of one runner at a time, started on first use.
#[derive(Clone)]
pub struct Supervisor {
    program: Arc<Program>,
    events: Events,
    state: Arc<Mutex<State>>,
}

impl Supervisor {
    /// Makes a supervisor without a runner yet, which sends the runner's events to `events`.
    pub fn new(program: Program, events: Events) -> Self {
        Self { program: Arc::new(program), events, state: Arc::default() }
    }

    /// Makes the runner call a library's cell. Events follow: [`Event::Running`] at once, [`Event::Ended`] or
    /// [`Event::Died`] at the end.
    pub fn run(&self, library: &Path) -> io::Result<()> {
        self.start()?;
        (self.events)(Event::Running);
        use std::os::unix::ffi::OsStrExt;
        self.send(&Frame::new(Kind::Run, [library.as_os_str().as_bytes()]))
    }

    /// Starts the runner if there is none.
    pub fn start(&self) -> io::Result<()> {
        let mut state = self.lock();
        if state.runner.is_none() {
            let (runner, pipes) = process::start(&self.program)?;
            let id = runner.id();
            state.runner = Some(pump::attach(runner, pipes, self.clone())?);
            drop(state);
            (self.events)(Event::Started { process: id });
        }
        Ok(())
    }

    /// Ends the runner and the children of its cells; the events of its end follow.
    pub fn kill(&self) {
        if let Some(runner) = &self.lock().runner {
            runner.kill();
        }
    }

    /// Ends the runner without an event, and waits until it is gone.
    pub fn discard(&self) {
        let runner = self.lock().runner.take();
        if let Some(runner) = runner {
            runner.kill();
            runner.wait();
        }
    }

    /// Answers the open question; ignored if its number is another by now.
    pub fn answer(&self, question: u64, answer: Answer, text: &str) {
        let mut state = self.lock();
        if state.open && state.question == question {
            state.open = false;
            drop(state);
            // Without a runner the answer is not needed.
            let _ = self.send(&Frame::new(Kind::Answer, [&[answer as u8], text.as_bytes()]));
        }
    }

    /// Checks whether a question is open.
    pub fn is_asking(&self) -> bool {
        self.lock().open
    }

    /// Withdraws the open question, so that the cell's read fails; returns whether there was one.
    pub fn cancel_question(&self) -> bool {
        let (open, question) = {
            let state = self.lock();
            (state.open, state.question)
        };
        if open {
            self.answer(question, Answer::Cancelled, "");
        }
        open
    }

    fn ask(&self) -> u64 {
        let mut state = self.lock();
        state.question += 1;
        state.open = true;
        state.question
    }

    /// Removes and returns the runner with this process number, which ended.
    fn forget(&self, id: u32) -> Option<Runner> {
        let mut state = self.lock();
        state.open = false;
        if state.runner.as_ref().is_some_and(|runner| runner.id() == id) { state.runner.take() } else { None }
    }

    fn send(&self, frame: &Frame) -> io::Result<()> {
        let state = self.lock();
        let runner = state.runner.as_ref().ok_or_else(|| io::Error::other("the runner is gone"))?;
        let mut socket = runner.socket()?;
        drop(state);
        frame.write(&mut socket)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
