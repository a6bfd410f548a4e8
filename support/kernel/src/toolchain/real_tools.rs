//! Calls a real tool, and ends it when an interrupt arrives.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::evaluator::interrupt;

pub use protocol::variables::REAL_PATH;
/// Message of a compilation that was stopped.
pub const STOPPED: &str = "KERNEL_STOPPED_COMPILATION";
/// Interval between checks of the stop file.
const LOOK: Duration = Duration::from_millis(20);

/// Runs the real tool of this name, with the arguments of this process.
pub fn real(named: Command) -> ExitCode {
    run(named.get_program(), std::env::args_os().skip(1), &mut |_| {})
}

/// Runs the real tool with these arguments and the changes that `set` makes.
pub fn run(
    tool: &OsStr,
    args: impl Iterator<Item = std::ffi::OsString>,
    set: &mut dyn FnMut(&mut Command),
) -> ExitCode {
    let path = std::env::var_os(REAL_PATH).unwrap_or_default();
    let mut command = Command::new(which(tool, &path).unwrap_or_else(|| tool.into()));
    command.args(args).env("PATH", path);
    set(&mut command);
    match watched(&mut command) {
        Ok(Some(status)) => code(status),
        Ok(None) => stopped(),
        Err(error) => {
            eprintln!("error: {} could not be started: {error}", tool.to_string_lossy());
            ExitCode::from(101)
        }
    }
}

/// Converts an exit status to an exit code of this process.
pub fn code(status: ExitStatus) -> ExitCode {
    ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(101))
}

/// Reports a stopped compilation as an error in the form that evcxr reads.
pub fn stopped() -> ExitCode {
    forget();
    let message = serde_json::json!({
        "message": STOPPED, "level": "error", "rendered": STOPPED, "code": null, "children": [], "spans": [],
    });
    println!("{}", serde_json::json!({ "reason": "compiler-message", "message": message }));
    ExitCode::from(101)
}

/// Removes the compiler's incremental data: after a compilation that was ended it may be wrong, and the next cell would
/// not link.
pub fn forget() {
    for target in fs::read_dir("target").into_iter().flatten().flatten() {
        let _ = fs::remove_dir_all(target.path().join("debug/incremental"));
    }
}

/// Runs a command to its end; `None` if an interrupt ended it.
pub fn watched(command: &mut Command) -> std::io::Result<Option<ExitStatus>> {
    // A separate process group: the linker must end with the compiler, or it overwrites the next one's output.
    let mut child = command.process_group(0).spawn()?;
    let (done, stop) = (AtomicBool::new(false), AtomicBool::new(false));
    let process = rustix::process::Pid::from_child(&child);
    let file = interrupt::file(Path::new("."));
    let status = thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                if file.exists() {
                    stop.store(true, Ordering::Relaxed);
                    let _ = rustix::process::kill_process_group(process, rustix::process::Signal::TERM);
                    break;
                }
                thread::park_timeout(LOOK);
            }
        });
        let status = child.wait();
        done.store(true, Ordering::Relaxed);
        watcher.thread().unpark();
        status
    })?;
    Ok((!stop.load(Ordering::Relaxed)).then_some(status))
}

fn which(tool: &OsStr, path: &OsStr) -> Option<PathBuf> {
    std::env::split_paths(path).map(|folder| folder.join(tool)).find(|file| file.is_file())
}
