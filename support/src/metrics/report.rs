//! The classification report: precision, recall and F1 of every class.

use std::collections::BTreeSet;
use std::fmt;

use ndarray::Array1;

use super::truth::{Listed, Truth};
use crate::data::check_classes;
use crate::error::Result;
use crate::predictor::check_lengths;
use crate::table::Table;

/// The scores of one class, or an average of those of several classes; each score is in 0..=1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassScores {
    /// The share of the points predicted as this class that are of this class; 0 if no point was predicted as this
    /// class.
    pub precision: f64,
    /// The share of the points of this class that were predicted as this class; 0 if there are no points of this class.
    pub recall: f64,
    /// The harmonic mean of precision and recall; 0 if both are 0.
    pub f1: f64,
    /// The number of points of this class; for an average, that of all its classes.
    pub support: usize,
}

/// The scores of every class and their averages, as scikit-learn's `classification_report` gives them.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassificationReport {
    /// The label of each entry of `classes`.
    pub labels: Vec<i64>,
    /// The scores, one entry per label, in the order of `labels`.
    pub classes: Vec<ClassScores>,
    /// The share of all points whose predicted label is right, in 0..=1.
    pub accuracy: f64,
    /// The scores of all points of the listed labels together; `None` if every label that occurs is listed, because
    /// these scores then equal the accuracy.
    pub micro_avg: Option<ClassScores>,
    /// The mean of the classes' scores, with the same weight for each class.
    pub macro_avg: ClassScores,
    /// The mean of the classes' scores, weighted by the number of points of each class.
    pub weighted_avg: ClassScores,
}

/// Computes precision, recall, F1 and the number of points of every class, with their averages: the rows and numbers of
/// scikit-learn's `classification_report(digits=3)`.
///
/// `y_true` is an array `[n]` or a dataset. For an array, there is one row per label that is true or predicted for some
/// point. For a dataset, there is also one row for each of its classes, including those without points.
/// [`with_labels`](super::with_labels) sets the rows and their order.
///
/// A score whose denominator is 0 is 0 and is printed as `0.000`, as with scikit-learn's `zero_division=0`
/// (scikit-learn's default also warns): the precision of a class that is never predicted, the recall of a class without
/// points, the F1 of a class with neither. Such zeros count in the averages.
///
/// # Errors
/// Lengths that differ, no points, labels outside 0 to 9999. With labels to list: none, more than 10,000, a label given
/// twice.
///
/// ```
/// use support::{metrics::classification_report, ndarray::array};
/// let report = classification_report(&array![0, 1, 1, 0], &array![0, 1, 0, 0])?;
/// assert_eq!((report.classes[1].precision, report.classes[1].recall), (1.0, 0.5));
/// assert_eq!(report.macro_avg.recall, 0.75);
/// # Ok::<(), support::Error>(())
/// ```
pub fn classification_report<T: Truth>(y_true: &T, y_pred: &Array1<i64>) -> Result<ClassificationReport> {
    const OP: &str = "classification_report";
    let (known, asked, y_true) = (y_true.classes().unwrap_or(0), y_true.listed(), y_true.labels());
    check_lengths(OP, y_true, y_pred)?;
    let labels = if let Some(labels) = asked {
        labels.to_vec()
    } else {
        check_classes(OP, y_true.iter().copied(), " of y_true")?;
        check_classes(OP, y_pred.iter().copied(), " of y_pred")?;
        let occurring = y_true.iter().chain(y_pred).copied();
        (0..known as i64).chain(occurring).collect::<BTreeSet<i64>>().into_iter().collect()
    };
    Ok(report(y_true, y_pred, Listed::new(OP, labels)?))
}

/// The numbers of points of one class, or of several: predicted rightly, predicted as the class, and of the class.
#[derive(Clone, Copy, Default)]
struct Tally {
    right: usize,
    called: usize,
    support: usize,
}

