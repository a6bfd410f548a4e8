//! A client of the IOPub channel. Each has its own socket and queue, so that one that does not read delays no other:
//! the crate's socket sends to all its clients in turn, and waits for each.

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

/// Time after which a client that takes no message is disconnected.
const PATIENCE: Duration = Duration::from_secs(5);

/// An item of a client's queue.
#[derive(Clone)]
pub enum Sent {
    /// A message, and the room that it takes until it is sent to all clients.
    Message(Arc<JupyterMessage>, Arc<Waiting>),
    /// A token that is dropped when all items before it are sent.
    Flush(Arc<Flush>),
}

/// A client's queue, closed when the client is gone.
pub struct Peer(UnboundedSender<Sent>);

impl Peer {
    /// Serves a client that connected. Messages are signed with `key`.
    pub fn serve(client: TcpStream, key: String, session: String) -> Self {
        let (queue, items) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            if let Err(error) = talk(client, &key, &session, items).await {
                eprintln!("kernel: a client that listens to outputs is gone: {error:#}");
            }
        });
        Self(queue)
    }

    /// Queues an item after all earlier ones; returns whether the client is still connected.
    pub fn send(&self, item: Sent) -> bool {
        self.0.send(item).is_ok()
    }
}

/// Passes the client's bytes to a socket of its own, and sends the queued messages.
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
            // The client disconnected.
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
