//! The font that travels in the crate, and how wide text is in it.

use std::sync::LazyLock;

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// Inter Regular and SemiBold, cut down to the characters figures use; see `assets/`.
pub(super) const FILES: [&[u8]; 2] =
    [include_bytes!("../../assets/Inter-Regular.otf"), include_bytes!("../../assets/Inter-SemiBold.otf")];

/// The advance widths of U+0020 to U+00FF in ems, Regular and SemiBold.
static WIDTHS: LazyLock<[Vec<f64>; 2]> = LazyLock::new(|| FILES.map(widths));

/// About as wide as a letter, for what the tables do not hold.
const USUAL: f64 = 0.6;

fn widths(file: &[u8]) -> Vec<f64> {
    let Ok(font) = FontRef::new(file) else { return Vec::new() };
    let metrics = font.glyph_metrics(Size::new(1.0), LocationRef::default());
    let width = |c| font.charmap().map(c).and_then(|glyph| metrics.advance_width(glyph));
    ('\u{20}'..='\u{ff}').map(|c: char| width(c).map_or(USUAL, f64::from)).collect()
}

/// How wide `text` is, in the unit of `size`.
pub(super) fn width(text: &str, size: f64, bold: bool) -> f64 {
    let table = &WIDTHS[usize::from(bold)];
    let ems = |c: char| (c as usize).checked_sub(0x20).and_then(|i| table.get(i)).copied().unwrap_or(USUAL);
    size * text.chars().map(ems).sum::<f64>()
}

/// `text`, cut short with an ellipsis where it is wider than `room`.
pub(super) fn fit(text: &str, size: f64, bold: bool, room: f64) -> String {
    if width(text, size, bold) <= room {
        return text.to_string();
    }
    let mut short: String = text.to_string();
    while !short.is_empty() && width(&short, size, bold) + width("…", size, bold) > room {
        short.pop();
    }
    format!("{}…", short.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_come_from_the_font() {
        assert!(width("iiii", 13.0, false) < width("mmmm", 13.0, false) / 2.0);
        assert!(width("Train", 13.0, false) < width("Train", 13.0, true));
    }

    #[test]
    fn long_names_are_cut_to_fit() {
        assert_eq!(fit("short", 13.0, false, 100.0), "short");
        let cut = fit(&"long ".repeat(50), 13.0, false, 100.0);
        assert!(cut.ends_with("long…") || cut.ends_with('…') && width(&cut, 13.0, false) <= 100.0);
        assert_eq!(fit("anything", 13.0, false, 0.0), "…");
    }
}