impl Tally {
    fn scores(self) -> ClassScores {
        let Tally { right, called, support } = self;
        ClassScores {
            precision: share(right, called),
            recall: share(right, support),
            // scikit-learn's form of F1, so that the last digit agrees.
            f1: share(2 * right, called + support),
            support,
        }
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Computes the report without a matrix of all pairs, so that ten thousand classes take no more work than two.
fn report(y_true: &Array1<i64>, y_pred: &Array1<i64>, listed: Listed) -> ClassificationReport {
    let mut tallies = vec![Tally::default(); listed.labels.len()];
    let (mut right, mut all_listed) = (0, true);
    for (&truth, &predicted) in y_true.iter().zip(y_pred) {
        let places = (listed.place(truth), listed.place(predicted));
        all_listed &= places.0.is_some() && places.1.is_some();
        if let Some(place) = places.0 {
            tallies[place].support += 1;
            tallies[place].right += usize::from(truth == predicted);
        }
        if let Some(place) = places.1 {
            tallies[place].called += 1;
        }
        right += usize::from(truth == predicted);
    }
    let sum = tallies.iter().fold(Tally::default(), |sum, one| Tally {
        right: sum.right + one.right,
        called: sum.called + one.called,
        support: sum.support + one.support,
    });
    let classes: Vec<ClassScores> = tallies.into_iter().map(Tally::scores).collect();
    ClassificationReport {
        labels: listed.labels,
        accuracy: share(right, y_true.len()),
        micro_avg: (!all_listed).then(|| sum.scores()),
        macro_avg: average(&classes, sum.support, |_| 1),
        weighted_avg: average(&classes, sum.support, |scores| scores.support),
        classes,
    }
}

/// Computes the mean of the scores, each class weighted by `weight`; 0 if all weights are 0.
fn average(classes: &[ClassScores], support: usize, weight: impl Fn(&ClassScores) -> usize) -> ClassScores {
    let whole = classes.iter().map(&weight).sum::<usize>().max(1) as f64;
    let mean = |score: fn(&ClassScores) -> f64| {
        classes.iter().map(|scores| score(scores) * weight(scores) as f64).sum::<f64>() / whole
    };
    ClassScores { precision: mean(|s| s.precision), recall: mean(|s| s.recall), f1: mean(|s| s.f1), support }
}

/// The most classes shown: a longer table cannot be read.
const MOST_SHOWN: usize = 100;

impl ClassificationReport {
    /// Returns the scores of a label, or `None` if the report does not list the label.
    ///
    /// ```
    /// use support::{metrics::classification_report, ndarray::array};
    /// let report = classification_report(&array![3, 7, 7], &array![3, 7, 3])?;
    /// assert_eq!(report.class(7).map(|scores| scores.recall), Some(0.5));
    /// assert_eq!(report.class(4), None);
    /// # Ok::<(), support::Error>(())
    /// ```
    pub fn class(&self, label: i64) -> Option<&ClassScores> {
        let place = self.labels.iter().position(|listed| *listed == label)?;
        self.classes.get(place)
    }

    /// Returns the report as a table: one row per label, then the averages. With more than 100 labels, the table has
    /// the averages alone and a sentence about the size.
    pub fn table(&self) -> Table {
        let numbers = |name: String, scores: &ClassScores| {
            let ClassScores { precision, recall, f1, support } = scores;
            let digits = [precision, recall, f1].map(|v| format!("{v:.3}"));
            [name].into_iter().chain(digits).chain([support.to_string()])
        };
        let mut table = Table::new(["class", "precision", "recall", "f1", "support"]);
        if self.classes.len() > MOST_SHOWN {
            table = table.note(format!(
                "Report of {} classes: too many to show a row for each (at most {MOST_SHOWN}). `classes` holds \
                 their scores.",
                self.classes.len()
            ));
        } else {
            for (label, scores) in self.labels.iter().zip(&self.classes) {
                table = table.row(numbers(label.to_string(), scores));
            }
        }
        table = match &self.micro_avg {
            Some(scores) => table.row(numbers("micro avg".to_string(), scores)),
            None => {
                let (accuracy, total) = (format!("{:.3}", self.accuracy), self.macro_avg.support.to_string());
                table.row(["accuracy".to_string(), String::new(), String::new(), accuracy, total])
            }
        };
        table
            .row(numbers("macro avg".to_string(), &self.macro_avg))
            .row(numbers("weighted avg".to_string(), &self.weighted_avg))
    }
}

impl fmt::Display for ClassificationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.table(), f)
    }
}
