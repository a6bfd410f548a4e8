//! Two half circles that reach into each other.

use std::f64::consts::PI;

use super::dataset::Dataset;
use super::{checks, linspace, two_rings};
use crate::error::Result;

/// What [`make_moons`] makes, before it is made.
#[derive(Clone, Copy, Debug)]
#[must_use = "call build() to make the points"]
pub struct MakeMoons {
    n_samples: usize,
    noise: Option<f64>,
    random_state: u32,
}

/// `n_samples` points on two interleaving half circles: the upper is class 0, the lower class 1. The
/// same numbers, bit for bit, as scikit-learn's `make_moons`.
///
/// ```
/// use support::prelude::*;
/// let moons = make_moons(1000).noise(0.07).random_state(42).build()?;
/// assert_eq!(moons.class_counts(), [500, 500]);
/// # Ok::<(), Error>(())
/// ```
pub fn make_moons(n_samples: usize) -> MakeMoons {
    MakeMoons { n_samples, noise: None, random_state: 42 }
}

impl MakeMoons {
    /// Standard deviation of the noise added to every coordinate; none unless given.
    pub fn noise(mut self, noise: f64) -> Self {
        self.noise = Some(noise);
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
    /// Fewer than 2 samples, negative or non-finite noise.
    pub fn build(self) -> Result<Dataset> {
        const OP: &str = "make_moons";
        checks::samples(OP, "n_samples", self.n_samples, 2)?;
        checks::spread(OP, "noise", self.noise.unwrap_or(0.0))?;
        let n_outer = self.n_samples / 2;
        let half = |n: usize| linspace::closed(0.0, PI, n);
        let outer: Vec<_> = half(n_outer).iter().map(|t| [t.cos(), t.sin()]).collect();
        let inner: Vec<_> =
            half(self.n_samples - n_outer).iter().map(|t| [1.0 - t.cos(), 1.0 - t.sin() - 0.5]).collect();
        Ok(two_rings::shuffled(&outer, &inner, self.noise, self.random_state))
    }
}
