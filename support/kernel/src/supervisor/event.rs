//! Events: all that happens in the process that runs cells.

use serde_json::{Map, Value};

/// Content by MIME type.
pub type Data = Map<String, Value>;

/// Something that happened while a cell ran, or between two cells.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A new process is there to run cells.
    Started { process: u32 },
    /// A cell was compiled and is called.
    Running,
    /// The cell printed something.
    Stream { name: Stream, text: String },
    /// The cell shows something, under an id if it will change it later.
    Display { data: Data, id: Option<String> },
    /// The cell changes what it showed under an id.
    Update { data: Data, id: String },
    /// The last thing the cell shows: its value, if it ends in an expression.
    Last { data: Data },
    /// The cell wants its output gone, at once or when the next comes.
    Clear { wait: bool },
    /// A loop was asked to stop, and did: the sentence it leaves.
    Stopped { sentence: String },
    /// The cell reads standard input; the answer is to name this question.
    Input { question: u64, prompt: String, password: bool },
    /// The cell panicked, at a place in a source file if it said so, called from a place in the cells' source.
    Panic { message: String, place: Option<String>, caller: Option<String> },
    /// An error left the cell by `?`.
    Error { kind: Option<String>, message: String, place: Option<String> },
    /// A variable is not in the store under its type: the type was redefined, or the cell that makes the variable ended
    /// before it came to it.
    Missing { name: String, redefined: bool },
    /// The cell's library could not be loaded.
    NotLoaded { why: String },
    /// The cell is over.
    Ended,
    /// The process that runs cells is gone; `words` are the lines with which the standard library told why.
    Died { how: String, words: String },
}

/// Where the cell printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    Stdout,
    Stderr,
}

impl Stream {
    /// As Jupyter calls it.
    pub fn name(self) -> &'static str {
        match self {
            Stream::Stdout => "stdout",
            Stream::Stderr => "stderr",
        }
    }
}

impl Event {
    /// Some text of a stream.
    pub fn text(name: Stream, text: impl Into<String>) -> Self {
        Event::Stream { name, text: text.into() }
    }
}
