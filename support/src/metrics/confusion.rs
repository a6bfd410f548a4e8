//! The confusion matrix.

use std::fmt;

use ndarray::{Array1, Array2};

use super::truth::{Listed, Truth};
use crate::data::check_classes;
use crate::error::{Error, Result};
use crate::memory;
use crate::predictor::check_lengths;
use crate::table::Table;

const OP: &str = "confusion_matrix";

/// A confusion matrix: counts by true class (rows) and predicted class (columns), as in scikit-learn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfusionMatrix {
    /// `counts[[true, predicted]]`, `[classes, classes]`.
    pub counts: Array2<usize>,
    /// The label of each row and column.
    labels: Vec<i64>,
}

/// Counts the points of each pair of true and predicted class: `counts[[i, j]]` points of class i were predicted as j.
///
/// `y_true` is an array `[n]` or a dataset. With an array, the labels tell the number of classes, which is at least 2.
/// A dataset also has the classes without points ([`Dataset::n_classes`](crate::data::Dataset::n_classes)), so that the
/// matrices of a training and a test set have the same shape. [`with_labels`](super::with_labels) sets the labels of the
/// rows and columns, and their order.
///
/// # Errors
/// Lengths that differ, no points, labels outside 0 to 9999, more classes than the memory has room for. With labels to
/// list: none, more than 10,000, a label given twice, no label that is in `y_true`.
///
/// ```
/// use support::{metrics::confusion_matrix, ndarray::array};
/// let matrix = confusion_matrix(&array![0, 1, 1, 0], &array![0, 1, 0, 0])?;
/// assert_eq!(matrix.counts, array![[2, 0], [1, 1]]);
/// # Ok::<(), support::Error>(())
/// ```
pub fn confusion_matrix<T: Truth>(y_true: &T, y_pred: &Array1<i64>) -> Result<ConfusionMatrix> {
    let (known, asked, y_true) = (y_true.classes().unwrap_or(2), y_true.listed(), y_true.labels());
    check_lengths(OP, y_true, y_pred)?;
    if let Some(labels) = asked {
        let listed = Listed::new(OP, labels.to_vec())?;
        if !y_true.iter().any(|&label| listed.place(label).is_some()) {
            return Err(Error::argument(OP, "labels", "at least one that is in y_true", "none"));
        }
        return count(y_true, y_pred, listed);
    }
    check_classes(OP, y_true.iter().copied(), " of y_true")?;
    check_classes(OP, y_pred.iter().copied(), " of y_pred")?;
    let highest = y_true.iter().chain(y_pred).copied().max().unwrap_or(0);
    let classes = known.max(highest as usize + 1);
    count(y_true, y_pred, Listed::new(OP, (0..classes as i64).collect())?)
}

fn count(y_true: &Array1<i64>, y_pred: &Array1<i64>, listed: Listed) -> Result<ConfusionMatrix> {
    let n = listed.labels.len();
    memory::check(OP, "number of classes", (n * n * size_of::<usize>()) as u128, n)?;
    let mut counts = Array2::zeros((n, n));
    for (&truth, &predicted) in y_true.iter().zip(y_pred) {
        if let (Some(row), Some(column)) = (listed.place(truth), listed.place(predicted)) {
            counts[[row, column]] += 1;
        }
    }
    Ok(ConfusionMatrix { counts, labels: listed.labels })
}

/// The most rows and columns shown: a larger table cannot be read.
const MOST_SHOWN: usize = 100;

impl ConfusionMatrix {
    /// Makes a confusion matrix from counts, `[classes, classes]`; its classes are 0, 1, 2 …
    ///
    /// # Errors
    /// A matrix that is not square, or without classes.
    ///
    /// ```
    /// use support::{metrics::ConfusionMatrix, ndarray::array};
    /// let matrix = ConfusionMatrix::new(array![[48, 2], [1, 49]])?;
    /// assert_eq!(matrix.labels(), [0, 1]);
    /// # Ok::<(), support::Error>(())
    /// ```
    pub fn new(counts: Array2<usize>) -> Result<Self> {
        if counts.nrows() != counts.ncols() || counts.is_empty() {
            let shape = counts.dim();
            return Err(Error::shape("ConfusionMatrix::new", "counts", "[classes, classes]", shape));
        }
        let labels = (0..counts.nrows() as i64).collect();
        Ok(Self { counts, labels })
    }

    /// Returns the label of each row and column, in order.
    pub fn labels(&self) -> &[i64] {
        &self.labels
    }

    /// Returns the label of a row or column as text, or its index if `counts` was enlarged by hand.
    pub(crate) fn name(&self, place: usize) -> String {
        self.labels.get(place).map_or(place.to_string(), i64::to_string)
    }

    /// Returns the matrix as a table; with more than 100 classes, a sentence about the size instead.
    pub fn table(&self) -> Table {
        let (rows, columns) = self.counts.dim();
        if rows.max(columns) > MOST_SHOWN {
            let note = format!(
                "Confusion matrix of {rows} classes: too large to show as a table (at most {MOST_SHOWN}). \
                 `counts` holds the numbers."
            );
            return Table::new([""; 0]).note(note);
        }
        let predicted = (0..columns).map(|place| format!("predicted {}", self.name(place)));
        let header = Table::new([String::new()].into_iter().chain(predicted)).align_left(1);
        self.counts.rows().into_iter().enumerate().fold(header, |table, (place, row)| {
            let name = format!("true {}", self.name(place));
            table.row([name].into_iter().chain(row.iter().map(usize::to_string)))
        })
    }
}

impl fmt::Display for ConfusionMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.table(), f)
    }
}
