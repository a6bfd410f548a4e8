//! Asks the user a cell's questions.

use std::sync::{Arc, Mutex as Shared, PoisonError};

use jupyter_protocol::{JupyterMessage, JupyterMessageContent};
use jupyter_zmq_client::connection::{KernelStdinConnection, RouterSendConnection};
use serde_json::json;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, oneshot};

use super::message::{message, read};
use crate::evaluator::{Input, Reply};

/// The open question: its message's id, and the channel for the answer.
type Open = Option<(String, oneshot::Sender<String>)>;

/// The stdin socket; a new question replaces an open one.
#[derive(Clone)]
pub struct Stdin {
    send: Arc<Mutex<RouterSendConnection>>,
    open: Arc<Shared<Open>>,
}

impl Stdin {
    /// Uses this socket. Answers are read all the time, so that a late one does not answer a later question.
    pub fn new(connection: KernelStdinConnection) -> Self {
        let (send, mut receive) = connection.split();
        let open: Arc<Shared<Open>> = Arc::default();
        let waiting = Arc::clone(&open);
        tokio::spawn(async move {
            while let Some(reply) = read(&mut receive).await {
                let JupyterMessageContent::InputReply(answer) = &reply.content else { continue };
                let mut open = waiting.lock().unwrap_or_else(PoisonError::into_inner);
                // Some clients do not name the question that they answer.
                let parent = reply.parent_header.as_ref().map(|parent| parent.msg_id.as_str());
                let fits = |id: &str| parent.is_none_or(|parent| parent.is_empty() || parent == id);
                if let Some((_, sender)) = open.take_if(|(id, _)| fits(id)) {
                    let _ = sender.send(answer.value.clone());
                }
            }
        });
        Self { send: Arc::new(Mutex::new(send)), open }
    }

    /// Returns a callback that asks the client of `parent`; no answer if input is not allowed, as by nbconvert.
    pub fn input(&self, parent: Arc<JupyterMessage>, allowed: bool) -> Input {
        let (stdin, handle) = (self.clone(), Handle::current());
        Arc::new(move |prompt, password| {
            if !allowed {
                return Reply::Unavailable;
            }
            let content = json!({ "prompt": prompt, "password": password });
            let answer = handle.block_on(stdin.ask(message("input_request", content, Some(&parent))));
            answer.map_or(Reply::Withdrawn, Reply::Text)
        })
    }

    async fn ask(&self, question: JupyterMessage) -> Option<String> {
        let (sender, answer) = oneshot::channel();
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((question.header.msg_id.clone(), sender));
        self.send.lock().await.send(question).await.ok()?;
        answer.await.ok()
    }
}
