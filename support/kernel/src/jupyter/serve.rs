//! A notebook's kernel, from its sockets to its end.

use std::future::Future;

use anyhow::{Context, Result};
use jupyter_protocol::ConnectionInfo;
use jupyter_zmq_client::connection as sockets;
use tokio::sync::mpsc;

use super::iopub;
use super::shell::Shell;
use super::stdin::Stdin;
use super::{control, heartbeat};
use crate::cells::engine::Engine;

/// Why a kernel ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The client asked for it.
    Asked,
    /// Nobody is there any more.
    Gone,
}

/// Serves until a client says to stop, or `gone` comes to pass.
pub async fn serve(info: &ConnectionInfo, engine: &Engine, gone: impl Future<Output = ()>) -> Result<End> {
    let session = format!("{}-{}", std::process::id(), info.shell_port);
    let heart = sockets::create_kernel_heartbeat_connection(info).await.context("heartbeat socket")?;
    let iopub = sockets::create_kernel_iopub_xpub_connection(info, &session).await.context("iopub socket")?;
    let stdin = sockets::create_kernel_stdin_connection(info, &session).await.context("stdin socket")?;
    let control =
        sockets::create_kernel_control_connection(info, &session).await.context("control socket")?;
    let shell = sockets::create_kernel_shell_connection(info, &session).await.context("shell socket")?;

    let (publisher, queue) = iopub::queue();
    let (end, mut ended) = mpsc::unbounded_channel();
    publisher.status("starting", None);
    let shell = Shell::new(shell, publisher.clone(), engine.clone(), Stdin::new(stdin), end.clone());
    tokio::spawn(heartbeat::serve(heart));
    tokio::spawn(iopub::serve(iopub, queue));
    tokio::spawn(control::serve(control, publisher.clone(), engine.clone(), end));
    tokio::spawn(shell.serve());
    let why = tokio::select! {
        why = ended.recv() => why.unwrap_or(End::Gone),
        () = gone => End::Gone,
    };
    if engine.watch.is_running() {
        engine.kill();
    }
    publisher.flush().await;
    Ok(why)
}
