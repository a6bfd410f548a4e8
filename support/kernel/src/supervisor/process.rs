//! The runner's process: its start and its end.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use protocol::variables;
use rustix::process::{Pid, Signal, kill_process_group};

use super::Program;

/// Variable set by evcxr's own runner; libraries check it.
const EVCXR: &str = "EVCXR_IS_RUNTIME";
/// Exit status of a runner that ended a loop which read an empty standard input without end.
const REFUSED_INPUT: i32 = 92;

/// A runner process.
pub struct Runner {
    id: u32,
    socket: UnixStream,
    ended: Arc<Ended>,
}

/// The process and pipes that the pump reads.
pub struct Pipes {
    pub child: Child,
    pub out: ChildStdout,
    pub err: ChildStderr,
    pub socket: UnixStream,
}

#[derive(Default)]
pub struct Ended {
    over: Mutex<bool>,
    changed: Condvar,
}

impl Ended {
    /// Wakes the waiting threads.
    pub fn tell(&self) {
        *self.over.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }

    fn wait(&self) {
        let over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.changed.wait_while(over, |over| !*over));
    }
}

/// Starts the program as the leader of a process group, which includes the children of its cells.
pub fn start(program: &Program) -> io::Result<(Runner, Pipes)> {
    let (ours, theirs) = UnixStream::pair()?;
    let mut command = Command::new(&program.binary);
    command
        .envs(program.variables.iter().map(|(name, value)| (name, value)))
        .env(variables::LIVE, "1")
        .env(EVCXR, "1")
        // A panic's backtrace has the cell's line; it is read here and not shown. Errors need none.
        .env("RUST_BACKTRACE", "1")
        .env("RUST_LIB_BACKTRACE", "0")
        // libtorch's threads wait for each other by spinning: two notebooks on two cores take a hundred times as long
        // as one after the other. Small networks gain nothing from them; large ones can call `tch::set_num_threads`.
        .env("OMP_NUM_THREADS", std::env::var_os("OMP_NUM_THREADS").unwrap_or_else(|| "1".into()))
        .stdin(OwnedFd::from(theirs))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    // Programs that a cell starts find the real tools, and a kernel that a cell starts is independent.
    if let Some(path) = std::env::var_os(variables::REAL_PATH) {
        command.env("PATH", path);
    }
    let shared = [variables::LIVE, variables::UNWATCHED, variables::STOP_FILE];
    for name in variables::ALL.iter().filter(|name| !shared.contains(name)) {
        command.env_remove(name);
    }
    let mut child = command.spawn()?;
    // The command holds this process's copy of the runner's end.
    drop(command);
    let pipes = child.stdout.take().zip(child.stderr.take());
    let (out, err) = pipes.ok_or_else(|| io::Error::other("the runner has no pipes"))?;
    let runner = Runner { id: child.id(), socket: ours.try_clone()?, ended: Arc::default() };
    Ok((runner, Pipes { child, out, err, socket: ours }))
}

impl Runner {
    /// Returns the process number.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Returns the kernel's end of the socket.
    pub fn socket(&self) -> io::Result<UnixStream> {
        self.socket.try_clone()
    }

    /// Returns the state that is set when the runner is gone and all its output was read.
    pub fn ended(&self) -> Arc<Ended> {
        Arc::clone(&self.ended)
    }

    /// Ends the runner and the children of its cells.
    pub fn kill(&self) {
        kill_group(self.id);
    }

    /// Waits until the runner is gone and all its output was read.
    pub fn wait(&self) {
        self.ended.wait();
    }
}

/// Ends a runner's process group.
pub fn kill_group(id: u32) {
    if let Some(group) = i32::try_from(id).ok().and_then(Pid::from_raw) {
        // The group may be empty by now.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// Describes how a process ended.
pub fn how(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(REFUSED_INPUT), _) => {
            "no input is possible here, and the cell read it again and again".to_owned()
        }
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
