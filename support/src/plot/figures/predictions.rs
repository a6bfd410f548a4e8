//! Points of a regression, and a model's predictions for them.

use ndarray::Array1;

use crate::data::{Dataset, Split};
use crate::error::{Error, Result};
use crate::plot::alt_text;
use crate::plot::builder::Plot;
use crate::plot::figure::Figure;
use crate::plot::input;
use crate::plot::layout::Sheet;
use crate::plot::layout::axis::Axis;
use crate::plot::layout::legend::{LegendEntry, Symbol};
use crate::plot::layout::mark::Mark;
use crate::plot::layout::panel::{Background, Frame, Panel};
use crate::plot::layout::style::{PREDICTION, TEST, TRAIN, WHOLE_CURVES};

/// Draws the training points and the test points of a regression, and with [`predictions`](Plot::predictions) those
/// that a model predicts for the test points.
///
#[cfg_attr(doc, doc = include_str!("../../../tests/snapshots/look__predictions.snap.svg"))]
///
/// # Errors
/// A number of features other than one, numbers that are NaN, infinite or beyond ±10³⁰⁰.
///
/// ```
/// use support::prelude::*;
/// let line = make_line(0.7, 0.3).build()?.split_at(80)?;
/// let guess = line.test.x.column(0).mapv(|x| 0.6 * x + 0.4);
/// let figure = plot_predictions(&line).predictions(&guess).draw()?;
/// assert!(figure.alt().contains("80 training points, 20 test points"));
/// # Ok::<(), Error>(())
/// ```
pub fn plot_predictions(data: &Split<f64>) -> Plot<'_, Figure, PredictionOptions<'_>> {
    Plot::with_options(move |options: &PredictionOptions<'_>| draw(data, options.predictions))
}

/// Options of a [`Plot`] of a regression, which methods of the plot set.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PredictionOptions<'a> {
    predictions: Option<&'a Array1<f64>>,
}

/// Options of [`plot_predictions`].
impl<'a> Plot<'_, Figure, PredictionOptions<'a>> {
    /// Adds the predictions for the test points, `[n_test]`.
    ///
    /// # Errors
    /// [`Plot::draw`] refuses another number of predictions than test points, and numbers that are NaN, infinite or
    /// beyond ±10³⁰⁰.
    pub fn predictions(self, predictions: &'a Array1<f64>) -> Self {
        self.set(|options| options.predictions = Some(predictions))
    }
}

fn draw(data: &Split<f64>, predictions: Option<&Array1<f64>>) -> Result<Figure> {
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
