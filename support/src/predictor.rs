//! The interface of a classifier for figures and metrics, with arrays instead of tensors.

use ndarray::{Array1, Array2, Axis};

use crate::data::Dataset;
use crate::error::{Error, Result};

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

    /// Computes the accuracy on `data`, as scikit-learn's `score`: the share of its points whose label is predicted
    /// right, 0 to 1.
    ///
    /// # Errors
    /// Those of [`Predictor::scores`]; no points, another number of labels than points.
    ///
    /// ```
    /// use support::{ndarray::array, prelude::*};
    /// /// Class 1 on the right of the origin.
    /// struct Right;
    /// impl Predictor for Right {
    ///     fn scores(&self, x: &Array2<f64>) -> Result<Array2<f64>> {
    ///         Ok(x.slice(ndarray::s![.., ..1]).to_owned())
    ///     }
    /// }
    /// let data = Dataset::new(array![[-2.0], [-1.0], [1.0], [2.0]], array![0, 1, 1, 1])?;
    /// assert_eq!(Right.score(&data)?, 0.75);
    /// # Ok::<(), Error>(())
    /// ```
    fn score(&self, data: &Dataset) -> Result<f64> {
        share_right("score", &data.y, &self.predict_labels(&data.x)?)
    }
}

/// Computes probabilities from scores as [`Predictor::predict_proba`] does.
fn probabilities_of(scores: &Array2<f64>) -> Array2<f64> {
    let sigmoid = |z: f64| if z >= 0.0 { 1.0 / (1.0 + (-z).exp()) } else { z.exp() / (1.0 + z.exp()) };
    if scores.ncols() != 1 {
        return softmax(scores);
    }
    Array2::from_shape_fn((scores.nrows(), 2), |(row, class)| {
        let score = scores[[row, 0]];
        sigmoid(if class == 1 { score } else { -score })
    })
}

/// Computes the softmax of each row. The highest score is subtracted first, so that no exponential overflows.
fn softmax(scores: &Array2<f64>) -> Array2<f64> {
    let mut rows = scores.clone();
    for mut row in rows.rows_mut() {
        let highest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        // Not by the difference alone: that of two infinite scores is NaN.
        row.mapv_inplace(|score| if score == highest { 1.0 } else { (score - highest).exp() });
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
        argmax(row.iter().copied()) as i64
    })
}

/// Refuses arrays that cannot be compared point by point.
pub(crate) fn check_lengths(op: &'static str, y_true: &Array1<i64>, y_pred: &Array1<i64>) -> Result<()> {
    if y_true.is_empty() {
        return Err(Error::shape(op, "y_true", "[n], with at least one label", [0]));
    }
    if y_true.len() != y_pred.len() {
        let expected = format!("[{}], one label for each of y_true", y_true.len());
        return Err(Error::shape(op, "y_pred", expected, [y_pred.len()]));
    }
    Ok(())
}

/// Computes the share of `y_pred` that equals `y_true`, 0 to 1; refuses the arrays that [`check_lengths`] refuses.
pub(crate) fn share_right(op: &'static str, y_true: &Array1<i64>, y_pred: &Array1<i64>) -> Result<f64> {
    check_lengths(op, y_true, y_pred)?;
    let right = y_true.iter().zip(y_pred).filter(|(a, b)| a == b).count();
    Ok(right as f64 / y_true.len() as f64)
}

/// Returns the index of the first of the highest values, as PyTorch's argmax; 0 if there are none.
pub(crate) fn argmax<T: PartialOrd>(values: impl IntoIterator<Item = T>) -> usize {
    let mut best = None;
    for (index, value) in values.into_iter().enumerate() {
        if best.as_ref().is_none_or(|(_, highest)| value > *highest) {
            best = Some((index, value));
        }
    }
    best.map_or(0, |(index, _)| index)
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn probabilities_are_those_of_the_labels() {
        let binary = array![[0.0], [2.0], [-2.0], [1e9], [-1e9], [f64::INFINITY], [f64::NEG_INFINITY]];
        let found = probabilities_of(&binary);
        assert!((found[[1, 1]] - 0.880_797_077_977_882_4).abs() < 1e-15, "{found}");
        assert_eq!((found[[0, 0]], found[[3, 1]], found[[4, 1]]), (0.5, 1.0, 0.0));
        let several = array![[1.0, 2.0, 3.0], [1e9, -1e9, 0.0], [f64::INFINITY, 0.0, 1.0]];
        let classes = probabilities_of(&several);
        assert!((classes[[0, 2]] - 0.665_240_955_774_821_7).abs() < 1e-15, "{classes}");
        for (scores, found) in [(binary, found), (several, classes)] {
            assert!(found.rows().into_iter().all(|row| (row.sum() - 1.0).abs() < 1e-12), "{found}");
            assert!(found.is_standard_layout());
            let labels: Vec<i64> =
                found.rows().into_iter().map(|row| argmax(row.iter().copied()) as i64).collect();
            assert_eq!(labels, labels_of(&scores).to_vec());
        }
        assert_eq!(probabilities_of(&Array2::zeros((0, 1))).dim(), (0, 2));
    }

    #[test]
    fn the_first_of_equal_values_is_the_highest() {
        assert_eq!(argmax([1.0, 3.0, 3.0]), 1);
        assert_eq!(argmax(Vec::<f64>::new()), 0);
    }
}
