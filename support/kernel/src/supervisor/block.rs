//! Content blocks between `EVCXR_BEGIN_CONTENT` and `EVCXR_END_CONTENT`, and their assembly to MIME bundles.

use protocol::content_block::{Heading, Verb, mime as kind};
use serde_json::Value;

use super::event::{Data, Event};

/// A block that is not complete yet.
#[derive(Debug)]
pub struct Block {
    mime: String,
    more: Option<More>,
    lines: Vec<String>,
}

/// The extension of the heading beyond the MIME type, which `support` prints under this kernel.
#[derive(Debug)]
struct More {
    is_last: bool,
    update: bool,
    id: Option<String>,
}

impl Block {
    /// Begins a block from its first line.
    pub fn begin(line: &str) -> Self {
        let heading = Heading::parse(line).unwrap_or(Heading::plain("text/plain"));
        let more = heading.extension.map(|extension| More {
            is_last: extension.is_last(),
            update: extension.verb == Verb::Update,
            id: extension.id.map(str::to_owned),
        });
        Self { mime: heading.mime.to_owned(), more, lines: Vec::new() }
    }

    /// Adds a line.
    pub fn push(&mut self, line: String) {
        self.lines.push(line);
    }
}

/// Bundles that are not complete yet.
#[derive(Debug, Default)]
pub struct Bundles {
    /// Blocks of the plain form: later output decides whether they are displayed or are the cell's value.
    plain: Data,
    /// Blocks of an extended bundle so far.
    parts: Data,
}

impl Bundles {
    /// Adds a complete block; returns the events that are certain now.
    pub fn take(&mut self, block: Block) -> Vec<Event> {
        let Block { mime, more, lines } = block;
        let text = lines.join("\n");
        let Some(more) = more else {
            // A second block of a MIME type begins another bundle.
            let earlier = if self.plain.contains_key(&mime) { self.flush() } else { None };
            self.plain.insert(mime.clone(), value(&mime, text));
            return earlier.into_iter().collect();
        };
        let mut events: Vec<Event> = self.flush().into_iter().collect();
        match mime.as_str() {
            kind::CLEAR => events.push(Event::Clear { wait: text.trim() == "wait" }),
            kind::FAILED => {
                let (kind, message) = text.split_once('\n').unwrap_or((&text, ""));
                events.push(Event::Failed { kind: kind.to_owned(), message: message.to_owned() });
            }
            kind::STOPPED => events.push(Event::Stopped { sentence: text }),
            _ => {
                self.parts.insert(mime.clone(), value(&mime, text));
                if more.is_last {
                    let data = std::mem::take(&mut self.parts);
                    events.push(match more.id {
                        Some(id) if more.update => Event::Update { data, id },
                        id => Event::Display { data, id },
                    });
                }
            }
        }
        events
    }

    /// Returns the plain bundle as displayed data: more output follows, so it is not the cell's value.
    pub fn flush(&mut self) -> Option<Event> {
        self.last().map(|data| Event::Display { data, id: None })
    }

    /// Takes the plain bundle at the end of the cell.
    pub fn last(&mut self) -> Option<Data> {
        (!self.plain.is_empty()).then(|| std::mem::take(&mut self.plain))
    }

    /// Checks whether there is a plain bundle.
    pub fn is_waiting(&self) -> bool {
        !self.plain.is_empty()
    }
}

/// Converts the text of a block: JSON types to JSON, all others to a string.
fn value(mime: &str, text: String) -> Value {
    if mime.contains("json") {
        serde_json::from_str(&text).unwrap_or(Value::String(text))
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(heading: &str, text: &str) -> Block {
        let mut block = Block::begin(&format!("EVCXR_BEGIN_CONTENT {heading}"));
        text.lines().for_each(|line| block.push(line.to_owned()));
        block
    }

    fn data(pairs: &[(&str, &str)]) -> Data {
        pairs.iter().map(|(mime, text)| ((*mime).to_owned(), (*text).into())).collect()
    }

    #[test]
    fn plain_blocks_of_different_types_are_one_bundle() {
        let mut bundles = Bundles::default();
        assert!(bundles.take(block("image/png", "iVBO")).is_empty());
        assert!(bundles.take(block("text/plain", "a\nfigure")).is_empty());
        let both = data(&[("image/png", "iVBO"), ("text/plain", "a\nfigure")]);
        assert_eq!(bundles.take(block("text/plain", "next")), [Event::Display { data: both, id: None }]);
        assert_eq!(bundles.last(), Some(data(&[("text/plain", "next")])));
        assert_eq!(bundles.last(), None);
    }

    #[test]
    fn an_extended_bundle_leaves_with_its_last_part() {
        let mut bundles = Bundles::default();
        assert!(bundles.take(block("image/png 1/2 show d-1", "iVBO")).is_empty());
        let first = data(&[("image/png", "iVBO"), ("text/plain", "x")]);
        assert_eq!(
            bundles.take(block("text/plain 2/2 show d-1", "x")),
            [Event::Display { data: first, id: Some("d-1".into()) }]
        );
        let second = data(&[("text/plain", "y")]);
        assert_eq!(
            bundles.take(block("text/plain 1/1 update d-1", "y")),
            [Event::Update { data: second.clone(), id: "d-1".into() }]
        );
        assert_eq!(
            bundles.take(block("text/plain 1/1 show -", "y")),
            [Event::Display { data: second, id: None }]
        );
    }

    #[test]
    fn control_blocks_are_not_shown() {
        let mut bundles = Bundles::default();
        assert_eq!(
            bundles.take(block("application/x-kernel-clear 1/1 clear -", "wait")),
            [Event::Clear { wait: true }]
        );
        assert_eq!(
            bundles.take(block("application/x-kernel-failed 1/1 failed -", "a::Error\nno\nfile")),
            [Event::Failed { kind: "a::Error".into(), message: "no\nfile".into() }]
        );
        let sentence = "fit stopped after epoch 4 of 9.";
        assert_eq!(
            bundles.take(block("application/x-kernel-stopped 1/1 stopped -", sentence)),
            [Event::Stopped { sentence: sentence.into() }]
        );
    }

    #[test]
    fn json_travels_as_json() {
        let mut bundles = Bundles::default();
        bundles.take(block("application/json", "{\"a\": 1}"));
        assert_eq!(bundles.last().unwrap()["application/json"]["a"], 1);
    }
}
