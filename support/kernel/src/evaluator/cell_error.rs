//! The failure of a cell in the form of Jupyter's `error` message: a name, one message, a short traceback.

use serde_json::{Value, json};

/// A failed cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellError {
    /// Kind of the failure, such as `Panic`.
    pub name: String,
    /// Description of the failure in one line.
    pub value: String,
    /// Lines that the notebook shows, with colours.
    pub traceback: Vec<String>,
}

impl CellError {
    /// Makes an error whose message is the first line of `text` and whose traceback is the whole text and `below`.
    pub fn new(name: &str, text: impl AsRef<str>, below: Vec<String>) -> Self {
        let text = text.as_ref();
        let value = text.lines().next().unwrap_or_default().to_owned();
        let mut traceback = vec![format!("{}: {text}", red(name))];
        traceback.extend(below);
        Self { name: name.to_owned(), value, traceback }
    }

    /// Adds lines to the end of the traceback.
    pub fn and(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.traceback.extend(lines);
        self
    }

    /// Returns the content of an `error` message, and of the reply.
    pub fn content(&self) -> Value {
        json!({ "ename": self.name, "evalue": self.value, "traceback": self.traceback })
    }
}

/// Returns a text in the colour of errors.
pub fn red(text: &str) -> String {
    format!("\u{1b}[1;31m{text}\u{1b}[0m")
}

/// Returns a text in the colour of places.
pub fn blue(text: &str) -> String {
    format!("\u{1b}[34m{text}\u{1b}[0m")
}
