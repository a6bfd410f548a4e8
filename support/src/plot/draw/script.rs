//! Text of other scripts: which characters are visible, and in which order.

use std::borrow::Cow;

use super::arabic;

/// Returns a character of one line of text: spaces for tabs and ends of lines, `None` for what cannot be shown.
pub(in crate::plot) fn plain(c: char) -> Option<char> {
    match c {
        '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        '\u{fffe}' | '\u{ffff}' => None,
        _ if c.is_control() => None,
        _ => Some(c),
    }
}

/// Returns whether a character is invisible and only controls others (Unicode's Default_Ignorable_Code_Point).
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Returns whether a letter belongs to a script that is written from right to left: Hebrew, Arabic, Syriac, Thaana,
/// N'Ko and the like.
fn is_leftwards(c: char) -> bool {
    matches!(c,
        '\u{590}'..='\u{65f}' | '\u{66a}'..='\u{6ef}' | '\u{6fa}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}'
        | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Returns whether a character is a mark on the letter before it.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}' | '\u{5c4}'..='\u{5c5}'
        | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}'
        | '\u{8d3}'..='\u{8ff}')
}

/// Returns the letters from left to right as they are seen: Arabic letters are joined, and a passage from right to
/// left is reversed, except for the numbers in it. An approximation of Unicode's rules that is enough for names.
pub(super) fn as_seen(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_leftwards) {
        return Cow::Borrowed(text);
    }
    let letters = arabic::joined(&text.chars().collect::<Vec<char>>(), is_mark);
    let mut seen = Vec::with_capacity(letters.len());
    let mut rest = &letters[..];
    while let Some(first) = rest.iter().position(|&c| is_leftwards(c)) {
        seen.extend(&rest[..first]);
        rest = &rest[first..];
        // Up to the last such letter before one of another direction.
        let other = rest.iter().position(|&c| c.is_alphabetic() && !is_leftwards(c)).unwrap_or(rest.len());
        let end = rest[..other].iter().rposition(|&c| is_leftwards(c)).unwrap_or(0) + 1;
        seen.extend(turned(&rest[..end]));
        rest = &rest[end..];
    }
    seen.extend(rest);
    seen.into_iter().collect()
}

/// Returns the passage in reverse, with marks still behind their letters and numbers as they are read.
fn turned(passage: &[char]) -> Vec<char> {
    let digit = |c: char| c.is_numeric();
    let parts = passage.chunk_by(|&a, &b| is_mark(b) || (digit(a) && digit(b))).rev();
    let mirrored = |c: char| match c {
        '(' => ')',
        ')' => '(',
        '[' => ']',
        ']' => '[',
        '<' => '>',
        '>' => '<',
        '«' => '»',
        '»' => '«',
        _ => c,
    };
    parts.flatten().map(|&c| mirrored(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passages_from_right_to_left_are_turned_round() {
        assert_eq!(as_seen("loss: 0.5"), "loss: 0.5");
        assert_eq!(as_seen("אבג"), "גבא");
        assert_eq!(as_seen("אב גד: 99 %"), "דג בא: 99 %");
        assert_eq!(as_seen("a אב 12 גד b"), "a דג 12 בא b");
        assert_eq!(as_seen("א(ב)ג"), "ג(ב)א");
        assert_eq!(as_seen("בּא"), "אבּ");
    }

    #[test]
    fn one_line_is_left_of_any_text() {
        let line: String = "a\tb\nc\0\u{1}\u{7f}\u{9f}\u{2028}d\u{fffe}".chars().filter_map(plain).collect();
        assert_eq!(line, "a b c d");
    }
}
