//! Features computed from a point's coordinates, as in TensorFlow Playground.

use std::fmt;

use ndarray::{Array2, ArrayView2};

use super::dataset::{Dataset, Target};
use super::split::Split;
use crate::error::{Error, Result};
use crate::memory;

/// A number computed from a point `(x1, x2)`; printed as its formula, such as `x1²`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// `x1`.
    X1,
    /// `x2`.
    X2,
    /// `x1²`.
    X1Squared,
    /// `x2²`.
    X2Squared,
    /// `x1·x2`.
    X1X2,
    /// `sin x1`, in radians.
    SinX1,
    /// `sin x2`, in radians.
    SinX2,
}

impl Feature {
    fn of(self, x1: f64, x2: f64) -> f64 {
        match self {
            Feature::X1 => x1,
            Feature::X2 => x2,
            Feature::X1Squared => x1 * x1,
            Feature::X2Squared => x2 * x2,
            Feature::X1X2 => x1 * x2,
            Feature::SinX1 => x1.sin(),
            Feature::SinX2 => x2.sin(),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Feature::X1 => "x1",
            Feature::X2 => "x2",
            Feature::X1Squared => "x1²",
            Feature::X2Squared => "x2²",
            Feature::X1X2 => "x1·x2",
            Feature::SinX1 => "sin x1",
            Feature::SinX2 => "sin x2",
        }
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The features that a model gets instead of `(x1, x2)`, in order. The boundary of a linear model is a straight line in
/// its features; with `x1²` and `x2²` that line is a circle or an ellipse around the origin.
///
/// [`Features::then`] puts the features before a trained model, so that the model can be drawn over x1 and x2:
///
/// ```
/// use support::prelude::*;
/// let circles = make_circles(1000).noise(0.03).random_state(42).build()?;
/// let data = train_test_split(&circles, 0.2, 42)?;
/// let squares = Features::new([Feature::X1Squared, Feature::X2Squared])?;
///
/// tch::manual_seed(42);
/// let model = seq().add(linear(2, 1)).build()?;
/// let config = TrainConfig { epochs: 200, lr: 5.0, log_every: 0, ..Default::default() };
/// fit(&model, &squares.transform_split(&data)?, &config)?;
/// let figure = plot_decision_boundary(&squares.then(&model), &data).draw()?;
/// assert!(figure.svg().contains("Test: 100.00 %"));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Features {
    list: Vec<Feature>,
}

impl Features {
    /// Makes a list of features.
    ///
    /// # Errors
    /// An empty list.
    pub fn new(list: impl IntoIterator<Item = Feature>) -> Result<Self> {
        let list: Vec<Feature> = list.into_iter().collect();
        if list.is_empty() {
            return Err(Error::argument("Features::new", "list", "at least one feature", "none"));
        }
        Ok(Self { list })
    }

    /// Returns the features, in order.
    pub fn list(&self) -> &[Feature] {
        &self.list
    }

    /// Computes the features of points, `[n, 2] -> [n, features]`.
    ///
    /// # Errors
    /// Points with other than two coordinates; coordinates that are not finite, or so large that a feature is not
    /// finite; more numbers than the memory holds.
    pub fn transform_x(&self, x: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
        const OP: &str = "Features::transform_x";
        if x.ncols() != 2 {
            return Err(Error::shape(OP, "x", "[n, 2]", x.dim()));
        }
        let (rows, columns) = (x.nrows(), self.list.len());
        let bytes = 8 * rows as u128 * columns as u128;
        memory::check(OP, "points and features", bytes, format!("{rows} and {columns}"))?;
        let made =
            Array2::from_shape_fn((rows, columns), |(row, i)| self.list[i].of(x[[row, 0]], x[[row, 1]]));
        match made.indexed_iter().find(|(_, value)| !value.is_finite()) {
            Some(((row, i), &value)) => {
                let at = format!("row {row}, from x1 = {:e} and x2 = {:e}", x[[row, 0]], x[[row, 1]]);
                Err(Error::NotFinite { op: OP, name: self.list[i].name(), value, at })
            }
            None => Ok(made),
        }
    }

    /// Returns a dataset with these features and the same targets.
    ///
    /// # Errors
    /// Those of [`Features::transform_x`]; data that [`Dataset::new`] would refuse.
    pub fn transform<Y: Target>(&self, data: &Dataset<Y>) -> Result<Dataset<Y>> {
        let data = data.with_x(self.transform_x(data.x.view())?);
        data.check_all("Features::transform")?;
        Ok(data)
    }

    /// Returns the training and the test set with these features.
    ///
    /// # Errors
    /// Those of [`Features::transform`].
    pub fn transform_split<Y: Target>(&self, data: &Split<Y>) -> Result<Split<Y>> {
        Ok(Split { train: self.transform(&data.train)?, test: self.transform(&data.test)? })
    }
}
