//! Checks of arguments and class labels.

use ndarray::Array2;

use crate::error::{Error, Result, number};
use crate::memory;

/// The most points of a dataset: a larger shuffle would need 64-bit draws, which NumPy makes in another way.
const MOST_SAMPLES: usize = u32::MAX as usize;

/// The most classes of a dataset or a metric: larger labels are more likely values than classes.
pub(crate) const MOST_CLASSES: usize = 10_000;

/// Refuses a count below `least` or above [`MOST_SAMPLES`].
pub(super) fn samples(op: &'static str, name: &'static str, n: usize, least: usize) -> Result<()> {
    if n < least {
        return Err(Error::argument(op, name, format!("at least {least}"), n));
    }
    if n > MOST_SAMPLES {
        return Err(Error::argument(op, name, format!("at most {MOST_SAMPLES}"), n));
    }
    Ok(())
}

/// Refuses a number of classes below 1 or above [`MOST_CLASSES`].
pub(super) fn classes(op: &'static str, name: &'static str, n: usize) -> Result<()> {
    samples(op, name, n, 1)?;
    if n > MOST_CLASSES {
        return Err(Error::argument(op, name, format!("at most {MOST_CLASSES}"), n));
    }
    Ok(())
}

/// Returns the sum of the sizes of the classes; refuses a sum of 0.
pub(super) fn total(op: &'static str, name: &'static str, sizes: &[usize]) -> Result<usize> {
    let total = sizes.iter().fold(0usize, |sum, &n| sum.saturating_add(n));
    samples(op, name, total, 1)?;
    Ok(total)
}

pub(super) fn spread(op: &'static str, name: &'static str, value: f64) -> Result<()> {
    if value.is_finite() && value >= 0.0 {
        return Ok(());
    }
    Err(Error::argument(op, name, "finite and not negative", number(value)))
}

pub(super) fn finite(op: &'static str, name: &'static str, value: f64) -> Result<()> {
    if value.is_finite() {
        return Ok(());
    }
    Err(Error::argument(op, name, "a finite number", value))
}

/// Refuses `n` points of `bytes` bytes each if the memory has no room for them.
pub(super) fn memory(op: &'static str, name: &'static str, n: usize, bytes: usize) -> Result<()> {
    memory::check(op, name, n as u128 * bytes as u128, n)
}

/// Refuses points that are not finite, because finite arguments can overflow; the error names the argument `name` that
/// made the points too large.
pub(super) fn points(op: &'static str, name: &'static str, value: f64, x: &Array2<f64>) -> Result<()> {
    if x.iter().all(|v| v.is_finite()) {
        return Ok(());
    }
    Err(Error::argument(op, name, "small enough that every point stays finite", number(value)))
}

/// Returns the class of a label, or `None` if the label is outside 0 to 9999.
pub(super) fn class(label: i64) -> Option<usize> {
    usize::try_from(label).ok().filter(|&class| class < MOST_CLASSES)
}

/// Refuses labels that are not classes 0, 1, 2 …; the error names the row, followed by `of`, such as ` of y_pred`.
pub(crate) fn check_classes(
    op: &'static str,
    labels: impl IntoIterator<Item = i64>,
    of: &'static str,
) -> Result<()> {
    match labels.into_iter().enumerate().find(|&(_, label)| class(label).is_none()) {
        Some((row, label)) => {
            let most = MOST_CLASSES - 1;
            let problem = format!("expected labels from 0 to {most}, got {label} in row {row}{of}");
            Err(Error::Labels { op, problem })
        }
        None => Ok(()),
    }
}
