//! From arrays to tensors: f32 for numbers, i64 for class labels, as PyTorch's course has them.

use ndarray::ArrayView2;
use tch::{Cuda, Device, Tensor};

use crate::data::{Dataset, Target};
use crate::error::{Error, Result};

impl<Y: Target> Dataset<Y> {
    /// The points as `[n, features] f32`.
    ///
    /// # Errors
    /// A device that is not there; data that [`Dataset::new`] would refuse.
    pub fn x_tensor(&self, device: Device) -> Result<Tensor> {
        self.check("x_tensor")?;
        tensor_of(self.x.view(), device)
    }

    /// The targets as `[n] f32`: what binary cross entropy and L1 compare with.
    ///
    /// # Errors
    /// As [`Dataset::x_tensor`].
    pub fn y_tensor(&self, device: Device) -> Result<Tensor> {
        self.check("y_tensor")?;
        check_device("y_tensor", device)?;
        let values: Vec<f32> = self.y.iter().map(|y| y.as_f64() as f32).collect();
        Ok(Tensor::from_slice(&values).f_to_device(device)?)
    }
}

impl Dataset<i64> {
    /// The class labels as `[n] i64`: what cross entropy compares with.
    ///
    /// # Errors
    /// As [`Dataset::x_tensor`].
    pub fn label_tensor(&self, device: Device) -> Result<Tensor> {
        self.check("label_tensor")?;
        check_device("label_tensor", device)?;
        Ok(Tensor::from_slice(&self.y.to_vec()).f_to_device(device)?)
    }
}

/// `x` as f32 on `device`.
pub(crate) fn tensor_of(x: ArrayView2<'_, f64>, device: Device) -> Result<Tensor> {
    check_device("x_tensor", device)?;
    let values: Vec<f32> = x.iter().map(|&v| v as f32).collect();
    let shape = [x.nrows() as i64, x.ncols() as i64];
    Ok(Tensor::from_slice(&values).f_view(shape)?.f_to_device(device)?)
}

/// Refuses a CUDA device that is not there, before libtorch does so with a stack trace.
pub(crate) fn check_device(op: &'static str, device: Device) -> Result<()> {
    let expected = match device {
        Device::Cpu => return Ok(()),
        Device::Cuda(index) if (index as i64) < Cuda::device_count() => return Ok(()),
        Device::Cuda(_) if Cuda::is_available() => format!("one of {} CUDA devices", Cuda::device_count()),
        Device::Cuda(_) => "Cpu (this libtorch sees no CUDA device)".to_string(),
        _ => "Cpu or Cuda".to_string(),
    };
    Err(Error::Device { op, name: "device", expected, got: format!("{device:?}") })
}
