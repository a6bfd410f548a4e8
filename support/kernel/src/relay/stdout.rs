//! A cell's standard output, as bytes come: text, blocks, and words for evcxr.

use std::time::{Duration, Instant};

use super::block::{Block, Bundles};
use super::event::{Event, Stream};
use super::marker;

/// How long a text without a line end waits for the rest of its line.
const PARTIAL: Duration = Duration::from_millis(30);
/// How long a plain bundle waits for what makes it the cell's value or not.
const BUNDLE: Duration = Duration::from_millis(250);

/// What comes of it, in order.
#[derive(Debug, PartialEq)]
pub enum Out {
    /// For the kernel.
    Tell(Event),
    /// For evcxr.
    Pass(String),
}

/// The reader's state between two reads.
#[derive(Debug, Default)]
pub struct Stdout {
    partial: Vec<u8>,
    since: Option<Instant>,
    text: String,
    block: Option<Block>,
    bundles: Bundles,
    bundle_since: Option<Instant>,
}

impl Stdout {
    /// Takes what was read.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<Out>) {
        self.partial.extend_from_slice(bytes);
        while let Some(end) = self.partial.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.partial.drain(..=end).collect();
            self.line(&String::from_utf8_lossy(&line[..end]), out);
        }
        self.since = (!self.partial.is_empty()).then(Instant::now);
        self.flush_text(out);
    }

    /// Gives what has waited long enough; returns how long the rest may still wait.
    pub fn overdue(&mut self, out: &mut Vec<Out>) -> Option<Duration> {
        if self.since.is_some_and(|since| since.elapsed() >= PARTIAL) {
            self.since = None;
            // A character may still lack bytes, and a word its letters.
            if let Ok(text) = std::str::from_utf8(&self.partial).map(str::to_owned)
                && self.block.is_none()
                && !marker::may_begin(&text)
            {
                self.partial.clear();
                self.say(&text, out);
                self.flush_text(out);
            }
        }
        if self.bundle_since.is_some_and(|since| since.elapsed() >= BUNDLE) {
            self.flush_bundle(out);
        }
        let left = |since: Option<Instant>, limit: Duration| since.map(|s| limit.saturating_sub(s.elapsed()));
        [left(self.since, PARTIAL), left(self.bundle_since, BUNDLE)].into_iter().flatten().min()
    }

    /// Gives everything: nothing more will come.
    pub fn finish(&mut self, out: &mut Vec<Out>) {
        let rest = std::mem::take(&mut self.partial);
        self.say(&String::from_utf8_lossy(&rest), out);
        self.flush_text(out);
        self.flush_bundle(out);
        *self = Self::default();
    }

    fn line(&mut self, line: &str, out: &mut Vec<Out>) {
        if let Some(mut block) = self.block.take() {
            match line {
                marker::END => self.end_of(block, out),
                // A panic in the middle of a block: evcxr drops the block too.
                marker::PANIC => out.push(Out::Pass(line.to_owned())),
                _ => {
                    block.push(line.to_owned());
                    self.block = Some(block);
                }
            }
            return;
        }
        match marker::split(line) {
            None => {
                self.say(line, out);
                self.say("\n", out);
            }
            Some((before, word)) => {
                self.say(before, out);
                self.flush_text(out);
                if word.starts_with(marker::BEGIN) {
                    self.block = Some(Block::begin(word));
                    return;
                }
                if word == marker::COMPLETE {
                    self.bundle_since = None;
                    out.extend(self.bundles.last().map(|data| Out::Tell(Event::Last { data })));
                }
                out.push(Out::Pass(word.to_owned()));
            }
        }
    }

    fn end_of(&mut self, block: Block, out: &mut Vec<Out>) {
        out.extend(self.bundles.take(block).into_iter().map(Out::Tell));
        self.bundle_since = self.bundles.is_waiting().then(Instant::now);
    }

    fn say(&mut self, text: &str, out: &mut Vec<Out>) {
        if !text.is_empty() {
            self.flush_bundle(out);
            self.text += text;
        }
    }

    fn flush_text(&mut self, out: &mut Vec<Out>) {
        if !self.text.is_empty() {
            out.push(Out::Tell(Event::text(Stream::Stdout, std::mem::take(&mut self.text))));
        }
    }

    fn flush_bundle(&mut self, out: &mut Vec<Out>) {
        self.bundle_since = None;
        out.extend(self.bundles.flush().map(Out::Tell));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(chunks: &[&str]) -> Vec<Out> {
        let (mut reader, mut out) = (Stdout::default(), Vec::new());
        chunks.iter().for_each(|chunk| reader.feed(chunk.as_bytes(), &mut out));
        out
    }

    fn text(text: &str) -> Out {
        Out::Tell(Event::text(Stream::Stdout, text))
    }

    #[test]
    fn lines_of_one_read_travel_together() {
        assert_eq!(feed(&["a\nb\n", "c\n"]), [text("a\nb\n"), text("c\n")]);
    }

    #[test]
    fn words_reach_evcxr_even_behind_text() {
        let complete = || Out::Pass("EVCXR_EXECUTION_COMPLETE".into());
        assert_eq!(feed(&["EVCXR_EXEC", "UTION_COMPLETE\n"]), [complete()]);
        assert_eq!(feed(&["dots...EVCXR_EXECUTION_COMPLETE\n"]), [text("dots..."), complete()]);
        assert_eq!(feed(&["EVCXR_ something\n"]), [text("EVCXR_ something\n")]);
    }

    #[test]
    fn blocks_and_text_keep_their_order_however_they_are_cut() {
        let printed = "one\nEVCXR_BEGIN_CONTENT text/html\n<b>\n</b>\nEVCXR_END_CONTENT\ntwo\n\
                       EVCXR_BEGIN_CONTENT text/plain\nvalue\nEVCXR_END_CONTENT\nEVCXR_EXECUTION_COMPLETE\n";
        let tell = |mime: &str, text: &str| {
            let data = [(mime.to_owned(), text.into())].into_iter().collect();
            (data, mime == "text/plain")
        };
        let expected = |out: Vec<Out>| {
            let mut joined = String::new();
            for each in out {
                match each {
                    Out::Tell(Event::Stream { text, .. }) => joined += &text,
                    Out::Tell(Event::Display { data, .. }) => {
                        assert_eq!(data, tell("text/html", "<b>\n</b>").0);
                        joined += "[html]";
                    }
                    Out::Tell(Event::Last { data }) => {
                        assert_eq!(data, tell("text/plain", "value").0);
                        joined += "[last]";
                    }
                    Out::Pass(word) => joined += &word,
                    other => panic!("{other:?}"),
                }
            }
            assert_eq!(joined, "one\n[html]two\n[last]EVCXR_EXECUTION_COMPLETE");
        };
        expected(feed(&[printed]));
        for size in 1..40 {
            let chunks: Vec<&str> = (0..printed.len())
                .step_by(size)
                .map(|i| &printed[i..(i + size).min(printed.len())])
                .collect();
            expected(feed(&chunks));
        }
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
        assert_eq!(out.len(), 1, "a word's beginning is not text");
    }

    #[test]
    fn a_panic_inside_a_block_ends_the_block() {
        let out = feed(&["EVCXR_BEGIN_CONTENT text/plain\nhalf\nEVCXR_PANIC_NOTIFICATION\nafter\n"]);
        assert_eq!(out, [Out::Pass("EVCXR_PANIC_NOTIFICATION".into()), text("after\n")]);
    }
}
