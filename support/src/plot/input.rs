//! Checks of the input of figures.

use ndarray::Array1;

use super::layout::style::CLASSES;
use crate::data::{Dataset, Target};
use crate::error::{Error, Result, number};
use crate::predictor::Predictor;

/// The largest size of a coordinate: larger numbers leave no room for a margin around the points.
const LARGEST: f64 = 1e12;

/// Checks that points have `features` features and can be drawn.
pub(super) fn points<Y: Target>(op: &'static str, data: &Dataset<Y>, features: usize) -> Result<()> {
    data.check(op)?;
    if data.n_features() != features {
        let expected = match features {
            1 => "[n, 1], one feature to draw along x",
            _ => "[n, 2], two features to draw as x and y",
        };
        return Err(Error::shape(op, "x", expected, data.x.dim()));
    }
    match data.x.iter().find(|v| v.abs() > LARGEST) {
        Some(far) => Err(Error::argument(op, "x", format!("within ±{LARGEST:e}"), number(*far))),
        None => Ok(()),
    }
}

/// Checks that labels are from 0 to `classes` - 1.
pub(super) fn labels(op: &'static str, y: &Array1<i64>, classes: usize) -> Result<()> {
    let fits = |&label: &i64| usize::try_from(label).is_ok_and(|label| label < classes);
    match y.iter().find(|label| !fits(label)) {
        Some(label) => {
            let problem = format!("expected labels from 0 to {}, got {label}", classes - 1);
            Err(Error::Labels { op, problem })
        }
        None => Ok(()),
    }
}

/// Checks that points have two features, and labels for which there are colours.
pub(super) fn classified(op: &'static str, data: &Dataset) -> Result<()> {
    points(op, data, 2)?;
    labels(op, &data.y, CLASSES.len())
}

/// Checks that points have more than one class: between points of one class there is no boundary.
pub(super) fn two_classes(op: &'static str, sets: &[&Dataset]) -> Result<()> {
    let mut labels = sets.iter().flat_map(|set| &set.y);
    match labels.next() {
        Some(first) if labels.all(|label| label == first) => {
            let problem = format!("expected points of at least two classes, got class {first} only");
            Err(Error::Labels { op, problem })
        }
        _ => Ok(()),
    }
}

/// The largest size of a number on an axis: the sum of two larger numbers may be infinite.
const ENDS: f64 = 1e300;

/// Checks that numbers are finite and fit on an axis; `at(i)` names the place of the i-th number in the error.
pub(super) fn finite(
    op: &'static str,
    name: &'static str,
    values: impl Iterator<Item = f64>,
    at: impl Fn(usize) -> String,
) -> Result<()> {
    for (i, value) in values.enumerate() {
        if !value.is_finite() {
            return Err(Error::NotFinite { op, name, value, at: at(i) });
        }
        if value.abs() > ENDS {
            return Err(Error::argument(
                op,
                name,
                format!("within ±{ENDS:e}"),
                format!("{value:e} at {}", at(i)),
            ));
        }
    }
    Ok(())
}

/// Checks that a number is from 1 to the number of colours.
pub(super) fn count(op: &'static str, name: &'static str, n: usize) -> Result<()> {
    if n == 0 || n > CLASSES.len() {
        return Err(Error::argument(op, name, format!("1 to {}", CLASSES.len()), n));
    }
    Ok(())
}

/// Returns the label that the model predicts for each point.
pub(super) fn predicted(op: &'static str, model: &dyn Predictor, data: &Dataset) -> Result<Array1<i64>> {
    let labels = model.predict_labels(&data.x)?;
    if labels.len() != data.len() {
        return Err(Error::shape(op, "predicted labels", format!("[{}]", data.len()), [labels.len()]));
    }
    Ok(labels)
}
