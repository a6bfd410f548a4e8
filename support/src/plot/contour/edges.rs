//! Directed edges between corners, chained into lines.

use std::collections::{BTreeMap, BTreeSet};

/// A corner of a polygon.
pub(super) type Corner = (i32, i32);
/// A directed edge: its start and its end.
type Edge = (Corner, Corner);

/// Directed edges and how often each occurs; opposite edges cancel. Only closed loops are added, except for edges
/// known to cancel, so as many edges leave a corner as reach it.
#[derive(Default)]
pub(super) struct Edges(BTreeMap<Edge, usize>);

impl Edges {
    pub(super) fn add(&mut self, path: &[Corner]) {
        for edge in path.windows(2).map(|w| (w[0], w[1])).filter(|edge| edge.0 != edge.1) {
            if !self.take((edge.1, edge.0)) {
                *self.0.entry(edge).or_default() += 1;
            }
        }
    }

    /// Removes an edge once, and returns whether it was present.
    fn take(&mut self, edge: Edge) -> bool {
        match self.0.get_mut(&edge) {
            Some(1) => self.0.remove(&edge).is_some(),
            Some(count) => {
                *count -= 1;
                true
            }
            None => false,
        }
    }

    /// Returns an edge that leaves a corner.
    fn leaving(&self, corner: Corner) -> Option<Edge> {
        let all = (corner, (i32::MIN, i32::MIN))..=(corner, (i32::MAX, i32::MAX));
        self.0.range(all).next().map(|(edge, _)| *edge)
    }

    /// Returns the loops that the edges form, without corners on straight lines.
    pub(super) fn chained(mut self) -> Vec<Vec<Corner>> {
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

/// Returns the lines between two of the regions within `outlines`, or between a region and the background: each line
/// once, and without the edge of the plane, which is `far` long and high.
pub(super) fn borders<'a>(outlines: impl Iterator<Item = &'a Edges>, far: i32) -> Vec<Vec<Corner>> {
    let on_rim = |((ax, ay), (bx, by)): &Edge| {
        (ax == bx && (*ax == 0 || *ax == far)) || (ay == by && (*ay == 0 || *ay == far))
    };
    let mut seen: BTreeSet<Edge> = BTreeSet::new();
    let mut rest = Edges::default();
    for edges in outlines {
        // The outline of the neighbouring region has this edge in the opposite direction.
        let new = edges.0.keys().filter(|edge| !on_rim(edge) && !seen.contains(&(edge.1, edge.0)));
        rest.0.extend(new.map(|edge| (*edge, 1)));
        seen.extend(edges.0.keys());
    }
    rest.lines()
}

impl Edges {
    /// Returns the lines that the edges form, open or closed.
    fn lines(mut self) -> Vec<Vec<Corner>> {
        // Number of edges that leave a corner minus those that reach it: open lines begin where it is positive.
        let mut begin: BTreeMap<Corner, i64> = BTreeMap::new();
        for ((from, to), n) in &self.0 {
            *begin.entry(*from).or_default() += *n as i64;
            *begin.entry(*to).or_default() -= *n as i64;
        }
        let open = begin.into_iter().flat_map(|(corner, n)| (0..n).map(move |_| corner));
        let mut lines: Vec<_> = open.map(|start| self.line(start)).collect();
        while let Some(&(start, _)) = self.0.keys().next() {
            lines.push(self.line(start));
        }
        lines
    }

    /// Removes the edges of a line from `start` to where it ends or closes, and returns its corners.
    fn line(&mut self, start: Corner) -> Vec<Corner> {
        let mut line = vec![start];
        let mut corner = start;
        while let Some(edge) = self.leaving(corner) {
            self.take(edge);
            corner = edge.1;
            line.push(corner);
            if corner == start {
                break;
            }
        }
        straight(&line)
    }
}

/// Returns whether the path from `a` to `c` turns at `b`.
fn turns(a: Corner, b: Corner, c: Corner) -> bool {
    let cross =
        |(ax, ay): Corner, (bx, by): Corner| i64::from(ax) * i64::from(by) - i64::from(ay) * i64::from(bx);
    cross((b.0 - a.0, b.1 - a.1), (c.0 - b.0, c.1 - b.1)) != 0
}

/// Returns a loop without the corners that lie on the line between their neighbours.
fn straightened(corners: &[Corner]) -> Vec<Corner> {
    let n = corners.len();
    let bends = |i: usize| turns(corners[(i + n - 1) % n], corners[i], corners[(i + 1) % n]);
    (0..n).filter(|&i| bends(i)).map(|i| corners[i]).collect()
}

/// Returns a line without the corners that lie on the line between their neighbours; both ends stay.
fn straight(line: &[Corner]) -> Vec<Corner> {
    let last = line.len() - 1;
    let kept = (0..=last).filter(|&i| i == 0 || i == last || turns(line[i - 1], line[i], line[i + 1]));
    kept.map(|i| line[i]).collect()
}
