//! Questions of a cell to its user.

use std::sync::Arc;

use jupyter_protocol::{JupyterMessage, JupyterMessageContent};
use jupyter_zmq_client::connection::KernelStdinConnection;
use serde_json::json;
use tokio::runtime::Handle;
use tokio::sync::Mutex;

use super::message::{message, read};
use crate::evaluator::Input;

/// Asks on the socket; one question at a time.
#[derive(Clone)]
pub struct Stdin(Arc<Mutex<KernelStdinConnection>>);

impl Stdin {
    /// On this socket.
    pub fn new(connection: KernelStdinConnection) -> Self {
        Self(Arc::new(Mutex::new(connection)))
    }

    /// How a cell asks who sent `parent`. Where nobody can be asked, as by nbconvert, the answer is empty.
    pub fn input(&self, parent: Arc<JupyterMessage>, allowed: bool) -> Input {
        let (stdin, handle) = (self.clone(), Handle::current());
        Box::new(move |prompt, password| {
            if !allowed {
                return String::new();
            }
            let content = json!({ "prompt": prompt, "password": password });
            handle.block_on(stdin.ask(message("input_request", content, Some(&parent)))).unwrap_or_default()
        })
    }

    async fn ask(&self, question: JupyterMessage) -> Option<String> {
        let mut connection = self.0.lock().await;
        connection.send(question).await.ok()?;
        loop {
            match read(&mut connection).await?.content {
                JupyterMessageContent::InputReply(reply) => return Some(reply.value),
                _ => continue,
            }
        }
    }
}
