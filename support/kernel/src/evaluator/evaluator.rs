//! The evaluator thread's queue of jobs, and the handle through which other threads use it.

use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use protocol::frame::Answer;
use serde_json::Value;
use tokio::sync::oneshot;

use super::cell_error::CellError;
use super::evaluator_thread::EvaluatorThread;
use super::interrupt::{self, Interrupt, Moment};
use super::output_listener::{Input, Listener, OutputListener, Reply};
use crate::supervisor::event::{Data, Event};
use crate::supervisor::{Program, Supervisor};
use protocol::LabPaths;

/// Time for which the queue is empty before the thread loads the next stage.
const IDLE: Duration = Duration::from_millis(100);

/// A cell to run.
pub struct Cell {
    pub code: String,
    /// Time at which the kernel read the request.
    pub came: Moment,
    /// Execution count that the notebook shows beside the cell.
    pub count: u32,
    /// Callback for the cell's outputs as they arrive.
    pub listener: Listener,
    /// Callback that asks the user for the cell's input.
    pub input: Input,
}

/// The result of a cell.
pub struct Outcome {
    /// Value of the cell, or the last bundle that it showed.
    pub value: Option<Data>,
    /// Failure of the cell, if it failed.
    pub failure: Option<CellError>,
}

pub(super) enum Job {
    Load(oneshot::Sender<bool>),
    Execute(Box<Cell>, oneshot::Sender<Outcome>),
    Complete(String, usize, oneshot::Sender<Value>),
    Inspect(String, usize, oneshot::Sender<Value>),
    Show(String, oneshot::Sender<Option<Data>>),
    Reset(oneshot::Sender<bool>),
}

/// The notebook's variables, sorted by name, with their types.
pub type Variables = Arc<Mutex<Vec<(String, String)>>>;

/// The folders that a kernel uses.
#[derive(Clone)]
pub struct Workdir {
    pub lab: Arc<LabPaths>,
    /// Folder of this kernel alone.
    pub folder: PathBuf,
}

/// A handle to the evaluator's thread: the sending end of its queue.
#[derive(Clone)]
pub struct Evaluator {
    jobs: Sender<Job>,
    /// State of interrupt requests.
    pub interrupt: Arc<Interrupt>,
    /// Listener for the events of the process that runs cells.
    pub output: OutputListener,
    supervisor: Supervisor,
    variables: Variables,
}

impl Evaluator {
    /// Starts the thread, which loads evcxr and the crate while the queue is empty.
    pub fn start(workdir: Workdir) -> Result<Self> {
        let (jobs, queue) = mpsc::channel();
        let (interrupt, output) = (Arc::new(Interrupt::new(&workdir.folder)), OutputListener::default());
        let supervisor = supervise(&workdir, &output, &interrupt);
        let mut thread =
            EvaluatorThread::new(workdir, Arc::clone(&interrupt), output.clone(), supervisor.clone())?;
        let variables = thread.variables();
        thread::spawn(move || {
            let mut more = true;
            loop {
                match queue.recv_timeout(if more { IDLE } else { Duration::MAX }) {
                    Ok(job) => {
                        thread.work(job);
                        more = true;
                    }
                    Err(RecvTimeoutError::Timeout) => more = thread.load_next(),
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            }
        });
        Ok(Self { jobs, interrupt, output, supervisor, variables })
    }

    /// Waits until all stages are loaded; returns whether they succeeded.
    pub async fn loaded(&self) -> bool {
        self.ask(Job::Load).await.unwrap_or(false)
    }

    /// Runs a cell.
    pub async fn execute(&self, cell: Cell) -> Outcome {
        let asked = self.ask(|answer| Job::Execute(Box::new(cell), answer)).await;
        asked.unwrap_or_else(|| Outcome {
            value: None,
            failure: Some(CellError::new(
                "Crash",
                "the kernel's evaluator is gone; restart the kernel",
                Vec::new(),
            )),
        })
    }

    /// Returns the content of a `complete_reply` for the character at `cursor`.
    pub async fn complete(&self, code: String, cursor: usize) -> Value {
        self.ask(|answer| Job::Complete(code, cursor, answer)).await.unwrap_or_default()
    }

    /// Returns the content of an `inspect_reply` for the character at `cursor`.
    pub async fn inspect(&self, code: String, cursor: usize) -> Value {
        self.ask(|answer| Job::Inspect(code, cursor, answer)).await.unwrap_or_default()
    }

    /// Returns the notebook's variables with their types after the last cell.
    pub fn variables(&self) -> Vec<(String, String)> {
        self.variables.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the value of a variable, if it can be shown.
    pub async fn show(&self, variable: String) -> Option<Data> {
        self.ask(|answer| Job::Show(variable, answer)).await.flatten()
    }

    /// Clears the state of all cells for the next notebook; returns whether that was possible.
    pub async fn reset(&self) -> bool {
        self.ask(Job::Reset).await.unwrap_or(false)
    }

    async fn ask<T>(&self, job: impl FnOnce(oneshot::Sender<T>) -> Job) -> Option<T> {
        let (sender, answer) = oneshot::channel();
        self.jobs.send(job(sender)).ok()?;
        answer.await.ok()
    }

    /// Withdraws the running cell's open question, if there is one.
    pub fn withdraw_question(&self) {
        if self.supervisor.is_asking() {
            // Set first: the cell may end at once.
            self.interrupt.question_withdrawn();
            self.supervisor.cancel_question();
        }
    }

    /// Ends the process that runs cells; the next cell starts another.
    pub fn kill(&self) {
        self.interrupt.ending();
        self.supervisor.kill();
    }

    /// Ends the process that runs cells without sending an event.
    pub fn end(&self) {
        self.supervisor.discard();
    }
}

/// Makes the supervisor of a kernel. Each question is asked in a thread of its own: the answer may take hours, and
/// output of the cell's other threads must be read meanwhile.
pub(super) fn supervise(
    workdir: &Workdir,
    output: &OutputListener,
    interrupt: &Arc<Interrupt>,
) -> Supervisor {
    let interrupt = Arc::clone(interrupt);
    let program = Program {
        binary: workdir.lab.runner(),
        workdir: workdir.folder.clone(),
        variables: vec![(protocol::variables::STOP_FILE.to_owned(), interrupt::file(&workdir.folder))],
    };
    let myself: Arc<OnceLock<Supervisor>> = Arc::default();
    let (answers, output) = (Arc::clone(&myself), output.clone());
    let supervisor = Supervisor::new(
        program,
        Arc::new(move |event| match event {
            Event::Input { question, .. } if interrupt.is_asked() => {
                interrupt.question_withdrawn();
                if let Some(supervisor) = answers.get() {
                    supervisor.answer(question, Answer::Cancelled, "");
                }
            }
            Event::Input { question, prompt, password } => {
                let (answers, output) = (Arc::clone(&answers), output.clone());
                thread::spawn(move || {
                    let answer = output.ask(&prompt, password);
                    if let Some(supervisor) = answers.get() {
                        let (kind, text) = match answer {
                            Reply::Text(text) => (Answer::Text, text),
                            Reply::Unavailable => (Answer::Unavailable, String::new()),
                            Reply::Withdrawn => (Answer::Cancelled, String::new()),
                        };
                        supervisor.answer(question, kind, &text);
                    }
                });
            }
            event => output.take(event),
        }),
    );
    let _ = myself.set(supervisor.clone());
    supervisor
}
