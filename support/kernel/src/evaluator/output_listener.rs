//! Events of the running cell, as they come: outputs go on at once, the rest is kept for the cell's end.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::bridge::Outcome;
use crate::supervisor::event::{Data, Event, Stream};

/// Takes outputs while they come.
pub type Listener = Arc<dyn Fn(Event) + Send + Sync>;

/// Asks the notebook's user: the prompt, and whether the answer is secret.
pub type Input = Arc<dyn Fn(&str, bool) -> Reply + Send + Sync>;

/// Says what came of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The user's answer.
    Text(String),
    /// Nobody can be asked.
    Unavailable,
    /// Another question took its place, or the kernel ends.
    Withdrawn,
}

/// Said once in a cell that reads where nobody can be asked.
const NO_INPUT: &str =
    "note: no input is possible here (the front end does not allow it), so standard input is empty\n";

/// How a cell failed, as it told itself.
#[derive(Clone, Debug, PartialEq)]
pub enum CellFault {
    Panic {
        message: String,
        place: Option<String>,
        caller: Option<String>,
    },
    Error {
        kind: Option<String>,
        message: String,
        place: Option<String>,
    },
    NotLoaded {
        why: String,
    },
    /// The cell ran to its end, and its value is an error.
    Value {
        kind: String,
        message: String,
    },
}

/// What the events of a cell told.
#[derive(Clone, Debug, Default)]
pub struct CellReport {
    /// The last bundle, if nothing came after it.
    pub last: Option<Data>,
    /// How it failed.
    pub fault: Option<CellFault>,
    /// The sentence of a loop that stopped when asked.
    pub stopped: Option<String>,
    /// Whether it read standard input where nobody can be asked.
    pub no_input: bool,
    /// Variables that were not in the store, and whether their type is another one by now.
    pub missing: Vec<(String, bool)>,
    /// How the process ended.
    pub died: Option<String>,
    /// The lines with which the standard library told why.
    pub last_words: String,
    /// So many of the missing variables were told to evcxr.
    pub(super) told: usize,
    pub(super) running: bool,
    pub(super) over: bool,
}

impl CellReport {
    /// evcxr runs the cell once more, without the variables that were missing.
    fn asked_again(&mut self) {
        self.told = self.missing.len();
    }
}

#[derive(Default)]
struct State {
    listener: Option<Listener>,
    input: Option<Input>,
    report: CellReport,
    /// While a cell of the kernel's own runs, nobody hears of outputs.
    muted: bool,
    /// How the process ended while no cell ran.
    died_between: Option<String>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

/// Listens to the events of the process that runs cells.
#[derive(Clone, Default)]
pub struct OutputListener(Arc<Shared>);

impl OutputListener {
    /// A cell begins; its outputs go to `listener`, and what threads print after it as well.
    pub fn begin(&self, listener: Listener, input: Option<Input>) {
        let mut state = self.lock();
        state.listener = Some(listener);
        state.input = input;
        state.report = CellReport::default();
    }

    /// A cell of the kernel's own begins, of which nobody hears.
    pub fn begin_quietly(&self) {
        let mut state = self.lock();
        state.muted = true;
        state.report = CellReport::default();
    }

    /// How the process ended while no cell ran, if it did; told once.
    pub fn died_between(&self) -> Option<String> {
        self.lock().died_between.take()
    }

    /// The cell is over: what its events told.
    pub fn end(&self) -> CellReport {
        let mut state = self.lock();
        state.muted = false;
        std::mem::take(&mut state.report)
    }

    /// A function of the cell is about to be called, perhaps once more.
    pub fn begin_run(&self) {
        let report = &mut self.lock().report;
        (report.over, report.died, report.running) = (false, None, true);
        report.asked_again();
    }

    /// Waits until the function returned, or its process is gone.
    pub fn wait_run(&self) -> Outcome {
        let state = self.0.changed.wait_while(self.lock(), |state| !state.report.over);
        let report = &state.unwrap_or_else(PoisonError::into_inner).report;
        Outcome {
            panicked: matches!(report.fault, Some(CellFault::Panic { .. } | CellFault::NotLoaded { .. })),
            error: matches!(report.fault, Some(CellFault::Error { .. })),
            missing: report.missing[report.told..].iter().map(|(name, _)| name.clone()).collect(),
            died: report.died.is_some(),
        }
    }

