//! A spare kernel: loads, waits for a notebook, serves it, clears itself, and waits again.

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

/// Stands by until its keeper ends.
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
    // Where nobody looks on, cells are those of an earlier run, mostly: they are known and need no evcxr.
    let load = std::env::var_os(protocol::variables::UNWATCHED).is_none();
    loop {
        if load && !runtime.block_on(evaluator.loaded()) {
            bail!("a spare kernel could not be loaded");
        }
        address.ready()?;
        say(manager::READY);
        let (claim, mut stream) = next(address, &notebooks)?;
        if compiled != fingerprint::of(&lab) {
            // Its crate is another one by now; the notebook gets a kernel that has the new one.
            return Ok(ExitCode::SUCCESS);
        }
        if !keeper.take() {
            // This one is about to end; unanswered, the notebook asks another.
            return Ok(ExitCode::SUCCESS);
        }
        say(manager::TAKEN);
        writeln!(stream, "{TAKEN}")?;
        let end = notebook(&claim, &evaluator, &stream)?;
        if end == ShutdownReason::Gone || !keeper.give_back() {
            let _ = writeln!(stream, "{DONE}");
            return Ok(ExitCode::SUCCESS);
        }
        // Before the notebook's kernel ends for Jupyter, so that the next one finds this one.
        address = Address::new(&spares)?;
        let _ = writeln!(stream, "{DONE}");
        drop(stream);
        if !runtime.block_on(evaluator.reset()) {
            return Ok(ExitCode::SUCCESS);
        }
    }
}

/// Waits for a notebook of this folder; relative paths in another would lead elsewhere.
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

/// Serves it until it ends, or the process that Jupyter knows does.
fn notebook(claim: &Claim, evaluator: &Evaluator, stream: &UnixStream) -> Result<ShutdownReason> {
    let (sender, gone) = tokio::sync::oneshot::channel();
    let mut watched = stream.try_clone()?;
    thread::spawn(move || {
        let _ = watched.read(&mut [0]);
        let _ = sender.send(());
    });
    let info = launcher::serve::connection(&claim.connection_file)?;
    // One for each notebook: with it end the sockets.
    let runtime = launcher::serve::runtime()?;
    let end = runtime.block_on(jupyter::serve(&info, evaluator, async { drop(gone.await) }));
    runtime.shutdown_timeout(Duration::from_secs(5));
    end
}

/// Nobody is served, and the keeper is there.
const IDLE: u8 = 0;
/// A notebook is served.
const BUSY: u8 = 1;
/// The keeper is gone, or has one spare too many.
const ENDING: u8 = 2;

/// Whether this spare may go on. Taking a notebook and ending come at the same moment when one is closed and another
/// opened, as in a restart: only one of them may win.
struct Keeper(Arc<AtomicU8>);

impl Keeper {
    /// Its end closes our standard input.
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

    /// Takes a notebook, unless this spare ends.
    fn take(&self) -> bool {
        self.0.compare_exchange(IDLE, BUSY, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }

    /// Gives it back. Returns whether there is a keeper to wait for another with.
    fn give_back(&self) -> bool {
        self.0.compare_exchange(BUSY, IDLE, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }
}

/// Tells the keeper, who may be gone.
fn say(word: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{word}").and_then(|()| out.flush());
}
