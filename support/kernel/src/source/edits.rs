//! Changes to a cell's text, and the text of a part that results from them.

use std::ops::Range;

use super::map::{Piece, SourceMap};
use super::{Part, tree};

/// Order of insertions at one place: text around the others comes first at its start and last at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// End of an inner part.
    InnerEnd,
    /// End of the whole statement.
    OuterEnd,
    /// Start of text around the others.
    OuterStart,
    /// Any other place.
    Plain,
}

#[derive(Clone, Debug)]
struct Edit {
    at: Range<usize>,
    rank: Rank,
    text: String,
}

/// A list of changes to one cell, each given by bytes of the cell.
#[derive(Clone, Debug, Default)]
pub(super) struct Edits(Vec<Edit>);

impl Edits {
    pub fn insert(&mut self, at: usize, rank: Rank, text: impl Into<String>) {
        self.0.push(Edit { at: at..at, rank, text: text.into() });
    }

    pub fn replace(&mut self, at: Range<usize>, text: impl Into<String>) {
        self.0.push(Edit { at, rank: Rank::Plain, text: text.into() });
    }

    /// Replaces `at` by blanks of the same length; line ends stay.
    pub fn blank(&mut self, cell: &str, at: Range<usize>) {
        let text = blanked(cell.get(at.clone()).unwrap_or_default());
        self.replace(at, text);
    }

    /// Removes the changes within `at`.
    pub fn forget(&mut self, at: &Range<usize>) {
        self.0.retain(|edit| edit.at.start < at.start || edit.at.end > at.end);
    }

    /// Returns the text after the changes, with `commands` (their text and their place in the cell) on lines before it.
    pub fn apply(mut self, cell: &str, commands: &[(String, usize)], keep_first_doc: bool) -> Part {
        self.0.sort_by_key(|edit| (edit.at.start, edit.rank, edit.at.end));
        let mut out = Output::default();
        for (command, at) in commands {
            let same = cell.get(*at..*at + command.len()) == Some(command.as_str());
            out.push(command, *at, same);
            out.push("\n", *at, false);
        }
        let mut done = 0;
        for edit in &self.0 {
            // The text was replaced already.
            if edit.at.start < done {
                continue;
            }
            out.push(cell.get(done..edit.at.start).unwrap_or_default(), done, true);
            out.push(&edit.text, edit.at.start, false);
            done = edit.at.end;
        }
        out.push(cell.get(done..).unwrap_or_default(), done, true);
        out.protect_first_line(keep_first_doc);
        let map = SourceMap::new(out.pieces, &out.text, cell);
        Part { text: out.text, map }
    }
}

/// Replaces each character other than a line end by as many blanks as it has bytes.
pub(super) fn blanked(text: &str) -> String {
    text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
}

#[derive(Default)]
struct Output {
    text: String,
    pieces: Vec<Piece>,
}

impl Output {
    fn push(&mut self, text: &str, cell: usize, copied: bool) {
        if text.is_empty() {
            return;
        }
        let start = self.text.len();
        self.text.push_str(text);
        let end = self.text.len();
        match self.pieces.last_mut() {
            Some(last) if copied && last.copied && last.cell + last.text.len() == cell => last.text.end = end,
            _ => self.pieces.push(Piece { text: start..end, cell, copied }),
        }
    }

    /// Inserts a blank before the first line of Rust where evcxr would misread that line: as a comment (`/// …`), a
    /// shell line (`!ready`) or a command (`::std::…`).
    fn protect_first_line(&mut self, keep_first_doc: bool) {
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            let trimmed = line.trim_start_matches(' ');
            let command = trimmed.starts_with(':') && !trimmed.starts_with("::");
            let skipped = line.starts_with("//") && !(keep_first_doc && tree::is_outer_doc(line));
            if line.trim().is_empty() || command || skipped {
                start += line.len();
            } else {
                if line.starts_with("//") || line.starts_with('!') {
                    self.insert(start, " ");
                } else if trimmed.starts_with(':') {
                    self.insert(start, "\t");
                }
                return;
            }
        }
    }

    fn insert(&mut self, at: usize, text: &str) {
        let index = self.pieces.partition_point(|piece| piece.text.end <= at);
        let cell = match self.pieces.get_mut(index) {
            Some(piece) if piece.text.start < at => {
                // Splits the piece.
                let cut = at - piece.text.start;
                let rest = Piece {
                    text: at..piece.text.end,
                    cell: if piece.copied { piece.cell + cut } else { piece.cell },
                    copied: piece.copied,
                };
                piece.text.end = at;
                let cell = rest.cell;
                self.pieces.insert(index + 1, rest);
                cell
            }
            Some(piece) => piece.cell,
            None => 0,
        };
        let index = self.pieces.partition_point(|piece| piece.text.end <= at);
        for piece in &mut self.pieces[index..] {
            piece.text = piece.text.start + text.len()..piece.text.end + text.len();
        }
        self.pieces.insert(index, Piece { text: at..at + text.len(), cell, copied: false });
        self.text.insert_str(at, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(cell: &str, edits: Edits) -> String {
        let part = edits.apply(cell, &[], true);
        for (at, byte) in part.text.bytes().enumerate() {
            if let Some(there) = part.map.to_cell(at) {
                assert_eq!(byte, cell.as_bytes()[there], "{:?} at {at}", part.text);
            }
        }
        part.text
    }

    #[test]
    fn insertions_nest() {
        let mut edits = Edits::default();
        edits.insert(3, Rank::OuterEnd, ")");
        edits.insert(3, Rank::InnerEnd, "]");
        edits.insert(2, Rank::Plain, "[");
        edits.insert(2, Rank::OuterStart, "(");
        edits.replace(0..1, "y");
        assert_eq!(applied("x xb", edits), "y ([x])b");
    }

    #[test]
    fn a_first_line_is_kept_from_evcxr() {
        assert_eq!(applied("/// doc\nfn f() {}", Edits::default()), " /// doc\nfn f() {}");
        assert_eq!(applied("\n// note\n!ready", Edits::default()), "\n// note\n !ready");
        assert_eq!(applied("  ::std::mem::drop(1)", Edits::default()), "\t  ::std::mem::drop(1)");
        assert_eq!(applied("let a = 1;\n!ready", Edits::default()), "let a = 1;\n!ready");
    }
}
