//! The regions in which each class has the highest score, as polygons.
//!
//! Each grid cell is cut into two triangles. Inside a triangle every score is taken as linear, so the part where a
//! class has the highest score is a convex polygon, cut from the triangle by one half-plane per other class: the
//! parts fill the triangle without gap or overlap, also where three classes meet. Edges shared by two parts of the
//! same class cancel; the remaining edges are chained into the outlines of the regions.

use std::collections::BTreeMap;

use ndarray::Array2;

use super::edges::{Corner, Edges, borders};
use super::grid::{Grid, ScoreGrid};
use crate::predictor::argmax;

/// Steps per grid cell: corners are counted in whole steps, so that equal corners compare equal.
const STEP: f64 = 256.0;

/// Scores that differ by less than this share of the largest score count as equal.
const EQUAL: f64 = 1e-12;

/// A line, in the data's units.
pub(in crate::plot) type Outline = Vec<(f64, f64)>;

/// The plane, divided among the classes.
pub(in crate::plot) struct Regions {
    /// The class with the highest score at most grid points: the background on which the others are painted.
    pub(in crate::plot) ground: usize,
    /// The outlines of every other class that has a region, in the data's units.
    pub(in crate::plot) others: Vec<(usize, Vec<Outline>)>,
    /// The lines between any two regions.
    pub(in crate::plot) borders: Vec<Outline>,
}

impl Regions {
    /// Divides the plane by the scores on a grid.
    pub(in crate::plot) fn of(grid: &ScoreGrid) -> Self {
        let field = Field::new(grid);
        let mut wins = vec![0; field.classes];
        field.labels.iter().for_each(|&label| wins[label] += 1);
        let ground = (0..wins.len()).rev().max_by_key(|&class| wins[class]).unwrap_or(0);

        let outlines = field.outlines(|class| class != ground);
        let lattice = &grid.lattice;
        let borders = borders(outlines.values(), (lattice.side - 1) as i32 * STEP as i32);
        let borders = borders.iter().map(|line| placed(lattice, line)).collect();
        let others = outlines.into_iter().map(|(class, edges)| (class, loops(lattice, edges)));
        Self { ground, others: others.filter(|(_, loops)| !loops.is_empty()).collect(), borders }
    }
}

/// Returns the outlines of the part of the plane in which `values`, one per point of the grid, are above `level`.
pub(in crate::plot) fn region_above(lattice: &Grid, values: &[f64], level: f64) -> Vec<Outline> {
    let pairs: Vec<f64> = values.iter().flat_map(|value| [0.0, value - level]).collect();
    let Ok(scores) = Array2::from_shape_vec((values.len(), 2), pairs) else { return Vec::new() };
    let grid = ScoreGrid { lattice: lattice.clone(), scores };
    let mut outlines = Field::new(&grid).outlines(|class| class == 1);
    outlines.remove(&1).map_or(Vec::new(), |edges| loops(lattice, edges))
}

fn placed(lattice: &Grid, line: &[Corner]) -> Outline {
    line.iter().map(|(x, y)| lattice.place((f64::from(*x) / STEP, f64::from(*y) / STEP))).collect()
}

fn loops(lattice: &Grid, edges: Edges) -> Vec<Outline> {
    edges.chained().iter().map(|line| placed(lattice, line)).collect()
}

/// The scores, and the class with the highest score at each grid point.
struct Field {
    side: usize,
    classes: usize,
    /// Scores divided by the largest, so that differences of any two are finite.
    scores: Vec<f64>,
    labels: Vec<usize>,
}

/// A point of a triangle: the weights of its three corners.
type Weights = [f64; 3];

impl Field {
    fn new(grid: &ScoreGrid) -> Self {
        let classes = grid.classes();
        let largest = grid.scores.iter().fold(f64::MIN_POSITIVE, |most, s| most.max(s.abs()));
        let scores: Vec<f64> = grid.scores.iter().map(|s| s / largest).collect();
        let first_best = |s: &[f64]| argmax(s.iter().copied());
        // From the undivided scores: dividing could make two of them equal.
        let raw = grid.scores.as_standard_layout();
        let labels = raw.as_slice().unwrap_or_default().chunks(classes).map(first_best).collect();
        Self { side: grid.lattice.side, classes, scores, labels }
    }

