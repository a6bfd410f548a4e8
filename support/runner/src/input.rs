//! Standard input of cells. Descriptor 0 is empty, so children read end of file at once; reads of the user's own code
//! become questions to the notebook.
//!
//! On Linux this program has a function `read` that takes precedence over the C library's in all libraries it loads,
//! Rust's standard library among them. Elsewhere standard input is empty.

use std::collections::VecDeque;
use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Mutex, PoisonError};

use protocol::frame::{Answer, Frame, Kind};

/// Number of reads per cell that return end of file where the front end allows no input; later ones fail, because a
/// loop that waits for an answer would never end.
const ENDS: u32 = 2;
/// Number of failed reads after which the process is ended, because the loop ignores errors as well.
const REFUSALS: u32 = 10_000;
/// Exit status of a process that was ended for that.
const REFUSED: c_int = 92;

struct Input {
    /// Answer bytes that were not read yet.
    rest: VecDeque<u8>,
    /// Number of reads without an allowed input.
    refused: u32,
}

static INPUT: Mutex<Input> = Mutex::new(Input { rest: VecDeque::new(), refused: 0 });
static BEFORE_INPUT: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());

/// Drops the input that an earlier cell did not read.
pub fn forget() {
    *INPUT.lock().unwrap_or_else(PoisonError::into_inner) = Input { rest: VecDeque::new(), refused: 0 };
}

/// Registers `flush`, which writes what the cell's standard output still buffers. Cells call this; `flush` is called
/// before a question, so that the prompt is visible.
#[unsafe(no_mangle)]
pub extern "C" fn kernel_before_input(flush: extern "C" fn()) {
    BEFORE_INPUT.store(flush as *mut c_void, Ordering::SeqCst);
}

fn flush() {
    let flush = BEFORE_INPUT.load(Ordering::SeqCst);
    if !flush.is_null() {
        // SAFETY: only `kernel_before_input` stores here, and libraries are never unloaded.
        let flush: extern "C" fn() = unsafe { std::mem::transmute::<*mut c_void, extern "C" fn()>(flush) };
        flush();
    }
}

/// Reads up to `most` bytes like the system call; an error is its number.
fn read_line(most: usize) -> Result<Vec<u8>, c_int> {
    if most == 0 {
        return Ok(Vec::new());
    }
    let lock = || INPUT.lock().unwrap_or_else(PoisonError::into_inner);
    let empty = lock().rest.is_empty();
    if empty {
        // Without the lock: another thread may wait for an answer for hours.
        flush();
        let answer = crate::kernel::ask(&Frame::new(Kind::Input, []));
        let mut input = lock();
        let what = answer.as_ref().and_then(|answer| answer.fields.first()?.first().copied());
        match what {
            Some(byte) if byte == Answer::Text as u8 => {
                let text = answer.map(|answer| answer.fields).unwrap_or_default().pop().unwrap_or_default();
                input.rest.extend(text);
                input.rest.push_back(b'\n');
            }
            Some(byte) if byte == Answer::Cancelled as u8 => return Err(libc::ECANCELED),
            _ => {
                input.refused += 1;
                if input.refused > ENDS + REFUSALS {
                    // SAFETY: plain system call.
                    unsafe { libc::_exit(REFUSED) };
                }
                return if input.refused > ENDS { Err(libc::ENOTSUP) } else { Ok(Vec::new()) };
            }
        }
    }
    let mut input = lock();
    // One line per read: a reader's buffer must not keep input for the next cell.
    let line = input.rest.iter().position(|byte| *byte == b'\n').map_or(input.rest.len(), |end| end + 1);
    let count = most.min(line);
    Ok(input.rest.drain(..count).collect())
}

/// Replaces the C library's `read`: reads from descriptor 0 become questions to the notebook.
///
/// # Safety
/// As for the system call: `buffer` must have room for `count` bytes.
#[cfg(target_os = "linux")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn read(descriptor: c_int, buffer: *mut c_void, count: usize) -> isize {
    if descriptor != 0 || !crate::kernel::is_first_process() {
        // SAFETY: the caller's promise is that of the system call.
        return unsafe { libc::syscall(libc::SYS_read, descriptor, buffer, count) } as isize;
    }
    match read_line(count) {
        Ok(bytes) => {
            // SAFETY: no more than `count` bytes, for which the caller has room.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), buffer.cast(), bytes.len()) };
            bytes.len() as isize
        }
        Err(number) => {
            // SAFETY: the address of this thread's own error number.
            unsafe { *libc::__errno_location() = number };
            -1
        }
    }
}
