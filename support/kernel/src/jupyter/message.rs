//! Messages as this kernel writes them.

use jupyter_protocol::{JupyterMessage, UnknownMessage};
use serde_json::Value;

/// A message of this kind, in answer to `parent`. Its content is JSON as the protocol has it.
pub fn message(kind: &str, content: Value, parent: Option<&JupyterMessage>) -> JupyterMessage {
    // The crate's typed contents know a fixed list of MIME types; a notebook's outputs are of any.
    let content = UnknownMessage { msg_type: kind.to_owned(), content };
    let mut message = JupyterMessage::new(content, parent);
    "kernel".clone_into(&mut message.header.username);
    message
}
