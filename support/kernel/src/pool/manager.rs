//! The manager of spare kernels: keeps a number ready, limits the total, and ends them with the parent.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::parent_id;
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::FOLDER;

/// Message of a spare that is loaded.
pub const READY: &str = "ready";
/// Message of a spare that a notebook has taken.
pub const TAKEN: &str = "taken";

/// Time between a notebook's start and the loading of the next spare: the first cells have priority.
const PAUSE: Duration = Duration::from_secs(2);
/// Time between a spare that could not be loaded and the next.
const AFTER_FAILURE: Duration = Duration::from_secs(60);
/// Interval between checks of the parent process.
const LOOK: Duration = Duration::from_millis(250);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Loading,
    Ready,
    Taken,
}

struct Spare {
    number: u64,
    state: State,
    child: Child,
    /// Dropping it ends the spare, unless the spare serves a notebook.
    _input: Option<ChildStdin>,
}

enum CellFault {
    State(State),
    Ended,
}

/// Keeps `wanted` spares ready until the parent ends, and at most `most` kernels in all.
pub fn keep(wanted: usize, most: usize) -> Result<ExitCode> {
    let parent = parent_id();
    let (sender, heard) = mpsc::channel();
    let mut spares: Vec<Spare> = Vec::new();
    let (mut numbers, mut not_before) = (0, Instant::now());
    while parent_id() == parent {
        let idle = spares.iter().filter(|spare| spare.state != State::Taken).count();
        let loading = spares.iter().any(|spare| spare.state == State::Loading);
        // One at a time where there are few cores: several would only slow each other.
        if idle < wanted
            && spares.len() < most
            && (!loading || most <= wanted)
            && Instant::now() >= not_before
        {
            numbers += 1;
            spares.push(start(numbers, sender.clone())?);
        }
        if idle > wanted {
            // A notebook was closed and its kernel is a spare again.
            let at = spares.iter().position(|spare| spare.state == State::Ready);
            drop(at.map(|at| spares.remove(at)));
        }
        match heard.recv_timeout(LOOK) {
            Ok((number, said)) => {
                let Some(at) = spares.iter().position(|spare| spare.number == number) else { continue };
                match said {
                    CellFault::State(state) => {
                        if state == State::Taken {
                            not_before = Instant::now() + PAUSE;
                        }
                        spares[at].state = state;
                    }
                    CellFault::Ended => {
                        let mut spare = spares.remove(at);
                        let failed = spare.child.wait().is_ok_and(|status| !status.success());
                        if failed && spare.state == State::Loading {
                            not_before = Instant::now() + AFTER_FAILURE;
                        }
                    }
                }
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
    }
    // Spares without a notebook end as their input closes.
    drop(spares);
    if let Some(folder) = std::env::var_os(FOLDER) {
        let _ = fs::remove_dir_all(folder);
    }
    Ok(ExitCode::SUCCESS)
}

fn start(number: u64, sender: Sender<(u64, CellFault)>) -> Result<Spare> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg("--spare")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("a spare kernel could not be started")?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    thread::spawn(move || {
        for line in output.into_iter().flat_map(|out| BufReader::new(out).lines()).map_while(Result::ok) {
            let state = match line.as_str() {
                READY => State::Ready,
                TAKEN => State::Taken,
                _ => continue,
            };
            let _ = sender.send((number, CellFault::State(state)));
        }
        let _ = sender.send((number, CellFault::Ended));
    });
    Ok(Spare { number, state: State::Loading, child, _input: input })
}
