//! evcxr in a thread of its own, asked through a queue.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::oneshot;

use super::cell_error::CellError;
use super::evaluator_thread::EvaluatorThread;
use super::interrupt::Interrupt;
use super::output_listener::{Listener, OutputListener};
use crate::paths::LabPaths;
use crate::relay::event::Data;

/// How long the queue is empty before the time is used for loading.
const IDLE: Duration = Duration::from_millis(100);

/// Answers a question that a cell asks its user: the prompt, and whether the answer is secret.
pub type Input = Box<dyn Fn(&str, bool) -> String + Send>;

/// A cell to run.
pub struct Cell {
    pub code: String,
    /// Its execution count.
    pub count: u32,
    /// Takes its outputs while they come.
    pub listener: Listener,
    pub input: Input,
}

/// What became of it.
pub struct Outcome {
    /// Its value, or the last thing it showed.
    pub value: Option<Data>,
    /// How it failed, if it did.
    pub failure: Option<CellError>,
}

pub(super) enum Job {
    Load(oneshot::Sender<bool>),
    Execute(Box<Cell>, oneshot::Sender<Outcome>),
    Complete(String, usize, oneshot::Sender<Value>),
    Inspect(String, usize, oneshot::Sender<Value>),
    Reset(oneshot::Sender<bool>),
}

/// Where a kernel works.
#[derive(Clone)]
pub struct Workdir {
    pub lab: Arc<LabPaths>,
    /// The kernel's own folder.
    pub folder: PathBuf,
}

/// The queue's end that others hold.
#[derive(Clone)]
pub struct Evaluator {
    jobs: Sender<Job>,
    /// The stop button.
    pub stop: Arc<Interrupt>,
    /// What the relay tells.
    pub watch: OutputListener,
}

impl Evaluator {
    /// Starts the thread. It loads evcxr and the crate while nobody asks for anything.
    pub fn start(place: Workdir) -> Self {
        let (jobs, queue) = mpsc::channel();
        let (stop, watch) = (Arc::new(Interrupt::new(&place.folder)), OutputListener::default());
        let mut worker = EvaluatorThread::new(place, Arc::clone(&stop), watch.clone());
        thread::spawn(move || {
            let mut more = true;
            loop {
                match queue.recv_timeout(if more { IDLE } else { Duration::MAX }) {
                    Ok(job) => {
                        worker.work(job);
                        more = true;
                    }
                    Err(RecvTimeoutError::Timeout) => more = worker.go_on(),
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            }
        });
        Self { jobs, stop, watch }
    }

    /// Waits until all is loaded; whether that went well.
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

    /// The content of a `complete_reply` for the character at `cursor`.
    pub async fn complete(&self, code: String, cursor: usize) -> Value {
        self.ask(|answer| Job::Complete(code, cursor, answer)).await.unwrap_or_default()
    }

    /// The content of an `inspect_reply` for the character at `cursor`.
    pub async fn inspect(&self, code: String, cursor: usize) -> Value {
        self.ask(|answer| Job::Inspect(code, cursor, answer)).await.unwrap_or_default()
    }

    /// Forgets all that cells did, for the next notebook. Whether that was possible.
    pub async fn reset(&self) -> bool {
        self.ask(Job::Reset).await.unwrap_or(false)
    }

    async fn ask<T>(&self, job: impl FnOnce(oneshot::Sender<T>) -> Job) -> Option<T> {
        let (sender, answer) = oneshot::channel();
        self.jobs.send(job(sender)).ok()?;
        answer.await.ok()
    }

    /// Ends the process that runs cells; evcxr starts another.
    pub fn kill(&self) {
        self.stop.ending();
        let process = self.watch.process().and_then(|id| rustix::process::Pid::from_raw(id as i32));
        if let Some(process) = process {
            let _ = rustix::process::kill_process(process, rustix::process::Signal::KILL);
        }
    }
}
