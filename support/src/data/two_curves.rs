//! The common part of circles and moons: points of two curves, shuffled, then moved by noise.

use ndarray::{Array1, Array2};

use super::checks;
use super::dataset::Dataset;
use super::random::RandomState;
use crate::error::Result;

/// Bytes per point while the points are made: on its curve, in the list of both curves, its index in the order, the
/// result.
pub(super) const BYTES: usize = 64;

/// Joins the points of class 0 and class 1, shuffles them if asked and adds normal noise, drawing random numbers in
/// scikit-learn's order.
pub(super) fn blurred(
    op: &'static str,
    outer: &[[f64; 2]],
    inner: &[[f64; 2]],
    shuffle: bool,
    noise: Option<f64>,
    seed: u32,
) -> Result<Dataset> {
    let points: Vec<[f64; 2]> = outer.iter().chain(inner).copied().collect();
    let mut random = RandomState::new(seed);
    let order =
        if shuffle { random.permutation(points.len()) } else { (0..points.len()).collect::<Vec<_>>() };
    let x = Array2::from_shape_fn((points.len(), 2), |(i, j)| {
        let at = points[order[i]][j];
        // from_shape_fn goes row by row, as NumPy adds its noise. Without noise no 0 is added, so that -0 stays -0.
        noise.map_or(at, |scale| at + random.normal(0.0, scale))
    });
    checks::points(op, "noise", noise.unwrap_or(0.0), &x)?;
    let y = order.iter().map(|&i| i64::from(i >= outer.len())).collect::<Array1<i64>>();
    Ok(Dataset::of_classes(x, y, 2))
}
