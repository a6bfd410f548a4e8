//! Lines with fewer corners, where the difference is not visible.

use std::borrow::Cow;

use plotters_backend::BackendCoord;

use super::style::px;

/// The largest distance a line may move, in pixels.
const TOLERANCE: f64 = 0.12;

/// Returns at most `most` corners of a line, evenly chosen, the first and the last among them.
pub(super) fn at_most(most: usize, at: &[BackendCoord]) -> Cow<'_, [BackendCoord]> {
    if at.len() <= most || most < 2 {
        return Cow::Borrowed(at);
    }
    let last = (at.len() - 1) as u128;
    (0..most).map(|i| at[(i as u128 * last / (most as u128 - 1)) as usize]).collect()
}

/// Returns a line without the corners that lie closer than the tolerance to the line through those that stay (Douglas
/// and Peucker 1973).
pub(super) fn line(at: &[BackendCoord]) -> Vec<BackendCoord> {
    if at.len() < 3 {
        return at.to_vec();
    }
    let mut kept = vec![false; at.len()];
    (kept[0], kept[at.len() - 1]) = (true, true);
    // The parts not yet simplified; a stack, because a line may have thousands of corners.
    let mut parts = vec![(0, at.len() - 1)];
    while let Some((first, last)) = parts.pop() {
        let far = (first + 1..last).map(|i| (distance(at[i], at[first], at[last]), i));
        if let Some((off, i)) = far.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
            && off > TOLERANCE * f64::from(px(1.0))
        {
            kept[i] = true;
            parts.extend([(first, i), (i, last)]);
        }
    }
    at.iter().zip(kept).filter(|(_, kept)| *kept).map(|(at, _)| *at).collect()
}

/// Simplifies a closed line as `line` does, cut at two corners that are far apart.
pub(super) fn closed(at: &[BackendCoord]) -> Vec<BackendCoord> {
    let Some(&start) = at.first().filter(|_| at.len() > 3) else { return at.to_vec() };
    let square = |(x, y): BackendCoord| {
        let (dx, dy) = (i64::from(x - start.0), i64::from(y - start.1));
        dx * dx + dy * dy
    };
    let far = (0..at.len()).max_by_key(|&i| square(at[i])).unwrap_or(0);
    let mut back = at[far..].to_vec();
    back.push(start);
    let mut whole = line(&at[..=far]);
    whole.extend(&line(&back)[1..]);
    whole.pop();
    whole
}

/// Returns the distance of a point from the line segment between two others.
fn distance(at: BackendCoord, from: BackendCoord, to: BackendCoord) -> f64 {
    let vector = |a: BackendCoord, b: BackendCoord| (f64::from(b.0 - a.0), f64::from(b.1 - a.1));
    let ((dx, dy), (px, py)) = (vector(from, to), vector(from, at));
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { ((px * dx + py * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    (px - along * dx).hypot(py - along * dy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_corner_is_farther_away_than_the_tolerance() {
        let circle: Vec<BackendCoord> = (0..2000)
            .map(|i| f64::from(i) / 2000.0 * std::f64::consts::TAU)
            .map(|t| ((2000.0 + 1500.0 * t.cos()) as i32, (2000.0 + 1500.0 * t.sin()) as i32))
            .collect();
        let few = closed(&circle);
        assert!((40..300).contains(&few.len()), "{}", few.len());
        let near = |at: &BackendCoord| {
            let edges = few.iter().zip(few.iter().cycle().skip(1));
            edges.map(|(a, b)| distance(*at, *a, *b)).fold(f64::INFINITY, f64::min)
        };
        let worst = circle.iter().map(near).fold(0.0, f64::max);
        assert!(worst <= TOLERANCE * f64::from(px(1.0)), "{worst}");
    }

    #[test]
    fn of_many_corners_evenly_chosen_ones_stay() {
        let many: Vec<BackendCoord> = (0..100_001).map(|i| (i, -i)).collect();
        let few = at_most(11, &many);
        assert_eq!(few, (0..=10).map(|i| (10_000 * i, -10_000 * i)).collect::<Vec<_>>());
        assert_eq!(at_most(100_001, &many).len(), 100_001);
    }

    #[test]
    fn ends_and_turns_stay() {
        assert_eq!(line(&[(0, 0), (50, 1), (100, 0), (100, 50), (100, 100)]), [(0, 0), (100, 0), (100, 100)]);
        assert_eq!(closed(&[(0, 0), (100, 0), (100, 100), (50, 100), (0, 100)]).len(), 4);
        assert_eq!((line(&[]), closed(&[(1, 1)])), (vec![], vec![(1, 1)]));
        assert!(closed(&[(5, 5); 6]).len() < 3, "nothing to fill");
    }
}
