//! Accuracy, of arrays, datasets and tensors.

use ndarray::Array1;
use tch::{Kind, Tensor};

use super::truth::sealed::Sealed;
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::predictor::share_right;

/// Computes the share of `y_pred` that equals `y_true`, 0 to 1: `correct / n` in f64.
///
/// `y_true` is an array `[n]` or a dataset, with an array `[n]` of predicted labels; or both are tensors of one shape
/// and dtype, such as `[n] f32`, as a loop written by hand has them.
/// [`Predictor::score`](crate::Predictor::score) predicts and compares in one call.
///
/// # Errors
/// Lengths or shapes that differ, no points; tensors of different dtypes or on different devices.
///
/// ```
/// use support::{ndarray::array, prelude::*};
/// assert_eq!(accuracy(&array![0, 1, 1, 0], &array![0, 1, 0, 0])?, 0.75);
///
/// let logits = Tensor::from_slice(&[-1.0f32, 2.0, -0.5, -3.0]);
/// let y_true = Tensor::from_slice(&[0.0f32, 1.0, 1.0, 0.0]);
/// assert_eq!(accuracy(&y_true, &logits.sigmoid().round())?, 0.75);
/// # Ok::<(), Error>(())
/// ```
pub fn accuracy<T: Comparable>(y_true: &T, y_pred: &T::Predicted) -> Result<f64> {
    y_true.share_right(y_pred)
}

const OP: &str = "accuracy";

/// True labels that [`accuracy`] compares with predicted ones: an array, a dataset or a tensor.
pub trait Comparable: Sealed {
    /// The type of the predicted labels: an array for an array or a dataset, a tensor for a tensor.
    type Predicted;
    /// Computes the share of `y_pred` that equals these labels, 0 to 1.
    ///
    /// # Errors
    /// Those of [`accuracy`].
    fn share_right(&self, y_pred: &Self::Predicted) -> Result<f64>;
}

impl Comparable for Array1<i64> {
    type Predicted = Array1<i64>;
    fn share_right(&self, y_pred: &Array1<i64>) -> Result<f64> {
        share_right(OP, self, y_pred)
    }
}

impl Comparable for Dataset {
    type Predicted = Array1<i64>;
    fn share_right(&self, y_pred: &Array1<i64>) -> Result<f64> {
        share_right(OP, &self.y, y_pred)
    }
}

impl Comparable for Tensor {
    type Predicted = Tensor;
    fn share_right(&self, y_pred: &Tensor) -> Result<f64> {
        let n = self.numel();
        if y_pred.size() != self.size() || n == 0 {
            let expected = format!("{:?}, with at least one point", self.size());
            return Err(Error::shape(OP, "y_pred", expected, y_pred.size()));
        }
        if y_pred.kind() != self.kind() {
            let (expected, got) = (format!("{:?}", self.kind()), format!("{:?}", y_pred.kind()));
            return Err(Error::Dtype { op: OP, name: "y_pred", expected, got });
        }
        if y_pred.device() != self.device() {
            let (expected, got) = (format!("{:?}", self.device()), format!("{:?}", y_pred.device()));
            return Err(Error::Device { op: OP, name: "y_pred", expected, got });
        }
        let right = self.f_eq_tensor(y_pred)?.f_sum(Kind::Int64)?.f_int64_value(&[])?;
        Ok(right as f64 / n as f64)
    }
}

impl<T: Comparable + ?Sized> Comparable for &T {
    type Predicted = T::Predicted;
    fn share_right(&self, y_pred: &T::Predicted) -> Result<f64> {
        (**self).share_right(y_pred)
    }
}
