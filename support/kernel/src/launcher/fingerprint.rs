//! A fingerprint of the crate `support`, by which a preloaded kernel notices that its own is outdated.

use std::hash::{DefaultHasher, Hasher};

use protocol::fingerprint::{self, Reading};

use protocol::LabPaths;

/// Changes when a source of the crate does.
pub fn of(lab: &LabPaths) -> u64 {
    let mut hasher = DefaultHasher::new();
    fingerprint::of_support(&lab.support(), Reading::Metadata, &mut hasher);
    hasher.finish()
}
