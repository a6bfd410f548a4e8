//! Metrics of predictions: accuracy, confusion matrix, and classification report.

mod confusion;
mod report;
mod truth;

pub use confusion::{ConfusionMatrix, accuracy, confusion_matrix, confusion_matrix_with};
pub use report::{ClassScores, ClassificationReport, classification_report, classification_report_with};
pub use truth::Truth;
