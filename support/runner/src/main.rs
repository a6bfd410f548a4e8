//! Runs in the process that runs cells. Talks to the kernel in frames over a socket of its own, which children do not
//! inherit; descriptors 0, 1 and 2 belong to the user's code.
//!
//! Three threads at least: the main thread loads and calls cells, one reads the socket, and the user's code may have
//! started more. A cell's library finds `kernel_send` and `kernel_before_input` in this program.

mod input;
mod kernel;
mod library;

use std::ffi::OsString;
use std::os::fd::FromRawFd;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;

use protocol::frame::{Frame, Kind};

fn main() -> ExitCode {
    let Some(socket) = socket() else {
        eprintln!("runner: started by the kernel only");
        return ExitCode::FAILURE;
    };
    let Ok(cells) = kernel::connect(socket) else { return ExitCode::FAILURE };
    let mut store = std::ptr::null_mut();
    for path in cells {
        input::forget();
        let said = match library::run(&OsString::from_vec(path), &mut store) {
            // A fork made by the cell returns here as well: only the first process answers.
            // SAFETY: plain system call; the fork must skip the exit handlers, which are for the first process.
            _ if !kernel::is_first_process() => unsafe { libc::_exit(0) },
            Ok(()) => kernel::say(&Frame::new(Kind::Ended, [])),
            Err(why) => kernel::say(&Frame::new(Kind::NotLoaded, [why.as_bytes()])),
        };
        if !said {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Takes the socket that the kernel passed as standard input, and moves it to a descriptor that no child inherits.
/// Standard input is empty from then on.
fn socket() -> Option<UnixStream> {
    // SAFETY: plain system calls on numbers; failures are checked below.
    let (moved, empty) = unsafe {
        let moved = libc::fcntl(0, libc::F_DUPFD_CLOEXEC, 3);
        (moved, libc::open(c"/dev/null".as_ptr(), libc::O_RDONLY | libc::O_CLOEXEC))
    };
    // SAFETY: as above. Closing on exec is not inherited by the copy, so children have descriptor 0.
    if moved < 0 || empty < 0 || unsafe { libc::dup2(empty, 0) } != 0 {
        return None;
    }
    // SAFETY: the descriptor is open, and nothing else in this process owns it.
    Some(unsafe { UnixStream::from_raw_fd(moved) })
}
