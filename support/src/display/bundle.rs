//! One output in several forms; the reader's program takes the one it can show.

use protocol::content_block::{self, Extension, Heading, Verb};

use super::{Console, Show};

/// MIME type and content, most telling form first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    parts: Vec<(&'static str, String)>,
}

impl Bundle {
    /// A bundle with a plain-text form, which every reader can show.
    pub fn text(text: impl Into<String>) -> Self {
        Self { parts: vec![("text/plain", text.into())] }
    }

    /// Adds a form, or replaces the one of that MIME type. Binary content comes as base64.
    pub fn with(mut self, mime: &'static str, content: impl Into<String>) -> Self {
        self.parts.retain(|(other, _)| *other != mime);
        self.parts.push((mime, content.into()));
        self
    }

    /// The lines evcxr reads on standard output: plain blocks.
    pub fn to_evcxr(&self) -> String {
        self.parts.iter().fold(String::new(), |mut out, (mime, content)| {
            content_block::write(&mut out, &Heading::plain(mime), content);
            out
        })
    }

    /// The blocks of this project's kernel, which shows or updates the display of that id.
    pub(super) fn to_live(&self, verb: Verb, id: Option<&str>) -> String {
        let parts = self.parts.len();
        self.parts.iter().zip(1..).fold(String::new(), |mut out, ((mime, content), part)| {
            let extension = Some(Extension { part, parts, verb, id });
            content_block::write(&mut out, &Heading { mime, extension }, content);
            out
        })
    }

    /// Shows the bundle when it is a cell's last expression.
    pub fn evcxr_display(&self) {
        Console::here().print(&self.to_evcxr());
    }
}

impl Show for Bundle {
    fn bundle(&self) -> Bundle {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_read_as_the_kernel_expects_them() {
        let bundle = Bundle::text("two\nlines").with("text/html", "<p>two lines</p>");
        assert_eq!(
            bundle.to_evcxr(),
            "EVCXR_BEGIN_CONTENT text/plain\ntwo\nlines\nEVCXR_END_CONTENT\n\
             EVCXR_BEGIN_CONTENT text/html\n<p>two lines</p>\nEVCXR_END_CONTENT\n"
        );
        assert_eq!(
            bundle.to_live(Verb::Update, Some("d1")),
            "EVCXR_BEGIN_CONTENT text/plain 1/2 update d1\ntwo\nlines\nEVCXR_END_CONTENT\n\
             EVCXR_BEGIN_CONTENT text/html 2/2 update d1\n<p>two lines</p>\nEVCXR_END_CONTENT\n"
        );
    }

    #[test]
    fn a_type_stands_in_a_bundle_once() {
        let bundle = Bundle::text("a").with("text/plain", "b");
        assert_eq!(bundle, Bundle::text("b"));
    }
}
