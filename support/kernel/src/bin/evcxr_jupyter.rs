//! The kernel of the crate evcxr_jupyter, unchanged, for the kernelspec "Rust (evcxr_jupyter)".
//!
//! A binary of its own, because evcxr starts the running binary once more as the process that runs cells. One change is
//! added: that process ends with the kernel, so that a cell in an endless loop does not outlive its notebook.

use std::os::unix::process::parent_id;
use std::thread;
use std::time::Duration;

/// Variable that evcxr sets for the process that runs cells.
const RUNS_CELLS: &str = "EVCXR_IS_RUNTIME";
/// Interval at which that process checks its parent.
const INTERVAL: Duration = Duration::from_millis(200);

/// The allocator of the crate's feature `mimalloc`, which must be off: this package's kernel sets its own allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    if std::env::var_os(RUNS_CELLS).is_some() {
        end_with_parent();
    }
    evcxr_jupyter::main()
}

fn end_with_parent() {
    let parent = parent_id();
    thread::spawn(move || {
        while parent_id() == parent {
            thread::sleep(INTERVAL);
        }
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    });
}
