//! Callbacks that record snapshots of the parameters, and the sizes of gradients and steps.

mod gradient_stats;
mod snapshots;

pub use gradient_stats::{GradientStats, RecordGradients};
pub use snapshots::RecordSnapshots;
