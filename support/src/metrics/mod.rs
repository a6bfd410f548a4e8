//! Metrics: how good predictions are, beyond the loss.

mod confusion;
mod report;

pub use confusion::{ConfusionMatrix, accuracy, confusion_matrix};
pub use report::{ClassScores, ClassificationReport, classification_report};
