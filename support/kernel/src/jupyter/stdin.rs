//! Questions of a cell to its user.

use std::sync::{Arc, Mutex as Shared, PoisonError};

use jupyter_protocol::{JupyterMessage, JupyterMessageContent};
use jupyter_zmq_client::connection::{KernelStdinConnection, RouterSendConnection};
use serde_json::json;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, oneshot};

use super::message::{message, read};
use crate::evaluator::{Input, Reply};

/// A question that waits: its message's id, and where the answer goes.
type Open = Option<(String, oneshot::Sender<String>)>;

/// Asks on the socket; a new question takes the place of one that waits.
#[derive(Clone)]
pub struct Stdin {
    send: Arc<Mutex<RouterSendConnection>>,
    open: Arc<Shared<Open>>,
}

impl Stdin {
    /// On this socket. Answers are read all the time, so that a late one meets no later question.
    pub fn new(connection: KernelStdinConnection) -> Self {
        let (send, mut receive) = connection.split();
        let open: Arc<Shared<Open>> = Arc::default();
        let waiting = Arc::clone(&open);
        tokio::spawn(async move {
            while let Some(reply) = read(&mut receive).await {
                let JupyterMessageContent::InputReply(answer) = &reply.content else { continue };
                let mut open = waiting.lock().unwrap_or_else(PoisonError::into_inner);
                // Some clients do not say which question they answer.
                let parent = reply.parent_header.as_ref().map(|parent| parent.msg_id.as_str());
                let fits = |id: &str| parent.is_none_or(|parent| parent.is_empty() || parent == id);
                if let Some((_, sender)) = open.take_if(|(id, _)| fits(id)) {
                    let _ = sender.send(answer.value.clone());
                }
            }
        });
        Self { send: Arc::new(Mutex::new(send)), open }
    }

    /// How a cell asks who sent `parent`. Where nobody can be asked, as by nbconvert, there is no answer.
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
