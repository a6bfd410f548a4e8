//! The process that runs cells: evcxr's own loop in this binary, started by the relay.

use std::io;
use std::os::unix::process::{ExitStatusExt, parent_id};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

/// Set in the runner: not another relay.
const RUNNER: &str = "KERNEL_RUNNER";
/// Tells `support` that displays show at once.
const LIVE: &str = "KERNEL_LIVE";
/// How soon the runner notices that the relay is gone.
const WATCH: Duration = Duration::from_millis(50);

/// Starts it.
pub fn start() -> io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .env(RUNNER, "1")
        .env(LIVE, "1")
        // From a panic's trace the relay reads the cell's line; nobody else sees it. Errors need none.
        .env("RUST_BACKTRACE", "1")
        .env("RUST_LIB_BACKTRACE", "0")
        // Threads of libtorch wait for each other by spinning: two notebooks that train on two cores take a hundred times as
        // long as one after the other. Small networks gain nothing by them; `tch::set_num_threads` is there for large ones.
        .env("OMP_NUM_THREADS", std::env::var_os("OMP_NUM_THREADS").unwrap_or_else(|| "1".into()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
}

/// Whether this process is it.
pub fn is_runner() -> bool {
    std::env::var_os(RUNNER).is_some()
}

/// Ends this process when its parent does, however that ended. A cell in an endless loop would outlive the notebook.
pub fn guard() {
    let parent = parent_id();
    thread::spawn(move || {
        while parent_id() == parent {
            thread::sleep(WATCH);
        }
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    });
}

/// How it ended, in words.
pub fn how(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("it exited with status {code}"),
        (None, Some(signal)) => {
            let name = match signal {
                4 => " (illegal instruction)",
                6 => " (abort)",
                7 | 10 => " (bus error)",
                9 => " (killed)",
                11 => " (segmentation fault)",
                _ => "",
            };
            format!("signal {signal}{name}")
        }
        (None, None) => status.to_string(),
    }
}
