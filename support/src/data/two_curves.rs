//! The common part of circles and moons: the numbers of points of two curves, and the points in random order, moved by
//! noise.

use ndarray::{Array1, Array2};

use super::checks;
use super::dataset::Dataset;
use super::numpy::RandomState;
use crate::error::Result;

/// The number of points of two curves: a total (`usize`), or one number per curve (`(usize, usize)`, class 0 first).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairSizes {
    /// The total, split in halves; if it is odd, the second curve gets one point more.
    Total(usize),
    /// The numbers of points of the first and of the second curve.
    Each(usize, usize),
}

impl From<usize> for PairSizes {
    fn from(total: usize) -> Self {
        PairSizes::Total(total)
    }
}

impl From<(usize, usize)> for PairSizes {
    fn from((first, second): (usize, usize)) -> Self {
        PairSizes::Each(first, second)
    }
}

impl PairSizes {
    /// Returns both numbers; refuses 0 points in total and more than the memory holds.
    pub(super) fn check(self, op: &'static str) -> Result<(usize, usize)> {
        let (first, second) = match self {
            PairSizes::Total(n) => (n / 2, n - n / 2),
            PairSizes::Each(first, second) => (first, second),
        };
        let total = checks::total(op, "n_samples", &[first, second])?;
        checks::memory(op, "n_samples", total, BYTES)?;
        Ok((first, second))
    }
}

/// Bytes per point while the points are made: on its curve, in the list of both curves, its index in the order, the
/// result.
const BYTES: usize = 64;

/// Joins the points of class 0 and class 1, shuffles them if asked and adds normal noise, drawing random numbers in
/// scikit-learn's order.
pub(super) fn dataset(
    op: &'static str,
    first: &[[f64; 2]],
    second: &[[f64; 2]],
    shuffle: bool,
    noise: Option<f64>,
    seed: u32,
) -> Result<Dataset> {
    let points: Vec<[f64; 2]> = first.iter().chain(second).copied().collect();
    let mut random = RandomState::new(seed);
    let order =
        if shuffle { random.permutation(points.len()) } else { (0..points.len()).collect::<Vec<_>>() };
    let x = Array2::from_shape_fn((points.len(), 2), |(i, j)| {
        let at = points[order[i]][j];
        // from_shape_fn goes row by row, as NumPy adds its noise. Without noise no 0 is added, so that -0 stays -0.
        noise.map_or(at, |scale| at + random.normal(0.0, scale))
    });
    checks::points(op, "noise", noise.unwrap_or(0.0), &x)?;
    let y = order.iter().map(|&i| i64::from(i >= first.len())).collect::<Array1<i64>>();
    Ok(Dataset::of_classes(x, y, 2))
}