    /// Whether a cell's code runs, rather than being compiled.
    pub fn is_running(&self) -> bool {
        let state = self.lock();
        state.report.running && !state.report.over
    }

    /// Whether the cell heeded a request to stop.
    pub fn has_stopped(&self) -> bool {
        self.lock().report.stopped.is_some()
    }

    /// Asks the user for the running cell. If nobody can be asked, the cell's reader is told once.
    pub fn ask(&self, prompt: &str, password: bool) -> Reply {
        let input = self.lock().input.clone();
        let answer = input.map_or(Reply::Unavailable, |input| input(prompt, password));
        if answer == Reply::Unavailable {
            let first = !std::mem::replace(&mut self.lock().report.no_input, true);
            if !prompt.is_empty() {
                self.output(Event::text(Stream::Stdout, format!("{prompt}\n")));
            }
            if first {
                self.output(Event::text(Stream::Stderr, NO_INPUT));
            }
        }
        answer
    }

    /// Takes an event.
    pub fn take(&self, event: Event) {
        let mut state = self.lock();
        let report = &mut state.report;
        match event {
            Event::Started { .. } | Event::Input { .. } => return,
            Event::Running => report.running = true,
            Event::Last { data } => report.last = Some(data),
            Event::Stopped { sentence } => report.stopped = Some(sentence),
            Event::Panic { message, place, caller } => {
                report.fault = Some(CellFault::Panic { message, place, caller });
            }
            Event::Error { kind, message, place } => {
                report.fault = Some(CellFault::Error { kind, message, place });
            }
            Event::Failed { kind, message } => report.fault = Some(CellFault::Value { kind, message }),
            Event::NotLoaded { why } => {
                report.fault = Some(CellFault::NotLoaded { why });
                report.over = true;
            }
            Event::Missing { name, redefined } => report.missing.push((name, redefined)),
            Event::Ended => report.over = true,
            Event::Died { how, .. } if !report.running || report.over => {
                state.died_between = Some(how);
                return;
            }
            Event::Died { how, words } => {
                (report.died, report.last_words, report.over) = (Some(how), words, true);
            }
            Event::Stream { .. } | Event::Display { .. } | Event::Update { .. } | Event::Clear { .. } => {
                drop(state);
                self.output(event);
                return;
            }
        }
        self.0.changed.notify_all();
    }

    /// Not under the lock: the stop button asks for it too.
    fn output(&self, event: Event) {
        let state = self.lock();
        let listener = state.listener.clone().filter(|_| !state.muted);
        drop(state);
        if let Some(listener) = listener {
            listener(event);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_outcome_waits_for_the_end_and_outputs_go_on_at_once() {
        let listener = OutputListener::default();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let to = Arc::clone(&heard);
        listener.begin(Arc::new(move |event| to.lock().unwrap().push(event)), None);
        listener.begin_run();
        let late = listener.clone();
        let thread = thread::spawn(move || {
            thread::sleep(Duration::from_millis(30));
            late.take(Event::text(Stream::Stdout, "late\n"));
            late.take(Event::Missing { name: "a".into(), redefined: false });
            late.take(Event::Ended);
        });
        assert_eq!(listener.wait_run(), Outcome { missing: vec!["a".into()], ..Outcome::default() });
        assert_eq!(*heard.lock().unwrap(), [Event::text(Stream::Stdout, "late\n")]);
        listener.begin_run();
        listener.take(Event::Running);
        listener.take(Event::Panic { message: "no".into(), place: None, caller: None });
        listener.take(Event::Died { how: "signal 9".into(), words: String::new() });
        assert_eq!(listener.wait_run(), Outcome { panicked: true, died: true, ..Outcome::default() });
        thread.join().unwrap();
    }

    #[test]
    fn a_read_where_nobody_can_be_asked_is_explained_once() {
        let listener = OutputListener::default();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let to = Arc::clone(&heard);
        listener.begin(
            Arc::new(move |event| to.lock().unwrap().push(event)),
            Some(Arc::new(|_, _| Reply::Unavailable)),
        );
        assert_eq!(listener.ask("name? ", false), Reply::Unavailable);
        assert_eq!(listener.ask("", false), Reply::Unavailable);
        let told = [Event::text(Stream::Stdout, "name? \n"), Event::text(Stream::Stderr, NO_INPUT)];
        assert_eq!(*heard.lock().unwrap(), told);
    }
}
