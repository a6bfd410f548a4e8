//! Points of a regression, and a model's predictions for them.

use ndarray::Array1;

use crate::data::{Dataset, Split};
use crate::error::{Error, Result};
use crate::plot::alt_text;
use crate::plot::figure::Figure;
use crate::plot::input;
use crate::plot::layout::axis::Axis;
use crate::plot::layout::legend::{LegendEntry, Symbol};
use crate::plot::layout::mark::Mark;
use crate::plot::layout::panel::{Background, Frame, Panel};
use crate::plot::layout::sheet::Sheet;
use crate::plot::layout::style::{PREDICTION, TEST, TRAIN, WHOLE_CURVES};

/// Draws training points, test points and, if given, the predictions for the test points, `[n_test]`.
///
#[cfg_attr(doc, doc = include_str!("../../../tests/snapshots/look__predictions.snap.svg"))]
///
/// # Errors
/// A number of features other than one, another number of predictions than test points, numbers that are NaN,
/// infinite or beyond ±10³⁰⁰.
///
/// ```
/// use support::prelude::*;
/// let line = make_line(0.7, 0.3).build()?.split_at(80)?;
/// let guess = line.test.x.column(0).mapv(|x| 0.6 * x + 0.4);
/// let figure = plot_predictions(&line, Some(&guess))?;
/// assert!(figure.alt().contains("80 training points, 20 test points"));
/// # Ok::<(), Error>(())
/// ```
pub fn plot_predictions(data: &Split<f64>, predictions: Option<&Array1<f64>>) -> Result<Figure> {
    const OP: &str = "plot_predictions";
    input::points(OP, &data.train, 1)?;
    input::points(OP, &data.test, 1)?;
    for set in [&data.train, &data.test] {
        input::finite(OP, "y", set.y.iter().copied(), |row| format!("row {row}"))?;
    }
    let mut sets = vec![
        ("training data", TRAIN, points(&data.train, &data.train.y)),
        ("test data", TEST, points(&data.test, &data.test.y)),
    ];
    let mut alt = format!(
        "Scatter plot of a regression: {} training points, {} test points",
        data.train.len(),
        data.test.len()
    );
    if let Some(predictions) = predictions {
        if predictions.len() != data.test.len() {
            let expected = format!("[{}], one per test point", data.test.len());
            return Err(Error::shape(OP, "predictions", expected, [predictions.len()]));
        }
        input::finite(OP, "predictions", predictions.iter().copied(), |row| format!("row {row}"))?;
        let off = (predictions - &data.test.y).mapv(f64::abs).mean().unwrap_or(0.0);
        alt += &format!(" and predictions that miss them by {} on average", alt_text::number(off, 4));
        sets.push(("predictions", PREDICTION, points(&data.test, predictions)));
    }
    let n = data.train.len() + data.test.len();
    let all = || sets.iter().flat_map(|(_, _, points)| points);
    let (x, y) = (Axis::around("x", all().map(|p| p.0)), Axis::around("y", all().map(|p| p.1)));
    let legend = sets.iter().map(|(name, colour, _)| LegendEntry::new(Symbol::Dot(*colour), *name)).collect();
    let marks = sets.into_iter().map(|(_, colour, points)| Mark::dots(points, n, colour)).collect();
    let title = if predictions.is_some() { "Data and predictions" } else { "Data" };
    let panel =
        Panel { title: title.to_string(), frame: Frame::Axes { x, y, under: Background::Lines }, marks };
    Sheet { op: OP, alt: alt + ".", panel: WHOLE_CURVES, columns: 1, panels: vec![panel], legend }.draw()
}

fn points(data: &Dataset<f64>, y: &Array1<f64>) -> Vec<(f64, f64)> {
    data.x.column(0).iter().copied().zip(y.iter().copied()).collect()
}
