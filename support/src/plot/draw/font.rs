//! Text as outlines: in the font of the crate and, for letters missing there, in a font of the computer.

use std::sync::LazyLock;

use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider};
use tiny_skia::{Path, PathBuilder, Transform};

use super::scene::{Anchor, Place, TextStyle};
use super::{arabic, script, system};

/// Inter Regular and SemiBold, cut down to the characters figures use; see `assets/`.
const FILES: [&[u8]; 2] = [
    include_bytes!("../../../assets/Inter-Regular.otf"),
    include_bytes!("../../../assets/Inter-SemiBold.otf"),
];

/// The advance widths of U+0020 to U+00FF in ems, Regular and SemiBold.
static WIDTHS: LazyLock<[Vec<f64>; 2]> = LazyLock::new(|| FILES.map(widths));

/// Approximate width of a letter in ems, for letters of unknown width.
const USUAL: f64 = 0.6;

fn widths(file: &[u8]) -> Vec<f64> {
    let Ok(font) = FontRef::new(file) else { return Vec::new() };
    ('\u{20}'..='\u{ff}').map(|c: char| look_up(&font, c).unwrap_or(USUAL)).collect()
}

/// The largest number of letters of a text: no figure has room for more.
const MOST: usize = 500;

/// Returns text as it is drawn: on one line, and at most `MOST` letters of it.
pub(in crate::plot) fn line(text: &str) -> String {
    let mut letters = text.chars().filter_map(script::plain);
    let line: String = letters.by_ref().take(MOST).collect();
    if letters.next().is_none() { line } else { line + "…" }
}

/// Returns the width of `text`, in the unit of `size`.
pub(in crate::plot) fn width(text: &str, size: f64, bold: bool) -> f64 {
    size * script::as_seen(text).chars().map(|c| advance(c, bold)).sum::<f64>()
}

/// A letter's glyph, and the font it comes from.
enum Glyph {
    /// A letter of the crate's own font.
    Own(GlyphId),
    /// A letter of a font of the computer.
    Other(&'static system::Face, GlyphId),
    /// A box, in place of a letter that no font has.
    Box,
    /// An invisible character of this width in ems: spaces, marks of direction and the like.
    Blank(f64),
}

impl Glyph {
    fn of(c: char, font: &FontRef<'_>, bold: bool) -> Self {
        match font.charmap().map(c) {
            Some(glyph) => Glyph::Own(glyph),
            None if c.is_control() || script::is_invisible(c) => Glyph::Blank(0.0),
            None if c.is_whitespace() => Glyph::Blank(if c == '\u{3000}' { 1.0 } else { 0.28 }),
            None => Self::other(c, bold).map_or(Glyph::Box, |(face, glyph)| Glyph::Other(face, glyph)),
        }
    }

