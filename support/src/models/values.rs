//! Parameters as plain bytes, for snapshots and files, and their conversion back to tensors.

use std::fmt::Display;

use tch::{Device, Kind, Tensor};

use crate::error::Result;

/// A tensor's shape, dtype and numbers, in memory outside libtorch.
#[derive(Clone, PartialEq)]
pub(super) struct Values {
    pub shape: Vec<i64>,
    pub kind: Kind,
    /// The numbers row by row.
    pub bytes: Vec<u8>,
}

impl Values {
    pub fn of(tensor: &Tensor) -> Result<Self> {
        let tensor = tensor.f_detach()?.f_to_device(Device::Cpu)?.f_contiguous()?;
        let kind = tensor.f_kind()?;
        let mut bytes = vec![0; tensor.numel() * kind.elt_size_in_bytes()];
        tensor.f_copy_data_u8(&mut bytes, tensor.numel())?;
        Ok(Self { shape: tensor.size(), kind, bytes })
    }

    /// Returns how many numbers there are.
    pub fn len(&self) -> usize {
        self.bytes.len() / self.kind.elt_size_in_bytes()
    }

    /// Returns the numbers as a tensor on the CPU.
    pub fn tensor(&self) -> Result<Tensor> {
        Ok(Tensor::f_from_data_size(&self.bytes, &self.shape, self.kind)?)
    }
}

/// Describes a shape or dtype that does not fit the parameter `target`; `None` if both fit. All floating-point dtypes
/// fit each other; shapes are not broadcast.
pub(super) fn misfit(shape: &[i64], kind: Kind, target: &Tensor) -> Option<String> {
    if shape != target.size() {
        return Some(format!("has the shape {shape:?}, expected {:?}", target.size()));
    }
    let wanted = target.kind();
    (kind != wanted && !(floating(kind) && floating(wanted)))
        .then(|| format!("is of dtype {kind:?}, expected {wanted:?}"))
}

/// Converts `source` to the dtype and device of `target`; fails with a description of a number out of the dtype's
/// range.
pub(super) fn converted(source: &Tensor, target: &Tensor) -> Result<Result<Tensor, String>> {
    let kind = target.kind();
    let there = source.f_to_kind(kind)?;
    if source.kind() != kind
        && let Some(value) = overflow(source, &there)?
    {
        return Ok(Err(format!("holds {value:e}, out of range for {kind:?}")));
    }
    Ok(Ok(there.f_to_device(target.device())?))
}

/// Describes the first number of `tensor` that is NaN or infinite; `None` if all are finite.
pub(super) fn not_finite(tensor: &Tensor) -> Result<Option<String>> {
    if !floating(tensor.kind()) || all_finite(tensor)? {
        return Ok(None);
    }
    let numbers = numbers(tensor)?;
    let found = numbers.iter().enumerate().find(|(_, value)| !value.is_finite());
    Ok(found.map(|(place, value)| format!("holds {value} at {:?}", index(place, &tensor.size()))))
}

/// Returns the first finite number of `before` that is not finite in `after`.
fn overflow(before: &Tensor, after: &Tensor) -> Result<Option<f64>> {
    if all_finite(after)? {
        return Ok(None);
    }
    let lost = |&(before, after): &(f64, f64)| before.is_finite() && !after.is_finite();
    Ok(numbers(before)?.into_iter().zip(numbers(after)?).find(lost).map(|(value, _)| value))
}

fn floating(kind: Kind) -> bool {
    matches!(kind, Kind::Half | Kind::BFloat16 | Kind::Float | Kind::Double)
}

fn all_finite(tensor: &Tensor) -> Result<bool> {
    Ok(tensor.f_isfinite()?.f_all()?.f_int64_value(&[])? == 1)
}

fn numbers(tensor: &Tensor) -> Result<Vec<f64>> {
    let row = tensor.f_detach()?.f_to_device(Device::Cpu)?.f_to_kind(Kind::Double)?.f_reshape([-1])?;
    Ok(Vec::try_from(row)?)
}

/// Returns the index (row, column, …) of the number at position `place` in row-by-row order.
fn index(mut place: usize, shape: &[i64]) -> Vec<usize> {
    let mut index: Vec<usize> = shape
        .iter()
        .rev()
        .map(|&size| {
            let size = size.max(1) as usize;
            let here = place % size;
            place /= size;
            here
        })
        .collect();
    index.reverse();
    index
}

/// Joins names for a sentence: the first eight and the number of the others.
pub(super) fn list<T: Display>(names: &[T]) -> String {
    const SHOWN: usize = 8;
    let mut text: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    if names.len() > SHOWN {
        text.push(format!("{} more", names.len() - SHOWN));
    }
    text.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dtype_comes_back_bit_for_bit() -> Result<()> {
        let x = Tensor::from_slice(&[1.0 / 3.0, -0.0, 65504.0, f64::NAN, 1e-7, 2.0]).view([3, 2]);
        for kind in [Kind::Double, Kind::Float, Kind::Half, Kind::BFloat16] {
            let values = Values::of(&x.to_kind(kind))?;
            assert!(Values::of(&values.tensor()?)? == values && values.kind == kind, "{kind:?}");
        }
        // A view whose memory is not row by row.
        let turned = Values::of(&x.tr())?.tensor()?;
        assert_eq!((turned.size(), turned.double_value(&[1, 2])), (vec![2, 3], 2.0));
        Ok(())
    }

    #[test]
    fn numbers_are_found_where_they_stand() -> Result<()> {
        let x = Tensor::from_slice(&[0.0, 1.0, 2.0, 3.0, f64::INFINITY, 5.0]).view([2, 3]);
        assert_eq!(not_finite(&x)?.as_deref(), Some("holds inf at [1, 1]"));
        assert_eq!(not_finite(&Tensor::from(f64::NAN))?.as_deref(), Some("holds NaN at []"));
        assert_eq!(list(&(0..10).collect::<Vec<_>>()), "`0`, `1`, `2`, `3`, `4`, `5`, `6`, `7`, 2 more");
        Ok(())
    }
}
