//! Arms that wind around each other.

use ndarray::{Array1, Array2};

use super::dataset::Dataset;
use super::random::RandomState;
use super::{checks, linspace};
use crate::error::Result;

/// What [`make_spirals`] makes, before it is made.
#[derive(Clone, Copy, Debug)]
#[must_use = "call build() to make the points"]
pub struct MakeSpirals {
    n_per_class: usize,
    classes: usize,
    noise: f64,
    random_state: u32,
}

/// `n_per_class` points on each arm of a spiral, one class an arm, arm after arm. The data of Stanford's
/// CS231n, bit for bit as NumPy makes it from `RandomState(seed)`.
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
    /// The number of arms; 3 unless given.
    pub fn classes(mut self, classes: usize) -> Self {
        self.classes = classes;
        self
    }

    /// Standard deviation of the noise on the angle, in radians; 0.2 unless given.
    pub fn noise(mut self, noise: f64) -> Self {
        self.noise = noise;
        self
    }

    /// The seed; 42 unless given.
    pub fn random_state(mut self, seed: u32) -> Self {
        self.random_state = seed;
        self
    }

    /// Makes the points.
    ///
    /// # Errors
    /// Fewer than 2 points a class, no classes, negative or non-finite noise.
    pub fn build(self) -> Result<Dataset> {
        const OP: &str = "make_spirals";
        let n = self.n_per_class;
        checks::samples(OP, "n_per_class", n, 2)?;
        checks::samples(OP, "classes", self.classes, 1)?;
        checks::samples(OP, "points in all", n.saturating_mul(self.classes), 2)?;
        checks::spread(OP, "noise", self.noise)?;
        let mut random = RandomState::new(self.random_state);
        let mut x = Array2::zeros((n * self.classes, 2));
        let radius = linspace::closed(0.0, 1.0, n);
        for class in 0..self.classes {
            let start = 4.0 * class as f64;
            for (i, t) in linspace::closed(start, start + 4.0, n).into_iter().enumerate() {
                let t = t + random.gauss() * self.noise;
                x[[class * n + i, 0]] = radius[i] * t.sin();
                x[[class * n + i, 1]] = radius[i] * t.cos();
            }
        }
        let y: Array1<i64> = (0..n * self.classes).map(|i| (i / n) as i64).collect();
        Ok(Dataset { x, y })
    }
}
