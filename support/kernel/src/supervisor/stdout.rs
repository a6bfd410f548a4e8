//! Parses a cell's standard output as it arrives: text and content blocks.

use std::time::{Duration, Instant};

use super::block::{Block, Bundles};
use super::evcxr_markers::{BEGIN, END, INPUT, PASSWORD};
use super::event::{Event, Stream};

/// Time for which a text without a line end is held until the rest of its line.
const PARTIAL: Duration = Duration::from_millis(30);
/// Time for which a text that may be the beginning of a marker is held.
const MARKER: Duration = Duration::from_millis(300);
/// Time for which a plain bundle is held until it is known whether it is the cell's value.
const BUNDLE: Duration = Duration::from_millis(250);
/// Length from which a line is sent before its end.
const LONG: usize = 16 * 1024;
/// Maximum number of bytes of a prompt that are kept.
const PROMPT: usize = 4096;

/// Beginnings of markers; no other text is held back.
const MARKERS: [&str; 3] = [BEGIN, INPUT, PASSWORD];

/// The parser's state between two reads.
#[derive(Debug, Default)]
pub struct Stdout {
    /// Bytes that were not sent yet: of a line, or of a line of a block.
    pending: Vec<u8>,
    /// Number of pending bytes that are known to have no line end.
    searched: usize,
    since: Option<Instant>,
    /// Text that was sent of the unfinished line.
    told: String,
    /// Question that `evcxr_input` announced; true if its answer is secret.
    announced: Option<(String, bool)>,
    text: String,
    block: Option<Block>,
    bundles: Bundles,
    bundle_since: Option<Instant>,
}

