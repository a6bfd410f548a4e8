//! Where each class wins, as polygons.
//!
//! Each grid cell is cut into two triangles. Inside a triangle every score is taken as linear, so the part
//! where a class beats all others is a convex polygon, cut from the triangle by one half-plane per rival:
//! the parts fill the triangle without gap or overlap, also where three classes meet. Edges shared by two
//! parts of the same class cancel; what is left is chained into the outlines of the regions.

use std::collections::BTreeMap;

use super::grid::{Grid, SIDE};

/// A corner of a polygon: grid column and row in `STEP`ths, exact so that equal corners compare equal.
type Corner = (i32, i32);
const STEP: f64 = 256.0;

/// Scores that differ by less than this share of the largest count as equal.
const EQUAL: f64 = 1e-12;

/// A closed line, in the data's units.
type Outline = Vec<(f64, f64)>;

/// The plane, divided among the classes.
pub(super) struct Regions {
    /// The class that wins most points: the ground on which the others are painted.
    pub(super) ground: usize,
    /// The outlines of every other class that wins somewhere, in the data's units.
    pub(super) others: Vec<(usize, Vec<Outline>)>,
}

impl Regions {
    /// Divides the plane by the grid's scores.
    pub(super) fn of(grid: &Grid) -> Self {
        let field = Field::new(grid);
        let mut wins = vec![0; field.classes];
        field.labels.iter().for_each(|&label| wins[label] += 1);
        let ground = (0..wins.len()).rev().max_by_key(|&class| wins[class]).unwrap_or(0);

        let mut outlines: BTreeMap<usize, Edges> = BTreeMap::new();
        for row in 0..SIDE - 1 {
            for column in 0..SIDE - 1 {
                field.cell(row, column, &mut |class, loop_| {
                    if class != ground {
                        outlines.entry(class).or_default().add(loop_);
                    }
                });
            }
        }
        let placed = |(x, y): &Corner| grid.place((f64::from(*x) / STEP, f64::from(*y) / STEP));
        let chained = |edges: Edges| edges.chained().iter().map(|l| l.iter().map(placed).collect()).collect();
        let others = outlines.into_iter().map(|(class, edges)| (class, chained(edges)));
        Self { ground, others: others.filter(|(_, loops): &(_, Vec<_>)| !loops.is_empty()).collect() }
    }
}

/// The scores with the winner at each grid point.
struct Field {
    classes: usize,
    /// Scores divided by the largest, so that differences of any two are finite.
    scores: Vec<f64>,
    labels: Vec<usize>,
}

/// A point of a triangle: the weights of its three corners.
type Weights = [f64; 3];

impl Field {
    fn new(grid: &Grid) -> Self {
        let classes = grid.classes();
        let largest = grid.scores.iter().fold(f64::MIN_POSITIVE, |most, s| most.max(s.abs()));
        let scores: Vec<f64> = grid.scores.iter().map(|s| s / largest).collect();
        let first_best = |s: &[f64]| (1..classes).fold(0, |best, i| if s[i] > s[best] { i } else { best });
        // From the scores as they came: dividing could make two of them equal.
        let labels = grid.scores.rows().into_iter().map(|row| first_best(&row.to_vec())).collect();
        Self { classes, scores, labels }
    }

    /// The class of a cell that lies within one region; nothing for a mixed cell or one outside the grid.
    fn uniform(&self, row: usize, column: usize) -> Option<usize> {
        if row >= SIDE - 1 || column >= SIDE - 1 {
            return None;
        }
        let at = row * SIDE + column;
        let label = self.labels[at];
        [at + 1, at + SIDE, at + SIDE + 1].iter().all(|&i| self.labels[i] == label).then_some(label)
    }

