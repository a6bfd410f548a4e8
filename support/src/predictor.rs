//! The interface of a classifier for figures and metrics, with arrays instead of tensors.

use ndarray::{Array1, Array2, Axis};

use crate::error::Result;

/// A classifier, which computes one score per class for each point; the class with the highest score is the predicted
/// one.
///
/// `Model` implements the trait with its logits as scores. Your own types can implement it too, such as a rule written
/// by hand.
pub trait Predictor {
    /// Computes the raw scores of `x: [n, features]`: `[n, 1]` for a model with one output (a positive score means
    /// class 1), else `[n, classes]`.
    ///
    /// # Errors
    /// Points with another number of features than the model takes.
    fn scores(&self, x: &Array2<f64>) -> Result<Array2<f64>>;

    /// Computes the probability of each class for `x: [n, features]`, `[n, classes]`: `1 - sigmoid(score)` and
    /// `sigmoid(score)` for one column, else the softmax of the scores. Each row adds up to 1.
    ///
    /// # Errors
    /// Those of [`Predictor::scores`].
    fn predict_proba(&self, x: &Array2<f64>) -> Result<Array2<f64>> {
        Ok(probabilities_of(&self.scores(x)?))
    }

    /// Predicts the class labels for `x: [n, features]`, `[n]`: `round(sigmoid(score))` for one column, else the column
    /// with the highest score.
    ///
    /// # Errors
    /// Those of [`Predictor::scores`].
    fn predict_labels(&self, x: &Array2<f64>) -> Result<Array1<i64>> {
        Ok(labels_of(&self.scores(x)?))
    }
}

/// Computes probabilities from scores as [`Predictor::predict_proba`] does.
fn probabilities_of(scores: &Array2<f64>) -> Array2<f64> {
    let sigmoid = |z: f64| if z >= 0.0 { 1.0 / (1.0 + (-z).exp()) } else { z.exp() / (1.0 + z.exp()) };
    let mut probabilities = match scores.ncols() {
        1 => ndarray::concatenate![Axis(1), -scores, *scores],
        _ => return softmax(scores),
    };
    probabilities.mapv_inplace(sigmoid);
    probabilities
}

/// Computes the softmax of each row. The highest score is subtracted first, so that no exponential overflows.
fn softmax(scores: &Array2<f64>) -> Array2<f64> {
    let mut rows = scores.clone();
    for mut row in rows.rows_mut() {
        let highest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        row.mapv_inplace(|score| (score - highest).exp());
        let sum = row.sum();
        row.mapv_inplace(|part| part / sum);
    }
    rows
}

/// Computes labels from scores as [`Predictor::predict_labels`] does. `sigmoid(0) = 0.5` rounds to even, that is to 0.
pub(crate) fn labels_of(scores: &Array2<f64>) -> Array1<i64> {
    scores.map_axis(Axis(1), |row| {
        if row.len() == 1 {
            return i64::from(row[0] > 0.0);
        }
        let best = row.iter().enumerate().fold(0, |best, (i, &v)| if v > row[best] { i } else { best });
        best as i64
    })
}