    /// Returns the edges of the regions of the classes that are `wanted`.
    fn outlines(&self, wanted: impl Fn(usize) -> bool) -> BTreeMap<usize, Edges> {
        let mut outlines: BTreeMap<usize, Edges> = BTreeMap::new();
        for row in 0..self.side - 1 {
            for column in 0..self.side - 1 {
                self.cell(row, column, &mut |class, path| {
                    if wanted(class) {
                        outlines.entry(class).or_default().add(path);
                    }
                });
            }
        }
        outlines
    }

    /// Returns the class of a cell that lies within one region; `None` for a mixed cell or one outside the grid.
    fn uniform(&self, row: usize, column: usize) -> Option<usize> {
        if row >= self.side - 1 || column >= self.side - 1 {
            return None;
        }
        let at = row * self.side + column;
        let label = self.labels[at];
        [at + 1, at + self.side, at + self.side + 1].iter().all(|&i| self.labels[i] == label).then_some(label)
    }

    /// Calls `part` with the parts of a cell as loops; for a cell inside a region, only with the edges that its
    /// neighbours might not cancel.
    fn cell(&self, row: usize, column: usize, part: &mut dyn FnMut(usize, &[Corner])) {
        let corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)];
        let Some(class) = self.uniform(row, column) else {
            self.triangle([corners[0], corners[1], corners[2]], part);
            self.triangle([corners[0], corners[2], corners[3]], part);
            return;
        };
        let neighbours = [
            (row.wrapping_sub(1), column),
            (row, column + 1),
            (row + 1, column),
            (row, column.wrapping_sub(1)),
        ];
        for (side, (r, c)) in neighbours.into_iter().enumerate() {
            if self.uniform(r, c) != Some(class) {
                part(class, &[corners[side], corners[(side + 1) % 4]].map(exact));
            }
        }
    }

    /// Divides a triangle among the classes.
    fn triangle(&self, corners: [(usize, usize); 3], part: &mut dyn FnMut(usize, &[Corner])) {
        let scores = corners.map(|(x, y)| &self.scores[(y * self.side + x) * self.classes..][..self.classes]);
        for class in 0..self.classes {
            let mut polygon: Vec<Weights> = vec![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
            for rival in (0..self.classes).filter(|&rival| rival != class) {
                let lead = scores.map(|s| s[class] - s[rival]).map(|d| if d.abs() < EQUAL { 0.0 } else { d });
                if lead == [0.0; 3] && rival < class {
                    polygon.clear(); // The first of equal scores wins, as in `Predictor::predict_labels`.
                }
                polygon = cut(&polygon, lead);
            }
            let place = |w: &Weights| {
                let along = |axis: fn((usize, usize)) -> usize| -> f64 {
                    (0..3).map(|i| w[i] * axis(corners[i]) as f64).sum()
                };
                ((along(|c| c.0) * STEP).round() as i32, (along(|c| c.1) * STEP).round() as i32)
            };
            let polygon: Vec<Corner> = polygon.iter().map(place).collect();
            if polygon.len() >= 3 {
                part(class, &closed(polygon));
            }
        }
    }
}

fn exact((x, y): (usize, usize)) -> Corner {
    (x as i32 * STEP as i32, y as i32 * STEP as i32)
}

fn closed(mut polygon: Vec<Corner>) -> Vec<Corner> {
    polygon.extend(polygon.first().copied());
    polygon
}

