//! What every client of the kernel hears: status and outputs, in one order.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use jupyter_protocol::JupyterMessage;
use jupyter_zmq_client::connection::{KernelIoPubXPubConnection, SubscriptionEvent};
use serde_json::{Value, json};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::oneshot;

use super::image_metadata::metadata;
use super::message::message;
use crate::evaluator::output_listener::Listener;
use crate::supervisor::event::{Data, Event};

/// Most bytes of outputs that wait to be sent; then the cell waits.
const MOST_WAITING: usize = 4 << 20;
/// A message takes so many bytes besides its output, about.
const ENVELOPE: usize = 4096;
/// How long a cell waits at most for clients that do not read.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is to be sent.
enum Item {
    /// With so many bytes of output in it.
    Message(Box<JupyterMessage>, usize),
    /// CellReport when all before it are sent.
    Flush(oneshot::Sender<()>),
}

/// The bytes of output that wait to be sent.
#[derive(Default)]
struct Waiting {
    bytes: Mutex<usize>,
    fewer: Condvar,
}

impl Waiting {
    /// Adds bytes, once there is room for more.
    fn add(&self, more: usize) {
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.fewer.wait_timeout_while(bytes, PATIENCE, |bytes| *bytes > MOST_WAITING);
        *waited.unwrap_or_else(PoisonError::into_inner).0 += more;
    }

    fn sent(&self, bytes: usize) {
        *self.bytes.lock().unwrap_or_else(PoisonError::into_inner) -= bytes;
        self.fewer.notify_all();
    }
}

/// Publishes; can be cloned and used from any thread.
#[derive(Clone)]
pub struct Publisher {
    queue: UnboundedSender<Item>,
    waiting: Arc<Waiting>,
}

/// The queue's other end.
pub struct Queue {
    items: UnboundedReceiver<Item>,
    waiting: Arc<Waiting>,
}

/// A publisher and its queue.
pub fn queue() -> (Publisher, Queue) {
    let (queue, items) = mpsc::unbounded_channel();
    let waiting = Arc::<Waiting>::default();
    (Publisher { queue, waiting: Arc::clone(&waiting) }, Queue { items, waiting })
}

impl Publisher {
    /// Sends it after all that were sent before.
    pub fn publish(&self, kind: &str, content: Value, parent: Option<&JupyterMessage>) {
        self.send(kind, content, parent, 0);
    }

    fn send(&self, kind: &str, content: Value, parent: Option<&JupyterMessage>, bytes: usize) {
        let mut message = message(kind, content, parent);
        // Everybody hears it, not only who asked.
        message.zmq_identities.clear();
        // Once the kernel ends nobody listens.
        let _ = self.queue.send(Item::Message(Box::new(message), bytes));
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
                publisher.waiting.add(bytes);
                publisher.send(kind, content, Some(&parent), bytes);
            }
        })
    }

    /// Waits until all is sent.
    pub async fn flush(&self) {
        let (sender, sent) = oneshot::channel();
        if self.queue.send(Item::Flush(sender)).is_ok() {
            let _ = sent.await;
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

/// Sends what is published, and welcomes who subscribes (so that a client knows from when on it hears everything).
pub async fn serve(mut connection: KernelIoPubXPubConnection, mut queue: Queue) {
    loop {
        tokio::select! {
            biased;
            subscription = connection.recv_subscription() => {
                if let Ok(SubscriptionEvent::Subscribe(topic)) = subscription {
                    let welcome = message("iopub_welcome", json!({ "subscription": topic }), None);
                    let _ = connection.send(welcome).await;
                }
            }
            item = queue.items.recv() => match item {
                None => return,
                Some(Item::Flush(sent)) => drop(sent.send(())),
                Some(Item::Message(message, bytes)) => {
                    // A client that went away is no reason to stop talking to the others.
                    let _ = connection.send(*message).await;
                    queue.waiting.sent(bytes);
                }
            },
        }
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
