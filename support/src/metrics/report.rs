//! Precision, recall and F1 of every class.

use std::fmt;

use ndarray::Array1;

use super::confusion::{ConfusionMatrix, confusion_matrix};
use crate::error::Result;
use crate::table::Table;

/// One class's scores, each in 0..=1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassScores {
    /// Of the points called this class, the share that are: 0 if none were.
    pub precision: f64,
    /// Of the points of this class, the share that were found: 0 if there are none.
    pub recall: f64,
    /// The harmonic mean of the two: 0 if both are.
    pub f1: f64,
    /// How many points are of this class.
    pub support: usize,
}

/// The scores of every class, as scikit-learn's `classification_report` gives them.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassificationReport {
    /// One entry a class.
    pub classes: Vec<ClassScores>,
    /// The share of right labels, in 0..=1.
    pub accuracy: f64,
}

/// Precision, recall, F1 and the number of points of every class; 0 where a share has no denominator.
///
/// # Errors
/// Lengths that differ, no points, negative labels.
///
/// ```
/// use support::{metrics::classification_report, ndarray::array};
/// let report = classification_report(&array![0, 1, 1, 0], &array![0, 1, 0, 0])?;
/// assert_eq!((report.classes[1].precision, report.classes[1].recall), (1.0, 0.5));
/// # Ok::<(), support::Error>(())
/// ```
pub fn classification_report(y_true: &Array1<i64>, y_pred: &Array1<i64>) -> Result<ClassificationReport> {
    let ConfusionMatrix { counts } = confusion_matrix(y_true, y_pred)?;
    let share = |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
    let classes = (0..counts.nrows()).map(|class| {
        let (right, called, support) =
            (counts[[class, class]], counts.column(class).sum(), counts.row(class).sum());
        // scikit-learn's form of F1, so that the last digit agrees.
        let f1 = share(2 * right, called + support);
        ClassScores { precision: share(right, called), recall: share(right, support), f1, support }
    });
    let accuracy = share(counts.diag().sum(), counts.sum());
    Ok(ClassificationReport { classes: classes.collect(), accuracy })
}

impl ClassificationReport {
    /// The report as a table.
    pub fn table(&self) -> Table {
        let header = Table::new(["class", "precision", "recall", "f1", "support"]);
        let rows = self.classes.iter().enumerate().fold(header, |table, (class, scores)| {
            let ClassScores { precision, recall, f1, support } = scores;
            let numbers = [precision, recall, f1].map(|v| format!("{v:.3}"));
            table.row([class.to_string()].into_iter().chain(numbers).chain([support.to_string()]))
        });
        let total: usize = self.classes.iter().map(|scores| scores.support).sum();
        let accuracy = format!("{:.3}", self.accuracy);
        rows.row(["accuracy".to_string(), String::new(), String::new(), accuracy, total.to_string()])
    }
}

impl fmt::Display for ClassificationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.table(), f)
    }
}