    /// Finds a letter in the fonts of the computer: a font without the joined form of a letter may have the letter.
    fn other(c: char, bold: bool) -> Option<(&'static system::Face, GlyphId)> {
        system::find(c, bold).or_else(|| system::find(arabic::letter(c)?, bold))
    }
}

/// Returns the width of a character in ems; 0 for control characters and the like.
fn advance(c: char, bold: bool) -> f64 {
    if c.is_control() {
        return 0.0;
    }
    let weight = usize::from(bold);
    if let Some(known) = (c as usize).checked_sub(0x20).and_then(|i| WIDTHS[weight].get(i)) {
        return *known;
    }
    let Ok(font) = FontRef::new(FILES[weight]) else { return USUAL };
    match Glyph::of(c, &font, bold) {
        Glyph::Own(_) => look_up(&font, c).unwrap_or(USUAL),
        Glyph::Other(face, glyph) => face.advance(glyph).unwrap_or(USUAL),
        Glyph::Box => USUAL,
        Glyph::Blank(width) => width,
    }
}

fn look_up(font: &FontRef<'_>, c: char) -> Option<f64> {
    let metrics = font.glyph_metrics(Size::new(1.0), LocationRef::default());
    font.charmap().map(c).and_then(|glyph| metrics.advance_width(glyph)).map(f64::from)
}

/// Returns `text`, cut short with an ellipsis where it is wider than `room`.
pub(in crate::plot) fn fit(text: &str, size: f64, bold: bool, room: f64) -> String {
    let text = line(text);
    let dots = width("…", size, bold);
    // The length of the part that leaves room for the ellipsis, in bytes.
    let (mut wide, mut fits) = (0.0, 0);
    for (at, c) in text.char_indices() {
        if size * wide + dots <= room {
            fits = at;
        }
        wide += advance(c, bold);
        if size * wide > room {
            return format!("{}…", text[..fits].trim_end());
        }
    }
    text
}

/// Returns the letters of `text` that no font has, in the order in which they come.
pub(in crate::plot) fn missing(text: &str, bold: bool) -> Vec<char> {
    let Ok(font) = FontRef::new(FILES[usize::from(bold)]) else { return Vec::new() };
    script::as_seen(text).chars().filter(|&c| matches!(Glyph::of(c, &font, bold), Glyph::Box)).collect()
}

/// Returns the outline of `text` at its place on the canvas, in canvas units: the same in the SVG and in the PNG, and
/// for letters of the crate's own font the same on every machine. Letters of other fonts stand beside each other;
/// only Arabic is joined.
pub(super) fn outline(text: &str, (x, y): Place, look: TextStyle) -> Option<Path> {
    let font = FontRef::new(FILES[usize::from(look.bold)]).ok()?;
    let (glyphs, size) = (font.outline_glyphs(), look.size as f32);
    let width = width(text, f64::from(size), look.bold) as f32;
    let mut at = match look.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => -width / 2.0,
        Anchor::End => -width,
    };
    let mut to = PathBuilder::new();
    for c in script::as_seen(text).chars().filter(|c| !c.is_control()) {
        let mut pen = Pen { x: at, to: &mut to };
        match Glyph::of(c, &font, look.bold) {
            Glyph::Own(glyph) => {
                let settings = DrawSettings::unhinted(Size::new(size), LocationRef::default());
                if let Some(glyph) = glyphs.get(glyph) {
                    // An outline that cannot be read is left out.
                    let _ = glyph.draw(settings, &mut pen);
                }
            }
            Glyph::Other(face, glyph) => face.draw(glyph, size, &mut pen),
            Glyph::Box => pen.empty_box(size),
            Glyph::Blank(_) => {}
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

impl Pen<'_> {
    /// Draws a box as high as a capital: two loops of opposite turn, so that the inside is empty.
    fn empty_box(&mut self, size: f32) {
        let em = |share: f32| share * size;
        let (left, right, top) = (em(0.08), em(USUAL as f32 - 0.08), em(0.73));
        let edge = em(0.055);
        let outer = [(left, 0.0), (right, 0.0), (right, top), (left, top)];
        let (l, r, low, high) = (left + edge, right - edge, edge, top - edge);
        for corners in [outer, [(l, low), (l, high), (r, high), (r, low)]] {
            self.move_to(corners[0].0, corners[0].1);
            corners[1..].iter().for_each(|&(x, y)| self.line_to(x, y));
            self.close();
        }
    }
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

    #[test]
    fn the_figures_of_the_course_need_no_other_font() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
        let mut texts = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let svg = std::fs::read_to_string(file.unwrap().path()).unwrap();
            for label in svg.split("aria-label=\"").skip(1) {
                let text = label.split('"').next().unwrap();
                for bold in [0, 1] {
                    let font = FontRef::new(FILES[bold]).unwrap();
                    assert!(text.chars().all(|c| font.charmap().map(c).is_some()), "{text}");
                }
                texts += 1;
            }
        }
        assert!(texts > 300, "{texts}");
    }

    #[test]
    fn a_text_of_any_length_is_cut_at_once() {
        for letters in ["a", "模", "\u{301}", "\u{200b}", "ا", "\u{10ffff}", "\n", "i"] {
            let cut = fit(&letters.repeat(1_000_000), 13.0, true, 400.0);
            assert!(cut.chars().count() <= MOST + 1, "{letters:?}");
            assert!(width(&cut, 13.0, true) <= 420.0, "{letters:?}");
        }
        assert_eq!(fit("a\tb\r\nc\0d", 13.0, false, 400.0), "a b  cd");
    }

    #[test]
    fn every_prefix_that_fits_is_used() {
        let text = "Wide Ways and ill-lit lanes: 100 %";
        for room in (0..=300).map(f64::from) {
            let cut = fit(text, 13.0, false, room);
            let longer = cut.chars().count();
            if cut != text {
                let next: String = text.chars().take(longer).collect();
                let trimmed = next.trim_end() != next || text[..next.len()].ends_with(' ');
                let wide = width(&next, 13.0, false) + width("…", 13.0, false);
                assert!(wide > room || trimmed, "{room}: {cut} leaves room");
            }
            assert!(cut == "…" || width(&cut, 13.0, false) <= room, "{room}: {cut}");
        }
    }

    #[test]
    fn a_letter_that_no_font_has_is_an_empty_box() {
        let look = TextStyle {
            size: 130,
            bold: false,
            colour: plotters::style::BLACK,
            anchor: Anchor::Start,
            upwards: false,
        };
        let path = outline("\u{10fffd}", (0, 0), look).unwrap();
        let bounds = path.bounds();
        assert!(bounds.width() > 40.0 && bounds.height() > 80.0, "{bounds:?}");
        assert_eq!(missing("a\u{10fffd}\u{200b} \u{3000}\u{feff}é", false), ['\u{10fffd}']);
        assert!(outline(" \u{feff}\u{3000}", (0, 0), look).is_none());
    }
}
