//! Handles shell requests, which are answered one after the other.

use std::sync::Arc;
use std::time::SystemTime;

use jupyter_protocol::{JupyterMessage, JupyterMessageContent};
use jupyter_zmq_client::connection::{KernelShellConnection, RouterSendConnection};
use serde_json::{Value, json};
use tokio::sync::mpsc::{self, UnboundedReceiver};

use super::execute::Executor;
use super::history::History;
use super::info::info;
use super::iopub::Publisher;
use super::message::{message, read};
use super::serve::ShutdownReason;
use super::stdin::Stdin;
use crate::evaluator::Evaluator;
use crate::evaluator::interrupt::Moment;
use crate::source::{self, Completeness};

/// A queue of requests, answered in the order of arrival.
pub struct Shell {
    pub(super) publisher: Publisher,
    pub(super) evaluator: Evaluator,
    pub(super) stdin: Stdin,
    pub(super) send: RouterSendConnection,
    pub(super) requests: UnboundedReceiver<(JupyterMessage, Moment)>,
    /// Time of arrival of the current request.
    pub(super) came: Moment,
    pub(super) history: History,
    pub(super) executor: Executor,
    end: mpsc::UnboundedSender<ShutdownReason>,
}

impl Shell {
    /// Makes a shell on this socket. Requests are read while others are being answered, so that a failed cell finds
    /// those queued behind it.
    pub fn new(
        connection: KernelShellConnection,
        publisher: Publisher,
        evaluator: Evaluator,
        stdin: Stdin,
        end: mpsc::UnboundedSender<ShutdownReason>,
    ) -> Self {
        let (send, mut receive) = connection.split();
        let (queue, requests) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Some(request) = read(&mut receive).await {
                let came = Moment::now(request.header.date.into());
                if queue.send((request, came)).is_err() {
                    break;
                }
            }
        });
        let (history, executor) = (History::default(), Executor::default());
        let came = Moment::now(SystemTime::UNIX_EPOCH);
        Self { publisher, evaluator, stdin, send, requests, came, history, executor, end }
    }

    /// Answers requests until the kernel ends.
    pub async fn serve(mut self) {
        while let Some((request, came)) = self.requests.recv().await {
            self.came = came;
            let failed = self.answer(Arc::new(request), false).await;
            // None of these runs a cell, so no more requests are returned.
            for behind in failed {
                self.answer(Arc::new(behind), true).await;
            }
        }
    }

    /// Answers a request, or aborts a cell. Returns the requests queued behind a cell that failed.
    async fn answer(&mut self, request: Arc<JupyterMessage>, abort: bool) -> Vec<JupyterMessage> {
        let mut behind = Vec::new();
        self.publisher.status("busy", Some(&request));
        let reply = match &request.content {
            JupyterMessageContent::ExecuteRequest(_) if abort => {
                self.abort(&request).await;
                None
            }
            JupyterMessageContent::ExecuteRequest(asked) => {
                behind = self.execute(&request, asked).await;
                None
            }
            JupyterMessageContent::KernelInfoRequest(_) => Some(("kernel_info_reply", info())),
            JupyterMessageContent::IsCompleteRequest(asked) => {
                Some(("is_complete_reply", is_complete(&asked.code)))
            }
            JupyterMessageContent::CompleteRequest(asked) => {
                Some(("complete_reply", self.evaluator.complete(asked.code.clone(), asked.cursor_pos).await))
            }
            JupyterMessageContent::InspectRequest(asked) => {
                Some(("inspect_reply", self.evaluator.inspect(asked.code.clone(), asked.cursor_pos).await))
            }
            JupyterMessageContent::HistoryRequest(asked) => {
                Some(("history_reply", self.history.answer(asked)))
            }
            JupyterMessageContent::CommInfoRequest(_) => {
                Some(("comm_info_reply", json!({ "status": "ok", "comms": {} })))
            }
            JupyterMessageContent::CommOpen(asked) => {
                // The protocol's answer to an unknown comm target.
                let content = json!({ "comm_id": asked.comm_id, "data": {} });
                self.publisher.publish("comm_close", content, Some(&request));
                None
            }
            JupyterMessageContent::ShutdownRequest(asked) => {
                let restart = asked.restart;
                let _ = self.end.send(ShutdownReason::Asked);
                Some(("shutdown_reply", json!({ "status": "ok", "restart": restart })))
            }
            _ => None,
        };
        if let Some((kind, content)) = reply {
            self.reply(kind, content, &request).await;
        }
        self.publisher.status("idle", Some(&request));
        behind
    }

    pub(super) async fn reply(&mut self, kind: &str, content: Value, request: &JupyterMessage) {
        if let Err(error) = self.send.send(message(kind, content, Some(request))).await {
            eprintln!("kernel: a reply found nobody: {error}");
        }
    }
}

/// Returns the content of an `is_complete_reply`.
fn is_complete(code: &str) -> Value {
    match source::is_complete(code) {
        Completeness::Complete => json!({ "status": "complete" }),
        Completeness::Invalid => json!({ "status": "invalid" }),
        Completeness::Incomplete { indent } => {
            json!({ "status": "incomplete", "indent": " ".repeat(indent) })
        }
    }
}
