//! Spiral arms that wind around each other, one per class.

use ndarray::{Array1, Array2};

use super::checks;
use super::dataset::Dataset;
use super::numpy::{RandomState, linspace};
use crate::error::Result;

/// Bytes per point while the points are made: coordinates, label, radius and angle.
const BYTES: usize = 40;

/// The arguments of [`make_spirals`]; [`build`](MakeSpirals::build) makes the points.
#[derive(Clone, Copy, Debug)]
#[must_use = "call build() to make the points"]
pub struct MakeSpirals {
    n_per_class: usize,
    classes: usize,
    noise: f64,
    random_state: u32,
}

/// Generates `n_per_class` points on each arm of a spiral, one class per arm, arm after arm. These are the data of
/// Stanford's CS231n, bit for bit as NumPy makes them from `RandomState(seed)`.
///
/// ```
/// use support::prelude::*;
/// let spirals = make_spirals(100).build()?;
/// assert_eq!(spirals.class_counts(), [100, 100, 100]);
/// # Ok::<(), Error>(())
/// ```
pub fn make_spirals(n_per_class: usize) -> MakeSpirals {
    MakeSpirals { n_per_class, classes: 3, noise: 0.2, random_state: 42 }
}

impl MakeSpirals {
    /// Sets the number of arms, 1 to 10,000; 3 by default.
    pub fn classes(mut self, classes: usize) -> Self {
        self.classes = classes;
        self
    }

    /// Sets the standard deviation of the noise on the angle, in radians; 0.2 by default.
    pub fn noise(mut self, noise: f64) -> Self {
        self.noise = noise;
        self
    }

    /// Sets the seed; 42 by default.
    pub fn random_state(mut self, seed: u32) -> Self {
        self.random_state = seed;
        self
    }

    /// Makes the points: `x: [n, 2]`, labels 0 to the number of arms - 1.
    ///
    /// # Errors
    /// Fewer than 2 points per class, no classes or more than 10,000, more points than the memory holds; noise that is
    /// negative, not finite, or so large that angles would not be finite.
    pub fn build(self) -> Result<Dataset> {
        const OP: &str = "make_spirals";
        let n = self.n_per_class;
        checks::samples(OP, "n_per_class", n, 2)?;
        checks::classes(OP, "classes", self.classes)?;
        let total = n.saturating_mul(self.classes);
        checks::samples(OP, "points in all", total, 2)?;
        checks::memory(OP, "points in all", total, BYTES)?;
        checks::spread(OP, "noise", self.noise)?;
        let mut random = RandomState::new(self.random_state);
        let mut x = Array2::zeros((total, 2));
        let radius = linspace(0.0, 1.0, n);
        for class in 0..self.classes {
            let start = 4.0 * class as f64;
            for (i, t) in linspace(start, start + 4.0, n).into_iter().enumerate() {
                let t = t + random.gauss() * self.noise;
                x[[class * n + i, 0]] = radius[i] * t.sin();
                x[[class * n + i, 1]] = radius[i] * t.cos();
            }
        }
        checks::points(OP, "noise", self.noise, &x)?;
        let y: Array1<i64> = (0..total).map(|i| (i / n) as i64).collect();
        Ok(Dataset::of_classes(x, y, self.classes))
    }
}
