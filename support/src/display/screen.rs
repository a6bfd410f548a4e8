//! For tests: consoles that write on paper, and what a reader has on screen after reading it.

use std::cell::RefCell;
use std::rc::Rc;

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

/// What stays in the notebook, and how it came about.
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
        let mut ids: Vec<String> = Vec::new();
        let mut bundle: Vec<(String, String)> = Vec::new();
        let mut lines = paper.lines();
        while let Some(line) = lines.next() {
            let Some(head) = line.strip_prefix("EVCXR_BEGIN_CONTENT ") else {
                screen.lines.push(line.to_string());
                continue;
            };
            let content: Vec<&str> = lines.by_ref().take_while(|l| *l != "EVCXR_END_CONTENT").collect();
            let content = content.join("\n");
            let words: Vec<&str> = head.split(' ').collect();
            let (mime, k, n, verb, id) = match words[..] {
                [mime] => (mime, 1, 1, "show", "-"),
                [mime, part, verb, id] => {
                    let (k, n) = part.split_once('/').expect("k/n");
                    (mime, k.parse().expect("k"), n.parse().expect("n"), verb, id)
                }
                _ => panic!("odd block: {head}"),
            };
            if verb == "stopped" {
                screen.stopped.push(content);
                continue;
            }
            bundle.push((mime.to_string(), content));
            assert_eq!(bundle.len(), k, "parts in order: {head}");
            if k < n {
                continue;
            }
            let bundle = std::mem::take(&mut bundle);
            if verb == "update" {
                let place = ids.iter().position(|other| other == id).expect("a display of that id");
                screen.displays[place] = bundle;
                screen.updates += 1;
            } else {
                assert!(verb == "show" && (id == "-" || !ids.iter().any(|other| other == id)), "{head}");
                screen.displays.push(bundle);
                ids.push(id.to_string());
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
