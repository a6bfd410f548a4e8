//! For tests: consoles that write to a string, and a notebook's state after reading that string.

use std::cell::RefCell;
use std::rc::Rc;

use protocol::content_block::{END, Extension, Heading, Verb};

use super::Frontend;

pub(crate) type Paper = Rc<RefCell<String>>;

/// Returns a frontend of this project's kernel that somebody watches.
pub(crate) fn live() -> (Frontend, Paper) {
    on_paper(true, true)
}

/// Returns a frontend of this project's kernel under `KERNEL_UNWATCHED`.
pub(crate) fn unwatched() -> (Frontend, Paper) {
    on_paper(true, false)
}

/// Returns a frontend of plain evcxr or a terminal.
pub(crate) fn plain() -> (Frontend, Paper) {
    on_paper(false, false)
}

fn on_paper(live: bool, watched: bool) -> (Frontend, Paper) {
    let paper = Paper::default();
    (Frontend { live, watched, stop_file: None, paper: Some(Rc::clone(&paper)) }, paper)
}

/// The extension that a plain block of evcxr stands for: a whole output in one part.
const WHOLE: Extension<'_> = Extension { part: 1, parts: 1, verb: Verb::Show, id: None };

/// The notebook's state after reading a cell's output.
#[derive(Debug, Default)]
pub(crate) struct Screen {
    /// The displays in order, each as MIME types and contents.
    pub(crate) displays: Vec<Vec<(String, String)>>,
    /// The lines outside of blocks.
    pub(crate) lines: Vec<String>,
    /// The sentences of the blocks `x-kernel-stopped`.
    pub(crate) stopped: Vec<String>,
    /// The number of updates of displays.
    pub(crate) updates: usize,
}

impl Screen {
    /// Reads a cell's output as the kernel's relay does, and panics at an invalid block.
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

    /// Returns the plain text of each display.
    pub(crate) fn texts(&self) -> Vec<&str> {
        let text = |parts: &'_ Vec<(String, String)>| parts.iter().position(|(mime, _)| mime == "text/plain");
        self.displays.iter().filter_map(|parts| text(parts).map(|i| parts[i].1.as_str())).collect()
    }
}
