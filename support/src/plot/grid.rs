//! A model's scores on a grid of points around the data.

use ndarray::Array2;

use super::style::CLASSES;
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::predictor::Predictor;

/// Points along each side.
pub(super) const SIDE: usize = 101;
/// How far the grid reaches beyond the data: so many of the data's units, and at least this share of the
/// data's width, so that no dot is cut.
const MARGIN: f64 = 0.1;
const MARGIN_SHARE: f64 = 0.04;

/// Scores of every class at `SIDE` × `SIDE` points, row by row from the lowest y.
pub(super) struct Grid {
    /// The lowest and highest x1 and x2.
    pub(super) bounds: [(f64, f64); 2],
    /// `[SIDE * SIDE, classes]`, at least two classes.
    pub(super) scores: Array2<f64>,
}

impl Grid {
    /// Asks the model, which must take two features and know every label of the data.
    pub(super) fn of(op: &'static str, model: &dyn Predictor, data: &Dataset) -> Result<Self> {
        let bounds = data.bounds();
        let bounds = [0, 1].map(|i| padded(bounds[i]));
        let points = Array2::from_shape_fn((SIDE * SIDE, 2), |(i, axis)| {
            let step = if axis == 0 { i % SIDE } else { i / SIDE };
            let (low, high) = bounds[axis];
            low + (high - low) * step as f64 / (SIDE - 1) as f64
        });
        let raw = model.scores(points.view())?;
        let (rows, columns) = raw.dim();
        if rows != SIDE * SIDE || columns == 0 || columns > CLASSES.len() {
            let expected = format!("[{}, outputs], 1 to {} outputs", SIDE * SIDE, CLASSES.len());
            return Err(Error::shape(op, "scores", expected, [rows, columns]));
        }
        for ((row, _), &value) in raw.indexed_iter() {
            if !value.is_finite() {
                let at = format!("x1 = {:.3}, x2 = {:.3}", points[[row, 0]], points[[row, 1]]);
                return Err(Error::NotFinite { op, name: "scores", value, at });
            }
        }
        // One output is the score of class 1 against 0.
        let scores = if columns > 1 {
            raw
        } else {
            Array2::from_shape_fn((rows, 2), |(row, class)| if class == 0 { 0.0 } else { raw[[row, 0]] })
        };
        let grid = Self { bounds, scores };
        if let Some(label) = data.y.iter().find(|&&label| label < 0 || label >= grid.classes() as i64) {
            let problem =
                format!("the model tells {} classes apart, the data has label {label}", grid.classes());
            return Err(Error::Labels { op, problem });
        }
        Ok(grid)
    }

    pub(super) fn classes(&self) -> usize {
        self.scores.ncols()
    }

    /// The place of grid column `x` and row `y`, in the data's units.
    pub(super) fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let along = |(low, high): (f64, f64), step: f64| low + (high - low) * step / (SIDE - 1) as f64;
        (along(self.bounds[0], x), along(self.bounds[1], y))
    }
}

fn padded((low, high): (f64, f64)) -> (f64, f64) {
    // The last: where numbers are so large that a tenth would vanish.
    let margin = MARGIN.max(MARGIN_SHARE * (high - low)).max(1e-6 * low.abs().max(high.abs()));
    (low - margin, high + margin)
}
