//! Conversion of arrays to tensors: f32 for numbers, i64 for class labels, as in the PyTorch course.

use ndarray::ArrayView2;
use tch::{Cuda, Device, Tensor};

use crate::data::{Dataset, Target};
use crate::error::{Error, Result};

impl<Y: Target> Dataset<Y> {
    /// Returns the points as a tensor, `[n, features] f32`.
    ///
    /// # Errors
    /// A device that does not exist; data that [`Dataset::new`] would refuse; numbers out of the range of f32.
    pub fn x_tensor(&self, device: Device) -> Result<Tensor> {
        self.check("x_tensor")?;
        tensor_of("x_tensor", self.x.view(), device)
    }

    /// Returns the targets as a tensor, `[n] f32`, for binary cross entropy and L1.
    ///
    /// # Errors
    /// Those of [`Dataset::x_tensor`].
    pub fn y_tensor(&self, device: Device) -> Result<Tensor> {
        self.check("y_tensor")?;
        check_device("y_tensor", device)?;
        let narrow = |(row, y): (usize, &Y)| narrowed("y_tensor", "y", y.as_f64(), || format!("row {row}"));
        let values: Vec<f32> = self.y.iter().enumerate().map(narrow).collect::<Result<_>>()?;
        Ok(Tensor::from_slice(&values).f_to_device(device)?)
    }
}

impl Dataset<i64> {
    /// Returns the class labels as a tensor, `[n] i64`, for cross entropy.
    ///
    /// # Errors
    /// Those of [`Dataset::x_tensor`].
    pub fn label_tensor(&self, device: Device) -> Result<Tensor> {
        self.check("label_tensor")?;
        check_device("label_tensor", device)?;
        Ok(Tensor::from_slice(&self.y.to_vec()).f_to_device(device)?)
    }
}

/// Returns `x` as a tensor of f32 on `device`.
pub(crate) fn tensor_of(op: &'static str, x: ArrayView2<'_, f64>, device: Device) -> Result<Tensor> {
    check_device(op, device)?;
    let narrow = |((row, column), &value): ((usize, usize), &f64)| {
        narrowed(op, "x", value, || format!("row {row}, column {column}"))
    };
    let values: Vec<f32> = x.indexed_iter().map(narrow).collect::<Result<_>>()?;
    let shape = [x.nrows() as i64, x.ncols() as i64];
    Ok(Tensor::from_slice(&values).f_view(shape)?.f_to_device(device)?)
}

/// Returns the nearest f32; refuses a number that is not finite in f32.
fn narrowed(op: &'static str, name: &'static str, value: f64, at: impl Fn() -> String) -> Result<f32> {
    let narrow = value as f32;
    if narrow.is_finite() {
        Ok(narrow)
    } else if value.is_finite() {
        Err(Error::argument(op, name, "in the range of f32 (±3.4e38)", format!("{value:e} at {}", at())))
    } else {
        Err(Error::NotFinite { op, name, value, at: at() })
    }
}

/// Refuses a CUDA device that does not exist, before libtorch does so with a stack trace.
pub(crate) fn check_device(op: &'static str, device: Device) -> Result<()> {
    let expected = match device {
        Device::Cpu => return Ok(()),
        Device::Cuda(index) if i64::try_from(index).is_ok_and(|i| i < Cuda::device_count()) => return Ok(()),
        Device::Cuda(_) if Cuda::is_available() => {
            format!("Cpu or a CUDA device below {}", Cuda::device_count())
        }
        Device::Cuda(_) => "Cpu (this libtorch sees no CUDA device)".to_string(),
        _ => "Cpu or Cuda".to_string(),
    };
    Err(Error::Device { op, name: "device", expected, got: format!("{device:?}") })
}
