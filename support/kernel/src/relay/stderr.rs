//! A cell's standard error: text, and what Rust's panic hook writes there.

use std::time::{Duration, Instant};

use super::event::{Event, Stream};

/// How long a panic's text waits for the word that says the cell panicked. A thread's panic is only text.
const HOLD: Duration = Duration::from_millis(300);
/// How long a text without a line end waits for the rest of its line.
const PARTIAL: Duration = Duration::from_millis(30);

/// A panic as its hook tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Panic {
    /// What it says.
    pub message: String,
    /// `src/lib.rs:12:5`.
    pub place: String,
}

/// The reader's state between two reads.
#[derive(Debug, Default)]
pub struct Stderr {
    partial: Vec<u8>,
    /// The lines of a panic, from the blank one before it.
    held: Vec<String>,
    since: Option<Instant>,
    panic: Option<Panic>,
}

impl Stderr {
    /// Takes what was read.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<Event>) {
        self.partial.extend_from_slice(bytes);
        let mut text = String::new();
        while let Some(end) = self.partial.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.partial.drain(..=end).collect();
            self.line(String::from_utf8_lossy(&line[..end]).into_owned(), &mut text);
        }
        if !self.partial.is_empty() || !self.held.is_empty() {
            self.since = Some(Instant::now());
        }
        say(text, out);
    }

    /// Gives what has waited long enough; returns how long the rest may still wait.
    pub fn overdue(&mut self, out: &mut Vec<Event>) -> Option<Duration> {
        let since = self.since?;
        let limit = if self.held.is_empty() { PARTIAL } else { HOLD };
        if since.elapsed() < limit {
            return Some(limit.saturating_sub(since.elapsed()));
        }
        self.flush(out);
        None
    }

    /// Gives everything that waits, as text.
    pub fn flush(&mut self, out: &mut Vec<Event>) {
        let mut text = String::new();
        self.release(&mut text);
        text += &String::from_utf8_lossy(&std::mem::take(&mut self.partial));
        self.since = None;
        say(text, out);
    }

    /// The panic of which the cell just told, and its text no longer as text.
    pub fn panic(&mut self, out: &mut Vec<Event>) -> Option<Panic> {
        let told = panic_in(&self.held).or_else(|| self.panic.take());
        self.held.clear();
        self.flush(out);
        self.panic = None;
        told
    }

    fn line(&mut self, line: String, text: &mut String) {
        let begins = header(&line).is_some();
        match (self.held.as_slice(), begins) {
            (_, true) => {
                // Another panic's text may be held; only the blank line belongs to this one.
                let blank = self.held.pop_if(|last| last.is_empty());
                self.release(text);
                self.held.extend(blank);
                self.held.push(line);
            }
            ([], false) if line.is_empty() => self.held.push(line),
            ([], false) => push(text, &line),
            ([blank], false) if blank.is_empty() => {
                self.release(text);
                push(text, &line);
            }
            (_, false) => self.held.push(line),
        }
    }

    fn release(&mut self, text: &mut String) {
        self.panic = panic_in(&self.held).or(self.panic.take());
        for line in self.held.drain(..) {
            push(text, &line);
        }
    }
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

/// `thread 'main' (123) panicked at src/lib.rs:12:5:`, from which the place is returned.
fn header(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("thread '")?;
    let (_, place) = rest.split_once(" panicked at ")?;
    place.strip_suffix(':')
}

fn panic_in(lines: &[String]) -> Option<Panic> {
    let at = lines.iter().position(|line| header(line).is_some())?;
    let place = header(&lines[at])?.to_owned();
    let message: Vec<&str> = lines[at + 1..]
        .iter()
        .map(String::as_str)
        .take_while(|line| !line.starts_with("note: run with `RUST_BACKTRACE"))
        .collect();
    Some(Panic { message: message.join("\n").trim_end().to_owned(), place })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOOK: &str = "\nthread '<unnamed>' (4711) panicked at src/lib.rs:12:5:\nindex out of bounds:\n the len is 3\n\
                        note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n";

    fn told() -> Panic {
        Panic { message: "index out of bounds:\n the len is 3".into(), place: "src/lib.rs:12:5".into() }
    }

    #[test]
    fn a_panic_is_told_as_one_and_not_as_text() {
        let (mut reader, mut out) = (Stderr::default(), Vec::new());
        reader.feed(format!("warning\n{HOOK}").as_bytes(), &mut out);
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
        assert_eq!(out, [Event::text(Stream::Stderr, HOOK)]);
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
    fn of_two_panics_the_last_counts() {
        let (mut reader, mut out) = (Stderr::default(), Vec::new());
        reader.feed(HOOK.replace("len is 3", "len is 9").as_bytes(), &mut out);
        reader.feed(HOOK.as_bytes(), &mut out);
        assert_eq!(reader.panic(&mut out), Some(told()));
        assert_eq!(out, [Event::text(Stream::Stderr, HOOK.replace("len is 3", "len is 9"))]);
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
