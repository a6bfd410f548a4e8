//! The process that Jupyter starts, when a spare kernel does its work.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::parent_id;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{FOLDER, socket};

/// What a spare is told.
#[derive(Debug, Serialize, Deserialize)]
pub struct Claim {
    pub connection_file: PathBuf,
    /// The notebook's folder, in which relative paths lie.
    pub folder: PathBuf,
}

/// What it answers when it takes the notebook …
pub const TAKEN: &str = "taken";
/// … and when it is done.
pub const DONE: &str = "done";

/// Hands the notebook to a spare and waits for it to end. Nothing if there is none.
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
    // The end of the stream: it is done, or it died and Jupyter shall know.
    let done = answers.next().is_some_and(|answer| answer.is_ok_and(|answer| answer == DONE));
    Some(if done { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The server may be killed; the spare sees by our end that nobody is there any more.
fn end_with_parent() {
    let parent = parent_id();
    thread::spawn(move || {
        while parent_id() == parent {
            thread::sleep(Duration::from_millis(500));
        }
        std::process::exit(1);
    });
}