    /// Hands out the parts of a cell as loops. Of a cell inside a region only those edges that its
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
        let scores = corners.map(|(x, y)| &self.scores[(y * SIDE + x) * self.classes..][..self.classes]);
        for class in 0..self.classes {
            let mut polygon: Vec<Weights> = vec![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
            for rival in (0..self.classes).filter(|&rival| rival != class) {
                let lead = scores.map(|s| s[class] - s[rival]).map(|d| if d.abs() < EQUAL { 0.0 } else { d });
                if lead == [0.0; 3] && rival < class {
                    polygon.clear(); // The first of equal scores wins, as in `Predictor::labels`.
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

/// The part of a convex polygon where a linear function is not negative (Sutherland and Hodgman 1974).
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

/// Directed edges and how often each occurs; opposite ones cancel. What is added are closed loops, but for
/// edges known to cancel, so as many edges leave a corner as reach it.
#[derive(Default)]
struct Edges(BTreeMap<(Corner, Corner), usize>);

impl Edges {
    fn add(&mut self, path: &[Corner]) {
        for edge in path.windows(2).map(|w| (w[0], w[1])).filter(|edge| edge.0 != edge.1) {
            if !self.take((edge.1, edge.0)) {
                *self.0.entry(edge).or_default() += 1;
            }
        }
    }

    /// Removes an edge once, if it is there.
    fn take(&mut self, edge: (Corner, Corner)) -> bool {
        match self.0.get_mut(&edge) {
            Some(1) => self.0.remove(&edge).is_some(),
            Some(count) => {
                *count -= 1;
                true
            }
            None => false,
        }
    }

    /// An edge that leaves a corner.
    fn leaving(&self, corner: Corner) -> Option<(Corner, Corner)> {
        let all = (corner, (i32::MIN, i32::MIN))..=(corner, (i32::MAX, i32::MAX));
        self.0.range(all).next().map(|(edge, _)| *edge)
    }

    /// The loops the edges form, without corners on straight lines.
    fn chained(mut self) -> Vec<Vec<Corner>> {
        let mut loops = Vec::new();
        while let Some(&(start, _)) = self.0.keys().next() {
            let mut corners = Vec::new();
            let mut corner = start;
            while let Some(edge) = self.leaving(corner) {
                self.take(edge);
                corners.push(corner);
                corner = edge.1;
                if corner == start {
                    break;
                }
            }
            let corners = straightened(&corners);
            if corners.len() >= 3 {
                loops.push(corners);
            }
        }
        loops
    }
}

/// A loop without the corners that lie on the line between their neighbours.
fn straightened(corners: &[Corner]) -> Vec<Corner> {
    let n = corners.len();
    let turns = |i: usize| {
        let (a, b, c) = (corners[(i + n - 1) % n], corners[i], corners[(i + 1) % n]);
        let cross = |(ax, ay): Corner, (bx, by): Corner| {
            i64::from(ax) * i64::from(by) - i64::from(ay) * i64::from(bx)
        };
        cross((b.0 - a.0, b.1 - a.1), (c.0 - b.0, c.1 - b.1)) != 0
    };
    (0..n).filter(|&i| turns(i)).map(|i| corners[i]).collect()
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    fn grid(classes: usize, mut score: impl FnMut(f64, f64, usize) -> f64) -> Grid {
        let scores = Array2::from_shape_fn((SIDE * SIDE, classes), |(i, class)| {
            score((i % SIDE) as f64, (i / SIDE) as f64, class)
        });
        let side = (SIDE - 1) as f64;
        Grid { bounds: [(0.0, side); 2], scores }
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

    /// Whether a ray from the point crosses the loops an odd number of times.
    fn inside(loops: &[Outline], (x, y): (f64, f64)) -> bool {
        let crossings = |l: &Outline| {
            let edges = l.iter().zip(l.iter().cycle().skip(1));
            edges
                .filter(|(a, b)| (a.1 > y) != (b.1 > y) && x < (b.0 - a.0) * (y - a.1) / (b.1 - a.1) + a.0)
                .count()
        };
        loops.iter().map(crossings).sum::<usize>() % 2 == 1
    }

    /// The class painted at a point, of which no two regions may contain it.
    fn painted(regions: &Regions, at: (f64, f64)) -> usize {
        let containing: Vec<usize> =
            regions.others.iter().filter(|(_, loops)| inside(loops, at)).map(|(class, _)| *class).collect();
        assert!(containing.len() <= 1, "regions {containing:?} overlap at {at:?}");
        containing.first().copied().unwrap_or(regions.ground)
    }

    /// The winner, and by how much.
    fn winner(classes: usize, score: impl Fn(usize) -> f64) -> (usize, f64) {
        let best = (1..classes).fold(0, |best, class| if score(class) > score(best) { class } else { best });
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
    fn a_straight_line_is_drawn_with_few_corners() {
        let regions = Regions::of(&grid(2, |x, y, c| if c == 0 { 0.0 } else { x + y - 60.0 }));
        let corners: usize = regions.others.iter().flat_map(|(_, loops)| loops).map(Vec::len).sum();
        assert_eq!(corners, 3, "{:?}", regions.others);
    }
}
