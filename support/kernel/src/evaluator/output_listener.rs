//! Listener for the running cell's events: forwards outputs at once, collects the rest for the cell's end.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::bridge::Outcome;
use crate::supervisor::event::{Data, Event, Stream};

/// Callback for outputs as they arrive.
pub type Listener = Arc<dyn Fn(Event) + Send + Sync>;

/// Callback that asks the notebook's user; arguments are the prompt and whether the answer is secret.
pub type Input = Arc<dyn Fn(&str, bool) -> Reply + Send + Sync>;

/// The result of a question to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Answer of the user.
    Text(String),
    /// The front end does not allow input.
    Unavailable,
    /// Another question replaced this one, or the kernel ends.
    Withdrawn,
}

/// Note shown once per cell that reads where the front end allows no input.
const NO_INPUT: &str =
    "note: no input is possible here (the front end does not allow it), so standard input is empty\n";

/// A cell's failure as its own events report it.
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

/// The data that a cell's events contain.
#[derive(Clone, Debug, Default)]
pub struct CellReport {
    /// Last bundle, if no output came after it.
    pub last: Option<Data>,
    /// Failure of the cell.
    pub fault: Option<CellFault>,
    /// Sentence of a loop that stopped on request.
    pub stopped: Option<String>,
    /// True if the cell read standard input where the front end allows none.
    pub no_input: bool,
    /// Variables that were not in the store; the flag is true if the type was redefined.
    pub missing: Vec<(String, bool)>,
    /// Description of how the process ended.
    pub died: Option<String>,
    /// Lines in which the standard library explained the process's end.
    pub last_words: String,
    /// Number of missing variables that evcxr already knows.
    pub(super) told: usize,
    pub(super) running: bool,
    pub(super) over: bool,
}

impl CellReport {
    /// Notes that evcxr knows all missing variables, because it runs the cell once more without them.
    fn asked_again(&mut self) {
        self.told = self.missing.len();
    }
}

#[derive(Default)]
struct State {
    listener: Option<Listener>,
    input: Option<Input>,
    report: CellReport,
    /// True while a cell of the kernel's own runs, whose outputs are dropped.
    muted: bool,
    /// Description of how the process ended while no cell ran.
    died_between: Option<String>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

/// A listener for the events of the process that runs cells.
#[derive(Clone, Default)]
pub struct OutputListener(Arc<Shared>);

impl OutputListener {
    /// Begins a cell; its outputs go to `listener`, also those that its threads print after its end.
    pub fn begin(&self, listener: Listener, input: Option<Input>) {
        let mut state = self.lock();
        state.listener = Some(listener);
        state.input = input;
        state.report = CellReport::default();
    }

    /// Begins a cell of the kernel's own, whose outputs are dropped.
    pub fn begin_quietly(&self) {
        let mut state = self.lock();
        state.muted = true;
        state.report = CellReport::default();
    }

    /// Returns once how the process ended while no cell ran.
    pub fn died_between(&self) -> Option<String> {
        self.lock().died_between.take()
    }

    /// Ends the cell and returns its report.
    pub fn end(&self) -> CellReport {
        let mut state = self.lock();
        state.muted = false;
        std::mem::take(&mut state.report)
    }

    /// Begins a call of the cell's function, perhaps a repeated one.
    pub fn begin_run(&self) {
        let report = &mut self.lock().report;
        (report.over, report.died, report.running) = (false, None, true);
        report.asked_again();
    }

    /// Waits until the function returns or its process ends.
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

    /// Checks whether a cell's code runs, rather than being compiled.
    pub fn is_running(&self) -> bool {
        let state = self.lock();
        state.report.running && !state.report.over
    }

    /// Checks whether the cell stopped on request.
    pub fn has_stopped(&self) -> bool {
        self.lock().report.stopped.is_some()
    }

    /// Asks the user for the running cell's input. If the front end allows none, the cell shows a note once.
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

    /// Handles an event.
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

    /// Calls the listener without the lock, which the interrupt handler needs too.
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
