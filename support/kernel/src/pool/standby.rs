//! A spare kernel: loads, waits for a notebook, serves it, clears its state, and waits again.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::client::{Claim, DONE, TAKEN};
use super::socket::{self, Address};
use super::{FOLDER, manager};
use crate::evaluator::{Evaluator, Workdir};
use crate::jupyter::{self, ShutdownReason};
use crate::launcher::{self, fingerprint, workdir};
use protocol::LabPaths;

/// Runs a spare kernel until the manager ends.
pub fn stand(lab: LabPaths) -> Result<ExitCode> {
    let Some(own) = launcher::serve::own_folder() else { return launcher::serve::become_kernel(&lab) };
    let _held = workdir::hold(&own)?;
    let spares = PathBuf::from(std::env::var_os(FOLDER).context("there is no folder for spare kernels")?);
    let notebooks = std::env::current_dir()?;
    let mut address = Address::new(&spares)?;
    let keeper = Keeper::watch(&spares, &own);
    let lab = Arc::new(lab);
    let compiled = fingerprint::of(&lab);
    let evaluator = Evaluator::start(Workdir { lab: Arc::clone(&lab), folder: own })?;
    let runtime = launcher::serve::runtime()?;
    // In an unattended run, most cells are those of an earlier run: they are known and need no evcxr.
    let load = std::env::var_os(protocol::variables::UNWATCHED).is_none();
    loop {
        if load && !runtime.block_on(evaluator.loaded()) {
            bail!("a spare kernel could not be loaded");
        }
        address.ready()?;
        say(manager::READY);
        let (claim, mut stream) = next(address, &notebooks)?;
        if compiled != fingerprint::of(&lab) {
            // Its crate is outdated; the notebook gets another kernel.
            return Ok(ExitCode::SUCCESS);
        }
        if !keeper.take() {
            // This spare is about to end; without an answer, the notebook tries another.
            return Ok(ExitCode::SUCCESS);
        }
        say(manager::TAKEN);
        writeln!(stream, "{TAKEN}")?;
        let end = notebook(&claim, &evaluator, &stream)?;
        if end == ShutdownReason::Gone || !keeper.give_back() {
            let _ = writeln!(stream, "{DONE}");
            return Ok(ExitCode::SUCCESS);
        }
        // Before the notebook's kernel ends for Jupyter, so that the next notebook finds this spare.
        address = Address::new(&spares)?;
        let _ = writeln!(stream, "{DONE}");
        drop(stream);
        if !runtime.block_on(evaluator.reset()) {
            return Ok(ExitCode::SUCCESS);
        }
    }
}

/// Waits for a notebook of this folder; relative paths of another would be wrong.
fn next(address: Address, notebooks: &Path) -> Result<(Claim, UnixStream)> {
    let stream = address.accept()?;
    let mut line = String::new();
    BufReader::new(stream.try_clone()?).read_line(&mut line)?;
    let claim: Claim = serde_json::from_str(&line)?;
    if claim.folder != notebooks {
        bail!("a notebook of another folder called");
    }
    Ok((claim, stream))
}

/// Serves a notebook until it ends, or the process that Jupyter started does.
fn notebook(claim: &Claim, evaluator: &Evaluator, stream: &UnixStream) -> Result<ShutdownReason> {
    let (sender, gone) = tokio::sync::oneshot::channel();
    let mut watched = stream.try_clone()?;
    thread::spawn(move || {
        let _ = watched.read(&mut [0]);
        let _ = sender.send(());
    });
    let info = launcher::serve::connection(&claim.connection_file)?;
    // A runtime per notebook: the sockets end with it.
    let runtime = launcher::serve::runtime()?;
    let end = runtime.block_on(jupyter::serve(&info, evaluator, async { drop(gone.await) }));
    runtime.shutdown_timeout(Duration::from_secs(5));
    end
}

/// No notebook is served, and the manager runs.
const IDLE: u8 = 0;
/// A notebook is served.
const BUSY: u8 = 1;
/// The manager has ended, or has one spare too many.
const ENDING: u8 = 2;

/// The state of this spare. A restart closes a notebook and opens another at once, so that a new notebook and the end
/// of the spare may coincide; only one of them may take effect.
struct Keeper(Arc<AtomicU8>);

impl Keeper {
    /// Watches for the end of the manager, which closes this process's standard input.
    fn watch(spares: &Path, own: &Path) -> Self {
        let state = Arc::new(AtomicU8::new(IDLE));
        let (seen, spares, own) = (Arc::clone(&state), spares.to_path_buf(), own.to_path_buf());
        thread::spawn(move || {
            let _ = std::io::stdin().read(&mut [0]);
            if seen.swap(ENDING, Ordering::SeqCst) == IDLE {
                socket::remove(&spares);
                let _ = std::fs::remove_dir_all(own);
                std::process::exit(0);
            }
        });
        Self(state)
    }

    /// Marks the spare as busy; returns `false` if it ends.
    fn take(&self) -> bool {
        self.0.compare_exchange(IDLE, BUSY, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }

    /// Marks the spare as idle; returns whether the manager still runs.
    fn give_back(&self) -> bool {
        self.0.compare_exchange(BUSY, IDLE, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }
}

/// Sends a message to the manager, which may have ended.
fn say(word: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{word}").and_then(|()| out.flush());
}
