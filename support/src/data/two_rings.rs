//! What circles and moons share: two curves, shuffled, then blurred.

use ndarray::{Array1, Array2};

use super::dataset::Dataset;
use super::random::RandomState;

/// Points of class 0, then of class 1, put in random order and moved by normal noise, in the order in
/// which scikit-learn draws.
pub(super) fn shuffled(outer: &[[f64; 2]], inner: &[[f64; 2]], noise: Option<f64>, seed: u32) -> Dataset {
    let points: Vec<[f64; 2]> = outer.iter().chain(inner).copied().collect();
    let mut random = RandomState::new(seed);
    let order = random.permutation(points.len());
    let x = Array2::from_shape_fn((points.len(), 2), |(i, j)| {
        // from_shape_fn goes row by row, as NumPy adds its noise.
        points[order[i]][j] + noise.map_or(0.0, |scale| random.normal(0.0, scale))
    });
    let y = order.iter().map(|&i| i64::from(i >= outer.len())).collect::<Array1<i64>>();
    Dataset { x, y }
}
