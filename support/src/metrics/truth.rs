//! True labels, with which metrics compare predictions.

use std::collections::HashMap;

use ndarray::Array1;

use crate::data::{Dataset, MOST_CLASSES};
use crate::error::{Error, Result};

/// True labels: an array of labels, or a dataset, which also stores the number of classes, including those without
/// points.
///
/// ```
/// use support::{ndarray::array, prelude::*};
/// let data = Dataset::new(array![[0.0], [1.0]], array![0, 1])?.with_classes(3)?;
/// let predicted = array![0, 0];
/// assert_eq!(confusion_matrix(&data.y, &predicted)?.counts.dim(), (2, 2));
/// assert_eq!(confusion_matrix(&data, &predicted)?.counts.dim(), (3, 3));
/// # Ok::<(), Error>(())
/// ```
pub trait Truth: sealed::Sealed {
    /// Returns the labels, `[n]`.
    fn labels(&self) -> &Array1<i64>;
    /// Returns the number of classes, or `None` if only the labels tell the number.
    fn classes(&self) -> Option<usize>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for ndarray::Array1<i64> {}
    impl Sealed for crate::data::Dataset {}
    impl<T: Sealed + ?Sized> Sealed for &T {}
}

impl Truth for Array1<i64> {
    fn labels(&self) -> &Array1<i64> {
        self
    }
    fn classes(&self) -> Option<usize> {
        None
    }
}

impl Truth for Dataset {
    fn labels(&self) -> &Array1<i64> {
        &self.y
    }
    fn classes(&self) -> Option<usize> {
        Some(self.n_classes())
    }
}

impl<T: Truth + ?Sized> Truth for &T {
    fn labels(&self) -> &Array1<i64> {
        (**self).labels()
    }
    fn classes(&self) -> Option<usize> {
        (**self).classes()
    }
}

/// Refuses arrays that cannot be compared point by point.
pub(super) fn check_lengths(op: &'static str, y_true: &Array1<i64>, y_pred: &Array1<i64>) -> Result<()> {
    if y_true.is_empty() {
        return Err(Error::shape(op, "y_true", "[n], with at least one label", [0]));
    }
    if y_true.len() != y_pred.len() {
        let expected = format!("[{}], one label for each of y_true", y_true.len());
        return Err(Error::shape(op, "y_pred", expected, [y_pred.len()]));
    }
    Ok(())
}

/// Refuses labels that are not classes 0, 1, 2 …; the error names the row.
pub(super) fn check_classes(op: &'static str, y_true: &Array1<i64>, y_pred: &Array1<i64>) -> Result<()> {
    for (name, labels) in [("y_true", y_true), ("y_pred", y_pred)] {
        let no_class = |label: &i64| !usize::try_from(*label).is_ok_and(|class| class < MOST_CLASSES);
        if let Some((row, label)) = labels.iter().enumerate().find(|(_, label)| no_class(label)) {
            let most = MOST_CLASSES - 1;
            let problem = format!("expected labels from 0 to {most}, got {label} in row {row} of {name}");
            return Err(Error::Labels { op, problem });
        }
    }
    Ok(())
}

/// Labels in the order given, with the index of each.
pub(super) struct Listed {
    pub(super) labels: Vec<i64>,
    places: HashMap<i64, usize>,
}

impl Listed {
    /// Makes the list; refuses an empty one and one with a label given twice.
    pub(super) fn new(op: &'static str, labels: impl IntoIterator<Item = i64>) -> Result<Self> {
        // One more than allowed is enough to see that there are too many, also in an endless range.
        let labels: Vec<i64> = labels.into_iter().take(MOST_CLASSES + 1).collect();
        if labels.is_empty() || labels.len() > MOST_CLASSES {
            let got = if labels.is_empty() { "none" } else { "more" };
            return Err(Error::argument(op, "labels", format!("1 to {MOST_CLASSES} labels"), got));
        }
        let mut places = HashMap::with_capacity(labels.len());
        for (place, &label) in labels.iter().enumerate() {
            if places.insert(label, place).is_some() {
                let got = format!("{label} more than once");
                return Err(Error::argument(op, "labels", "labels that differ", got));
            }
        }
        Ok(Self { labels, places })
    }

    /// Returns the index of a label in the list, or `None` if the label is not listed.
    pub(super) fn place(&self, label: i64) -> Option<usize> {
        self.places.get(&label).copied()
    }
}
