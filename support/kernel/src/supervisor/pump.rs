//! The thread that reads a runner: both outputs and the socket, in the order in which the cell wrote them.

use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::process::{ChildStderr, ChildStdout, ExitStatus};
use std::thread;
use std::time::Duration;

use protocol::frame::{Frame, Kind, REDEFINED};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::Supervisor;
use super::event::Event;
use super::process::{self, Pipes, Runner};
use super::stderr::{Panic, Stderr};
use super::stdout::Stdout;

/// Maximum number of bytes per read: the capacity of a pipe.
const CHUNK: usize = 64 * 1024;
/// Number of reads that empty a full pipe.
const CATCH_UP: usize = 17;

/// Starts the threads that read a runner and wait for its end.
pub fn attach(runner: Runner, pipes: Pipes, supervisor: Supervisor) -> io::Result<Runner> {
    let Pipes { mut child, out, err, socket } = pipes;
    let (id, ended) = (runner.id(), runner.ended());
    let (exit, exited) = io::pipe()?;
    let waiter = thread::spawn(move || {
        let status = child.wait();
        // Closing the pipe wakes the reader, also while children of a cell keep the outputs open.
        drop(exited);
        status
    });
    let folder = supervisor.program.workdir.clone();
    thread::spawn(move || {
        let mut pump = Pump {
            supervisor,
            id,
            stdout: Stdout::default(),
            stderr: Stderr::new(folder),
            out: Some(out),
            err: Some(err),
            socket,
        };
        // A pipe that fails counts as closed; the process is then ended below.
        let _ = pump.read_until_exit(exit.as_fd());
        process::kill_group(id);
        let status = waiter.join().unwrap_or_else(|_| Err(io::Error::other("not waited for")));
        pump.died(status);
        ended.tell();
    });
    Ok(runner)
}

struct Pump {
    supervisor: Supervisor,
    id: u32,
    stdout: Stdout,
    stderr: Stderr,
    out: Option<ChildStdout>,
    err: Option<ChildStderr>,
    socket: UnixStream,
}

impl Pump {
    fn read_until_exit(&mut self, exit: BorrowedFd<'_>) -> io::Result<()> {
        let mut wait = None;
        loop {
            let fds = [
                self.out.as_ref().map(AsFd::as_fd),
                self.err.as_ref().map(AsFd::as_fd),
                Some(self.socket.as_fd()),
                Some(exit),
            ];
            let [out, err, frame, exited] = ready(fds, wait)?;
            if exited {
                return Ok(());
            }
            // A panic's text is on standard error before the frame that reports it.
            if err {
                self.read_err()?;
            }
            if out {
                self.read_out()?;
            }
            if frame {
                let frame = Frame::read(&mut self.socket)?;
                self.take(&frame)?;
            }
            wait = self.overdue();
        }
    }

    fn tell(&self, events: Vec<Event>) {
        events.into_iter().for_each(|event| (self.supervisor.events)(event));
    }

    fn read_err(&mut self) -> io::Result<()> {
        let mut events = Vec::new();
        let bytes = read_some(&mut self.err)?;
        self.stderr.feed(&bytes, &mut events);
        self.tell(events);
        Ok(())
    }

    fn read_out(&mut self) -> io::Result<()> {
        let mut events = Vec::new();
        let bytes = read_some(&mut self.out)?;
        self.stdout.feed(&bytes, &mut events);
        self.tell(events);
        Ok(())
    }

    fn overdue(&mut self) -> Option<Duration> {
        let mut events = Vec::new();
        let waits = [self.stdout.overdue(&mut events), self.stderr.overdue(&mut events)];
        self.tell(events);
        waits.into_iter().flatten().min()
    }

    /// Reads what both pipes hold now. A thread or a child may print without end, so no more than their capacity.
    fn catch_up(&mut self) -> io::Result<()> {
        for _ in 0..CATCH_UP {
            let fds = [self.out.as_ref().map(AsFd::as_fd), self.err.as_ref().map(AsFd::as_fd)];
            let [out, err] = ready(fds, Some(Duration::ZERO))?;
            if err {
                self.read_err()?;
            }
            if out {
                self.read_out()?;
            }
            if !(out || err) {
                break;
            }
        }
        Ok(())
    }

