//! Runs in the kernel's process, in threads of its own: starts the runner, reads its output and events, and ends it with
//! all its children. Talks to the runner in frames over a socket pair (`protocol::frame`), and reads the pipes of its
//! standard output and error.

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

/// Takes the events of the runner, in order, from one thread.
pub type Events = Arc<dyn Fn(Event) + Send + Sync>;

/// Says which program runs cells, and where.
#[derive(Clone, Debug)]
pub struct Program {
    /// The runner's binary.
    pub binary: PathBuf,
    /// The kernel's folder, in which the cells' crate lies.
    pub workdir: PathBuf,
    /// Environment variables of its own.
    pub variables: Vec<(String, PathBuf)>,
}

#[derive(Default)]
struct State {
    runner: Option<Runner>,
    /// Counts questions; an answer to an earlier one is dropped.
    question: u64,
    open: bool,
}

/// One runner at a time, started when it is first needed.
#[derive(Clone)]
pub struct Supervisor {
    program: Arc<Program>,
    events: Events,
    state: Arc<Mutex<State>>,
}

impl Supervisor {
    /// With no runner yet. All that happens in it is told to `events`.
    pub fn new(program: Program, events: Events) -> Self {
        Self { program: Arc::new(program), events, state: Arc::default() }
    }

    /// Has the runner call a library's cell. Its events follow: [`Event::Running`] at once, [`Event::Ended`] or
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

    /// Ends the runner without a word, and waits until it is gone.
    pub fn discard(&self) {
        let runner = self.lock().runner.take();
        if let Some(runner) = runner {
            runner.kill();
            runner.wait();
        }
    }

    /// Answers the question that is open; does nothing if it is another by now.
    pub fn answer(&self, question: u64, answer: Answer, text: &str) {
        let mut state = self.lock();
        if state.open && state.question == question {
            state.open = false;
            drop(state);
            // Without a runner nobody waits.
            let _ = self.send(&Frame::new(Kind::Answer, [&[answer as u8], text.as_bytes()]));
        }
    }

    /// Whether a question is open.
    pub fn is_asking(&self) -> bool {
        self.lock().open
    }

    /// Withdraws the question that is open, if one is: the cell's read fails.
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

    /// The runner with this process number is gone.
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
