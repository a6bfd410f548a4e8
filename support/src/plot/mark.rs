//! What a panel shows: dots, curves and regions, as plotters elements.

use plotters::element::{Drawable, PointCollection};
use plotters::style::RGBColor;
use plotters_backend::BackendCoord;

use super::canvas::{Canvas, Drawn};
use super::style::{CURVE, dot_radius, px};

/// Something drawn at points, which are in a panel's units or, in a legend, in canvas units.
pub(super) struct Mark<C = (f64, f64)> {
    points: Vec<C>,
    shape: Shape,
    colour: RGBColor,
}

enum Shape {
    /// A dot at each point, with this radius in canvas units.
    Dots(i32),
    /// A line through the points.
    Curve { dashed: bool },
    /// Closed loops, one after the other; the numbers are their lengths.
    Region(Vec<usize>),
}

impl<C> Mark<C> {
    /// A dot at each point, sized for a panel with `n` dots in all.
    pub(super) fn dots(points: Vec<C>, n: usize, colour: RGBColor) -> Self {
        Self { points, shape: Shape::Dots(px(dot_radius(n))), colour }
    }

    /// A line through the points; of a single point, a dot.
    pub(super) fn curve(points: Vec<C>, dashed: bool, colour: RGBColor) -> Self {
        if points.len() == 1 {
            return Self::dots(points, 1, colour);
        }
        Self { points, shape: Shape::Curve { dashed }, colour }
    }

    /// What lies inside an odd number of the loops.
    pub(super) fn region(loops: Vec<Vec<C>>, colour: RGBColor) -> Self {
        let lengths = loops.iter().map(Vec::len).collect();
        Self { points: loops.into_iter().flatten().collect(), shape: Shape::Region(lengths), colour }
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
        match &self.shape {
            Shape::Dots(radius) => to.dots(at, *radius, self.colour),
            Shape::Curve { dashed } => to.curve(thinned(at).into_iter(), px(CURVE), *dashed, self.colour),
            Shape::Region(lengths) => {
                let loops: Vec<Vec<_>> = lengths.iter().map(|&n| at.by_ref().take(n).collect()).collect();
                to.region(loops.into_iter(), self.colour);
            }
        }
        Ok(())
    }
}

/// A curve with more points than can be told apart, cut down: of each run of points in the same pixel
/// column the first, the lowest, the highest and the last stay.
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
