//! Requests that do not wait for a running cell: stop, shut down.

use std::sync::Arc;
use std::time::Duration;

use jupyter_protocol::{JupyterMessage, JupyterMessageContent};
use jupyter_zmq_client::connection::{KernelControlConnection, RouterSendConnection};
use serde_json::json;
use tokio::sync::{Mutex, mpsc};

use super::info::info;
use super::iopub::Publisher;
use super::message::{message, read};
use super::serve::ShutdownReason;
use super::variables::Variables;
use crate::evaluator::Evaluator;
use crate::evaluator::interrupt::{InterruptRequest, Moment};

/// How long a cell may take to heed the stop button.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often it is looked at after that.
const LOOK: Duration = Duration::from_millis(200);

/// Answers until it is told to shut down.
pub async fn serve(
    connection: KernelControlConnection,
    publisher: Publisher,
    evaluator: Evaluator,
    end: mpsc::UnboundedSender<ShutdownReason>,
) {
    let (send, mut receive) = connection.split();
    let send = Arc::new(Mutex::new(send));
    let variables = Arc::new(Mutex::new(Variables::default()));
    while let Some(request) = read(&mut receive).await {
        publisher.status("busy", Some(&request));
        let reply = match &request.content {
            JupyterMessageContent::KernelInfoRequest(_) => Some(("kernel_info_reply", info())),
            JupyterMessageContent::InterruptRequest(_) => {
                stop(&evaluator, Moment::now(request.header.date.into()));
                Some(("interrupt_reply", json!({ "status": "ok" })))
            }
            JupyterMessageContent::ShutdownRequest(asked) => {
                Some(("shutdown_reply", json!({ "status": "ok", "restart": asked.restart })))
            }
            JupyterMessageContent::DebugRequest(_) => {
                // A value may take its time, and a press of the stop button comes through here as well.
                let (send, variables) = (Arc::clone(&send), Arc::clone(&variables));
                tokio::spawn(show_variables(request, send, variables, publisher.clone(), evaluator.clone()));
                continue;
            }
            _ => None,
        };
        if let Some((kind, content)) = reply {
            let reply = message(kind, content, Some(&request));
            let _ = send.lock().await.send(reply.clone()).await;
            if kind == "shutdown_reply" {
                shut_down(&publisher, &request, &reply).await;
                let _ = end.send(ShutdownReason::Asked);
                return;
            }
        }
        publisher.status("idle", Some(&request));
    }
}

/// Answers one request of the panel of variables.
async fn show_variables(
    request: JupyterMessage,
    send: Arc<Mutex<RouterSendConnection>>,
    variables: Arc<Mutex<Variables>>,
    publisher: Publisher,
    evaluator: Evaluator,
) {
    if let JupyterMessageContent::DebugRequest(asked) = &request.content {
        let answer = variables.lock().await.answer(&asked.content, &evaluator).await;
        let reply = message("debug_reply", answer.reply, Some(&request));
        let _ = send.lock().await.send(reply).await;
        if answer.initialized {
            let event = json!({ "type": "event", "event": "initialized", "seq": 0, "body": {} });
            publisher.publish("debug_event", event, Some(&request));
        }
    }
    publisher.status("idle", Some(&request));
}

/// Every client of the kernel hears that it ends.
async fn shut_down(publisher: &Publisher, request: &JupyterMessage, reply: &JupyterMessage) {
    if let Ok(content) = serde_json::to_value(&reply.content) {
        publisher.publish("shutdown_reply", content, Some(request));
    }
    publisher.status("idle", Some(request));
    publisher.flush().await;
}

/// The stop button: asks, and ends the process when that is not heeded.
fn stop(evaluator: &Evaluator, at: Moment) {
    match evaluator.interrupt.press(at) {
        // What runs then is the value of a variable, which somebody opened.
        InterruptRequest::Idle if evaluator.output.is_running() => evaluator.kill(),
        InterruptRequest::Idle => {}
        // A compiler that runs instead has ended by now, and took no variables with it.
        InterruptRequest::Again if evaluator.output.is_running() => evaluator.kill(),
        InterruptRequest::Again => {}
        InterruptRequest::Asked(cell) => {
            evaluator.withdraw_question();
            let evaluator = evaluator.clone();
            tokio::spawn(async move {
                tokio::time::sleep(PATIENCE).await;
                // A compiler that runs instead is ended by the stand-in for cargo; the cell may begin after it.
                while evaluator.interrupt.is_running(cell) {
                    if evaluator.output.is_running() && !evaluator.output.has_stopped() {
                        evaluator.kill();
                        return;
                    }
                    tokio::time::sleep(LOOK).await;
                }
            });
        }
    }
}
