//! One output in several forms; the reader's program takes the one it can show.

use std::fmt::Write as _;

/// MIME type and content, most telling form first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    parts: Vec<(&'static str, String)>,
}

impl Bundle {
    /// A bundle with a plain-text form, which every reader can show.
    pub fn text(text: impl Into<String>) -> Self {
        Self { parts: vec![("text/plain", text.into())] }
    }

    /// Adds a form. Binary content comes as base64.
    pub fn with(mut self, mime: &'static str, content: impl Into<String>) -> Self {
        self.parts.push((mime, content.into()));
        self
    }

    /// The lines evcxr reads on standard output.
    pub fn to_evcxr(&self) -> String {
        self.parts.iter().fold(String::new(), |mut out, (mime, content)| {
            let _ = writeln!(out, "EVCXR_BEGIN_CONTENT {mime}\n{content}\nEVCXR_END_CONTENT");
            out
        })
    }

    /// Shows the bundle in the notebook.
    pub fn show(&self) {
        // One write, so that no other thread's line lands inside a block.
        print!("{}", self.to_evcxr());
    }
}
