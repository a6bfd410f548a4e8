//! What a figure or a metric needs of a model, so that neither knows tensors.

use ndarray::{Array1, Array2, ArrayView2, Axis};

use crate::error::Result;

/// Something that scores points: one column a class, the highest wins.
///
/// A `Model` is one; so is anything of yours that can score points, such as a rule written by hand.
pub trait Predictor {
    /// The raw scores of `x: [n, features]`: `[n, 1]` for a model with one output (a positive score
    /// means class 1), else `[n, classes]`.
    ///
    /// # Errors
    /// Points with another number of features than the model takes.
    fn scores(&self, x: ArrayView2<'_, f64>) -> Result<Array2<f64>>;

    /// The labels: `round(sigmoid(score))` for one column, else the column with the highest score.
    ///
    /// # Errors
    /// Those of [`Predictor::scores`].
    fn labels(&self, x: ArrayView2<'_, f64>) -> Result<Array1<i64>> {
        Ok(labels_of(&self.scores(x)?))
    }
}

/// Labels from scores, as [`Predictor::labels`] says. `sigmoid(0) = 0.5` rounds to even, that is to 0.
pub(crate) fn labels_of(scores: &Array2<f64>) -> Array1<i64> {
    scores.map_axis(Axis(1), |row| {
        if row.len() == 1 {
            return i64::from(row[0] > 0.0);
        }
        let best = row.iter().enumerate().fold(0, |best, (i, &v)| if v > row[best] { i } else { best });
        best as i64
    })
}
