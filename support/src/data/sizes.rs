//! Arguments that are one value for all classes or one value per class, as in scikit-learn.

use ndarray::Array2;

use super::{checks, two_rings};
use crate::error::Result;

/// The number of points of two curves: a total (`usize`), or one number per curve (`(usize, usize)`, class 0 first).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairSizes {
    /// The total, split in halves; if it is odd, the second curve gets one point more.
    Total(usize),
    /// The numbers of points of the first and of the second curve.
    Each(usize, usize),
}

impl From<usize> for PairSizes {
    fn from(total: usize) -> Self {
        PairSizes::Total(total)
    }
}

impl From<(usize, usize)> for PairSizes {
    fn from((first, second): (usize, usize)) -> Self {
        PairSizes::Each(first, second)
    }
}

impl PairSizes {
    /// Returns both numbers; refuses 0 points in total and more than the memory holds.
    pub(super) fn check(self, op: &'static str) -> Result<(usize, usize)> {
        let (first, second) = match self {
            PairSizes::Total(n) => (n / 2, n - n / 2),
            PairSizes::Each(first, second) => (first, second),
        };
        let total = checks::total(op, "n_samples", &[first, second])?;
        checks::memory(op, "n_samples", total, two_rings::BYTES)?;
        Ok((first, second))
    }
}

/// One value for all classes (`1000`, `1.5`), or a list of one value per class (`[300, 500, 200]`, a `Vec`, a slice).
#[derive(Clone, Debug, PartialEq)]
pub enum OneOrEach<T> {
    /// One value: a size is the sum over all classes, a standard deviation that of every class.
    One(T),
    /// One value per class, in order.
    Each(Vec<T>),
}

impl<T> From<T> for OneOrEach<T> {
    fn from(one: T) -> Self {
        OneOrEach::One(one)
    }
}

impl<T> From<Vec<T>> for OneOrEach<T> {
    fn from(each: Vec<T>) -> Self {
        OneOrEach::Each(each)
    }
}

impl<T, const N: usize> From<[T; N]> for OneOrEach<T> {
    fn from(each: [T; N]) -> Self {
        OneOrEach::Each(each.into())
    }
}

impl<T: Clone> From<&[T]> for OneOrEach<T> {
    fn from(each: &[T]) -> Self {
        OneOrEach::Each(each.to_vec())
    }
}

/// The centres of blobs: their number (`4`), or their coordinates (`array![[0.0, 0.0], [3.0, 1.0]]`, one row per
/// centre).
#[derive(Clone, Debug, PartialEq)]
pub enum Centers {
    /// The number of centres, placed at random inside `center_box`.
    Number(usize),
    /// The coordinates of the centres, `[centers, features]`.
    At(Array2<f64>),
}

impl From<usize> for Centers {
    fn from(number: usize) -> Self {
        Centers::Number(number)
    }
}

impl From<Array2<f64>> for Centers {
    fn from(places: Array2<f64>) -> Self {
        Centers::At(places)
    }
}

impl From<&Array2<f64>> for Centers {
    fn from(places: &Array2<f64>) -> Self {
        Centers::At(places.clone())
    }
}

impl<const K: usize, const D: usize> From<[[f64; D]; K]> for Centers {
    fn from(places: [[f64; D]; K]) -> Self {
        Centers::At(Array2::from(places.to_vec()))
    }
}
