//! What the relay tells, as it comes: outputs go on at once, the rest is kept for the cell's end.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crossbeam_channel::Receiver;

use crate::relay::event::{Data, Event, Stream};

/// How long a cell's last words may take to come through, once evcxr says that it ended.
const PATIENCE: Duration = Duration::from_secs(10);

/// Takes outputs while they come.
pub type Listener = Arc<dyn Fn(Event) + Send + Sync>;

/// How a cell failed, as it said itself.
#[derive(Clone, Debug, PartialEq)]
pub enum CellFault {
    Panic { message: String, place: Option<String>, caller: Option<String> },
    Error { kind: Option<String>, message: String, place: Option<String> },
}

/// What the relay told of a cell.
#[derive(Clone, Debug, Default)]
pub struct CellReport {
    /// The last bundle, if nothing came after it.
    pub last: Option<Data>,
    /// How it failed.
    pub said: Option<CellFault>,
    /// What the loop that stopped says of it.
    pub stopped: Option<String>,
    /// How the process ended.
    pub died: Option<String>,
    pub(super) running: bool,
    pub(super) over: bool,
}

#[derive(Default)]
struct State {
    listener: Option<Listener>,
    told: CellReport,
    process: Option<u32>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

/// Listens to the relay.
#[derive(Clone, Default)]
pub struct OutputListener(Arc<Shared>);

impl OutputListener {
    /// Follows a relay's standard error.
    pub fn follow(&self, lines: Receiver<String>) {
        let watch = self.clone();
        thread::spawn(move || {
            for line in lines {
                // What is no event was said by something that knows of none, such as the dynamic loader.
                let event =
                    serde_json::from_str(&line).unwrap_or_else(|_| Event::text(Stream::Stderr, line + "\n"));
                watch.take(event);
            }
        });
    }

    /// A cell begins; its outputs go to `listener`, and what threads print after it as well.
    pub fn begin(&self, listener: Listener) {
        let mut state = self.lock();
        state.listener = Some(listener);
        state.told = CellReport::default();
    }

    /// A cell is over. If it ran at all, waits for its last words.
    pub fn end(&self, ran: bool) -> CellReport {
        let state = self.lock();
        let waiting = |state: &mut State| ran && !state.told.over;
        let waited = self.0.changed.wait_timeout_while(state, PATIENCE, waiting);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut state.told)
    }

    /// The process that runs cells.
    pub fn process(&self) -> Option<u32> {
        self.lock().process
    }

    /// Whether a cell's code runs, rather than being compiled.
    pub fn is_running(&self) -> bool {
        let state = self.lock();
        state.told.running && !state.told.over
    }

    /// Whether the cell heeded a request to stop.
    pub fn has_stopped(&self) -> bool {
        self.lock().told.stopped.is_some()
    }

    fn take(&self, event: Event) {
        let mut state = self.lock();
        let told = &mut state.told;
        match event {
            Event::Started { process } => {
                state.process = Some(process);
                return;
            }
            Event::Running => told.running = true,
            Event::Last { data } => told.last = Some(data),
            Event::Stopped { sentence } => told.stopped = Some(sentence),
            Event::Panic { message, place, caller } => {
                told.said = Some(CellFault::Panic { message, place, caller });
            }
            Event::Error { kind, message, place } => {
                told.said = Some(CellFault::Error { kind, message, place })
            }
            Event::Ended { again } => told.over = !again,
            Event::Died { how } => (told.died, told.over) = (Some(how), true),
            Event::Stream { .. } | Event::Display { .. } | Event::Update { .. } | Event::Clear { .. } => {
                let listener = state.listener.clone();
                // Not under the lock: the stop button asks for it too.
                drop(state);
                if let Some(listener) = listener {
                    listener(event);
                }
                return;
            }
        }
        self.0.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relay() -> (OutputListener, crossbeam_channel::Sender<String>) {
        let (watch, (sender, lines)) = (OutputListener::default(), crossbeam_channel::unbounded());
        watch.follow(lines);
        (watch, sender)
    }

    fn tell(sender: &crossbeam_channel::Sender<String>, event: &Event) {
        sender.send(serde_json::to_string(event).unwrap()).unwrap();
    }

    #[test]
    fn the_end_waits_for_the_last_words() {
        let (watch, sender) = relay();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let to = Arc::clone(&heard);
        watch.begin(Arc::new(move |event| to.lock().unwrap().push(event)));
        let late = thread::spawn(move || {
            thread::sleep(Duration::from_millis(50));
            tell(&sender, &Event::text(Stream::Stdout, "late\n"));
            sender.send("not an event".into()).unwrap();
            tell(&sender, &Event::Ended { again: true });
            thread::sleep(Duration::from_millis(50));
            tell(&sender, &Event::Panic { message: "no".into(), place: None, caller: None });
            tell(&sender, &Event::Ended { again: false });
            sender
        });
        let told = watch.end(true);
        assert_eq!(told.said, Some(CellFault::Panic { message: "no".into(), place: None, caller: None }));
        let texts = [Event::text(Stream::Stdout, "late\n"), Event::text(Stream::Stderr, "not an event\n")];
        assert_eq!(*heard.lock().unwrap(), texts);
        drop(late.join());
    }

    #[test]
    fn a_cell_that_never_ran_is_not_waited_for() {
        let (watch, _sender) = relay();
        watch.begin(Arc::new(|_| {}));
        let begun = std::time::Instant::now();
        watch.end(false);
        assert!(begun.elapsed() < PATIENCE / 2);
    }
}
