//! Serves a notebook's kernel, from its sockets to its end.

use std::future::Future;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use jupyter_protocol::ConnectionInfo;
use jupyter_zmq_client::connection as sockets;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::iopub;
use super::shell::Shell;
use super::stdin::Stdin;
use super::{control, heartbeat};
use crate::evaluator::Evaluator;

/// Time to wait for a port that another process has.
const PATIENCE: Duration = Duration::from_secs(10);

/// The reason why a kernel ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShutdownReason {
    /// A client requested it.
    Asked,
    /// The process that needs the kernel is gone.
    Gone,
}

/// Serves until a client requests shutdown, or `gone` completes.
pub async fn serve(
    info: &ConnectionInfo,
    evaluator: &Evaluator,
    gone: impl Future<Output = ()>,
) -> Result<ShutdownReason> {
    let session = format!("{}-{}", std::process::id(), info.shell_port);
    let heart = bound("heartbeat", || sockets::create_kernel_heartbeat_connection(info)).await?;
    let address = (info.ip.clone(), info.iopub_port);
    let iopub = bound("iopub", || TcpListener::bind(address.clone())).await?;
    let stdin = bound("stdin", || sockets::create_kernel_stdin_connection(info, &session)).await?;
    let control = bound("control", || sockets::create_kernel_control_connection(info, &session)).await?;
    let shell = bound("shell", || sockets::create_kernel_shell_connection(info, &session)).await?;

    let (publisher, queue) = iopub::queue();
    let (end, mut ended) = mpsc::unbounded_channel();
    publisher.status("starting", None);
    let shell = Shell::new(shell, publisher.clone(), evaluator.clone(), Stdin::new(stdin), end.clone());
    tokio::spawn(heartbeat::serve(heart));
    tokio::spawn(iopub::serve(iopub, info.key.clone(), session.clone(), queue));
    tokio::spawn(control::serve(control, publisher.clone(), evaluator.clone(), end));
    tokio::spawn(shell.serve());
    let why = tokio::select! {
        why = ended.recv() => why.unwrap_or(ShutdownReason::Gone),
        () = gone => ShutdownReason::Gone,
    };
    if evaluator.output.is_running() {
        evaluator.kill();
    }
    publisher.flush().await;
    Ok(why)
}

/// Binds a socket to its port. After a restart the last kernel may still have the port for a moment.
async fn bound<T, E, F>(name: &str, mut bind: impl FnMut() -> F) -> Result<T>
where
    E: std::error::Error + Send + Sync + 'static,
    F: Future<Output = Result<T, E>>,
{
    let begun = Instant::now();
    loop {
        match bind().await {
            Ok(socket) => return Ok(socket),
            Err(_) if begun.elapsed() < PATIENCE => tokio::time::sleep(Duration::from_millis(50)).await,
            Err(error) => return Err(error).with_context(|| format!("the {name} socket could not be bound")),
        }
    }
}
