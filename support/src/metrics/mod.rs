//! Metrics of predictions, each from 0 to 1: accuracy, confusion matrix, and classification report.

mod accuracy;
mod confusion;
mod report;
mod truth;

pub use accuracy::{Comparable, accuracy};
pub use confusion::{ConfusionMatrix, confusion_matrix};
pub use report::{ClassScores, ClassificationReport, classification_report};
pub use truth::{Truth, WithLabels, with_labels};
