//! A legend: rows of symbols with names, under the panels.

use plotters::element::Rectangle;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontStyle, RGBColor};

use super::mark::Mark;
use super::style::{FRAME, TEXT, TEXT_COLOR, px, stroke, text, tint};
use crate::error::Result;
use crate::plot::draw::canvas::{Area, failed};
use crate::plot::draw::font;

/// One entry of a legend.
pub(in crate::plot) struct LegendEntry {
    pub(in crate::plot) symbol: Symbol,
    pub(in crate::plot) name: String,
}

/// The symbol before a name.
#[derive(Clone)]
pub(in crate::plot) enum Symbol {
    /// A dot.
    Dot(RGBColor),
    /// A dot with a dark ring.
    Wrong(RGBColor),
    /// A dot on the tint of its region.
    Region(RGBColor),
    /// Tiles of neighbouring shades.
    Ramp(Vec<RGBColor>),
    /// A piece of a curve.
    Curve { colour: RGBColor, dashed: bool },
    /// A line of this width, in pixels.
    Line { colour: RGBColor, width: f64 },
    /// No symbol, only words.
    Words,
}

const ROW: f64 = 24.0;
const GAP: f64 = 24.0;
const LONGEST: f64 = 420.0;
/// Width of a tile of a ramp, in pixels.
const TILE: f64 = 7.0;

impl Symbol {
    fn width(&self) -> f64 {
        match self {
            Symbol::Dot(_) | Symbol::Wrong(_) => 10.0,
            Symbol::Region(_) => 22.0,
            Symbol::Ramp(shades) => TILE * shades.len() as f64,
            Symbol::Curve { .. } | Symbol::Line { .. } => 30.0,
            Symbol::Words => 0.0,
        }
    }
}

impl LegendEntry {
    pub(in crate::plot) fn new(symbol: Symbol, name: impl Into<String>) -> Self {
        Self { symbol, name: font::fit(&name.into(), TEXT, false, LONGEST) }
    }

    /// Returns an entry of a name and a remark `said`; the name is cut short if both are too long.
    pub(in crate::plot) fn of(symbol: Symbol, name: &str, said: &str) -> Self {
        let name = font::fit(name, TEXT, false, LONGEST - font::width(said, TEXT, false));
        Self { symbol, name: format!("{name}{said}").trim().to_string() }
    }

    fn width(&self) -> f64 {
        self.symbol.width() + 7.0 + font::width(&self.name, TEXT, false)
    }
}

/// Divides the entries into rows no wider than `width` pixels.
fn rows(keys: &[LegendEntry], width: f64) -> Vec<&[LegendEntry]> {
    let mut rows = Vec::new();
    let mut rest = keys;
    while !rest.is_empty() {
        let mut right = -GAP;
        let fits = |key: &&LegendEntry| {
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

/// Returns the height of the legend, in pixels.
pub(in crate::plot) fn height(keys: &[LegendEntry], width: f64) -> f64 {
    if keys.is_empty() { 0.0 } else { ROW * rows(keys, width).len() as f64 + 8.0 }
}

/// Draws the legend in the middle of `area`, which is `width` pixels wide.
pub(in crate::plot) fn draw(op: &'static str, keys: &[LegendEntry], width: f64, area: &Area) -> Result<()> {
    for (i, row) in rows(keys, width).into_iter().enumerate() {
        let total = row.iter().map(LegendEntry::width).sum::<f64>() + GAP * (row.len() - 1) as f64;
        let mut left = (f64::from(area.dim_in_pixel().0) / f64::from(px(1.0)) - total) / 2.0;
        let middle = px(ROW * (i as f64 + 0.5));
        for key in row {
            symbol(op, &key.symbol, (px(left), middle), area)?;
            let style = text(TEXT, FontStyle::Normal, TEXT_COLOR).pos(Pos::new(HPos::Left, VPos::Center));
            let at = (px(left + key.symbol.width() + 7.0), middle);
            area.draw_text(&key.name, &style, at).map_err(failed(op))?;
            left += key.width() + GAP;
        }
    }
    Ok(())
}

/// Draws a symbol whose left edge is at `x`, around `y`.
fn symbol(op: &'static str, symbol: &Symbol, (x, y): (i32, i32), area: &Area) -> Result<()> {
    let right = x + px(symbol.width());
    let middle = (x + right) / 2;
    let tile = |from: i32, to: i32, colour: RGBColor| {
        let corners = [(from, y - px(8.0)), (to, y + px(8.0))];
        area.draw(&Rectangle::new(corners, colour.filled())).map_err(failed(op))
    };
    let dot = |colour| Mark::dots(vec![(middle, y)], 1, colour);
    let mark = match symbol {
        Symbol::Dot(colour) => dot(*colour),
        Symbol::Wrong(colour) => Mark::wrong(vec![(middle, y)], 1, *colour),
        Symbol::Region(colour) => {
            tile(x, right, tint(*colour))?;
            dot(*colour)
        }
        Symbol::Ramp(shades) => {
            for (i, &shade) in shades.iter().enumerate() {
                tile(x + px(TILE * i as f64), x + px(TILE * (i + 1) as f64), shade)?;
            }
            let edge = [(x, y - px(8.0)), (right, y + px(8.0))];
            area.draw(&Rectangle::new(edge, stroke(FRAME, 0.7))).map_err(failed(op))?;
            return Ok(());
        }
        Symbol::Curve { colour, dashed } => Mark::curve(vec![(x, y), (right, y)], *dashed, *colour),
        Symbol::Line { colour, width } => Mark::line(vec![(x, y), (right, y)], *width, *colour),
        Symbol::Words => return Ok(()),
    };
    area.draw(&mark).map_err(failed(op))
}
