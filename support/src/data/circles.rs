//! Two circles, one inside the other: no straight line parts them.

use std::f64::consts::TAU;

use super::dataset::Dataset;
use super::{checks, linspace, two_rings};
use crate::error::{Error, Result};

/// What [`make_circles`] makes, before it is made.
#[derive(Clone, Copy, Debug)]
#[must_use = "call build() to make the points"]
pub struct MakeCircles {
    n_samples: usize,
    noise: Option<f64>,
    factor: f64,
    random_state: u32,
}

/// `n_samples` points on two circles around the origin: the outer of radius 1 is class 0, the inner
/// class 1. The same numbers, bit for bit, as scikit-learn's `make_circles`.
///
/// ```
/// use support::prelude::*;
/// let circles = make_circles(1000).noise(0.03).random_state(42).build()?;
/// assert_eq!(circles.x[[0, 0]], 0.7542462506997276);
/// assert_eq!(circles.y[0], 1);
/// # Ok::<(), Error>(())
/// ```
pub fn make_circles(n_samples: usize) -> MakeCircles {
    MakeCircles { n_samples, noise: None, factor: 0.8, random_state: 42 }
}

impl MakeCircles {
    /// Standard deviation of the noise added to every coordinate; none unless given.
    pub fn noise(mut self, noise: f64) -> Self {
        self.noise = Some(noise);
        self
    }

    /// Radius of the inner circle, in (0, 1); 0.8 unless given.
    pub fn factor(mut self, factor: f64) -> Self {
        self.factor = factor;
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
    /// Fewer than 2 samples, negative or non-finite noise, a factor outside (0, 1).
    pub fn build(self) -> Result<Dataset> {
        const OP: &str = "make_circles";
        checks::samples(OP, "n_samples", self.n_samples, 2)?;
        checks::spread(OP, "noise", self.noise.unwrap_or(0.0))?;
        if !(self.factor > 0.0 && self.factor < 1.0) {
            return Err(Error::argument(OP, "factor", "between 0 and 1, both left out", self.factor));
        }
        let n_outer = self.n_samples / 2;
        let ring = |n: usize, radius: f64| -> Vec<[f64; 2]> {
            linspace::half_open(0.0, TAU, n).iter().map(|t| [t.cos() * radius, t.sin() * radius]).collect()
        };
        let (outer, inner) = (ring(n_outer, 1.0), ring(self.n_samples - n_outer, self.factor));
        Ok(two_rings::shuffled(&outer, &inner, self.noise, self.random_state))
    }
}
