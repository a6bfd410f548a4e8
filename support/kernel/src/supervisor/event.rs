//! Events of the process that runs cells.

use serde_json::{Map, Value};

/// A MIME bundle: content by MIME type.
pub type Data = Map<String, Value>;

/// An event during a cell, or between two cells.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A new process is ready to run cells.
    Started { process: u32 },
    /// A cell was compiled and is called.
    Running,
    /// The cell printed text.
    Stream { name: Stream, text: String },
    /// The cell displays a bundle; `id` is its display handle, for later updates.
    Display { data: Data, id: Option<String> },
    /// The cell updates the display with this handle.
    Update { data: Data, id: String },
    /// The cell displayed its last bundle: its value, if it ends in an expression.
    Last { data: Data },
    /// The cell clears its output, at once or before the next output.
    Clear { wait: bool },
    /// A loop stopped on request, with this sentence.
    Stopped { sentence: String },
    /// The cell reads standard input; the answer must have this question's number.
    Input { question: u64, prompt: String, password: bool },
    /// The cell panicked, at a place in a source file if known, called from a place in the cells' source.
    Panic { message: String, place: Option<String>, caller: Option<String> },
    /// An error ended the cell by `?`.
    Error { kind: Option<String>, message: String, place: Option<String> },
    /// The cell's value is an error of this type; its variables are stored.
    Failed { kind: String, message: String },
    /// A variable is not in the store under its type: the type was redefined, or the cell that makes the variable ended
    /// before it did.
    Missing { name: String, redefined: bool },
    /// The cell's library could not be loaded.
    NotLoaded { why: String },
    /// The cell ended.
    Ended,
    /// The process that runs cells ended; `words` are the lines in which the standard library gave the reason.
    Died { how: String, words: String },
}

/// The stream that a cell printed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    Stdout,
    Stderr,
}

impl Stream {
    /// Returns the stream's name in Jupyter.
    pub fn name(self) -> &'static str {
        match self {
            Stream::Stdout => "stdout",
            Stream::Stderr => "stderr",
        }
    }
}

impl Event {
    /// Makes an event for text of a stream.
    pub fn text(name: Stream, text: impl Into<String>) -> Self {
        Event::Stream { name, text: text.into() }
    }
}
