//! A legend: rows of symbols with names, under the panels.

use plotters::element::Rectangle;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontStyle, RGBColor};

use super::canvas::{Area, failed};
use super::font;
use super::mark::Mark;
use super::style::{INK, TEXT, px, text, tint};
use crate::error::Result;

/// One entry.
pub(super) struct Key {
    pub(super) symbol: Symbol,
    pub(super) name: String,
}

/// What stands before the name.
#[derive(Clone, Copy)]
pub(super) enum Symbol {
    /// A dot.
    Dot(RGBColor),
    /// A dot on the tint of its region.
    Region(RGBColor),
    /// A piece of a curve.
    Curve { colour: RGBColor, dashed: bool },
}

const ROW: f64 = 24.0;
const GAP: f64 = 24.0;
const LONGEST: f64 = 260.0;
/// A browser may have to take another font, which may be wider.
const OTHER_FONT: f64 = 1.12;

impl Symbol {
    fn width(self) -> f64 {
        match self {
            Symbol::Dot(_) => 10.0,
            Symbol::Region(_) => 22.0,
            Symbol::Curve { .. } => 30.0,
        }
    }
}

impl Key {
    pub(super) fn new(symbol: Symbol, name: impl Into<String>) -> Self {
        Self { symbol, name: font::fit(&name.into(), TEXT, false, LONGEST) }
    }

    fn width(&self) -> f64 {
        self.symbol.width() + 7.0 + OTHER_FONT * font::width(&self.name, TEXT, false)
    }
}

/// The entries, in rows no wider than `width` pixels.
fn rows(keys: &[Key], width: f64) -> Vec<&[Key]> {
    let mut rows = Vec::new();
    let mut rest = keys;
    while !rest.is_empty() {
        let mut right = -GAP;
        let fits = |key: &&Key| {
            right += GAP + key.width();
            right <= width
        };
        let n = rest.iter().take_while(fits).count().max(1);
        let (row, later) = rest.split_at(n);
        rows.push(row);
        rest = later;
    }
    rows
}

/// How high the legend is, in pixels.
pub(super) fn height(keys: &[Key], width: f64) -> f64 {
    if keys.is_empty() { 0.0 } else { ROW * rows(keys, width).len() as f64 + 8.0 }
}

/// Draws the legend in the middle of `area`, which is `width` pixels wide.
pub(super) fn draw(op: &'static str, keys: &[Key], width: f64, area: &Area) -> Result<()> {
    for (i, row) in rows(keys, width).into_iter().enumerate() {
        let total = row.iter().map(Key::width).sum::<f64>() + GAP * (row.len() - 1) as f64;
        let mut left = (f64::from(area.dim_in_pixel().0) / f64::from(px(1.0)) - total) / 2.0;
        let middle = px(ROW * (i as f64 + 0.5));
        for key in row {
            symbol(op, key.symbol, (px(left), middle), area)?;
            let style = text(TEXT, FontStyle::Normal, INK).pos(Pos::new(HPos::Left, VPos::Center));
            let at = (px(left + key.symbol.width() + 7.0), middle);
            area.draw_text(&key.name, &style, at).map_err(failed(op))?;
            left += key.width() + GAP;
        }
    }
    Ok(())
}

/// Draws a symbol whose left edge is at `x`, around `y`.
fn symbol(op: &'static str, symbol: Symbol, (x, y): (i32, i32), area: &Area) -> Result<()> {
    let right = x + px(symbol.width());
    let middle = (x + right) / 2;
    let mark = match symbol {
        Symbol::Dot(colour) => Mark::dots(vec![(middle, y)], 1, colour),
        Symbol::Region(colour) => {
            let half = px(8.0);
            let tile = Rectangle::new([(x, y - half), (right, y + half)], tint(colour).filled());
            area.draw(&tile).map_err(failed(op))?;
            Mark::dots(vec![(middle, y)], 1, colour)
        }
        Symbol::Curve { colour, dashed } => Mark::curve(vec![(x, y), (right, y)], dashed, colour),
    };
    area.draw(&mark).map_err(failed(op))
}
