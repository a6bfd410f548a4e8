//! Calling a real tool, and ending it when the stop button is pressed meanwhile.

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
/// The message of a compilation that was stopped.
pub const STOPPED: &str = "KERNEL_STOPPED_COMPILATION";
/// How often the stop button is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// The real tool of this name, with the arguments that this process got.
pub fn real(named: Command) -> ExitCode {
    run(named.get_program(), std::env::args_os().skip(1), &mut |_| {})
}

/// The real tool, with these arguments and what else `set` adds.
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

/// Its exit code as ours.
pub fn code(status: ExitStatus) -> ExitCode {
    ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(101))
}

/// Answers as a compiler would, in the form in which evcxr reads its errors.
pub fn stopped() -> ExitCode {
    forget();
    let message = serde_json::json!({
        "message": STOPPED, "level": "error", "rendered": STOPPED, "code": null, "children": [], "spans": [],
    });
    println!("{}", serde_json::json!({ "reason": "compiler-message", "message": message }));
    ExitCode::from(101)
}

/// Forgets what the compiler remembers from cell to cell: broken off, it may remember wrongly, and the next cell would not
/// link.
pub fn forget() {
    for target in fs::read_dir("target").into_iter().flatten().flatten() {
        let _ = fs::remove_dir_all(target.path().join("debug/incremental"));
    }
}

/// Runs it to its end. Nothing if the stop button ended it.
pub fn watched(command: &mut Command) -> std::io::Result<Option<ExitStatus>> {
    // A group of its own: the linker below the compiler is to end with it, or it writes where the next one does.
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
