//! How a cell failed, as Jupyter tells it: a name, one message, a short traceback.

use serde_json::{Value, json};

/// A failed cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Its kind, such as `Panic`.
    pub name: String,
    /// What is wrong, in one message.
    pub value: String,
    /// What the notebook shows, with colours.
    pub traceback: Vec<String>,
}

impl Failure {
    /// With a traceback of its first line and these.
    pub fn new(name: &str, value: impl Into<String>, below: Vec<String>) -> Self {
        let value = value.into();
        let mut traceback = vec![format!("{}: {value}", red(name))];
        traceback.extend(below);
        Self { name: name.to_owned(), value, traceback }
    }

    /// Adds lines below.
    pub fn and(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.traceback.extend(lines);
        self
    }

    /// The content of an `error` message, and of the reply.
    pub fn content(&self) -> Value {
        json!({ "ename": self.name, "evalue": self.value, "traceback": self.traceback })
    }
}

/// In the colour of errors.
pub fn red(text: &str) -> String {
    format!("\u{1b}[1;31m{text}\u{1b}[0m")
}

/// In the colour of places.
pub fn blue(text: &str) -> String {
    format!("\u{1b}[34m{text}\u{1b}[0m")
}