    /// Handles a frame; sends events for text printed before it first.
    fn take(&mut self, frame: &Frame) -> io::Result<()> {
        self.catch_up()?;
        let mut events = Vec::new();
        match frame.kind {
            Kind::Input => {
                let (prompt, password) = self.stdout.prompt(&mut events);
                self.stderr.flush(&mut events);
                let question = self.supervisor.ask();
                events.push(Event::Input { question, prompt, password });
            }
            Kind::Panic => {
                let panic = self.stderr.panic(&mut events);
                events.push(match panic {
                    Some(Panic { message, place, caller }) => {
                        Event::Panic { message, place: Some(place), caller }
                    }
                    None => Event::Panic { message: "it said nothing".to_owned(), place: None, caller: None },
                });
            }
            Kind::Error => {
                let (kind, place, message) = (frame.text(0), frame.text(1), frame.text(2));
                events.push(Event::Error { kind: Some(kind), message, place: Some(place) });
            }
            Kind::Missing => {
                events.push(Event::Missing { name: frame.text(0), redefined: frame.text(1) == REDEFINED });
            }
            Kind::NotLoaded => events.push(Event::NotLoaded { why: frame.text(0) }),
            Kind::Ended => {
                // A thread of the ended cell may still have an open question.
                self.supervisor.cancel_question();
                self.stderr.flush(&mut events);
                self.stdout.end_of_cell(&mut events);
                events.push(Event::Ended);
            }
            // Only the kernel sends these.
            Kind::Run | Kind::Taken | Kind::Answer => {}
        }
        self.tell(events);
        match frame.kind {
            Kind::Panic | Kind::Error | Kind::Missing => Frame::new(Kind::Taken, []).write(&mut self.socket),
            _ => Ok(()),
        }
    }

    fn died(&mut self, status: io::Result<ExitStatus>) {
        // Children that left the group may keep the pipes open, so only what the pipes hold now is read.
        let _ = self.catch_up();
        let mut events = Vec::new();
        let words = self.stderr.last_words(&mut events);
        self.stdout.end_of_cell(&mut events);
        self.tell(events);
        let how = status.map_or_else(|error| error.to_string(), process::how);
        // No event for a runner that was discarded.
        if self.supervisor.forget(self.id).is_some() {
            self.tell(vec![Event::Died { how, words }]);
        }
    }
}

/// Reads once; closes a pipe that is at its end.
fn read_some(from: &mut Option<impl Read>) -> io::Result<Vec<u8>> {
    let Some(pipe) = from else { return Ok(Vec::new()) };
    let mut buffer = vec![0; CHUNK];
    let read = pipe.read(&mut buffer)?;
    buffer.truncate(read);
    if read == 0 {
        *from = None;
    }
    Ok(buffer)
}

/// Returns which descriptors can be read (or are closed), waiting at most `wait`; `None` is skipped.
fn ready<const N: usize>(fds: [Option<BorrowedFd<'_>>; N], wait: Option<Duration>) -> io::Result<[bool; N]> {
    // A closed pipe would be ready at once, also if it is skipped.
    let mut asked: Vec<PollFd<'_>> =
        fds.iter().flatten().map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::IN)).collect();
    let wait = wait.map(|wait| Timespec { tv_sec: wait.as_secs() as _, tv_nsec: wait.subsec_nanos() as _ });
    match poll(&mut asked, wait.as_ref()) {
        Ok(_) => {}
        Err(rustix::io::Errno::INTR) => return Ok([false; N]),
        Err(error) => return Err(error.into()),
    }
    let mut answers = asked.iter().map(|fd| !fd.revents().is_empty());
    Ok(fds.map(|fd| fd.is_some() && answers.next().unwrap_or(false)))
}
