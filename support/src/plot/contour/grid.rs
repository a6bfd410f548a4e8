//! A model's scores on a grid of points around the data.

use ndarray::Array2;

use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::plot::layout::style::CLASSES;
use crate::predictor::Predictor;

/// Default number of points along each side.
pub(in crate::plot) const SIDE: usize = 101;
/// The largest number of points along each side: more make no visible difference and are slow.
const MOST: usize = 1001;
/// Margin of the grid around the data, so that no dot is cut: in the data's units, and at least as a share of the
/// data's width.
const MARGIN: f64 = 0.1;
const MARGIN_SHARE: f64 = 0.04;

/// Evenly spaced points of the plane, row by row from the lowest y.
#[derive(Clone, Debug)]
pub(in crate::plot) struct Grid {
    /// The lowest and highest x1 and x2.
    pub(in crate::plot) bounds: [(f64, f64); 2],
    /// Points along each side, at least 2.
    pub(in crate::plot) side: usize,
}

impl Grid {
    /// Returns a grid around the points of `data`, which has two features.
    pub(in crate::plot) fn around(op: &'static str, data: &Dataset, side: usize) -> Result<Self> {
        if !(2..=MOST).contains(&side) {
            return Err(Error::argument(op, "grid", format!("2 to {MOST} points along a side"), side));
        }
        let bounds = data.bounds();
        Ok(Self { bounds: [0, 1].map(|i| padded(bounds[i])), side })
    }

    /// Returns the number of points.
    pub(in crate::plot) fn len(&self) -> usize {
        self.side * self.side
    }

    /// Returns the points, `[side * side, 2]`.
    pub(in crate::plot) fn points(&self) -> Array2<f64> {
        Array2::from_shape_fn((self.len(), 2), |(i, axis)| {
            let step = if axis == 0 { i % self.side } else { i / self.side };
            self.along(axis, step as f64)
        })
    }

    /// Returns the place of column `x` and row `y`, in the data's units.
    pub(in crate::plot) fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (self.along(0, x), self.along(1, y))
    }

    fn along(&self, axis: usize, step: f64) -> f64 {
        let (low, high) = self.bounds[axis];
        low + (high - low) * step / (self.side - 1) as f64
    }
}

/// Scores of every class at the points of a grid.
pub(in crate::plot) struct ScoreGrid {
    pub(in crate::plot) lattice: Grid,
    /// The scores, `[side * side, classes]`, at least two classes.
    pub(in crate::plot) scores: Array2<f64>,
}

impl ScoreGrid {
    /// Computes the scores of a model, which must take two features and know every label of the data.
    pub(in crate::plot) fn of(
        op: &'static str,
        model: &dyn Predictor,
        data: &Dataset,
        side: usize,
    ) -> Result<Self> {
        let lattice = Grid::around(op, data, side)?;
        let points = lattice.points();
        let raw = model.scores(&points)?;
        let (rows, columns) = raw.dim();
        if rows != lattice.len() || columns == 0 || columns > CLASSES.len() {
            let expected = format!("[{}, outputs], 1 to {} outputs", lattice.len(), CLASSES.len());
            return Err(Error::shape(op, "scores", expected, [rows, columns]));
        }
        for ((row, _), &value) in raw.indexed_iter() {
            if !value.is_finite() {
                let at = format!("x1 = {:.3}, x2 = {:.3}", points[[row, 0]], points[[row, 1]]);
                return Err(Error::NotFinite { op, name: "scores", value, at });
            }
        }
        // One output is the score of class 1; class 0 has score 0.
        let scores = if columns > 1 {
            raw
        } else {
            Array2::from_shape_fn((rows, 2), |(row, class)| if class == 0 { 0.0 } else { raw[[row, 0]] })
        };
        let grid = Self { lattice, scores };
        if let Some(label) = data.y.iter().find(|&&label| label < 0 || label >= grid.classes() as i64) {
            let problem =
                format!("the model tells {} classes apart, the data has label {label}", grid.classes());
            return Err(Error::Labels { op, problem });
        }
        Ok(grid)
    }

    pub(in crate::plot) fn classes(&self) -> usize {
        self.scores.ncols()
    }

    /// Returns the log odds of `class` against all others together: above 0 where its softmax (for one output its
    /// sigmoid) is above 0.5. Between grid points log odds are closer to linear than probabilities are.
    pub(in crate::plot) fn log_odds(&self, class: usize) -> Vec<f64> {
        let odds = |row: ndarray::ArrayView1<'_, f64>| {
            let others = || row.iter().enumerate().filter(|(i, _)| *i != class).map(|(_, score)| *score);
            let most = others().fold(f64::NEG_INFINITY, f64::max);
            let together = most + others().map(|score| (score - most).exp()).sum::<f64>().ln();
            (row[class] - together).clamp(-1e300, 1e300)
        };
        self.scores.rows().into_iter().map(odds).collect()
    }
}

fn padded((low, high): (f64, f64)) -> (f64, f64) {
    // The last term is for numbers so large that a margin of a tenth would vanish.
    let margin = MARGIN.max(MARGIN_SHARE * (high - low)).max(1e-6 * low.abs().max(high.abs()));
    (low - margin, high + margin)
}
