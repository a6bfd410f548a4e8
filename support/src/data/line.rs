//! A straight line: the simplest thing a model can be asked to learn.

use ndarray::{Array1, Array2};

use super::checks;
use super::dataset::Dataset;
use crate::error::{Error, Result};

/// What [`make_line`] makes, before it is made.
#[derive(Clone, Copy, Debug)]
#[must_use = "call build() to make the points"]
pub struct MakeLine {
    weight: f64,
    bias: f64,
    start: f64,
    stop: f64,
    step: f64,
}

/// The line `y = weight * x + bias` over x = 0, 0.01 … 0.99, or over the range given, as NumPy's `arange`
/// makes it. Targets are values, not labels.
///
/// ```
/// use support::prelude::*;
/// let line = make_line(0.7, 0.3).build()?;
/// assert_eq!((line.len(), line.y[0]), (100, 0.3));
/// # Ok::<(), Error>(())
/// ```
pub fn make_line(weight: f64, bias: f64) -> MakeLine {
    MakeLine { weight, bias, start: 0.0, stop: 1.0, step: 0.01 }
}

impl MakeLine {
    /// First x, end (left out) and step; 0, 1 and 0.01 unless given.
    pub fn range(mut self, start: f64, stop: f64, step: f64) -> Self {
        (self.start, self.stop, self.step) = (start, stop, step);
        self
    }

    /// Makes the points.
    ///
    /// # Errors
    /// A number that is not finite, a step that is not above 0, a range that holds no point.
    pub fn build(self) -> Result<Dataset<f64>> {
        const OP: &str = "make_line";
        for (name, value) in
            [("weight", self.weight), ("bias", self.bias), ("start", self.start), ("stop", self.stop)]
        {
            checks::finite(OP, name, value)?;
        }
        if !(self.step > 0.0 && self.step.is_finite()) {
            return Err(Error::argument(OP, "step", "finite and above 0", self.step));
        }
        let n = ((self.stop - self.start) / self.step).ceil().max(0.0);
        checks::samples(OP, "points in the range", n as usize, 1)?;
        let x = Array2::from_shape_fn((n as usize, 1), |(i, _)| self.start + i as f64 * self.step);
        let y: Array1<f64> = x.column(0).mapv(|x| self.weight * x + self.bias);
        Dataset::new(x, y)
    }
}
