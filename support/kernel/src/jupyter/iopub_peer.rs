//! One client that listens to outputs. Each has a socket and a queue of its own, so that one that does not read keeps
//! nobody waiting: the crate's socket sends to all its clients in turn, and waits for each.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use jupyter_protocol::JupyterMessage;
use jupyter_zmq_client::connection::{Connection, SubscriptionEvent};
use serde_json::json;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use zeromq::{Endpoint, Socket, XPubSocket};

use super::iopub::{Flush, Waiting};
use super::message::message;

/// A client that takes no message for so long is given up.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a client is sent.
#[derive(Clone)]
pub enum Sent {
    /// A message, and the room that it takes until all clients have it.
    Message(Arc<JupyterMessage>, Arc<Waiting>),
    /// Dropped when all before it are sent.
    Flush(Arc<Flush>),
}

/// A client's queue. Closed when the client is gone.
pub struct Peer(UnboundedSender<Sent>);

impl Peer {
    /// Serves the client that called. Messages are signed with `key`.
    pub fn serve(client: TcpStream, key: String, session: String) -> Self {
        let (queue, items) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            if let Err(error) = talk(client, &key, &session, items).await {
                eprintln!("kernel: a client that listens to outputs is gone: {error:#}");
            }
        });
        Self(queue)
    }

    /// Sends it after all that were sent before; whether the client is still there.
    pub fn send(&self, item: Sent) -> bool {
        self.0.send(item).is_ok()
    }
}

/// Hands the client's bytes to a socket that nobody else calls, and sends it what is queued.
async fn talk(
    mut client: TcpStream,
    key: &str,
    session: &str,
    mut items: UnboundedReceiver<Sent>,
) -> Result<()> {
    let mut socket = XPubSocket::new();
    let Endpoint::Tcp(_, port) = socket.bind("tcp://127.0.0.1:0").await? else { return Ok(()) };
    let mut inside = TcpStream::connect(("127.0.0.1", port)).await?;
    let mut connection = Connection::new(socket, key, session);
    let bytes = tokio::io::copy_bidirectional(&mut client, &mut inside);
    tokio::pin!(bytes);
    loop {
        tokio::select! {
            biased;
            // The client left.
            _ = &mut bytes => return Ok(()),
            subscription = connection.recv_subscription() => {
                if let Ok(SubscriptionEvent::Subscribe(topic)) = subscription {
                    let welcome = message("iopub_welcome", json!({ "subscription": topic }), None);
                    let _ = connection.send(welcome).await;
                }
            }
            item = items.recv() => match item {
                None => return Ok(()),
                Some(Sent::Flush(sent)) => drop(sent),
                Some(Sent::Message(message, _room)) => {
                    let sent = connection.send(JupyterMessage::clone(&message));
                    tokio::pin!(sent);
                    let limit = tokio::time::sleep(PATIENCE);
                    tokio::pin!(limit);
                    tokio::select! {
                        _ = &mut bytes => return Ok(()),
                        _ = &mut sent => {}
                        () = &mut limit => return Err(anyhow::anyhow!("it does not read")).context("given up"),
                    }
                }
            },
        }
    }
}
