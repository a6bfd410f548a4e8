//! What the generators ask of their arguments.

use crate::error::{Error, Result};

/// Above this a shuffle would need 64-bit draws, which NumPy makes in another way.
const MOST_SAMPLES: usize = u32::MAX as usize;

pub(super) fn samples(op: &'static str, name: &'static str, n: usize, least: usize) -> Result<()> {
    if n < least {
        return Err(Error::argument(op, name, format!("at least {least}"), n));
    }
    if n > MOST_SAMPLES {
        return Err(Error::argument(op, name, format!("at most {MOST_SAMPLES}"), n));
    }
    Ok(())
}

pub(super) fn spread(op: &'static str, name: &'static str, value: f64) -> Result<()> {
    if value.is_finite() && value >= 0.0 {
        return Ok(());
    }
    Err(Error::argument(op, name, "finite and not negative", value))
}

pub(super) fn finite(op: &'static str, name: &'static str, value: f64) -> Result<()> {
    if value.is_finite() {
        return Ok(());
    }
    Err(Error::argument(op, name, "a finite number", value))
}
