//! The font that travels in the crate, and how wide text is in it.

use std::sync::LazyLock;

use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, MetadataProvider};
use tiny_skia::{Path, PathBuilder, Transform};

use super::scene::{Anchor, Letters, Place};

/// Inter Regular and SemiBold, cut down to the characters figures use; see `assets/`.
const FILES: [&[u8]; 2] = [
    include_bytes!("../../../assets/Inter-Regular.otf"),
    include_bytes!("../../../assets/Inter-SemiBold.otf"),
];

/// The advance widths of U+0020 to U+00FF in ems, Regular and SemiBold.
static WIDTHS: LazyLock<[Vec<f64>; 2]> = LazyLock::new(|| FILES.map(widths));

/// About as wide as a letter, for what the tables do not hold.
const USUAL: f64 = 0.6;

fn widths(file: &[u8]) -> Vec<f64> {
    let Ok(font) = FontRef::new(file) else { return Vec::new() };
    ('\u{20}'..='\u{ff}').map(|c: char| look_up(&font, c).unwrap_or(USUAL)).collect()
}

/// How wide `text` is, in the unit of `size`.
pub(in crate::plot) fn width(text: &str, size: f64, bold: bool) -> f64 {
    size * text.chars().map(|c| advance(c, bold)).sum::<f64>()
}

/// How wide a character is, in ems; one that cannot be seen has no width.
fn advance(c: char, bold: bool) -> f64 {
    if c.is_control() {
        return 0.0;
    }
    let bold = usize::from(bold);
    let known = (c as usize).checked_sub(0x20).and_then(|i| WIDTHS[bold].get(i)).copied();
    known.or_else(|| look_up(&FontRef::new(FILES[bold]).ok()?, c)).unwrap_or(USUAL)
}

fn look_up(font: &FontRef<'_>, c: char) -> Option<f64> {
    let metrics = font.glyph_metrics(Size::new(1.0), LocationRef::default());
    font.charmap().map(c).and_then(|glyph| metrics.advance_width(glyph)).map(f64::from)
}

/// `text`, cut short with an ellipsis where it is wider than `room`.
pub(in crate::plot) fn fit(text: &str, size: f64, bold: bool, room: f64) -> String {
    if width(text, size, bold) <= room {
        return text.to_string();
    }
    let mut short: String = text.to_string();
    while !short.is_empty() && width(&short, size, bold) + width("…", size, bold) > room {
        short.pop();
    }
    format!("{}…", short.trim_end())
}

/// The outline of `text` at its place on the canvas, in canvas units: the same in the SVG and in the PNG, whatever fonts
/// a machine has. A character that the font lacks shows as its empty box.
pub(super) fn outline(text: &str, (x, y): Place, look: Letters) -> Option<Path> {
    let font = FontRef::new(FILES[usize::from(look.bold)]).ok()?;
    let (charmap, glyphs, size) = (font.charmap(), font.outline_glyphs(), look.size as f32);
    let width = width(text, f64::from(size), look.bold) as f32;
    let mut at = match look.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => -width / 2.0,
        Anchor::End => -width,
    };
    let mut to = PathBuilder::new();
    for c in text.chars().filter(|c| !c.is_control()) {
        let settings = DrawSettings::unhinted(Size::new(size), LocationRef::default());
        if let Some(glyph) = glyphs.get(charmap.map(c).unwrap_or_default()) {
            // An outline that cannot be read is left out.
            let _ = glyph.draw(settings, &mut Pen { x: at, to: &mut to });
        }
        at += size * advance(c, look.bold) as f32;
    }
    let turn = if look.upwards { Transform::from_rotate(-90.0) } else { Transform::identity() };
    to.finish()?.transform(turn.post_translate(x as f32, y as f32))
}

/// Draws a glyph, whose y points upwards, on a canvas, whose y points downwards.
struct Pen<'a> {
    x: f32,
    to: &'a mut PathBuilder,
}

impl OutlinePen for Pen<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.to.move_to(self.x + x, -y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.to.line_to(self.x + x, -y);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.to.quad_to(self.x + cx, -cy, self.x + x, -y);
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        self.to.cubic_to(self.x + ax, -ay, self.x + bx, -by, self.x + x, -y);
    }

    fn close(&mut self) {
        self.to.close();
    }
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
        assert!(cut.ends_with('…') && width(&cut, 13.0, false) <= 100.0, "{cut}");
        assert_eq!(fit("anything", 13.0, false, 0.0), "…");
    }
}
