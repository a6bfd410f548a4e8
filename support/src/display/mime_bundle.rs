//! The MIME bundle: one output in several formats, of which the reader's program shows the best one that it supports.

use protocol::content_block::{self, Extension, Heading, Verb};

use super::{Frontend, Show};

/// A MIME bundle: one output in several formats, each with its MIME type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MimeBundle {
    parts: Vec<(&'static str, String)>,
}

impl MimeBundle {
    /// Makes a bundle with plain text, which every program can show.
    pub fn text(text: impl Into<String>) -> Self {
        Self { parts: vec![("text/plain", text.into())] }
    }

    /// Adds a format, or replaces the one of that MIME type. Binary content is passed as base64.
    pub fn with(mut self, mime: &'static str, content: impl Into<String>) -> Self {
        self.parts.retain(|(other, _)| *other != mime);
        self.parts.push((mime, content.into()));
        self
    }

    /// Returns the plain blocks that evcxr reads on standard output.
    pub fn to_evcxr(&self) -> String {
        self.parts.iter().fold(String::new(), |mut out, (mime, content)| {
            content_block::write(&mut out, &Heading::plain(mime), content);
            out
        })
    }

    /// Returns the blocks for this project's kernel, which shows or updates the display `id`.
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
        Frontend::here().print(&self.to_evcxr());
    }
}

impl Show for MimeBundle {
    fn bundle(&self) -> MimeBundle {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_read_as_the_kernel_expects_them() {
        let bundle = MimeBundle::text("two\nlines").with("text/html", "<p>two lines</p>");
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
        let bundle = MimeBundle::text("a").with("text/plain", "b");
        assert_eq!(bundle, MimeBundle::text("b"));
    }
}