/// Returns the part of a convex polygon where a linear function is not negative (Sutherland and Hodgman 1974).
fn cut(polygon: &[Weights], at_corners: [f64; 3]) -> Vec<Weights> {
    let value = |w: &Weights| -> f64 { (0..3).map(|i| w[i] * at_corners[i]).sum() };
    let mut kept = Vec::with_capacity(polygon.len() + 1);
    for (i, a) in polygon.iter().enumerate() {
        let b = &polygon[(i + 1) % polygon.len()];
        let (at_a, at_b) = (value(a), value(b));
        if at_a >= 0.0 {
            kept.push(*a);
        }
        if (at_a > 0.0 && at_b < 0.0) || (at_a < 0.0 && at_b > 0.0) {
            // Always from the positive end, so that both triangles at an edge find the same point.
            let (from, to, t) =
                if at_a > 0.0 { (a, b, at_a / (at_a - at_b)) } else { (b, a, at_b / (at_b - at_a)) };
            kept.push(std::array::from_fn(|i| from[i] + t * (to[i] - from[i])));
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: usize = 101;

    fn grid(classes: usize, mut score: impl FnMut(f64, f64, usize) -> f64) -> ScoreGrid {
        let scores = Array2::from_shape_fn((SIDE * SIDE, classes), |(i, class)| {
            score((i % SIDE) as f64, (i / SIDE) as f64, class)
        });
        let side = (SIDE - 1) as f64;
        ScoreGrid { lattice: Grid { bounds: [(0.0, side); 2], side: SIDE }, scores }
    }

    struct Random(rand_mt::Mt);

    impl Random {
        fn new(seed: u32) -> Self {
            Self(rand_mt::Mt::new(seed))
        }

        fn uniform(&mut self, low: f64, high: f64) -> f64 {
            low + (high - low) * f64::from(self.0.next_u32()) / f64::from(u32::MAX)
        }
    }

    /// Returns whether a ray from the point crosses the loops an odd number of times.
    fn inside(loops: &[Outline], (x, y): (f64, f64)) -> bool {
        let crossings = |l: &Outline| {
            let edges = l.iter().zip(l.iter().cycle().skip(1));
            edges
                .filter(|(a, b)| (a.1 > y) != (b.1 > y) && x < (b.0 - a.0) * (y - a.1) / (b.1 - a.1) + a.0)
                .count()
        };
        loops.iter().map(crossings).sum::<usize>() % 2 == 1
    }

    /// Returns the class painted at a point; no two regions may contain the point.
    fn painted(regions: &Regions, at: (f64, f64)) -> usize {
        let containing: Vec<usize> =
            regions.others.iter().filter(|(_, loops)| inside(loops, at)).map(|(class, _)| *class).collect();
        assert!(containing.len() <= 1, "regions {containing:?} overlap at {at:?}");
        containing.first().copied().unwrap_or(regions.ground)
    }

    /// Returns the class with the highest score, and its lead over the second highest.
    fn winner(classes: usize, score: impl Fn(usize) -> f64) -> (usize, f64) {
        let best = argmax((0..classes).map(&score));
        let second = (0..classes).filter(|&c| c != best).map(&score).fold(f64::NEG_INFINITY, f64::max);
        (best, score(best) - second)
    }

    #[test]
    fn regions_of_linear_scores_are_exact() {
        for seed in 0..40 {
            let mut random = Random::new(seed);
            let classes = 2 + seed as usize % 9;
            let planes: Vec<[f64; 3]> = (0..classes)
                .map(|_| [random.uniform(-1.0, 1.0), random.uniform(-1.0, 1.0), random.uniform(-40.0, 40.0)])
                .collect();
            let score = |x: f64, y: f64, c: usize| planes[c][0] * x + planes[c][1] * y + planes[c][2];
            let regions = Regions::of(&grid(classes, score));
            for _ in 0..500 {
                let (x, y) = (random.uniform(0.0, 100.0), random.uniform(0.0, 100.0));
                let (label, lead) = winner(classes, |c| score(x, y, c));
                // Corners are rounded to a 256th of a cell.
                if lead > 0.02 {
                    assert_eq!(painted(&regions, (x, y)), label, "seed {seed} at {x}, {y}, ahead by {lead}");
                }
            }
        }
    }

    #[test]
    fn regions_of_curved_scores_follow_the_labels() {
        for seed in 0..20 {
            let mut random = Random::new(100 + seed);
            let classes = 2 + seed as usize % 9;
            let centres: Vec<(f64, f64)> =
                (0..classes).map(|_| (random.uniform(0.0, 100.0), random.uniform(0.0, 100.0))).collect();
            let score = |x: f64, y: f64, c: usize| -(x - centres[c].0).hypot(y - centres[c].1).sqrt();
            let regions = Regions::of(&grid(classes, score));
            for _ in 0..500 {
                let (x, y) = (random.uniform(0.0, 100.0), random.uniform(0.0, 100.0));
                let (label, lead) = winner(classes, |c| score(x, y, c));
                if lead > 0.2 {
                    assert_eq!(painted(&regions, (x, y)), label, "seed {seed} at {x}, {y}, ahead by {lead}");
                }
            }
        }
    }

    #[test]
    fn the_wildest_scores_are_right_at_every_grid_point() {
        for seed in 0..12 {
            let mut random = Random::new(200 + seed);
            let classes = 2 + seed as usize % 9;
            // A third each: noise, whole numbers with many ties, one-hot.
            let grid = grid(classes, |_, _, c| match seed % 3 {
                0 => random.uniform(-1e300, 1e300),
                1 => random.uniform(0.0, 3.0).floor(),
                _ => f64::from(u8::from(random.uniform(0.0, classes as f64) as usize == c)),
            });
            let regions = Regions::of(&grid);
            let largest = grid.scores.iter().fold(0f64, |most, s| most.max(s.abs()));
            for _ in 0..300 {
                let mut place = || random.uniform(1.0, 99.0) as usize;
                let (column, row) = (place(), place());
                let (label, lead) = winner(classes, |c| grid.scores[[row * SIDE + column, c]]);
                if lead / largest > 0.02 {
                    // A ray through grid points meets corners; this one passes between them.
                    let at = (column as f64 + 1e-3, row as f64 + 1.7e-3);
                    assert_eq!(painted(&regions, at), label, "seed {seed} at {at:?}");
                }
            }
        }
    }

    #[test]
    fn equal_scores_are_the_first_classes_everywhere() {
        let regions = Regions::of(&grid(4, |_, _, _| 0.25));
        assert_eq!((regions.ground, regions.others.len()), (0, 0));
        let regions = Regions::of(&grid(4, |_, _, class| if class == 2 { 1.0 } else { -f64::MAX }));
        assert_eq!((regions.ground, regions.others.len()), (2, 0));
    }

    #[test]
    fn borders_are_the_lines_between_regions_and_each_is_drawn_once() {
        let regions = Regions::of(&grid(2, |x, y, c| if c == 0 { 0.0 } else { x + y - 60.0 }));
        assert_eq!(regions.borders.len(), 1);
        let mut ends = regions.borders[0].clone();
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert_eq!(ends, [(0.0, 60.0), (60.0, 0.0)]);
        // Stripes: each touches the next.
        let regions = Regions::of(&grid(4, |x, _, c| -(x - 12.5 - 25.0 * c as f64).abs()));
        let mut lines: Vec<Outline> = regions.borders.clone();
        lines.sort_by(|a, b| a[0].0.total_cmp(&b[0].0));
        let places: Vec<f64> = lines.iter().map(|line| line[0].0).collect();
        assert_eq!(places, [25.0, 50.0, 75.0]);
        // A ring has no ends.
        let regions =
            Regions::of(&grid(2, |x, y, c| if c == 0 { 0.0 } else { 30.0 - (x - 50.0).hypot(y - 50.0) }));
        assert_eq!(regions.borders.len(), 1);
        assert_eq!(regions.borders[0].first(), regions.borders[0].last());
        assert!(Regions::of(&grid(3, |_, _, class| class as f64)).borders.is_empty());
    }

    #[test]
    fn levels_lie_inside_each_other() {
        for seed in 0..20 {
            let mut random = Random::new(300 + seed);
            let (cx, cy) = (random.uniform(20.0, 80.0), random.uniform(20.0, 80.0));
            let value = |x: f64, y: f64| 50.0 - (x - cx).hypot(y - cy);
            let lattice = Grid { bounds: [(0.0, 100.0); 2], side: SIDE };
            let values: Vec<f64> =
                (0..SIDE * SIDE).map(|i| value((i % SIDE) as f64, (i / SIDE) as f64)).collect();
            for level in [-30.0, 0.0, 20.0, 45.0, 60.0] {
                let loops = region_above(&lattice, &values, level);
                for _ in 0..200 {
                    let at = (random.uniform(0.0, 100.0), random.uniform(0.0, 100.0));
                    let lead = value(at.0, at.1) - level;
                    if lead.abs() > 0.3 {
                        assert_eq!(inside(&loops, at), lead > 0.0, "seed {seed}, level {level}, {at:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_straight_line_is_drawn_with_few_corners() {
        let regions = Regions::of(&grid(2, |x, y, c| if c == 0 { 0.0 } else { x + y - 60.0 }));
        let corners: usize = regions.others.iter().flat_map(|(_, loops)| loops).map(Vec::len).sum();
        assert_eq!(corners, 3, "{:?}", regions.others);
    }
}
