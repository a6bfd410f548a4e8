//! The process that Jupyter starts, when a spare kernel serves the notebook.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::parent_id;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{FOLDER, socket};

/// The request to a spare.
#[derive(Debug, Serialize, Deserialize)]
pub struct Claim {
    pub connection_file: PathBuf,
    /// Folder of the notebook, to which relative paths refer.
    pub folder: PathBuf,
}

/// Answer of a spare that takes the notebook.
pub const TAKEN: &str = "taken";
/// Answer of a spare whose notebook has ended.
pub const DONE: &str = "done";

/// Passes the notebook to a spare and waits for its end; `None` if there is no spare.
pub fn claim(connection_file: &Path) -> Option<ExitCode> {
    let spares = PathBuf::from(std::env::var_os(FOLDER)?);
    let folder = std::env::current_dir().ok()?;
    let connection_file = connection_file.canonicalize().ok()?;
    let line = serde_json::to_string(&Claim { connection_file, folder }).ok()?;
    let mut answers = socket::call(&spares, |mut stream| {
        writeln!(stream, "{line}").ok()?;
        let mut answers = BufReader::new(stream).lines();
        let answer = answers.next()?.ok()?;
        (answer == TAKEN).then_some(answers)
    })?;
    end_with_parent();
    // At the end of the stream the spare is done, or it died, which Jupyter learns from the exit code.
    let done = answers.next().is_some_and(|answer| answer.is_ok_and(|answer| answer == DONE));
    Some(if done { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Ends this process when the server does, also if that is killed; the spare then finds its socket closed.
fn end_with_parent() {
    let parent = parent_id();
    thread::spawn(move || {
        while parent_id() == parent {
            thread::sleep(Duration::from_millis(500));
        }
        std::process::exit(1);
    });
}
