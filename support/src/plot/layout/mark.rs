//! The marks of a panel: dots, curves, areas and words, as plotters elements.

use plotters::element::{Drawable, PointCollection};
use plotters::style::RGBColor;
use plotters_backend::BackendCoord;

use super::simplify;
use super::style::{BACKGROUND, CURVE, DOT_RING, TEXT_COLOR, WRONG_RING, dot_radius, px};
use crate::plot::draw::canvas::{Canvas, Drawn};
use crate::plot::draw::scene::{Anchor, Shape, Stroke, TextStyle};

/// A shape drawn at points, which are in a panel's units or, in a legend, in canvas units.
pub(in crate::plot) struct Mark<C = (f64, f64)> {
    points: Vec<C>,
    kind: Kind,
    colour: RGBColor,
}

enum Kind {
    /// A dot at each point, with this radius and ring.
    Dots { radius: i32, ring: Stroke },
    /// A line of this width through the points; straight lines through neighbouring pixels may be joined.
    Line { width: i32, dashed: bool },
    /// Closed loops, one after the other: their lengths, and the width of their outline.
    Area { lengths: Vec<usize>, outline: i32 },
    /// Words at the point.
    Words { text: String, letters: TextStyle },
}

/// The largest number of corners of a line: lines with more look like a blot.
const MOST_CORNERS: usize = 20_000;
/// The largest number of corners of a line whose corners are more than `LONG` pixels apart on average.
const MOST_LONG: usize = 4_000;
const LONG: f64 = 20.0;

/// Width of an outline that closes the seam that smoothing leaves between neighbours, in pixels.
const HAIRLINE: f64 = 0.5;

impl<C> Mark<C> {
    /// Returns a dot at each point, sized for a panel with `n` dots in all, with a thin light ring, so that
    /// overlapping dots can be counted.
    pub(in crate::plot) fn dots(points: Vec<C>, n: usize, colour: RGBColor) -> Self {
        let ring = Stroke { colour: BACKGROUND, width: px(DOT_RING), dashed: false };
        Self { points, kind: Kind::Dots { radius: px(dot_radius(n)), ring }, colour }
    }

    /// Returns dots with a dark ring, for points that the model predicts wrongly.
    pub(in crate::plot) fn wrong(points: Vec<C>, n: usize, colour: RGBColor) -> Self {
        let ring = Stroke { colour: TEXT_COLOR, width: px(WRONG_RING), dashed: false };
        Self { points, kind: Kind::Dots { radius: px(dot_radius(n) + 0.8), ring }, colour }
    }

    /// Returns a curve through the points; for a single point, a dot.
    pub(in crate::plot) fn curve(points: Vec<C>, dashed: bool, colour: RGBColor) -> Self {
        if points.len() == 1 {
            return Self::dots(points, 1, colour);
        }
        Self { points, kind: Kind::Line { width: px(CURVE), dashed }, colour }
    }

    /// Returns a line `width` pixels wide.
    pub(in crate::plot) fn line(points: Vec<C>, width: f64, colour: RGBColor) -> Self {
        Self { points, kind: Kind::Line { width: px(width).max(1), dashed: false }, colour }
    }

    /// Returns the area inside an odd number of the loops, with an outline to close the seam to a neighbour.
    pub(in crate::plot) fn region(loops: Vec<Vec<C>>, colour: RGBColor) -> Self {
        Self::loops(loops, colour, px(HAIRLINE))
    }

    /// Returns the area inside an odd number of the loops, without an outline, for an area on top of another.
    pub(in crate::plot) fn area(loops: Vec<Vec<C>>, colour: RGBColor) -> Self {
        Self::loops(loops, colour, 0)
    }

    fn loops(loops: Vec<Vec<C>>, colour: RGBColor, outline: i32) -> Self {
        let lengths = loops.iter().map(Vec::len).collect();
        Self { points: loops.into_iter().flatten().collect(), kind: Kind::Area { lengths, outline }, colour }
    }

    /// Returns words `size` pixels high, with their centre at `at`.
    pub(in crate::plot) fn text(at: C, text: impl Into<String>, size: f64, colour: RGBColor) -> Self {
        let letters =
            TextStyle { size: px(size), bold: false, colour, anchor: Anchor::Middle, upwards: false };
        Self { points: vec![at], kind: Kind::Words { text: text.into(), letters }, colour }
    }

    /// Returns the number of dots of the mark.
    pub(in crate::plot) fn n_dots(&self) -> usize {
        if let Kind::Dots { .. } = self.kind { self.points.len() } else { 0 }
    }

    /// Makes the words of the mark bold.
    pub(in crate::plot) fn bold(mut self) -> Self {
        if let Kind::Words { letters, .. } = &mut self.kind {
            letters.bold = true;
        }
        self
    }

