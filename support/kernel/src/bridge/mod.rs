//! Runs half in the process that evcxr starts to run cells, half in the kernel's: the process forwards evcxr's lines
//! over a Unix socket in the kernel's folder, and the kernel's supervisor executes them.
//!
//! evcxr writes `LOAD_AND_RUN <library> <function>` and reads markers (`supervisor::evcxr_markers`) until it ends.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use protocol::variables;

use crate::supervisor::evcxr_markers::{CHANGED_TYPE, COMPLETE, ERROR, PANIC, RUN};

/// Name of the socket in the kernel's folder.
const SOCKET: &str = "bridge";

/// The result of a call of a cell's function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// True if the function panicked, or was never called.
    pub panicked: bool,
    /// True if the function returned an error by `?`.
    pub error: bool,
    /// Variables that are not in the store under the type that evcxr knows.
    pub missing: Vec<String>,
    /// True if the process ended.
    pub died: bool,
}

/// Executes evcxr's requests to the process that runs cells.
pub trait Cells: Send {
    /// Handles the start of a new process by evcxr: variables of the last one are gone.
    fn fresh(&mut self);
    /// Calls the function of a cell's library.
    fn run(&mut self, library: &Path) -> Outcome;
}

/// Returns the command that evcxr starts.
pub fn command(workdir: &Path) -> Result<Command> {
    let mut command =
        Command::new(std::env::current_exe().context("this program does not know where it lies")?);
    command.env(variables::BRIDGE, workdir);
    Ok(command)
}

/// Listens for bridge processes, and serves one after the other.
pub fn listen(workdir: &Path, mut cells: impl Cells + 'static) -> Result<()> {
    let listener = bind(workdir).context("no socket for the process that runs cells")?;
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(stream) = stream else {
                // No descriptor may be free; one may be soon.
                thread::sleep(Duration::from_millis(100));
                continue;
            };
            cells.fresh();
            // The process has ended, or evcxr ended it; evcxr starts another when it needs one.
            let _ = serve(stream, &mut cells);
        }
    });
    Ok(())
}

fn serve(mut stream: UnixStream, cells: &mut impl Cells) -> io::Result<()> {
    for line in BufReader::new(stream.try_clone()?).lines() {
        let line = line?;
        // The function is after the last space: a path may contain others.
        let Some((library, _)) = line.strip_prefix(RUN).and_then(|rest| rest.rsplit_once(' ')) else {
            continue;
        };
        let outcome = cells.run(Path::new(library));
        if outcome.died {
            break;
        }
        let mut words: Vec<String> =
            outcome.missing.iter().map(|name| format!("{CHANGED_TYPE}{name}\n")).collect();
        words.extend(outcome.panicked.then(|| format!("{PANIC}\n")));
        words.extend(outcome.error.then(|| format!("{ERROR}\n")));
        words.push(format!("{COMPLETE}\n"));
        stream.write_all(words.concat().as_bytes())?;
    }
    Ok(())
}

/// Runs as the bridge if evcxr started this process as such.
pub fn stand_in() -> Option<ExitCode> {
    let folder = PathBuf::from(std::env::var_os(variables::BRIDGE)?);
    Some(match hand_on(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    })
}

fn hand_on(folder: &Path) -> io::Result<()> {
    let stream = within(folder, || UnixStream::connect(SOCKET))?;
    let (mut to_kernel, mut from_kernel) = (stream.try_clone()?, stream);
    thread::spawn(move || {
        // Until evcxr closes its end: it has ended, or no longer needs this process.
        let _ = io::copy(&mut io::stdin().lock(), &mut to_kernel);
        std::process::exit(0);
    });
    let mut words = BufReader::new(&mut from_kernel).lines();
    while let Some(Ok(word)) = words.next() {
        let mut evcxr = io::stdout().lock();
        writeln!(evcxr, "{word}")?;
        evcxr.flush()?;
    }
    Ok(())
}

fn bind(folder: &Path) -> io::Result<UnixListener> {
    within(folder, || UnixListener::bind(SOCKET))
}

/// Calls `act` in the socket's folder: the system limits a socket's path to about a hundred bytes.
fn within<T>(folder: &Path, act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let here = std::env::current_dir()?;
    std::env::set_current_dir(folder)?;
    let done = act();
    std::env::set_current_dir(here)?;
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Recorded(Vec<PathBuf>);

    impl Cells for Recorded {
        fn fresh(&mut self) {}

        fn run(&mut self, library: &Path) -> Outcome {
            self.0.push(library.to_path_buf());
            match self.0.len() {
                1 => Outcome { missing: vec!["a".into()], ..Outcome::default() },
                2 => Outcome { panicked: true, ..Outcome::default() },
                _ => Outcome { died: true, ..Outcome::default() },
            }
        }
    }

    #[test]
    fn evcxrs_lines_are_run_and_answered_in_its_words() -> io::Result<()> {
        let (mut evcxr, kernel) = UnixStream::pair()?;
        let served = thread::spawn(move || {
            let mut cells = Recorded(Vec::new());
            serve(kernel, &mut cells).map(|()| cells.0)
        });
        for _ in 0..3 {
            writeln!(evcxr, "LOAD_AND_RUN /my folder/libcode_1.so run_user_code_4")?;
        }
        let words = io::read_to_string(&mut evcxr)?;
        assert_eq!(
            words,
            "EVCXR_VARIABLE_CHANGED_TYPE:a\nEVCXR_EXECUTION_COMPLETE\n\
             EVCXR_PANIC_NOTIFICATION\nEVCXR_EXECUTION_COMPLETE\n"
        );
        let libraries = served.join().unwrap_or_else(|_| panic!("the server panicked"))?;
        assert_eq!(libraries, vec![PathBuf::from("/my folder/libcode_1.so"); 3]);
        Ok(())
    }
}
