//! Runs cells on request, and skips those queued behind one that failed.

use std::sync::Arc;
use std::time::Duration;

use jupyter_protocol::{ExecuteRequest, JupyterMessage};
use serde_json::{Map, Value, json};

use super::image_metadata::metadata;
use super::shell::Shell;
use crate::evaluator::{Cell, Outcome};
use crate::supervisor::event::Data;

/// Time to wait for cells that a client sent at once, as "Run All" does, and that have not arrived yet.
const ON_THE_WAY: Duration = Duration::from_millis(30);

/// State that is kept between cells.
#[derive(Debug, Default)]
pub struct Executor {
    count: u32,
}

impl Shell {
    /// Runs a cell and publishes its messages. Returns the requests queued behind it, if it failed.
    pub(super) async fn execute(
        &mut self,
        request: &Arc<JupyterMessage>,
        asked: &ExecuteRequest,
    ) -> Vec<JupyterMessage> {
        if !asked.silent && asked.store_history {
            self.executor.count += 1;
            self.history.push(self.executor.count, &asked.code);
        }
        let count = self.executor.count;
        if !asked.silent {
            let content = json!({ "code": asked.code, "execution_count": count });
            self.publisher.publish("execute_input", content, Some(request));
        }
        let cell = Cell {
            code: asked.code.clone(),
            came: self.came,
            count,
            listener: self.publisher.listener(Arc::clone(request)),
            input: self.stdin.input(Arc::clone(request), asked.allow_stdin),
        };
        let Outcome { value, failure } = self.evaluator.execute(cell).await;
        if let Some(data) = value.filter(|_| !asked.silent) {
            self.show(data, &asked.code, request);
        }
        // Before the reply: requests that a client sends after the reply must not be skipped.
        let behind = match &failure {
            Some(_) if asked.stop_on_error => self.waiting().await,
            _ => Vec::new(),
        };
        let mut reply = match failure {
            None => Map::from_iter([("status".to_owned(), json!("ok")), ("payload".to_owned(), json!([]))]),
            Some(failure) => {
                self.publisher.publish("error", failure.content(), Some(request));
                let mut content = failure.content().as_object().cloned().unwrap_or_default();
                content.insert("status".to_owned(), json!("error"));
                content
            }
        };
        reply.insert("execution_count".to_owned(), json!(count));
        reply.insert("user_expressions".to_owned(), expressions(asked));
        self.reply("execute_reply", Value::Object(reply), request).await;
        behind
    }

    /// Publishes the last bundle of a cell, as its value if the cell ends in an expression.
    fn show(&self, data: Data, code: &str, request: &JupyterMessage) {
        if code.trim_end().ends_with(';') {
            let content = json!({ "metadata": metadata(&data), "data": data, "transient": {} });
            self.publisher.publish("display_data", content, Some(request));
        } else {
            let content =
                json!({ "metadata": metadata(&data), "data": data, "execution_count": self.executor.count });
            self.publisher.publish("execute_result", content, Some(request));
        }
    }

    /// Returns the requests that were sent before the client knew of the failure.
    async fn waiting(&mut self) -> Vec<JupyterMessage> {
        let until = tokio::time::Instant::now() + ON_THE_WAY;
        let mut found = Vec::new();
        while let Ok(Some((request, _))) = tokio::time::timeout_at(until, self.requests.recv()).await {
            found.push(request);
        }
        found
    }

    /// Replies `aborted` to a cell behind one that failed.
    pub(super) async fn abort(&mut self, request: &JupyterMessage) {
        // Without a count: a client would show it beside a cell that never ran.
        self.reply("execute_reply", json!({ "status": "aborted" }), request).await;
    }
}

/// Returns an error per user expression: each would have to be compiled as a cell.
fn expressions(asked: &ExecuteRequest) -> Value {
    let entry = |name: &String| {
        let error = json!({
            "status": "error", "ename": "NotSupported", "traceback": [],
            "evalue": "this kernel evaluates no user expressions",
        });
        (name.clone(), error)
    };
    asked.user_expressions.iter().flatten().map(|(name, _)| entry(name)).collect::<Map<_, _>>().into()
}
