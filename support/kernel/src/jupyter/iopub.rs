//! Publishes status and outputs to all clients of the kernel, in one order.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use jupyter_protocol::JupyterMessage;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::oneshot;

use super::image_metadata::metadata;
use super::iopub_peer::{Peer, Sent};
use super::message::message;
use crate::evaluator::output_listener::Listener;
use crate::supervisor::event::{Data, Event};

/// Maximum number of bytes of outputs in the queue; above it the cell waits.
const MOST_WAITING: usize = 4 << 20;
/// Approximate size of a message without its output, in bytes.
const ENVELOPE: usize = 4096;
/// Maximum time for sending the last messages.
const LAST: Duration = Duration::from_secs(2);
/// Maximum time for which a cell waits for clients that do not read.
const PATIENCE: Duration = Duration::from_secs(10);

/// The number of bytes of output in the queue.
#[derive(Default)]
struct Room {
    bytes: Mutex<usize>,
    fewer: Condvar,
}

impl Room {
    /// Reserves room for `bytes`, once there is some.
    fn take(self: &Arc<Self>, bytes: usize) -> Waiting {
        let waiting = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.fewer.wait_timeout_while(waiting, PATIENCE, |waiting| *waiting > MOST_WAITING);
        *waited.unwrap_or_else(PoisonError::into_inner).0 += bytes;
        Waiting { bytes, room: Arc::clone(self) }
    }

    /// Reserves no room, for a message that never waits.
    fn nothing(self: &Arc<Self>) -> Waiting {
        Waiting { bytes: 0, room: Arc::clone(self) }
    }
}

/// The room that a message takes until this value is dropped.
pub struct Waiting {
    bytes: usize,
    room: Arc<Room>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        *self.room.bytes.lock().unwrap_or_else(PoisonError::into_inner) -= self.bytes;
        self.room.fewer.notify_all();
    }
}

/// A token that is dropped when all messages before it are sent.
pub struct Flush {
    _sent: oneshot::Sender<()>,
}

/// A handle that publishes messages; can be cloned and used from any thread.
#[derive(Clone)]
pub struct Publisher {
    queue: UnboundedSender<Sent>,
    room: Arc<Room>,
}

/// The receiving end of the queue.
pub struct Queue(UnboundedReceiver<Sent>);

/// Makes a publisher and its queue.
pub fn queue() -> (Publisher, Queue) {
    let (queue, items) = mpsc::unbounded_channel();
    (Publisher { queue, room: Arc::default() }, Queue(items))
}

impl Publisher {
    /// Sends a message after all earlier ones.
    pub fn publish(&self, kind: &str, content: Value, parent: Option<&JupyterMessage>) {
        self.send(kind, content, parent, self.room.nothing());
    }

    fn send(&self, kind: &str, content: Value, parent: Option<&JupyterMessage>, waiting: Waiting) {
        let mut message = message(kind, content, parent);
        // Without a recipient: all clients receive it, not only the one that sent the request.
        message.zmq_identities.clear();
        // When the kernel ends, the queue has no receiver.
        let _ = self.queue.send(Sent::Message(Arc::new(message), Arc::new(waiting)));
    }

    /// Publishes the status `busy` or `idle`.
    pub fn status(&self, state: &str, parent: Option<&JupyterMessage>) {
        self.publish("status", json!({ "execution_state": state }), parent);
    }

    /// Returns a listener that publishes a cell's outputs. A cell that prints faster than clients read waits.
    pub fn listener(&self, parent: Arc<JupyterMessage>) -> Listener {
        let publisher = self.clone();
        Arc::new(move |event| {
            let bytes = size(&event);
            if let Some((kind, content)) = content(event) {
                let waiting = publisher.room.take(bytes);
                publisher.send(kind, content, Some(&parent), waiting);
            }
        })
    }

    /// Waits until all messages are sent, or no client reads them.
    pub async fn flush(&self) {
        let (sender, sent) = oneshot::channel();
        if self.queue.send(Sent::Flush(Arc::new(Flush { _sent: sender }))).is_ok() {
            let _ = tokio::time::timeout(LAST, sent).await;
        }
    }
}

/// Returns the approximate size of an output in bytes.
fn size(event: &Event) -> usize {
    match event {
        Event::Stream { text, .. } => ENVELOPE + text.len(),
        Event::Display { data, .. } | Event::Update { data, .. } => {
            ENVELOPE + data.values().map(|value| value.as_str().map_or(0, str::len)).sum::<usize>()
        }
        _ => 0,
    }
}

/// Converts an output to a message.
fn content(event: Event) -> Option<(&'static str, Value)> {
    let shown = |data: Data, id: Option<String>| {
        let transient = id.map_or_else(|| json!({}), |id| json!({ "display_id": id }));
        json!({ "metadata": metadata(&data), "data": data, "transient": transient })
    };
    Some(match event {
        Event::Stream { name, text } => ("stream", json!({ "name": name.name(), "text": text })),
        Event::Display { data, id } => ("display_data", shown(data, id)),
        Event::Update { data, id } => ("update_display_data", shown(data, Some(id))),
        Event::Clear { wait } => ("clear_output", json!({ "wait": wait })),
        _ => return None,
    })
}

/// Sends the published messages to every client that connects.
pub async fn serve(listener: TcpListener, key: String, session: String, mut queue: Queue) {
    let mut peers: Vec<Peer> = Vec::new();
    loop {
        let item = tokio::select! {
            biased;
            client = listener.accept() => {
                if let Ok((client, _)) = client {
                    let _ = client.set_nodelay(true);
                    peers.push(Peer::serve(client, key.clone(), session.clone()));
                }
                continue;
            }
            item = queue.0.recv() => item,
        };
        let Some(item) = item else { return };
        peers.retain(|peer| peer.send(item.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::supervisor::event::Stream;

    #[test]
    fn outputs_have_the_protocols_form() {
        let (kind, stream) = content(Event::text(Stream::Stderr, "x\n")).unwrap();
        assert_eq!((kind, stream), ("stream", json!({ "name": "stderr", "text": "x\n" })));
        let data: crate::supervisor::event::Data =
            [("text/plain".to_owned(), "x".into())].into_iter().collect();
        let (kind, shown) = content(Event::Update { data, id: "d".into() }).unwrap();
        assert_eq!(kind, "update_display_data");
        assert_eq!(shown["transient"]["display_id"], "d");
        assert_eq!(shown["data"]["text/plain"], "x");
        assert!(content(Event::Running).is_none());
    }
}