    /// Sets the part of the words that stands at their place.
    pub(in crate::plot) fn anchored(mut self, anchor: Anchor) -> Self {
        if let Kind::Words { letters, .. } = &mut self.kind {
            letters.anchor = anchor;
        }
        self
    }
}

impl Mark {
    /// Returns a rectangle between two corners.
    pub(in crate::plot) fn rectangle(
        (left, low): (f64, f64),
        (right, high): (f64, f64),
        colour: RGBColor,
    ) -> Self {
        Self::area(vec![vec![(left, low), (right, low), (right, high), (left, high)]], colour)
    }

    /// Returns a rectangle's edge, `width` pixels wide.
    pub(in crate::plot) fn frame(
        (left, low): (f64, f64),
        (right, high): (f64, f64),
        width: f64,
        colour: RGBColor,
    ) -> Self {
        Self::line(vec![(left, low), (right, low), (right, high), (left, high), (left, low)], width, colour)
    }
}

impl<'a, C: 'a> PointCollection<'a, C> for &'a Mark<C> {
    type Point = &'a C;
    type IntoIter = &'a [C];

    fn point_iter(self) -> &'a [C] {
        &self.points
    }
}

impl<C> Drawable<Canvas<'_>> for Mark<C> {
    fn draw<I: Iterator<Item = BackendCoord>>(&self, mut at: I, to: &mut Canvas<'_>, _: (u32, u32)) -> Drawn {
        let fill = self.colour;
        match &self.kind {
            Kind::Dots { radius, ring } => {
                to.add(Shape::Dots { at: at.collect(), radius: *radius, fill, ring: *ring });
            }
            Kind::Line { width, dashed } => {
                let stroke = Stroke { colour: self.colour, width: *width, dashed: *dashed };
                let (at, left_out) = drawable(&thinned(at));
                if left_out {
                    to.has_left_out();
                }
                to.add(Shape::Line { at, stroke });
            }
            Kind::Area { lengths, outline } => {
                let each =
                    lengths.iter().map(|&n| simplify::closed(&at.by_ref().take(n).collect::<Vec<_>>()));
                let loops = each.filter(|corners| corners.len() >= 3).collect();
                to.add(Shape::Area { loops, fill, outline: *outline });
            }
            Kind::Words { text, letters } => {
                if let Some((x, y)) = at.next() {
                    // From the middle of a capital to the baseline.
                    let at = (x, y + (0.365 * f64::from(letters.size)) as i32);
                    to.add(Shape::Text { text: text.clone(), at, look: *letters });
                }
            }
        }
        Ok(())
    }
}

/// Returns the corners of a line that make a difference, and whether some of a line with too many were left out.
fn drawable(at: &[BackendCoord]) -> (Vec<BackendCoord>, bool) {
    let few = simplify::at_most(MOST_CORNERS, at);
    let line = simplify::line(&few);
    let step = |w: &[BackendCoord]| f64::from(w[0].0 - w[1].0).hypot(f64::from(w[0].1 - w[1].1));
    let length: f64 = line.windows(2).map(step).sum();
    let most = if length > LONG * f64::from(px(1.0)) * line.len() as f64 { MOST_LONG } else { MOST_CORNERS };
    let fewer = simplify::at_most(most, &line).into_owned();
    let left_out = few.len() < at.len() || fewer.len() < line.len();
    (fewer, left_out)
}

/// Returns the points of a curve that can be told apart: of each run of points in the same pixel column the first,
/// the lowest, the highest and the last stay.
fn thinned(at: impl Iterator<Item = BackendCoord>) -> Vec<BackendCoord> {
    let at: Vec<BackendCoord> = at.collect();
    let column = |p: &BackendCoord| p.0.div_euclid(px(1.0));
    let mut kept = Vec::new();
    for run in at.chunk_by(|a, b| column(a) == column(b)) {
        if run.len() <= 4 {
            kept.extend_from_slice(run);
            continue;
        }
        let lowest = (0..run.len()).min_by_key(|&i| run[i].1).unwrap_or(0);
        let highest = (0..run.len()).max_by_key(|&i| run[i].1).unwrap_or(0);
        let mut places = [0, lowest.min(highest), lowest.max(highest), run.len() - 1].to_vec();
        places.dedup();
        kept.extend(places.into_iter().map(|i| run[i]));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_keeps_the_ends_and_the_extremes() {
        let wild: Vec<BackendCoord> = (0..10_000).map(|i| (i / 10, (i * 7919) % 1000)).collect();
        let kept = thinned(wild.iter().copied());
        assert!(kept.len() <= 400);
        assert_eq!((kept.first(), kept.last()), (wild.first(), wild.last()));
        let ends = |v: &[BackendCoord]| (v.iter().map(|p| p.1).min(), v.iter().map(|p| p.1).max());
        assert_eq!(ends(&kept), ends(&wild));
        let few = [(0, 0), (1, 5), (2, 3)];
        assert_eq!(thinned(few.into_iter()), few);
    }
}
