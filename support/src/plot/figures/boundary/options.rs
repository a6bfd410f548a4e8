//! Options of decision boundaries.

use plotters::style::RGBColor;

use crate::plot::builder::Plot;
use crate::plot::contour::grid::SIDE;
use crate::plot::figure::Figure;
use crate::plot::layout::legend::Symbol;
use crate::plot::layout::style::{confidence, tint};

/// Options of a [`Plot`] of decision boundaries, which methods of the plot set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoundaryOptions {
    pub(super) shade: Shade,
    pub(super) line: bool,
    pub(super) mark_wrong: bool,
    pub(super) grid: usize,
}

impl Default for BoundaryOptions {
    fn default() -> Self {
        Self { shade: Shade::Labels, line: true, mark_wrong: false, grid: SIDE }
    }
}

/// Options of [`plot_decision_boundary`](crate::plot::plot_decision_boundary) and
/// [`plot_decision_boundaries`](crate::plot::plot_decision_boundaries).
///
/// ```
/// # use ndarray::{Array2, ArrayView2, Axis};
/// # use support::prelude::*;
/// # struct Line;
/// # impl Predictor for Line {
/// #     fn scores(&self, x: &Array2<f64>) -> Result<Array2<f64>> {
/// #         Ok(x.sum_axis(Axis(1)).insert_axis(Axis(1)))
/// #     }
/// # }
/// # let model = Line;
/// let data = train_test_split(&make_moons(200).noise(0.07).build()?, 0.2, 42)?;
/// let plot = plot_decision_boundary(&model, &data).shade(Shade::Probability).mark_wrong();
/// let figure = plot.draw()?;
/// assert!(figure.alt().contains("Wrong points have a dark ring"));
/// # Ok::<(), Error>(())
/// ```
impl Plot<'_, Figure, BoundaryOptions> {
    /// Sets the meaning of the colours of the plane: [`Shade::Labels`] by default, or [`Shade::Probability`].
    ///
    #[cfg_attr(doc, doc = include_str!("../../../../tests/snapshots/look__boundary_probability.snap.svg"))]
    ///
    #[cfg_attr(doc, doc = include_str!("../../../../tests/snapshots/look__boundary_probability_of_four_classes.snap.svg"))]
    pub fn shade(self, shade: Shade) -> Self {
        self.set(|options| options.shade = shade)
    }

    /// Draws a dark ring around each point that the model predicts wrongly.
    ///
    #[cfg_attr(doc, doc = include_str!("../../../../tests/snapshots/look__boundary_mark_wrong.snap.svg"))]
    pub fn mark_wrong(self) -> Self {
        self.set(|options| options.mark_wrong = true)
    }

    /// Leaves out the line between two classes, which is drawn where a model with one output has probability 0.5, and
    /// where the highest of several outputs changes.
    ///
    #[cfg_attr(doc, doc = include_str!("../../../../tests/snapshots/look__boundary_no_line.snap.svg"))]
    pub fn without_line(self) -> Self {
        self.set(|options| options.line = false)
    }

    /// Sets the number of points along each side of the grid of predictions, 101 by default. Eight are too few:
    ///
    #[cfg_attr(doc, doc = include_str!("../../../../tests/snapshots/look__boundary_grid.snap.svg"))]
    ///
    /// # Errors
    /// [`Plot::draw`] refuses fewer than 2 and more than 1001.
    pub fn grid(self, side: usize) -> Self {
        self.set(|options| options.grid = side)
    }
}

/// Meaning of the colours of the plane in [`Plot::shade`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shade {
    /// The class that the model predicts.
    #[default]
    Labels,
    /// The class that the model predicts, and its probability, sigmoid of one output or softmax of several, in ten
    /// shades from 50 % or less to 100 %.
    Probability,
}

/// Number of shades from probability 0.5 to 1.
const SHADES: usize = 10;

impl Shade {
    /// Returns the probabilities at which the shade changes.
    pub(super) fn levels(self) -> Vec<f64> {
        match self {
            Shade::Labels => Vec::new(),
            Shade::Probability => (1..SHADES).map(|i| 0.5 + 0.5 * i as f64 / SHADES as f64).collect(),
        }
    }

    /// Returns the colour of a class's region.
    pub(super) fn palest(self, class: RGBColor) -> RGBColor {
        match self {
            Shade::Labels => tint(class),
            Shade::Probability => self.above(class, 0.5),
        }
    }

    /// Returns the colour where the probability is above `level`.
    pub(super) fn above(self, class: RGBColor, level: f64) -> RGBColor {
        confidence(class, level + 0.25 / SHADES as f64)
    }

    /// Returns the symbol of a class in the legend.
    pub(super) fn symbol(self, class: RGBColor) -> Symbol {
        match self {
            Shade::Labels => Symbol::Region(class),
            Shade::Probability => {
                let shades = [0.5].into_iter().chain(self.levels()).map(|level| self.above(class, level));
                Symbol::Ramp(shades.collect())
            }
        }
    }

    /// Returns the explanation of the shades for the legend; `None` for [`Shade::Labels`].
    pub(super) fn legend_note(self) -> Option<&'static str> {
        (self == Shade::Probability).then_some("how sure: 50 % → 100 %")
    }

    /// Returns the explanation of the shades for the alternative text; `None` for [`Shade::Labels`].
    pub(super) fn describe(self) -> Option<String> {
        let sentence = "The stronger a region's colour, the surer the model is of its class.";
        (self == Shade::Probability).then(|| sentence.to_string())
    }
}
