//! The alternative text of a figure: how names and numbers are written, and the sentence about missing letters.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::draw::scene::{Scene, Shape};
use super::draw::{font, script};

/// The largest number of letters of a name in a text.
const NAME: usize = 80;
/// The largest number of letters of a figure's alternative text: more is too long to listen to.
pub(super) const SENTENCES: usize = 4000;
/// The largest number of missing letters that are named.
const NAMED: usize = 12;

/// The letters about which a warning was printed: a movie has the same letters in every frame.
static WARNED: Mutex<BTreeSet<char>> = Mutex::new(BTreeSet::new());

/// Returns a name for a text: on one line, and cut short if it is very long.
pub(super) fn name(name: &str) -> String {
    shortened(name, NAME)
}

/// Returns at most `most` letters of a text, on one line.
pub(super) fn shortened(text: &str, most: usize) -> String {
    let mut letters = text.chars().filter_map(script::plain);
    let short: String = letters.by_ref().take(most).collect();
    if letters.next().is_none() { short } else { format!("{}…", short.trim_end()) }
}

/// Formats a number with `digits` decimals, or in scientific notation where that would be long.
pub(super) fn number(value: f64, digits: usize) -> String {
    if value.abs() < 1e12 { format!("{value:.digits$}") } else { format!("{value:.digits$e}") }
}

/// Returns the letters that the picture shows as boxes, each once.
pub(super) fn missing(scene: &Scene) -> Vec<char> {
    let mut all = Vec::new();
    for shape in &scene.shapes {
        let Shape::Text { text, look, .. } = shape else { continue };
        for c in font::missing(text, look.bold) {
            if !all.contains(&c) {
                all.push(c);
            }
        }
    }
    all
}

/// Returns the sentence that says for which letters the picture has boxes.
pub(super) fn boxes(missing: &[char]) -> String {
    format!("In the picture, boxes stand for letters that no font here has: {}.", listed(missing))
}

/// Prints a warning about missing letters, once per letter.
pub(super) fn warn(op: &str, missing: &[char]) {
    let mut warned = WARNED.lock().unwrap_or_else(PoisonError::into_inner);
    let new: Vec<char> = missing.iter().copied().filter(|&c| warned.insert(c)).collect();
    if !new.is_empty() {
        eprintln!(
            "warning: {op}: no font on this computer can draw {}: boxes stand in their place. A font that has them, \
             such as one of the Noto family, mends that after a restart.",
            listed(&new)
        );
    }
}

/// Lists letters with their code points: `模 (U+6A21), 型 (U+578B)`.
fn listed(letters: &[char]) -> String {
    let each = letters.iter().take(NAMED).map(|&c| format!("{c} (U+{:04X})", c as u32));
    let listed = each.collect::<Vec<_>>().join(", ");
    match letters.len().saturating_sub(NAMED) {
        0 => listed,
        others => format!("{listed} and {others} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_short_line() {
        assert_eq!(name("model_0"), "model_0");
        assert_eq!(name("a\n\tb\0"), "a  b");
        let long = name(&"word ".repeat(100_000));
        assert!(long.ends_with("word…") && long.chars().count() <= NAME + 1, "{long}");
    }

    #[test]
    fn numbers_stay_short() {
        assert_eq!(number(0.45678, 4), "0.4568");
        assert_eq!(number(-1e300, 2), "-1.00e300");
    }

    #[test]
    fn missing_letters_are_named_with_their_numbers() {
        assert_eq!(listed(&['模', '😀']), "模 (U+6A21), 😀 (U+1F600)");
        let many: Vec<char> = ('一'..='龥').take(100).collect();
        assert!(listed(&many).ends_with("and 88 more"));
    }
}
