//! True labels, with which the confusion matrix and the classification report compare predictions.

use std::collections::HashMap;

use ndarray::Array1;

use crate::data::{Dataset, MOST_CLASSES};
use crate::error::{Error, Result};

/// True labels: an array of labels; a dataset, which also stores the number of classes, including those without points;
/// or either of them [`with_labels`], which sets the labels to list.
///
/// ```
/// use support::{ndarray::array, prelude::*};
/// let data = Dataset::new(array![[0.0], [1.0]], array![0, 1])?.with_classes(3)?;
/// let predicted = array![0, 0];
/// assert_eq!(confusion_matrix(&data.y, &predicted)?.counts.dim(), (2, 2));
/// assert_eq!(confusion_matrix(&data, &predicted)?.counts.dim(), (3, 3));
/// assert_eq!(confusion_matrix(&with_labels(&data, [0]), &predicted)?.counts.dim(), (1, 1));
/// # Ok::<(), Error>(())
/// ```
pub trait Truth: sealed::Sealed {
    /// Returns the labels, `[n]`.
    fn labels(&self) -> &Array1<i64>;
    /// Returns the number of classes, or `None` if only the labels tell the number.
    fn classes(&self) -> Option<usize> {
        None
    }
    /// Returns the labels to list, or `None` to list all classes.
    fn listed(&self) -> Option<&[i64]> {
        None
    }
}

pub(super) mod sealed {
    pub trait Sealed {}
    impl Sealed for ndarray::Array1<i64> {}
    impl Sealed for crate::data::Dataset {}
    impl Sealed for super::WithLabels<'_> {}
    impl Sealed for tch::Tensor {}
    impl<T: Sealed + ?Sized> Sealed for &T {}
}

impl Truth for Array1<i64> {
    fn labels(&self) -> &Array1<i64> {
        self
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
    fn listed(&self) -> Option<&[i64]> {
        (**self).listed()
    }
}

/// True labels and the labels to list, made by [`with_labels`].
#[derive(Clone, Debug)]
pub struct WithLabels<'a> {
    y_true: &'a Array1<i64>,
    listed: Vec<i64>,
}

/// Sets the labels that [`confusion_matrix`](super::confusion_matrix) and
/// [`classification_report`](super::classification_report) list, in the order given, like scikit-learn's `labels=`.
///
/// The labels are any distinct numbers, 1 to 10,000 of them; the matrix or the report refuses others. A label that is
/// neither true nor predicted has zeros. The matrix leaves out points whose true or predicted label is not listed; in
/// the report, `micro avg` then replaces the accuracy.
///
/// ```
/// use support::{ndarray::array, prelude::*};
/// let (y_true, predicted) = (array![0, 2, 2, 0], array![0, 2, 0, 0]);
/// let matrix = confusion_matrix(&with_labels(&y_true, [2, 0]), &predicted)?;
/// assert_eq!(matrix.counts, array![[1, 1], [0, 2]]);
/// assert_eq!(matrix.labels(), [2, 0]);
///
/// let report = classification_report(&with_labels(&y_true, 0..5), &predicted)?;
/// assert_eq!((report.classes.len(), report.classes[4].support), (5, 0));
/// # Ok::<(), Error>(())
/// ```
pub fn with_labels<T: Truth>(y_true: &T, labels: impl IntoIterator<Item = i64>) -> WithLabels<'_> {
    // One more than allowed is enough to see that there are too many, also in an endless range.
    WithLabels { y_true: y_true.labels(), listed: labels.into_iter().take(MOST_CLASSES + 1).collect() }
}

impl Truth for WithLabels<'_> {
    fn labels(&self) -> &Array1<i64> {
        self.y_true
    }
    fn listed(&self) -> Option<&[i64]> {
        Some(&self.listed)
    }
}

/// Labels in the order given, with the index of each.
pub(super) struct Listed {
    pub(super) labels: Vec<i64>,
    places: HashMap<i64, usize>,
}

impl Listed {
    /// Makes the list; refuses an empty one, one that is too long and one with a label given twice.
    pub(super) fn new(op: &'static str, labels: Vec<i64>) -> Result<Self> {
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
