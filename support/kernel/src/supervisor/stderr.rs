//! Parses a cell's standard error: text, and the messages of Rust's panic hook.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::event::{Event, Stream};

/// Time for which a panic's text is held until the frame that reports it. A thread's panic is only text.
const HOLD: Duration = Duration::from_millis(300);
/// Time for which a text without a line end is held until the rest of its line.
const PARTIAL: Duration = Duration::from_millis(30);

/// Length from which a line is sent before its end.
const LONG: usize = 16 * 1024;
/// Maximum number of lines of the standard library's last words and their backtrace.
const MOST_LAST_WORDS: usize = 500;

/// A panic as its hook prints it.
#[derive(Clone, Debug, PartialEq)]
pub struct Panic {
    /// Message of the panic.
    pub message: String,
    /// Place of the panic, such as `src/lib.rs:12:5`.
    pub place: String,
    /// Innermost call from the cells' source, in the same form.
    pub caller: Option<String>,
}

/// The parser's state between two reads.
#[derive(Debug, Default)]
pub struct Stderr {
    /// Folder of the cells' crate.
    folder: PathBuf,
    partial: Vec<u8>,
    /// Lines of a panic, from the blank one before it, without the trace.
    held: Vec<String>,
    /// Trace of the panic: not shown, but the caller is read from it.
    trace: Vec<String>,
    since: Option<Instant>,
    panic: Option<Panic>,
    /// Lines of the standard library from the one that says why it ends the process.
    recent: Vec<String>,
    dying: bool,
}

impl Stderr {
    /// Makes a parser for cells whose crate is in this folder.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, ..Self::default() }
    }

    /// Parses bytes that were read.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<Event>) {
        let mut text = String::new();
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let mut line = std::mem::take(&mut self.partial);
            line.extend_from_slice(&rest[..end]);
            self.line(String::from_utf8_lossy(&line).into_owned(), &mut text);
            rest = &rest[end + 1..];
        }
        self.partial.extend_from_slice(rest);
        if !self.partial.is_empty() || !self.held.is_empty() {
            let same = self.since.filter(|_| rest.len() == bytes.len());
            self.since = Some(same.unwrap_or_else(Instant::now));
        }
        if self.partial.len() > LONG && self.held.is_empty() && !self.dying {
            text += &String::from_utf8_lossy(&std::mem::take(&mut self.partial));
        }
        say(text, out);
    }

    /// Sends text that was held long enough; returns the time for which the rest may still be held.
    pub fn overdue(&mut self, out: &mut Vec<Event>) -> Option<Duration> {
        // The process is about to end; a backtrace may take longer.
        let since = self.since.filter(|_| !self.dying)?;
        let limit = if self.held.is_empty() { PARTIAL } else { HOLD };
        if since.elapsed() < limit {
            return Some(limit.saturating_sub(since.elapsed()));
        }
        self.flush(out);
        None
    }

    /// Sends all held lines as text.
    pub fn flush(&mut self, out: &mut Vec<Event>) {
        let mut text = String::new();
        self.release(&mut text);
        // The cell printed these words itself, and went on.
        self.dying = false;
        self.recent.drain(..).for_each(|line| push(&mut text, &line));
        text += &String::from_utf8_lossy(&std::mem::take(&mut self.partial));
        self.since = None;
        say(text, out);
    }

    /// Returns the lines in which the standard library says why it ends the process; sends all other lines as text.
    pub fn last_words(&mut self, out: &mut Vec<Event>) -> String {
        let words = std::mem::take(&mut self.recent).join(
            "
",
        );
        if !words.is_empty() {
            self.held.clear();
            self.trace.clear();
            self.partial.clear();
            self.dying = false;
        }
        self.flush(out);
        words
    }

    /// Returns the panic that the cell just reported, and drops its text.
    pub fn panic(&mut self, out: &mut Vec<Event>) -> Option<Panic> {
        let told = self.held_panic().or_else(|| self.panic.take());
        self.held.clear();
        self.flush(out);
        self.panic = None;
        told
    }

    fn line(&mut self, line: String, text: &mut String) {
        if is_cause(&line) || self.dying {
            // Only the report of the process's end uses the line.
            self.dying = true;
            self.recent.push(line);
            if self.recent.len() > MOST_LAST_WORDS {
                // The process goes on: the cell printed the words itself.
                self.dying = false;
                self.recent.drain(..).for_each(|line| push(text, &line));
            }
            return;
        }
        if header(&line).is_some() {
            // Another panic's text may be held; only the blank line belongs to this one.
            let blank = self.held.pop_if(|last| last.is_empty());
            self.release(text);
            self.held.extend(blank);
            self.held.push(line);
            return;
        }
        match self.held.as_slice() {
            [] if line.is_empty() => self.held.push(line),
            [] => push(text, &line),
            [blank] if blank.is_empty() => {
                self.release(text);
                self.line(line, text);
            }
            _ if line == TRACE || is_note(&line) || (!self.trace.is_empty() && is_frame(&line)) => {
                self.trace.push(line);
            }
            // The panic's text is complete; this line is not part of it.
            _ if !self.trace.is_empty() => {
                self.release(text);
                self.line(line, text);
            }
            _ => self.held.push(line),
        }
    }

    fn release(&mut self, text: &mut String) {
        self.panic = self.held_panic().or(self.panic.take());
        self.trace.clear();
        for line in self.held.drain(..) {
            // Readers do not know places in the generated source.
            let own = header(&line).is_some_and(|place| place.starts_with("src/lib.rs"));
            match line.split_once(" panicked at ").filter(|_| own) {
                Some((thread, _)) => push(text, &format!("{thread} panicked:")),
                None => push(text, &line),
            }
        }
    }

    fn held_panic(&self) -> Option<Panic> {
        let at = self.held.iter().position(|line| header(line).is_some())?;
        let place = header(&self.held[at])?.to_owned();
        let message = self.held[at + 1..].join("\n").trim_end().to_owned();
        let source = format!("{}/src/lib.rs:", self.folder.display());
        // The frame is `at /folder/src/lib.rs:12:5`, or `at ./src/lib.rs:12:5` where cells run in that folder.
        let in_cell = |line: &String| {
            let frame = line.trim_start().strip_prefix("at ")?;
            let place = frame.strip_prefix(&source).or_else(|| frame.strip_prefix("./src/lib.rs:"))?;
            Some(format!("src/lib.rs:{place}"))
        };
        Some(Panic { message, place, caller: self.trace.iter().find_map(in_cell) })
    }
}

