//! Names and numbers in the text of a figure, and what the text says about the picture.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::draw::scene::{Scene, Shape};
use super::draw::{font, script};

/// The most letters of a name in a text.
const NAME: usize = 80;
/// The most letters of a figure's text: no listener waits for more.
pub(super) const SENTENCES: usize = 4000;
/// So many missing letters are named.
const NAMED: usize = 12;

/// The letters about which a warning was printed: a movie has them in every frame.
static WARNED: Mutex<BTreeSet<char>> = Mutex::new(BTreeSet::new());

/// A name as a text says it: on one line, and cut short if it is very long.
pub(super) fn name(name: &str) -> String {
    shortened(name, NAME)
}

/// At most `most` letters of a text, on one line.
pub(super) fn shortened(text: &str, most: usize) -> String {
    let mut letters = text.chars().filter_map(script::plain);
    let short: String = letters.by_ref().take(most).collect();
    if letters.next().is_none() { short } else { format!("{}…", short.trim_end()) }
}

/// A number with `digits` decimals, or as a power of ten where that would be long.
pub(super) fn number(value: f64, digits: usize) -> String {
    if value.abs() < 1e12 { format!("{value:.digits$}") } else { format!("{value:.digits$e}") }
}

/// A number with the digits it has, or as a power of ten where they would be many.
pub(super) fn shortest(value: f64) -> String {
    if value == 0.0 || (1e-6..1e12).contains(&value.abs()) { value.to_string() } else { format!("{value:e}") }
}

/// The letters for which the picture has boxes, each once.
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

/// Says that there are boxes, and for which letters.
pub(super) fn boxes(missing: &[char]) -> String {
    format!("In the picture, boxes stand for letters that no font here has: {}.", listed(missing))
}

/// Warns about letters of which no figure so far had any.
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

/// `模 (U+6A21), 型 (U+578B)`.
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
        assert_eq!([0.0, -5.0, 0.1, 1e-300].map(shortest), ["0", "-5", "0.1", "1e-300"]);
    }

    #[test]
    fn missing_letters_are_named_with_their_numbers() {
        assert_eq!(listed(&['模', '😀']), "模 (U+6A21), 😀 (U+1F600)");
        let many: Vec<char> = ('一'..='龥').take(100).collect();
        assert!(listed(&many).ends_with("and 88 more"));
    }
}
