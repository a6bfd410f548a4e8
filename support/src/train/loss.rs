//! The three losses of the course.

use tch::{Device, Reduction, Tensor};

use crate::data::{Dataset, Target};
use crate::error::{Error, Result};

/// The loss that training minimises, a mean over the points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Loss {
    /// Binary cross entropy on raw outputs: `[n, 1]` logits, labels 0 and 1.
    #[default]
    BceWithLogits,
    /// Cross entropy on raw outputs: `[n, classes]` logits, labels 0 … classes - 1.
    CrossEntropy,
    /// Mean absolute error: `[n, 1]` values, targets of any size.
    L1,
}

impl Loss {
    /// Returns the targets in the form that this loss takes: `[n] i64` for cross entropy, else `[n] f32`.
    pub(super) fn targets<Y: Target>(self, data: &Dataset<Y>, device: Device) -> Result<Tensor> {
        match self {
            Loss::CrossEntropy => {
                let labels: Vec<i64> = data.y.iter().map(|y| y.as_f64() as i64).collect();
                Ok(Tensor::from_slice(&labels).f_to_device(device)?)
            }
            _ => data.y_tensor(device),
        }
    }

    /// Returns the outputs in the form that this loss takes: `[n, 1]` becomes `[n]`, except for cross entropy.
    pub(super) fn shape(self, outputs: Tensor) -> Result<Tensor> {
        match self {
            Loss::CrossEntropy => Ok(outputs),
            _ => Ok(outputs.f_squeeze_dim(-1)?),
        }
    }

    /// Computes the loss of `outputs` as a tensor with one number.
    pub(super) fn of(self, outputs: &Tensor, targets: &Tensor) -> Result<Tensor> {
        let mean = Reduction::Mean;
        Ok(match self {
            Loss::BceWithLogits => {
                outputs.f_binary_cross_entropy_with_logits::<Tensor>(targets, None, None, mean)?
            }
            Loss::CrossEntropy => outputs.f_cross_entropy_loss::<Tensor>(targets, None, mean, -100, 0.0)?,
            Loss::L1 => outputs.f_l1_loss(targets, mean)?,
        })
    }

    /// Refuses labels and outputs that do not fit this loss or each other.
    pub(super) fn check<Y: Target>(self, data: &Dataset<Y>, outputs: &[i64]) -> Result<()> {
        const OP: &str = "fit";
        let &[_, columns] = outputs else {
            return Err(Error::shape(OP, "the model's output", "[n, outputs]", outputs));
        };
        let labels = |problem: String| Err(Error::Labels { op: OP, problem });
        let not_a_class = |classes: f64| {
            let wrong = |y: &f64| *y < 0.0 || *y >= classes || y.fract() != 0.0;
            data.y.iter().map(|y| y.as_f64()).find(wrong)
        };
        match self {
            Loss::BceWithLogits | Loss::L1 if columns != 1 => {
                labels(format!("{self:?} expects a model with 1 output, got {columns}"))
            }
            Loss::BceWithLogits => match not_a_class(2.0) {
                Some(y) => labels(format!(
                    "BceWithLogits expects labels 0 and 1, got {y}; for more classes use Loss::CrossEntropy"
                )),
                None => Ok(()),
            },
            Loss::CrossEntropy => match not_a_class(columns as f64) {
                Some(y) => labels(format!(
                    "CrossEntropy with {columns} model outputs expects labels 0 to {}, got {y}",
                    columns - 1
                )),
                None => Ok(()),
            },
            Loss::L1 => Ok(()),
        }
    }
}