impl Stdout {
    /// Parses bytes that were read.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<Event>) {
        self.pending.extend_from_slice(bytes);
        let (mut start, mut from) = (0, self.searched);
        let pending = std::mem::take(&mut self.pending);
        while let Some(length) = pending[from..].iter().position(|byte| *byte == b'\n') {
            let end = from + length;
            self.line(&String::from_utf8_lossy(&pending[start..end]), out);
            (start, from) = (end + 1, end + 1);
        }
        self.pending = pending[start..].to_vec();
        self.searched = self.pending.len();
        if self.pending.len() > LONG && self.block.is_none() {
            self.say_partial(out);
        }
        // Text of one line is held from its first byte on.
        let since = self.since.filter(|_| start == 0);
        self.since = (!self.pending.is_empty()).then(|| since.unwrap_or_else(Instant::now));
        self.flush_text(out);
    }

    /// Sends text that was held long enough; returns the time for which the rest may still be held.
    pub fn overdue(&mut self, out: &mut Vec<Event>) -> Option<Duration> {
        let limit = if begins_marker(&self.pending) { MARKER } else { PARTIAL };
        if self.since.is_some_and(|since| since.elapsed() >= limit) {
            self.since = None;
            if self.block.is_none() && !has_marker(&self.pending) {
                self.say_partial(out);
                if limit == MARKER {
                    self.say_rest(out);
                }
            }
            self.flush_text(out);
        }
        if self.bundle_since.is_some_and(|since| since.elapsed() >= BUNDLE) {
            self.flush_bundle(out);
        }
        let left = |since: Option<Instant>, limit: Duration| since.map(|s| limit.saturating_sub(s.elapsed()));
        [left(self.since, limit), left(self.bundle_since, BUNDLE)].into_iter().flatten().min()
    }

    /// Takes the prompt before a read of standard input, and true if the answer is secret: the announced question, or
    /// the unfinished line, which then is no longer output.
    pub fn prompt(&mut self, out: &mut Vec<Event>) -> (String, bool) {
        let announced = self.announced.take();
        let rest = String::from_utf8_lossy(&std::mem::take(&mut self.pending)).into_owned();
        self.searched = 0;
        self.since = None;
        self.flush_text(out);
        self.flush_bundle(out);
        let told = std::mem::take(&mut self.told);
        announced.unwrap_or((told + &rest, false))
    }

    /// Sends everything at the end of the cell. A bundle at the very end is the cell's value; an unclosed block ends
    /// here.
    pub fn end_of_cell(&mut self, out: &mut Vec<Event>) {
        if let Some(mut block) = self.block.take() {
            let rest = std::mem::take(&mut self.pending);
            if !rest.is_empty() {
                block.push(String::from_utf8_lossy(&rest).into_owned());
            }
            self.end_of(block, out);
        }
        self.say_rest(out);
        self.flush_text(out);
        out.extend(self.bundles.last().map(|data| Event::Last { data }));
        *self = Self::default();
    }

    fn line(&mut self, line: &str, out: &mut Vec<Event>) {
        if let Some(mut block) = self.block.take() {
            if line == END {
                self.end_of(block, out);
            } else {
                block.push(line.to_owned());
                self.block = Some(block);
            }
            return;
        }
        let Some(at) = MARKERS.iter().filter_map(|marker| line.find(marker)).min() else {
            self.say(line, out);
            self.say("\n", out);
            self.told.clear();
            return;
        };
        let (before, word) = line.split_at(at);
        self.say(before, out);
        self.flush_text(out);
        self.told.clear();
        if let Some(prompt) = word.strip_prefix(INPUT) {
            self.announced = Some((prompt.to_owned(), false));
        } else if let Some(prompt) = word.strip_prefix(PASSWORD) {
            self.announced = Some((prompt.to_owned(), true));
        } else {
            self.block = Some(Block::begin(word));
        }
    }

    /// Sends the pending part of a line, except a possible beginning of a marker and an incomplete character.
    fn say_partial(&mut self, out: &mut Vec<Event>) {
        if has_marker(&self.pending) {
            return;
        }
        let keep = self.pending.len() - marker_start(&self.pending);
        let end = self.pending.len() - keep;
        let whole = match std::str::from_utf8(&self.pending[..end]) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => end,
        };
        let text = String::from_utf8_lossy(&self.pending[..whole]).into_owned();
        self.pending.drain(..whole);
        self.searched = self.pending.len();
        self.remember(&text);
        self.say(&text, out);
    }

    fn say_rest(&mut self, out: &mut Vec<Event>) {
        let rest = String::from_utf8_lossy(&std::mem::take(&mut self.pending)).into_owned();
        self.searched = 0;
        self.remember(&rest);
        self.say(&rest, out);
    }

    fn remember(&mut self, text: &str) {
        if self.told.len() + text.len() <= PROMPT {
            self.told += text;
        }
    }

    fn end_of(&mut self, block: Block, out: &mut Vec<Event>) {
        out.extend(self.bundles.take(block));
        self.bundle_since = self.bundles.is_waiting().then(Instant::now);
    }

    fn say(&mut self, text: &str, out: &mut Vec<Event>) {
        if !text.is_empty() {
            self.flush_bundle(out);
            self.text += text;
        }
    }

    fn flush_text(&mut self, out: &mut Vec<Event>) {
        if !self.text.is_empty() {
            out.push(Event::text(Stream::Stdout, std::mem::take(&mut self.text)));
        }
    }

    fn flush_bundle(&mut self, out: &mut Vec<Event>) {
        self.bundle_since = None;
        out.extend(self.bundles.flush());
    }
}

/// Checks whether the bytes contain a marker whose line is not finished.
fn has_marker(bytes: &[u8]) -> bool {
    MARKERS.iter().any(|marker| bytes.windows(marker.len()).any(|window| window == marker.as_bytes()))
}

/// Returns the place of a possible marker's beginning at the end of the bytes; their length if there is none.
fn marker_start(bytes: &[u8]) -> usize {
    let longest = MARKERS.iter().map(|marker| marker.len()).max().unwrap_or(0);
    let first = bytes.len().saturating_sub(longest);
    let starts = |at: &usize| MARKERS.iter().any(|marker| marker.as_bytes().starts_with(&bytes[*at..]));
    (first..bytes.len()).find(starts).unwrap_or(bytes.len())
}

