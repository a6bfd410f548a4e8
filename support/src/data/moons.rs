//! Two interleaving half circles.

use std::f64::consts::PI;

use super::checks;
use super::dataset::Dataset;
use super::numpy::linspace;
use super::two_curves::{self, PairSizes};
use crate::error::Result;

/// The arguments of [`make_moons`]; [`build`](MakeMoons::build) makes the points.
#[derive(Clone, Copy, Debug)]
#[must_use = "call build() to make the points"]
pub struct MakeMoons {
    n_samples: PairSizes,
    shuffle: bool,
    noise: Option<f64>,
    random_state: u32,
}

/// Generates `n_samples` points on two interleaving half circles: the upper one is class 0, the lower one class 1. The
/// numbers equal those of scikit-learn's `make_moons` bit for bit.
///
/// If the number is odd, the lower half circle gets one point more. A pair sets the number of points of each:
///
/// ```
/// use support::prelude::*;
/// let moons = make_moons(1000).noise(0.07).random_state(42).build()?;
/// assert_eq!(moons.class_counts(), [500, 500]);
/// assert_eq!(make_moons((30, 10)).build()?.class_counts(), [30, 10]);
/// # Ok::<(), Error>(())
/// ```
pub fn make_moons(n_samples: impl Into<PairSizes>) -> MakeMoons {
    MakeMoons { n_samples: n_samples.into(), shuffle: true, noise: None, random_state: 42 }
}

impl MakeMoons {
    /// Puts the points in random order, or leaves those of class 0 before those of class 1; `true` by default.
    pub fn shuffle(mut self, shuffle: bool) -> Self {
        self.shuffle = shuffle;
        self
    }

    /// Sets the standard deviation of the noise added to every coordinate, finite and at least 0; no noise by default.
    pub fn noise(mut self, noise: f64) -> Self {
        self.noise = Some(noise);
        self
    }

    /// Sets the seed; 42 by default.
    pub fn random_state(mut self, seed: u32) -> Self {
        self.random_state = seed;
        self
    }

    /// Makes the points: `x: [n, 2]`, labels 0 and 1.
    ///
    /// # Errors
    /// No points, or more than the memory holds; noise that is negative, not finite, or so large that points would
    /// not be finite.
    pub fn build(self) -> Result<Dataset> {
        const OP: &str = "make_moons";
        let (n_outer, n_inner) = self.n_samples.check(OP)?;
        checks::spread(OP, "noise", self.noise.unwrap_or(0.0))?;
        let half = |n: usize| linspace(0.0, PI, n);
        let outer: Vec<_> = half(n_outer).iter().map(|t| [t.cos(), t.sin()]).collect();
        let inner: Vec<_> = half(n_inner).iter().map(|t| [1.0 - t.cos(), 1.0 - t.sin() - 0.5]).collect();
        two_curves::dataset(OP, &outer, &inner, self.shuffle, self.noise, self.random_state)
    }
}
