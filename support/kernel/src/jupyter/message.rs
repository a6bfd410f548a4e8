//! Reads and writes messages of the protocol.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};
use jupyter_protocol::{JupyterMessage, UnknownMessage};
use jupyter_zmq_client::connection::{Connection, RawMessage};
use serde_json::{Value, json};
use zeromq::{SocketRecv, ZmqError};

/// Makes a message of this type, as an answer to `parent`. Its content is JSON as the protocol defines it.
pub fn message(kind: &str, content: Value, parent: Option<&JupyterMessage>) -> JupyterMessage {
    // The crate's typed contents allow a fixed list of MIME types; a notebook's outputs may have any.
    let content = UnknownMessage { msg_type: kind.to_owned(), content };
    let mut message = JupyterMessage::new(content, parent);
    "kernel".clone_into(&mut message.header.username);
    message
}

/// Returns the next message that is well-formed and signed with the connection's key. Others are rejected, with a line
/// in the server's log. `None` if the socket is closed.
///
/// A message that arrived before is rejected as well, because its signature is known.
pub async fn read<S: SocketRecv>(connection: &mut Connection<S>) -> Option<JupyterMessage> {
    loop {
        let parts = match connection.socket.recv().await {
            Ok(parts) => parts,
            Err(ZmqError::NoMessage) => return None,
            Err(_) => continue,
        };
        let signature = signature(parts.iter().map(AsRef::as_ref)).filter(|_| connection.mac.is_some());
        let parsed = RawMessage::from_multipart(parts, &connection.mac)
            .map_err(|error| anyhow::anyhow!("{error}"))
            .and_then(|raw| parse(&raw));
        match parsed {
            Ok(_) if signature.is_some_and(|signature| !is_new(signature)) => {
                eprintln!("kernel: refused a message that came before");
            }
            Ok(message) => return Some(message),
            Err(error) => eprintln!("kernel: refused a message: {error:#}"),
        }
    }
}

/// Number of signatures that are kept, as in the Python client library.
const SIGNATURES: usize = 65_536;

/// Returns the signature of a message: the part after the delimiter.
fn signature<'a>(parts: impl Iterator<Item = &'a [u8]>) -> Option<Vec<u8>> {
    parts.skip_while(|part| *part != b"<IDS|MSG>").nth(1).map(<[u8]>::to_vec)
}

/// Records a signature; returns whether it is new.
fn is_new(signature: Vec<u8>) -> bool {
    /// The signatures, and their order of arrival.
    type Seen = (BTreeSet<Vec<u8>>, VecDeque<Vec<u8>>);
    static SEEN: Mutex<Seen> = Mutex::new((BTreeSet::new(), VecDeque::new()));
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if !seen.0.insert(signature.clone()) {
        return false;
    }
    seen.1.push_back(signature);
    if seen.1.len() > SIGNATURES
        && let Some(oldest) = seen.1.pop_front()
    {
        seen.0.remove(&oldest);
    }
    true
}

fn parse(raw: &RawMessage) -> Result<JupyterMessage> {
    let mut parts = Vec::new();
    for (part, name) in raw.jparts.iter().zip(["header", "parent_header", "metadata", "content"]) {
        parts.push(serde_json::from_slice::<Value>(part).with_context(|| format!("its {name} is no JSON"))?);
    }
    let [header, parent_header, metadata, content] =
        <[Value; 4]>::try_from(parts).ok().context("it has fewer than four parts")?;
    let content = complete(header["msg_type"].as_str().unwrap_or_default(), content);
    let whole = json!({
        "header": header, "parent_header": parent_header, "metadata": metadata, "content": content,
    });
    let mut message = JupyterMessage::from_value(whole)?;
    message.zmq_identities.clone_from(&raw.zmq_identities);
    Ok(message)
}

/// Adds fields that the protocol makes optional and the crate requires.
fn complete(kind: &str, mut content: Value) -> Value {
    let left_out = match kind {
        "execute_request" => json!({ "silent": false, "store_history": true, "user_expressions": {} }),
        "history_request" => json!({
            "output": false, "raw": true, "session": 0, "start": 0, "stop": 0, "unique": false, "n": -1,
        }),
        "comm_open" | "comm_msg" | "comm_close" => json!({ "data": {} }),
        _ => json!({}),
    };
    if let (Value::Object(content), Value::Object(left_out)) = (&mut content, left_out) {
        for (name, value) in left_out {
            content.entry(name).or_insert(value);
        }
    }
    content
}

#[cfg(test)]
mod tests {
    use jupyter_protocol::{HistoryRequest, JupyterMessageContent};

    use super::*;

    fn raw(kind: &str, content: Value) -> RawMessage {
        let header = json!({
            "msg_id": "1", "username": "u", "session": "s", "date": "2026-01-01T00:00:00Z", "msg_type": kind,
            "version": "5.3",
        });
        let parts = [header, json!({}), json!({}), content];
        let jparts = parts.iter().map(|part| part.to_string().into_bytes().into()).collect();
        RawMessage { zmq_identities: vec!["client".into()], jparts }
    }

    #[test]
    fn what_a_client_may_leave_out_is_added() {
        let search = json!({ "hist_access_type": "search", "pattern": "a*" });
        let message = parse(&raw("history_request", search)).unwrap();
        assert!(matches!(
            message.content,
            JupyterMessageContent::HistoryRequest(HistoryRequest::Search { n: -1, unique: false, .. })
        ));
        assert_eq!(message.zmq_identities.len(), 1);
        assert!(parse(&raw("execute_request", json!({ "code": "1" }))).is_ok());
    }

    #[test]
    fn a_signature_is_new_once() {
        let parts: [&[u8]; 4] = [b"client", b"<IDS|MSG>", b"a signature of this test", b"{}"];
        let found = signature(parts.into_iter()).unwrap();
        assert_eq!(found, b"a signature of this test");
        assert!(is_new(found.clone()) && !is_new(found));
        assert_eq!(signature(parts[..1].iter().copied()), None);
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(parse(&raw("execute_request", json!({ "code": 7 }))).is_err());
        assert!(parse(&raw("execute_request", json!([]))).is_err());
        let mut short = raw("execute_request", json!({ "code": "1" }));
        short.jparts.pop();
        assert!(parse(&short).is_err());
    }
}
