//! Two circles, one inside the other, which no straight line separates.

use std::f64::consts::TAU;

use super::checks;
use super::dataset::Dataset;
use super::numpy::linspace_without_end;
use super::two_curves::{self, PairSizes};
use crate::error::{Error, Result, number};

/// The arguments of [`make_circles`]; [`build`](MakeCircles::build) makes the points.
#[derive(Clone, Copy, Debug)]
#[must_use = "call build() to make the points"]
pub struct MakeCircles {
    n_samples: PairSizes,
    shuffle: bool,
    noise: Option<f64>,
    factor: f64,
    random_state: u32,
}

/// Generates `n_samples` points on two circles around the origin: the outer one, of radius 1, is class 0, the inner one
/// class 1. The numbers equal those of scikit-learn's `make_circles` bit for bit.
///
/// If the number is odd, the inner circle gets one point more. A pair sets the number of points of each circle:
///
/// ```
/// use support::prelude::*;
/// let circles = make_circles(1000).noise(0.03).random_state(42).build()?;
/// assert_eq!(circles.x[[0, 0]], 0.7542462506997276);
/// assert_eq!(circles.y[0], 1);
///
/// let uneven = make_circles((900, 100)).build()?;
/// assert_eq!(uneven.class_counts(), [900, 100]);
/// # Ok::<(), Error>(())
/// ```
pub fn make_circles(n_samples: impl Into<PairSizes>) -> MakeCircles {
    MakeCircles { n_samples: n_samples.into(), shuffle: true, noise: None, factor: 0.8, random_state: 42 }
}

impl MakeCircles {
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

    /// Sets the radius of the inner circle, 0 <= factor < 1; 0.8 by default.
    pub fn factor(mut self, factor: f64) -> Self {
        self.factor = factor;
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
    /// not be finite; a factor outside 0 <= factor < 1.
    pub fn build(self) -> Result<Dataset> {
        const OP: &str = "make_circles";
        let (n_outer, n_inner) = self.n_samples.check(OP)?;
        checks::spread(OP, "noise", self.noise.unwrap_or(0.0))?;
        if !(self.factor >= 0.0 && self.factor < 1.0) {
            return Err(Error::argument(OP, "factor", "at least 0 and below 1", number(self.factor)));
        }
        let ring = |n: usize, radius: f64| -> Vec<[f64; 2]> {
            linspace_without_end(0.0, TAU, n).iter().map(|t| [t.cos() * radius, t.sin() * radius]).collect()
        };
        let (outer, inner) = (ring(n_outer, 1.0), ring(n_inner, self.factor));
        two_curves::dataset(OP, &outer, &inner, self.shuffle, self.noise, self.random_state)
    }
}
