//! The relay: between evcxr and the process that runs cells. It reads what a cell prints at the moment it is printed
//! and tells the kernel, where evcxr would keep it until the cell ends; to evcxr it passes only the words meant for it.
//!
//! Standard input and output are evcxr's; what happens is told on standard error, a line of JSON an event.

mod block;
pub mod event;
pub mod marker;
mod runner;
mod stderr;
mod stdout;

use std::io::{self, BufRead, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdout, ExitCode};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::launcher::child_env;
use event::Event;
pub use runner::{guard, is_runner};
use stderr::{Panic, Stderr};
use stdout::{Out, Stdout};

/// Most bytes of one read: what a pipe holds.
const CHUNK: usize = 64 * 1024;

/// Runs until the process that runs cells ends, or evcxr does.
pub fn run() -> ExitCode {
    match relay() {
        Ok(()) => ExitCode::SUCCESS,
        // Evcxr is gone; nobody is left to tell.
        Err(_) => ExitCode::FAILURE,
    }
}

fn relay() -> io::Result<()> {
    let mut child = runner::start()?;
    tell(&Event::Started { process: child.id() })?;
    let (Some(mut input), Some(out), Some(err)) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(io::Error::other("the runner has no pipes"));
    };
    let child = Arc::new(Mutex::new(child));
    let to_end = Arc::clone(&child);
    let quiet = PathBuf::from(std::env::var_os(child_env::RELAY).unwrap_or_default());
    let aloud = Arc::new(AtomicBool::new(true));
    let said = Arc::clone(&aloud);
    thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if line.starts_with(marker::RUN) {
                said.store(!quiet.exists(), Ordering::SeqCst);
                if said.load(Ordering::SeqCst) {
                    let _ = tell(&Event::Running);
                }
            }
            if writeln!(input, "{line}").and_then(|()| input.flush()).is_err() {
                break;
            }
        }
        // Evcxr is gone, and with it the notebook: whatever runs is over.
        end(&to_end);
    });
    let told = Relay::new(out, err, aloud).pump();
    if told.is_err() {
        end(&child);
    }
    let status = child.lock().unwrap_or_else(PoisonError::into_inner).wait()?;
    tell(&Event::Died { how: runner::how(status) })?;
    told
}

fn end(child: &Mutex<Child>) {
    let _ = child.lock().unwrap_or_else(PoisonError::into_inner).kill();
}

fn tell(event: &Event) -> io::Result<()> {
    let mut line = serde_json::to_vec(event)?;
    line.push(b'\n');
    io::stderr().lock().write_all(&line)
}

/// Both outputs of the runner and what was understood of them.
struct Relay {
    out: ChildStdout,
    err: ChildStderr,
    stdout: Stdout,
    stderr: Stderr,
    /// Whether the cell said that a variable was lost to a new type: evcxr then runs it again.
    lost: bool,
    /// Whether the cell said which error left it.
    error: bool,
    /// Whether anybody is to know of this cell.
    aloud: Arc<AtomicBool>,
}

impl Relay {
    fn new(out: ChildStdout, err: ChildStderr, aloud: Arc<AtomicBool>) -> Self {
        let folder = std::env::var_os("EVCXR_TMPDIR").unwrap_or_default();
        let (stdout, stderr) = (Stdout::default(), Stderr::new(folder.into()));
        Self { out, err, stdout, stderr, lost: false, error: false, aloud }
    }

    fn tell(&self, event: &Event) -> io::Result<()> {
        if self.aloud.load(Ordering::SeqCst) { tell(event) } else { Ok(()) }
    }