/// Line before a trace.
const TRACE: &str = "stack backtrace:";

fn is_note(line: &str) -> bool {
    line.starts_with("note: run with `RUST_BACKTRACE") || line.starts_with("note: Some details are omitted")
}

/// Checks for `   3: core::panicking::panic` or `             at src/lib.rs:1:2`.
fn is_frame(line: &str) -> bool {
    let rest = line.trim_start();
    let number = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with(' ')
        && (rest.starts_with("at ") || (number.len() < rest.len() && number.starts_with(':')))
}

/// Checks whether the standard library says on this line why it ends the process.
fn is_cause(line: &str) -> bool {
    line.ends_with(" has overflowed its stack")
        || (line.starts_with("memory allocation of ") && line.contains(" bytes failed"))
        || line == "thread panicked while processing panic. aborting."
        || line == "panic in a destructor during cleanup"
}

fn push(text: &mut String, line: &str) {
    *text += line;
    text.push('\n');
}

fn say(text: String, out: &mut Vec<Event>) {
    if !text.is_empty() {
        out.push(Event::text(Stream::Stderr, text));
    }
}

/// Returns the place in `thread 'main' (123) panicked at src/lib.rs:12:5:`.
fn header(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("thread '")?;
    let (_, place) = rest.split_once(" panicked at ")?;
    place.strip_suffix(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOOK: &str =
        "\nthread '<unnamed>' (4711) panicked at src/lib.rs:12:5:\nindex out of bounds:\n the len is 3\n";
    const SHOWN: &str = "\nthread '<unnamed>' (4711) panicked:\nindex out of bounds:\n the len is 3\n";
    const NOTE: &str = "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n";

    fn told() -> Panic {
        let message = "index out of bounds:\n the len is 3".into();
        Panic { message, place: "src/lib.rs:12:5".into(), caller: None }
    }

    #[test]
    fn a_panic_is_told_as_one_and_not_as_text() {
        let (mut reader, mut out) = (Stderr::default(), Vec::new());
        reader.feed(format!("warning\n{HOOK}{NOTE}").as_bytes(), &mut out);
        assert_eq!(reader.panic(&mut out), Some(told()));
        reader.feed(b"more\n", &mut out);
        assert_eq!(out, [Event::text(Stream::Stderr, "warning\n"), Event::text(Stream::Stderr, "more\n")]);
    }

    #[test]
    fn a_panic_that_did_not_end_the_cell_is_text() {
        let (mut reader, mut out) = (Stderr::default(), Vec::new());
        reader.feed(HOOK.as_bytes(), &mut out);
        assert!(out.is_empty() && reader.overdue(&mut out).is_some());
        reader.flush(&mut out);
        assert_eq!(out, [Event::text(Stream::Stderr, SHOWN)]);
    }

    #[test]
    fn a_panic_whose_text_had_to_go_is_told_all_the_same() {
        let (mut reader, mut out) = (Stderr::default(), Vec::new());
        reader.feed(HOOK.as_bytes(), &mut out);
        reader.flush(&mut out);
        assert_eq!(reader.panic(&mut out), Some(told()));
        assert_eq!(reader.panic(&mut out), None);
    }

    #[test]
    fn the_trace_is_not_shown_and_tells_the_caller() {
        let (mut reader, mut out) = (Stderr::new("/lab/7".into()), Vec::new());
        let trace = "stack backtrace:\n   0: __rustc::rust_begin_unwind\n             at /rustc/1/std/panicking.rs:689:5\n   \
                     1: tch::wrap\n   2: run_user_code_3::{{closure}}\n             at /lab/7/src/lib.rs:88:9\n   \
                     3: other\n             at /lab/7/src/lib.rs:90:1\nnote: Some details are omitted, run with `x`\n";
        reader.feed(format!("{HOOK}{trace}after\n").as_bytes(), &mut out);
        let shown = [Event::text(Stream::Stderr, format!("{SHOWN}after\n"))];
        assert_eq!(out, shown);
        assert_eq!(reader.panic(&mut out).unwrap().caller.as_deref(), Some("src/lib.rs:88:9"));
        let (mut reader, mut out) = (Stderr::new("/lab/7".into()), Vec::new());
        reader.feed(format!("{HOOK}{trace}").as_bytes(), &mut out);
        let told = reader.panic(&mut out).unwrap();
        assert_eq!((told.message, out.len()), ("index out of bounds:\n the len is 3".into(), 0));
    }

    #[test]
    fn the_last_words_of_the_standard_library_say_why_it_ended() {
        let said = |text: &str| {
            let (mut reader, mut out) = (Stderr::default(), Vec::new());
            reader.feed(b"mine\n", &mut out);
            reader.feed(text.as_bytes(), &mut out);
            (reader.last_words(&mut out), out)
        };
        let mine = [Event::text(Stream::Stderr, "mine\n")];
        for words in [
            "thread 'main' (7) has overflowed its stack\nfatal runtime error: stack overflow, aborting",
            "memory allocation of 1152921504606846976 bytes failed\nstack backtrace:\n   0: x",
        ] {
            assert_eq!(said(&format!("\n{words}\n")), (words.to_owned(), mine.to_vec()));
        }
        assert_eq!(said("bye\n").0, "");
    }

    #[test]
    fn of_two_panics_the_last_counts() {
        let (mut reader, mut out) = (Stderr::default(), Vec::new());
        reader.feed(HOOK.replace("len is 3", "len is 9").as_bytes(), &mut out);
        reader.feed(HOOK.as_bytes(), &mut out);
        assert_eq!(reader.panic(&mut out), Some(told()));
        assert_eq!(out, [Event::text(Stream::Stderr, SHOWN.replace("len is 3", "len is 9"))]);
    }

    #[test]
    fn blank_lines_and_lines_without_end_are_kept() {
        let (mut reader, mut out) = (Stderr::default(), Vec::new());
        reader.feed(b"a\n\nb\n\n\nrest", &mut out);
        reader.flush(&mut out);
        let text: String = out
            .iter()
            .map(|event| match event {
                Event::Stream { text, .. } => text.as_str(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(text, "a\n\nb\n\n\nrest");
    }
}
