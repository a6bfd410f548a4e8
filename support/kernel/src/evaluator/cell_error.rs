//! How a cell failed, as Jupyter tells it: a name, one message, a short traceback.

use serde_json::{Value, json};

/// A failed cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellError {
    /// Its kind, such as `Panic`.
    pub name: String,
    /// What is wrong, in one message.
    pub value: String,
    /// What the notebook shows, with colours.
    pub traceback: Vec<String>,
}

impl CellError {
    /// With the first line of `text` as its message, and a traceback of the whole text and what stands below it.
    pub fn new(name: &str, text: impl AsRef<str>, below: Vec<String>) -> Self {
        let text = text.as_ref();
        let value = text.lines().next().unwrap_or_default().to_owned();
        let mut traceback = vec![format!("{}: {text}", red(name))];
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