    /// Hands on until both outputs are closed.
    fn pump(&mut self) -> io::Result<()> {
        let (mut out_open, mut err_open) = (true, true);
        let mut buffer = vec![0; CHUNK];
        let mut wait = None;
        while out_open || err_open {
            let fds = [out_open.then(|| self.out.as_fd()), err_open.then(|| self.err.as_fd())];
            let [out_ready, err_ready] = ready(fds, wait)?;
            // First what was written to standard error: a panic's text stands there before the word on standard output.
            if err_ready {
                let read = self.err.read(&mut buffer)?;
                err_open = read > 0;
                let mut events = Vec::new();
                self.stderr.feed(&buffer[..read], &mut events);
                events.iter().try_for_each(|event| self.tell(event))?;
            }
            if out_ready {
                let read = self.out.read(&mut buffer)?;
                out_open = read > 0;
                let mut outs = Vec::new();
                self.stdout.feed(&buffer[..read], &mut outs);
                self.hand_on(outs)?;
            }
            wait = self.overdue()?;
        }
        let (mut outs, mut events) = (Vec::new(), Vec::new());
        self.stderr.flush(&mut events);
        self.stdout.finish(&mut outs);
        events.iter().try_for_each(|event| self.tell(event))?;
        self.hand_on(outs)
    }

    fn overdue(&mut self) -> io::Result<Option<Duration>> {
        let (mut outs, mut events) = (Vec::new(), Vec::new());
        let waits = [self.stdout.overdue(&mut outs), self.stderr.overdue(&mut events)];
        events.iter().try_for_each(|event| self.tell(event))?;
        self.hand_on(outs)?;
        Ok(waits.into_iter().flatten().min())
    }

    fn hand_on(&mut self, outs: Vec<Out>) -> io::Result<()> {
        for out in outs {
            match out {
                Out::Tell(event) => {
                    self.error |= matches!(event, Event::Error { .. });
                    self.tell(&event)?;
                }
                Out::Pass(word) => self.pass(&word)?,
            }
        }
        Ok(())
    }

    fn pass(&mut self, word: &str) -> io::Result<()> {
        match word {
            marker::PANIC => {
                let mut events = Vec::new();
                self.catch_up(&mut events)?;
                let panic = self.stderr.panic(&mut events);
                events.iter().try_for_each(|event| self.tell(event))?;
                let told = match panic {
                    Some(Panic { message, place, caller }) => {
                        Event::Panic { message, place: Some(place), caller }
                    }
                    None => Event::Panic { message: "it said nothing".to_owned(), place: None, caller: None },
                };
                self.tell(&told)?;
            }
            // CellFault already, unless evcxr no longer writes what `build::source` knows.
            marker::ERROR if self.error => {}
            marker::ERROR => {
                let message = "an error left the cell by `?`; its text stands above".to_owned();
                self.tell(&Event::Error { kind: None, message, place: None })?;
            }
            marker::COMPLETE => {
                let mut events = Vec::new();
                self.catch_up(&mut events)?;
                self.stderr.flush(&mut events);
                events.iter().try_for_each(|event| self.tell(event))?;
                self.error = false;
                let again = std::mem::take(&mut self.lost);
                self.tell(&Event::Ended { again })?;
            }
            _ => self.lost |= word.starts_with(marker::CHANGED_TYPE),
        }
        let mut evcxr = io::stdout().lock();
        writeln!(evcxr, "{word}")?;
        evcxr.flush()
    }

    /// Reads what already lies in the pipe of standard error.
    fn catch_up(&mut self, events: &mut Vec<Event>) -> io::Result<()> {
        let mut buffer = vec![0; CHUNK];
        while let [true] = ready([Some(self.err.as_fd())], Some(Duration::ZERO))? {
            match self.err.read(&mut buffer)? {
                0 => break,
                read => self.stderr.feed(&buffer[..read], events),
            }
        }
        Ok(())
    }
}

/// Which of these can be read (or are closed), waiting at most so long; `None` is not asked.
fn ready<const N: usize>(fds: [Option<BorrowedFd<'_>>; N], wait: Option<Duration>) -> io::Result<[bool; N]> {
    // A closed pipe would answer at once, asked or not.
    let mut asked: Vec<PollFd<'_>> =
        fds.iter().flatten().map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::IN)).collect();
    let wait = wait.map(|wait| Timespec { tv_sec: wait.as_secs() as _, tv_nsec: wait.subsec_nanos() as _ });
    match poll(&mut asked, wait.as_ref()) {
        Ok(_) => {}
        Err(rustix::io::Errno::INTR) => return Ok([false; N]),
        Err(error) => return Err(error.into()),
    }
    let mut answers = asked.iter().map(|fd| !fd.revents().is_empty());
    Ok(fds.map(|fd| fd.is_some() && answers.next().unwrap_or(false)))
}
