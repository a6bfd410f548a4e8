//! A map between the text of a part and its cell.

use std::ops::Range;

/// A piece of a part's text, either copied from the cell or inserted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Bytes of the text.
    pub text: Range<usize>,
    /// Offset in the cell of the first byte, or of the place where the piece was inserted.
    pub cell: usize,
    /// True if the bytes are copied from the cell.
    pub copied: bool,
}

/// A map between offsets and lines of a part's text and those of its cell.
///
/// Offsets count bytes. Lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMap {
    pieces: Vec<Piece>,
    text: String,
    cell: String,
}

impl SourceMap {
    pub(super) fn new(pieces: Vec<Piece>, text: &str, cell: &str) -> Self {
        Self { pieces, text: text.to_owned(), cell: cell.to_owned() }
    }

    /// Returns the offset in the cell of the byte at `offset` of the text; `None` for inserted text.
    pub fn to_cell(&self, offset: usize) -> Option<usize> {
        let piece = self.piece_at(offset)?;
        piece.copied.then(|| piece.cell + offset - piece.text.start)
    }

    /// Returns the line and column in the cell of a place in the text; `None` for inserted text.
    pub fn position_to_cell(&self, line: usize, column: usize) -> Option<(usize, usize)> {
        let at = self.to_cell(offset_at(&self.text, line, column)?)?;
        Some(position_at(&self.cell, at))
    }

    /// Returns the line of the cell that a line of the text shows.
    #[cfg(test)]
    pub fn line_of_text(&self, line: usize) -> Option<usize> {
        let start = line_start(&self.text, line)?;
        let end = self.text[start..].find('\n').map_or(self.text.len() + 1, |length| start + length + 1);
        let on_line = |piece: &&Piece| piece.text.start < end && piece.text.end > start;
        let copied = self.pieces.iter().filter(on_line).find(|piece| piece.copied);
        let at = match copied.or_else(|| self.pieces.iter().find(on_line)) {
            Some(piece) if piece.copied => piece.cell + start.max(piece.text.start) - piece.text.start,
            Some(piece) => piece.cell,
            None => return None,
        };
        Some(position_at(&self.cell, at).0)
    }

    fn piece_at(&self, offset: usize) -> Option<&Piece> {
        let index = self.pieces.partition_point(|piece| piece.text.end <= offset);
        let at_end = || self.pieces.last().filter(|piece| piece.text.end == offset);
        self.pieces.get(index).filter(|piece| piece.text.start <= offset).or_else(at_end)
    }
}

/// Returns the line and column, both from 1, of a byte offset. An offset past the end counts as the end.
pub fn position_at(text: &str, offset: usize) -> (usize, usize) {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
}

/// Returns the byte offset of a line and column, both from 1; a column past the end of its line counts as the end.
pub fn offset_at(text: &str, line: usize, column: usize) -> Option<usize> {
    let start = line_start(text, line)?;
    let length = text[start..].find('\n').unwrap_or(text.len() - start);
    let within = &text[start..start + length];
    let column = column.checked_sub(1)?;
    Some(start + within.char_indices().nth(column).map_or(length, |(at, _)| at))
}

fn line_start(text: &str, line: usize) -> Option<usize> {
    match line {
        0 => None,
        1 => Some(0),
        _ => text.match_indices('\n').nth(line - 2).map(|(at, _)| at + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the map of the cell `let ä = 1;\nx` with `&(` and `)` around its second line.
    fn map() -> SourceMap {
        let piece = |text: Range<usize>, cell, copied| Piece { text, cell, copied };
        let pieces = vec![
            piece(0..12, 0, true),
            piece(12..14, 12, false),
            piece(14..15, 12, true),
            piece(15..16, 13, false),
        ];
        SourceMap::new(pieces, "let ä = 1;\n&(x)", "let ä = 1;\nx")
    }

    #[test]
    fn copied_bytes_have_a_place_and_inserted_ones_have_none() {
        let map = map();
        assert_eq!(map.to_cell(4), Some(4));
        assert_eq!(map.to_cell(12), None);
        assert_eq!(map.to_cell(14), Some(12));
        assert_eq!(map.to_cell(99), None);
    }

    #[test]
    fn columns_count_characters() {
        let map = map();
        assert_eq!(map.position_to_cell(1, 7), Some((1, 7)));
        assert_eq!(map.position_to_cell(2, 3), Some((2, 1)));
        assert_eq!(map.position_to_cell(2, 1), None);
        assert_eq!(offset_at("ä\nb", 1, 2), Some(2));
        assert_eq!(offset_at("ä\nb", 3, 1), None);
    }

    #[test]
    fn a_line_of_the_text_shows_a_line_of_the_cell() {
        let map = map();
        assert_eq!((map.line_of_text(1), map.line_of_text(2), map.line_of_text(3)), (Some(1), Some(2), None));
    }
}
