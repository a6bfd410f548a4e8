//! Handles control requests, which do not wait for a running cell: interrupt, shutdown, debug.

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

/// Time that a cell has to stop after an interrupt.
const PATIENCE: Duration = Duration::from_secs(5);

/// Interval between checks of the cell after that.
const LOOK: Duration = Duration::from_millis(200);

/// Handles requests until one for shutdown.
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
                // Computing a value may take long, and an interrupt request arrives on this socket as well.
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

/// Handles one request of the variable panel.
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

/// Publishes to every client that the kernel shuts down.
async fn shut_down(publisher: &Publisher, request: &JupyterMessage, reply: &JupyterMessage) {
    if let Ok(content) = serde_json::to_value(&reply.content) {
        publisher.publish("shutdown_reply", content, Some(request));
    }
    publisher.status("idle", Some(request));
    publisher.flush().await;
}

/// Handles an interrupt: asks the cell to stop, and ends the process if it does not.
fn stop(evaluator: &Evaluator, at: Moment) {
    match evaluator.interrupt.press(at) {
        // The code that runs computes the value of a variable that the user opened.
        InterruptRequest::Idle if evaluator.output.is_running() => evaluator.kill(),
        InterruptRequest::Idle => {}
        // If the compiler runs instead, it was ended already, without a loss of variables.
        InterruptRequest::Again if evaluator.output.is_running() => evaluator.kill(),
        InterruptRequest::Again => {}
        InterruptRequest::Asked(cell) => {
            evaluator.withdraw_question();
            let evaluator = evaluator.clone();
            tokio::spawn(async move {
                tokio::time::sleep(PATIENCE).await;
                // A running compiler is ended by the stand-in for cargo; the cell may begin after it.
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
