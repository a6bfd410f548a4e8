//! What every client of the kernel hears: status and outputs, in one order.

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

/// Most bytes of outputs that wait to be sent; then the cell waits.
const MOST_WAITING: usize = 4 << 20;
/// A message takes so many bytes besides its output, about.
const ENVELOPE: usize = 4096;
/// How long the last messages may take.
const LAST: Duration = Duration::from_secs(2);
/// How long a cell waits at most for clients that do not read.
const PATIENCE: Duration = Duration::from_secs(10);

/// The bytes of output that wait to be sent.
#[derive(Default)]
struct Room {
    bytes: Mutex<usize>,
    fewer: Condvar,
}

impl Room {
    /// Takes room for so many bytes, once there is some.
    fn take(self: &Arc<Self>, bytes: usize) -> Waiting {
        let waiting = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.fewer.wait_timeout_while(waiting, PATIENCE, |waiting| *waiting > MOST_WAITING);
        *waited.unwrap_or_else(PoisonError::into_inner).0 += bytes;
        Waiting { bytes, room: Arc::clone(self) }
    }

    /// A message that never waits for room.
    fn nothing(self: &Arc<Self>) -> Waiting {
        Waiting { bytes: 0, room: Arc::clone(self) }
    }
}

/// The room that a message takes until it is dropped.
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

/// Dropped when all messages before it are sent.
pub struct Flush {
    _sent: oneshot::Sender<()>,
}

/// Publishes; can be cloned and used from any thread.
#[derive(Clone)]
pub struct Publisher {
    queue: UnboundedSender<Sent>,
    room: Arc<Room>,
}

/// The queue's other end.
pub struct Queue(UnboundedReceiver<Sent>);

/// A publisher and its queue.
pub fn queue() -> (Publisher, Queue) {
    let (queue, items) = mpsc::unbounded_channel();
    (Publisher { queue, room: Arc::default() }, Queue(items))
}

impl Publisher {
    /// Sends it after all that were sent before.
    pub fn publish(&self, kind: &str, content: Value, parent: Option<&JupyterMessage>) {
        self.send(kind, content, parent, self.room.nothing());
    }

    fn send(&self, kind: &str, content: Value, parent: Option<&JupyterMessage>, waiting: Waiting) {
        let mut message = message(kind, content, parent);
        // Everybody hears it, not only who asked.
        message.zmq_identities.clear();
        // Once the kernel ends nobody listens.
        let _ = self.queue.send(Sent::Message(Arc::new(message), Arc::new(waiting)));
    }

    /// `busy` or `idle`.
    pub fn status(&self, state: &str, parent: Option<&JupyterMessage>) {
        self.publish("status", json!({ "execution_state": state }), parent);
    }

    /// Publishes a cell's outputs while they come. A cell that prints faster than clients read waits.
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

    /// Waits until all is sent, or no client takes it.
    pub async fn flush(&self) {
        let (sender, sent) = oneshot::channel();
        if self.queue.send(Sent::Flush(Arc::new(Flush { _sent: sender }))).is_ok() {
            let _ = tokio::time::timeout(LAST, sent).await;
        }
    }
}

/// The bytes of an output, about.
fn size(event: &Event) -> usize {
    match event {
        Event::Stream { text, .. } => ENVELOPE + text.len(),
        Event::Display { data, .. } | Event::Update { data, .. } => {
            ENVELOPE + data.values().map(|value| value.as_str().map_or(0, str::len)).sum::<usize>()
        }
        _ => 0,
    }
}

/// An output as a message.
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

/// Sends what is published to every client that calls.
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
