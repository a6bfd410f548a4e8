//! The heartbeat: echoes messages, so that a client knows that the kernel runs.

use jupyter_zmq_client::connection::KernelHeartbeatConnection;
use zeromq::{SocketRecv, SocketSend};

/// Echoes until the kernel ends.
pub async fn serve(mut connection: KernelHeartbeatConnection) {
    loop {
        match connection.socket.recv().await {
            Ok(beat) => drop(connection.socket.send(beat).await),
            // A client disconnected during a message.
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
        }
    }
}
