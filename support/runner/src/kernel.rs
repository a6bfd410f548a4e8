//! Communication with the kernel.

use std::ffi::c_void;
use std::io;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

use protocol::frame::{Frame, Kind};

/// Maximum number of bytes per frame from a cell, more than the text of any useful error.
const LONGEST: usize = 1 << 20;

struct Kernel {
    write: Mutex<UnixStream>,
    /// Locked while a thread waits until the kernel has handled its frame: one exchange at a time.
    taken: Mutex<Receiver<()>>,
    answers: Mutex<Receiver<Frame>>,
}

static KERNEL: OnceLock<Kernel> = OnceLock::new();
static FIRST_PROCESS: AtomicU32 = AtomicU32::new(0);

/// Starts to listen on the socket. Returns a receiver for the paths of the libraries to run.
pub fn connect(socket: UnixStream) -> io::Result<Receiver<Vec<u8>>> {
    FIRST_PROCESS.store(std::process::id(), Ordering::SeqCst);
    let read = socket.try_clone()?;
    let (taken, was_taken) = mpsc::channel();
    let (answer, answers) = mpsc::channel();
    let (run, cells) = mpsc::channel();
    let kernel =
        Kernel { write: Mutex::new(socket), taken: Mutex::new(was_taken), answers: Mutex::new(answers) };
    if KERNEL.set(kernel).is_err() {
        return Err(io::Error::other("connected twice"));
    }
    thread::Builder::new().name("kernel".to_owned()).spawn(move || listen(read, &run, &taken, &answer))?;
    Ok(cells)
}

/// Passes on the kernel's frames. When the kernel is gone, this process ends, and with it the children of its cells,
/// which share its group.
fn listen(mut socket: UnixStream, run: &Sender<Vec<u8>>, taken: &Sender<()>, answer: &Sender<Frame>) {
    while let Ok(mut frame) = Frame::read(&mut socket) {
        let sent = match frame.kind {
            Kind::Run => run.send(frame.fields.pop().unwrap_or_default()).is_ok(),
            Kind::Taken => taken.send(()).is_ok(),
            Kind::Answer => answer.send(frame).is_ok(),
            _ => true,
        };
        if !sent {
            break;
        }
    }
    // SAFETY: plain system calls; zero means the own group.
    unsafe { libc::kill(0, libc::SIGKILL) };
    std::process::abort();
}

/// Checks whether this is the process that the kernel started, and not a fork that a cell made.
pub fn is_first_process() -> bool {
    FIRST_PROCESS.load(Ordering::SeqCst) == std::process::id()
}

/// Sends a frame; returns whether that succeeded. Without a kernel this process is about to end.
pub fn say(frame: &Frame) -> bool {
    KERNEL.get().filter(|_| is_first_process()).is_some_and(|kernel| {
        frame.write(&mut *kernel.write.lock().unwrap_or_else(PoisonError::into_inner)).is_ok()
    })
}

/// Sends a frame and waits until the kernel has handled it, with all earlier output, so that later output comes after
/// it.
pub fn say_in_order(frame: &Frame) {
    let Some(kernel) = KERNEL.get().filter(|_| is_first_process()) else { return };
    let taken = kernel.taken.lock().unwrap_or_else(PoisonError::into_inner);
    if say(frame) {
        let _ = taken.recv();
    }
}

/// Sends a question and waits for its answer; `None` in a fork or without a kernel.
pub fn ask(question: &Frame) -> Option<Frame> {
    let kernel = KERNEL.get().filter(|_| is_first_process())?;
    let answers = kernel.answers.lock().unwrap_or_else(PoisonError::into_inner);
    if say(question) { answers.recv().ok() } else { None }
}

/// Sends a frame of this kind for a cell; its fields are in `data` with a zero byte between them.
///
/// # Safety
/// `data` must point at `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kernel_send(kind: u8, data: *const c_void, length: usize) {
    let Some(kind) = Kind::of(kind) else { return };
    let length = length.min(LONGEST);
    let bytes: &[u8] = if data.is_null() {
        &[]
    } else {
        // SAFETY: the caller promises that many bytes.
        unsafe { std::slice::from_raw_parts(data.cast(), length) }
    };
    let fields = bytes.splitn(3, |byte| *byte == 0).map(<[u8]>::to_vec).collect();
    say_in_order(&Frame { kind, fields });
}
