//! Points on a straight line, the simplest data for a model to learn.

use ndarray::{Array1, Array2};

use super::checks;
use super::dataset::Dataset;
use crate::error::{Error, Result, number};

/// The arguments of [`make_line`]; [`build`](MakeLine::build) makes the points.
#[derive(Clone, Copy, Debug)]
#[must_use = "call build() to make the points"]
pub struct MakeLine {
    weight: f64,
    bias: f64,
    start: f64,
    stop: f64,
    step: f64,
}

/// Generates points on the line `y = weight * x + bias` for x = 0, 0.01 … 0.99, or for the range given, as NumPy's
/// `arange` makes it. Targets are values, not labels.
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
    /// Sets the first x, the end (excluded) and the step; 0, 1 and 0.01 by default.
    pub fn range(mut self, start: f64, stop: f64, step: f64) -> Self {
        (self.start, self.stop, self.step) = (start, stop, step);
        self
    }

    /// Makes the points: `x: [n, 1]` and one value per point.
    ///
    /// # Errors
    /// A number that is not finite, or so large that points would not be finite; a step that is not above 0; a range
    /// with no points, or with more than the memory holds.
    pub fn build(self) -> Result<Dataset<f64>> {
        const OP: &str = "make_line";
        for (name, value) in
            [("weight", self.weight), ("bias", self.bias), ("start", self.start), ("stop", self.stop)]
        {
            checks::finite(OP, name, value)?;
        }
        if !(self.step > 0.0 && self.step.is_finite()) {
            return Err(Error::argument(OP, "step", "finite and above 0", number(self.step)));
        }
        // A range far shorter than its step contains its start, also if the quotient is rounded to 0.
        let least = if self.stop > self.start { 1.0 } else { 0.0 };
        let n = ((self.stop - self.start) / self.step).ceil().max(least) as usize;
        checks::samples(OP, "points in the range", n, 1)?;
        checks::memory(OP, "points in the range", n, 16)?;
        // NumPy computes the first two numbers and continues by their difference, which can differ from the step by
        // rounding.
        let difference = (self.start + self.step) - self.start;
        let x = Array2::from_shape_fn((n, 1), |(i, _)| self.start + i as f64 * difference);
        checks::points(OP, "step", self.step, &x)?;
        let y: Array1<f64> = x.column(0).mapv(|x| self.weight * x + self.bias);
        if let Some((row, y)) = y.iter().enumerate().find(|(_, y)| !y.is_finite()) {
            let problem = format!("{y} in row {row}");
            let expected = "such that every value is finite";
            return Err(Error::argument(OP, "weight * x + bias", expected, problem));
        }
        Dataset::new(x, y)
    }
}
