//! What every client of the kernel hears: status and outputs, in one order.

use std::sync::Arc;

use jupyter_protocol::JupyterMessage;
use jupyter_zmq_client::connection::{KernelIoPubXPubConnection, SubscriptionEvent};
use serde_json::{Value, json};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::oneshot;

use super::image_metadata::metadata;
use super::message::message;
use crate::evaluator::output_listener::Listener;
use crate::relay::event::{Data, Event};

/// What is to be sent.
enum Item {
    Message(Box<JupyterMessage>),
    /// CellReport when all before it are sent.
    Flush(oneshot::Sender<()>),
}

/// Publishes; can be cloned and used from any thread.
#[derive(Clone)]
pub struct Publisher(UnboundedSender<Item>);

/// The queue's other end.
pub struct Queue(UnboundedReceiver<Item>);

/// A publisher and its queue.
pub fn queue() -> (Publisher, Queue) {
    let (sender, receiver) = mpsc::unbounded_channel();
    (Publisher(sender), Queue(receiver))
}

impl Publisher {
    /// Sends it after all that were sent before.
    pub fn publish(&self, kind: &str, content: Value, parent: Option<&JupyterMessage>) {
        let mut message = message(kind, content, parent);
        // Everybody hears it, not only who asked.
        message.zmq_identities.clear();
        // Once the kernel ends nobody listens.
        let _ = self.0.send(Item::Message(Box::new(message)));
    }

    /// `busy` or `idle`.
    pub fn status(&self, state: &str, parent: Option<&JupyterMessage>) {
        self.publish("status", json!({ "execution_state": state }), parent);
    }

    /// Publishes a cell's outputs while they come.
    pub fn listener(&self, parent: Arc<JupyterMessage>) -> Listener {
        let publisher = self.clone();
        Arc::new(move |event| {
            if let Some((kind, content)) = content(event) {
                publisher.publish(kind, content, Some(&parent));
            }
        })
    }

    /// Waits until all is sent.
    pub async fn flush(&self) {
        let (sender, sent) = oneshot::channel();
        if self.0.send(Item::Flush(sender)).is_ok() {
            let _ = sent.await;
        }
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
            item = queue.0.recv() => match item {
                None => return,
                Some(Item::Flush(sent)) => drop(sent.send(())),
                Some(Item::Message(message)) => {
                    // A client that went away is no reason to stop talking to the others.
                    let _ = connection.send(*message).await;
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relay::event::Stream;

    #[test]
    fn outputs_have_the_protocols_form() {
        let (kind, stream) = content(Event::text(Stream::Stderr, "x\n")).unwrap();
        assert_eq!((kind, stream), ("stream", json!({ "name": "stderr", "text": "x\n" })));
        let data: crate::relay::event::Data = [("text/plain".to_owned(), "x".into())].into_iter().collect();
        let (kind, shown) = content(Event::Update { data, id: "d".into() }).unwrap();
        assert_eq!(kind, "update_display_data");
        assert_eq!(shown["transient"]["display_id"], "d");
        assert_eq!(shown["data"]["text/plain"], "x");
        assert!(content(Event::Running).is_none());
    }
}
