//! For tests: consoles that write on paper, and what a reader has on screen after reading it.

use std::cell::RefCell;
use std::rc::Rc;

use protocol::content_block::{END, Extension, Heading, Verb};

use super::Console;

pub(crate) type Paper = Rc<RefCell<String>>;

/// This project's kernel, with somebody who looks on.
pub(crate) fn live() -> (Console, Paper) {
    on_paper(true, true)
}

/// This project's kernel under `KERNEL_UNWATCHED`.
pub(crate) fn unwatched() -> (Console, Paper) {
    on_paper(true, false)
}

/// Plain evcxr, or a terminal.
pub(crate) fn plain() -> (Console, Paper) {
    on_paper(false, false)
}

fn on_paper(live: bool, watched: bool) -> (Console, Paper) {
    let paper = Paper::default();
    (Console { live, watched, stop_file: None, paper: Some(Rc::clone(&paper)) }, paper)
}

/// A block of evcxr's own form: an output of its own.
const WHOLE: Extension<'_> = Extension { part: 1, parts: 1, verb: Verb::Show, id: None };

/// The notebook's state after reading, and how it came about.
#[derive(Debug, Default)]
pub(crate) struct Screen {
    /// Displays in order: MIME types and contents.
    pub(crate) displays: Vec<Vec<(String, String)>>,
    /// Lines outside of blocks.
    pub(crate) lines: Vec<String>,
    /// Sentences of `x-kernel-stopped`.
    pub(crate) stopped: Vec<String>,
    /// How often a display was changed.
    pub(crate) updates: usize,
}

impl Screen {
    /// Reads as the kernel's relay does, and is strict about it.
    pub(crate) fn read(paper: &str) -> Self {
        let mut screen = Self::default();
        let mut ids: Vec<Option<String>> = Vec::new();
        let mut bundle: Vec<(String, String)> = Vec::new();
        let mut lines = paper.lines();
        while let Some(line) = lines.next() {
            let Some(heading) = Heading::parse(line) else {
                screen.lines.push(line.to_string());
                continue;
            };
            assert_eq!(heading.to_string(), line, "the kernel would read another heading");
            let content: Vec<&str> = lines.by_ref().take_while(|l| *l != END).collect();
            let content = content.join("\n");
            let extension = heading.extension.unwrap_or(WHOLE);
            if extension.verb == Verb::Stopped {
                screen.stopped.push(content);
                continue;
            }
            bundle.push((heading.mime.to_string(), content));
            assert_eq!(bundle.len(), extension.part, "parts in order: {line}");
            if !extension.is_last() {
                continue;
            }
            let bundle = std::mem::take(&mut bundle);
            let place = ids.iter().position(|other| other.as_deref() == extension.id);
            if extension.verb == Verb::Update {
                screen.displays[place.expect("a display of that id")] = bundle;
                screen.updates += 1;
            } else {
                assert_eq!(extension.verb, Verb::Show, "{line}");
                assert!(extension.id.is_none() || place.is_none(), "a second display of one id: {line}");
                screen.displays.push(bundle);
                ids.push(extension.id.map(str::to_string));
            }
        }
        screen
    }

    /// The plain text of each display.
    pub(crate) fn texts(&self) -> Vec<&str> {
        let text = |parts: &'_ Vec<(String, String)>| parts.iter().position(|(mime, _)| mime == "text/plain");
        self.displays.iter().filter_map(|parts| text(parts).map(|i| parts[i].1.as_str())).collect()
    }
}
