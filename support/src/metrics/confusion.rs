//! Which class was taken for which.

use std::fmt;

use ndarray::{Array1, Array2};

use crate::error::{Error, Result};
use crate::table::Table;

/// The share of `y_pred` that equals `y_true`, in per cent.
///
/// # Errors
/// Lengths that differ, no points.
///
/// ```
/// use support::{metrics::accuracy, ndarray::array};
/// assert_eq!(accuracy(&array![0, 1, 1, 0], &array![0, 1, 0, 0])?, 75.0);
/// # Ok::<(), support::Error>(())
/// ```
pub fn accuracy(y_true: &Array1<i64>, y_pred: &Array1<i64>) -> Result<f64> {
    check_lengths("accuracy", y_true, y_pred)?;
    let correct = y_true.iter().zip(y_pred).filter(|(a, b)| a == b).count();
    Ok(correct as f64 / y_true.len() as f64 * 100.0)
}

fn check_lengths(op: &'static str, y_true: &Array1<i64>, y_pred: &Array1<i64>) -> Result<()> {
    if y_true.is_empty() || y_true.len() != y_pred.len() {
        let expected = format!("[{}], with at least one label", y_true.len());
        return Err(Error::shape(op, "y_pred", expected, [y_pred.len()]));
    }
    Ok(())
}

/// Counts by true class (rows) and predicted class (columns), as scikit-learn lays them out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfusionMatrix {
    /// `counts[[true, predicted]]`, `[classes, classes]`.
    pub counts: Array2<usize>,
}

/// Counts how often each class was taken for each.
///
/// # Errors
/// Lengths that differ, no points, negative labels.
///
/// ```
/// use support::{metrics::confusion_matrix, ndarray::array};
/// let matrix = confusion_matrix(&array![0, 1, 1, 0], &array![0, 1, 0, 0])?;
/// assert_eq!(matrix.counts, array![[2, 0], [1, 1]]);
/// # Ok::<(), support::Error>(())
/// ```
pub fn confusion_matrix(y_true: &Array1<i64>, y_pred: &Array1<i64>) -> Result<ConfusionMatrix> {
    const OP: &str = "confusion_matrix";
    check_lengths(OP, y_true, y_pred)?;
    let labels = || y_true.iter().chain(y_pred).copied();
    if let Some(label) = labels().find(|label| *label < 0 || *label >= MOST_CLASSES) {
        let problem = format!("expected labels from 0 to {}, got {label}", MOST_CLASSES - 1);
        return Err(Error::Labels { op: OP, problem });
    }
    let classes = labels().max().unwrap_or(0).max(1) as usize + 1;
    let mut counts = Array2::zeros((classes, classes));
    for (&truth, &predicted) in y_true.iter().zip(y_pred) {
        counts[[truth as usize, predicted as usize]] += 1;
    }
    Ok(ConfusionMatrix { counts })
}

/// More classes than this are more likely values than labels, and would not fit in memory.
const MOST_CLASSES: i64 = 10_000;

impl ConfusionMatrix {
    /// The matrix as a table.
    pub fn table(&self) -> Table {
        let predicted = (0..self.counts.ncols()).map(|class| format!("predicted {class}"));
        let header = Table::new([String::new()].into_iter().chain(predicted)).align_left(1);
        self.counts.rows().into_iter().enumerate().fold(header, |table, (class, row)| {
            table.row([format!("true {class}")].into_iter().chain(row.iter().map(usize::to_string)))
        })
    }
}

impl fmt::Display for ConfusionMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.table(), f)
    }
}
