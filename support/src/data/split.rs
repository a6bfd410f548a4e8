//! Splits a dataset into a training set and a test set that the model does not see while it trains.

use super::checks;
use super::dataset::{Dataset, Target};
use super::numpy::RandomState;
use crate::error::{Error, Result, number};

/// A training and a test set.
#[derive(Clone, Debug, PartialEq)]
pub struct Split<Y: Target = i64> {
    /// The training set.
    pub train: Dataset<Y>,
    /// The test set, on which the model is evaluated.
    pub test: Dataset<Y>,
}

const OP: &str = "train_test_split";

/// Splits a dataset at random: the share `test_size`, in (0, 1), goes to the test set, rounded up to whole points. Rows
/// and their order are those of scikit-learn's `train_test_split(test_size=…, random_state=…)`. Both sets keep the
/// number of classes of the data, also if a class has points in one set only ([`Dataset::n_classes`]).
///
/// # Errors
/// A `test_size` outside (0, 1) or one that leaves a set empty; data that [`Dataset::new`] would refuse.
///
/// ```
/// use support::prelude::*;
/// let circles = make_circles(1000).noise(0.03).random_state(42).build()?;
/// let data = train_test_split(&circles, 0.2, 42)?;
/// assert_eq!((data.train.len(), data.test.len()), (800, 200));
/// # Ok::<(), Error>(())
/// ```
pub fn train_test_split<Y: Target>(data: &Dataset<Y>, test_size: f64, random_state: u32) -> Result<Split<Y>> {
    data.check_all(OP)?;
    checks::samples(OP, "number of points", data.len(), 2)?;
    let n_test = share_of(data.len(), test_size)?;
    let order = RandomState::new(random_state).permutation(data.len());
    Ok(Split { train: data.select(&order[n_test..]), test: data.select(&order[..n_test]) })
}

/// Returns how many of `n` points go to the test set.
fn share_of(n: usize, test_size: f64) -> Result<usize> {
    if !(test_size > 0.0 && test_size < 1.0) {
        return Err(Error::argument(OP, "test_size", "between 0 and 1, both left out", number(test_size)));
    }
    // Rounded up as scikit-learn rounds: 0.07 of 100 points are 7.000000000000001, that is 8.
    let n_test = (test_size * n as f64).ceil() as usize;
    if n_test == 0 || n_test >= n {
        let expected = format!("a share that leaves points on both sides of {n}");
        return Err(Error::argument(OP, "test_size", expected, number(test_size)));
    }
    Ok(n_test)
}

impl<Y: Target> Dataset<Y> {
    /// Splits in order: the first `n_train` points are the training set, the rest the test set. Both keep the number of
    /// classes.
    ///
    /// # Errors
    /// A set that would be empty; data that [`Dataset::new`] would refuse.
    ///
    /// ```
    /// use support::prelude::*;
    /// let data = make_line(0.7, 0.3).build()?.split_at(80)?;
    /// assert_eq!((data.train.len(), data.test.len()), (80, 20));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn split_at(&self, n_train: usize) -> Result<Split<Y>> {
        const OP: &str = "split_at";
        self.check_all(OP)?;
        if n_train == 0 || n_train >= self.len() {
            let expected = format!("between 1 and {}", self.len() - 1);
            return Err(Error::argument(OP, "n_train", expected, n_train));
        }
        let rows: Vec<usize> = (0..self.len()).collect();
        Ok(Split { train: self.select(&rows[..n_train]), test: self.select(&rows[n_train..]) })
    }
}