fn begins_marker(bytes: &[u8]) -> bool {
    marker_start(bytes) < bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(chunks: &[&str]) -> Vec<Event> {
        let (mut reader, mut out) = (Stdout::default(), Vec::new());
        chunks.iter().for_each(|chunk| reader.feed(chunk.as_bytes(), &mut out));
        out
    }

    fn text(text: &str) -> Event {
        Event::text(Stream::Stdout, text)
    }

    #[test]
    fn lines_of_one_read_travel_together() {
        assert_eq!(feed(&["a\nb\n", "c\n"]), [text("a\nb\n"), text("c\n")]);
    }

    #[test]
    fn the_kernels_words_are_text_when_a_cell_prints_them() {
        for word in ["EVCXR_EXECUTION_COMPLETE\n", "EVCXR_PANIC_NOTIFICATION\n", "see EVCXR_X\n"] {
            assert_eq!(feed(&[word]), [text(word)]);
        }
        let (mut reader, mut out) = (Stdout::default(), Vec::new());
        reader.feed(b"see EVCXR_", &mut out);
        reader.end_of_cell(&mut out);
        assert_eq!(out, [text("see EVCXR_")]);
    }

    #[test]
    fn blocks_and_text_keep_their_order_however_they_are_cut() {
        let printed = "one\nEVCXR_BEGIN_CONTENT text/html\n<b>\n</b>\nEVCXR_END_CONTENT\ntwo\n\
                       EVCXR_BEGIN_CONTENT text/plain\nvalue\nEVCXR_END_CONTENT\n";
        for size in 1..=printed.len() {
            let (mut reader, mut out) = (Stdout::default(), Vec::new());
            printed.as_bytes().chunks(size).for_each(|chunk| reader.feed(chunk, &mut out));
            reader.end_of_cell(&mut out);
            let mut joined = String::new();
            for each in out {
                match each {
                    Event::Stream { text, .. } => joined += &text,
                    Event::Display { data, .. } => joined += &format!("[{}]", data["text/html"]),
                    Event::Last { data } => joined += &format!("[last {}]", data["text/plain"]),
                    other => panic!("{other:?}"),
                }
            }
            assert_eq!(joined, "one\n[\"<b>\\n</b>\"]two\n[last \"value\"]", "chunks of {size}");
        }
    }

    #[test]
    fn a_block_that_is_not_closed_ends_with_the_cell() {
        let (mut reader, mut out) = (Stdout::default(), Vec::new());
        reader.feed(b"EVCXR_BEGIN_CONTENT text/html\n<b>hello</b>\nmore", &mut out);
        reader.end_of_cell(&mut out);
        let [Event::Last { data }] = out.as_slice() else { panic!("{out:?}") };
        assert_eq!(data["text/html"], "<b>hello</b>\nmore");
    }

    #[test]
    fn a_line_without_its_end_is_shown_after_a_moment() {
        let (mut reader, mut out) = (Stdout::default(), Vec::new());
        reader.feed("50 %".as_bytes(), &mut out);
        assert!(reader.overdue(&mut out).is_some_and(|left| left <= PARTIAL));
        assert!(out.is_empty());
        std::thread::sleep(PARTIAL);
        assert_eq!(reader.overdue(&mut out), None);
        assert_eq!(out, [text("50 %")]);
        reader.feed(b"EVCXR_BEG", &mut out);
        std::thread::sleep(PARTIAL);
        reader.overdue(&mut out);
        assert_eq!(out.len(), 1, "the beginning of a marker is not text yet");
    }

    #[test]
    fn a_long_line_does_not_wait_and_loses_nothing() {
        let (mut reader, mut out) = (Stdout::default(), Vec::new());
        let letters = "äb".repeat(LONG);
        letters.as_bytes().chunks(1000).for_each(|chunk| reader.feed(chunk, &mut out));
        assert!(!out.is_empty());
        reader.end_of_cell(&mut out);
        let joined: String = out
            .iter()
            .map(|event| match event {
                Event::Stream { text, .. } => text.as_str(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert!(joined == letters);
    }

    #[test]
    fn the_unfinished_line_is_the_prompt() {
        let prompt = |printed: &str, pause: bool| {
            let (mut reader, mut out) = (Stdout::default(), Vec::new());
            reader.feed(printed.as_bytes(), &mut out);
            if pause {
                std::thread::sleep(PARTIAL);
                reader.overdue(&mut out);
            }
            reader.prompt(&mut out)
        };
        for pause in [false, true] {
            assert_eq!(prompt("first\nname (a:b)? ", pause), ("name (a:b)? ".to_owned(), false));
            assert_eq!(prompt("first\n", pause), (String::new(), false));
        }
        assert_eq!(prompt("EVCXR_INPUT_REQUEST:at (hh:mm)?\n", false), ("at (hh:mm)?".to_owned(), false));
        assert_eq!(prompt("EVCXR_INPUT_REQUEST_PASSWORD:key\n", false), ("key".to_owned(), true));
    }
}
