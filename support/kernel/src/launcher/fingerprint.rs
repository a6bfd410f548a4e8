//! Computes a fingerprint of the crate `support`, by which a preloaded kernel detects that its own copy is outdated.

use std::hash::{DefaultHasher, Hasher};

use protocol::fingerprint::{self, Reading};

use protocol::LabPaths;

/// Returns a hash that changes when a source of the crate does.
pub fn of(lab: &LabPaths) -> u64 {
    let mut hasher = DefaultHasher::new();
    fingerprint::of_support(&lab.support(), Reading::Metadata, &mut hasher);
    hasher.finish()
}
