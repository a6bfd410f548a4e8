//! Content blocks: lines on a cell's standard output between [`BEGIN`] and [`END`], one block per form of an output.
//!
//! ```text
//! EVCXR_BEGIN_CONTENT text/plain                  evcxr's own form: shown when the cell ends
//! EVCXR_BEGIN_CONTENT <mime> <k>/<n> <verb> <id>  extended, for this project's kernel: part k of n of one output
//! …
//! EVCXR_END_CONTENT
//! ```
//!
//! [`write()`] and [`Heading::parse`] are in one module, so that the library, which writes blocks, and the kernel,
//! which reads them, stay consistent.

use std::fmt::{self, Write as _};

/// Prefix of the first line of a block; a MIME type follows.
pub const BEGIN: &str = "EVCXR_BEGIN_CONTENT ";
/// Last line of a block.
pub const END: &str = "EVCXR_END_CONTENT";

/// MIME types of blocks that are commands to the kernel and are not shown.
pub mod mime {
    /// Clears the cell's output; the content is `wait` or `now`.
    pub const CLEAR: &str = "application/x-kernel-clear";
    /// Reports that a loop stopped after an interrupt; the content is the sentence for the reader.
    pub const STOPPED: &str = "application/x-kernel-stopped";
    /// Reports that the cell's value is an `Err`; the content is its type on the first line, then its text.
    pub const FAILED: &str = "application/x-kernel-failed";
}

/// The purpose of an extended block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Shows a new display.
    Show,
    /// Updates the display with that id.
    Update,
    /// Clears the cell's output.
    Clear,
    /// Reports that a loop stopped after an interrupt.
    Stopped,
    /// Reports that the cell's value is an error.
    Failed,
}

impl Verb {
    const ALL: [Self; 5] = [Self::Show, Self::Update, Self::Clear, Self::Stopped, Self::Failed];

    /// Returns the verb's word in the heading.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Show => "show",
            Self::Update => "update",
            Self::Clear => "clear",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.word() == word)
    }
}

/// The part of a heading that only this project's kernel reads, not evcxr.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension<'a> {
    /// Number of this block among those of one output, from 1.
    pub part: usize,
    /// Number of blocks of the output.
    pub parts: usize,
    /// Purpose of the output.
    pub verb: Verb,
    /// Display handle, without spaces; `None` for an output that does not change.
    pub id: Option<&'a str>,
}

impl Extension<'_> {
    /// Returns whether this block is the output's last.
    pub fn is_last(&self) -> bool {
        self.part == self.parts
    }
}

/// The first line of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heading<'a> {
    /// MIME type of the content.
    pub mime: &'a str,
    /// Extension; `None` for a heading in evcxr's own form.
    pub extension: Option<Extension<'a>>,
}

impl<'a> Heading<'a> {
    /// Makes a heading in evcxr's own form.
    pub const fn plain(mime: &'a str) -> Self {
        Self { mime, extension: None }
    }

    /// Makes a heading of an output in one block without an id.
    pub const fn single(mime: &'a str, verb: Verb) -> Self {
        Self { mime, extension: Some(Extension { part: 1, parts: 1, verb, id: None }) }
    }

    /// Parses a line that begins with [`BEGIN`]; `None` for any other line.
    ///
    /// A block without a MIME type is plain text, as in evcxr. A heading whose extension cannot be parsed, such as a
    /// user's own, counts as one in evcxr's form.
    pub fn parse(line: &'a str) -> Option<Self> {
        let mut words = line.strip_prefix(BEGIN)?.split_whitespace();
        let mime = words.next().unwrap_or("text/plain");
        let mut extension = || {
            let (part, parts) = words.next()?.split_once('/')?;
            let (part, parts) = (part.parse().ok()?, parts.parse().ok()?);
            let verb = Verb::parse(words.next()?)?;
            let id = words.next().filter(|id| *id != NO_ID);
            Some(Extension { part, parts, verb, id })
        };
        Some(Self { mime, extension: extension() })
    }
}

/// Placeholder in a heading for a missing id.
const NO_ID: &str = "-";

impl fmt::Display for Heading<'_> {
    /// Writes the line that [`Heading::parse`] reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{BEGIN}{}", self.mime)?;
        match self.extension {
            None => Ok(()),
            Some(Extension { part, parts, verb, id }) => {
                write!(f, " {part}/{parts} {} {}", verb.word(), id.unwrap_or(NO_ID))
            }
        }
    }
}

/// Appends a block to `out`. A line of the content that would end the block too early gets a space before it.
pub fn write(out: &mut String, heading: &Heading<'_>, content: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(out, "{heading}");
    if content.contains(END) {
        for line in content.split('\n') {
            let _ = writeln!(out, "{}{line}", if line.trim_end() == END { " " } else { "" });
        }
    } else {
        let _ = writeln!(out, "{content}");
    }
    let _ = writeln!(out, "{END}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_reads_as_documented() {
        let mut out = String::new();
        write(&mut out, &Heading::plain("text/plain"), "two\nlines");
        let id = Some("d1");
        let extension = Some(Extension { part: 2, parts: 3, verb: Verb::Update, id });
        write(&mut out, &Heading { mime: "image/png", extension }, "iVBO");
        write(&mut out, &Heading::single(mime::CLEAR, Verb::Clear), "wait");
        assert_eq!(
            out,
            "EVCXR_BEGIN_CONTENT text/plain\ntwo\nlines\nEVCXR_END_CONTENT\n\
             EVCXR_BEGIN_CONTENT image/png 2/3 update d1\niVBO\nEVCXR_END_CONTENT\n\
             EVCXR_BEGIN_CONTENT application/x-kernel-clear 1/1 clear -\nwait\nEVCXR_END_CONTENT\n"
        );
    }

    #[test]
    fn every_heading_that_is_written_is_read_back() {
        for verb in Verb::ALL {
            for (part, parts) in [(1, 1), (1, 2), (2, 2), (10, 12)] {
                for id in [None, Some("d-1"), Some("0a9f")] {
                    let extension = Extension { part, parts, verb, id };
                    let heading = Heading { mime: "image/svg+xml", extension: Some(extension) };
                    assert_eq!(Heading::parse(&heading.to_string()), Some(heading));
                    assert_eq!(extension.is_last(), part == parts);
                }
            }
        }
        let plain = Heading::plain("application/json");
        assert_eq!(Heading::parse(&plain.to_string()), Some(plain));
    }

    #[test]
    fn other_lines_and_other_headings_do_no_harm() {
        assert_eq!(Heading::parse("EVCXR_BEGIN_CONTENTS"), None);
        assert_eq!(Heading::parse("see EVCXR_BEGIN_CONTENT text/plain"), None);
        assert_eq!(Heading::parse("EVCXR_BEGIN_CONTENT "), Some(Heading::plain("text/plain")));
        for odd in
            ["x", "1", "1/", "/1", "1/1", "1/1 dance -", "-1/2 show -", "1/99999999999999999999 show -"]
        {
            let line = format!("{BEGIN}text/html {odd}");
            assert_eq!(Heading::parse(&line), Some(Heading::plain("text/html")), "{odd}");
        }
    }

    #[test]
    fn content_cannot_end_its_block() {
        let mut out = String::new();
        write(&mut out, &Heading::plain("text/plain"), "a\nEVCXR_END_CONTENT\nb");
        assert_eq!(out, "EVCXR_BEGIN_CONTENT text/plain\na\n EVCXR_END_CONTENT\nb\nEVCXR_END_CONTENT\n");
    }
}
