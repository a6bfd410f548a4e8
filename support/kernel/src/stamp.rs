//! Whether the crate `support` is still the one that was compiled.

use std::hash::{DefaultHasher, Hasher};

use crate::build;
use crate::layout::Lab;

/// Changes when a source of the crate does.
pub fn of(lab: &Lab) -> u64 {
    let mut hasher = DefaultHasher::new();
    build::glance(&lab.support(), &mut hasher);
    hasher.finish()
}
