//! Whether the crate `support` is still the one that was compiled.

use std::hash::{DefaultHasher, Hasher};

use crate::paths::LabPaths;
use crate::toolchain;

/// Changes when a source of the crate does.
pub fn of(lab: &LabPaths) -> u64 {
    let mut hasher = DefaultHasher::new();
    toolchain::glance(&lab.support(), &mut hasher);
    hasher.finish()
}
