//! Options of decision boundaries.

use plotters::style::RGBColor;

use crate::plot::contour::grid::SIDE;
use crate::plot::layout::legend::Symbol;
use crate::plot::layout::style::{confidence, tint};

/// Options of [`plot_decision_boundary_with`](crate::plot::plot_decision_boundary_with); the defaults are those of
/// [`plot_decision_boundary`](crate::plot::plot_decision_boundary).
///
/// ```
/// use support::prelude::*;
/// let options = BoundaryOptions { shade: Shade::Probability, mark_wrong: true, ..Default::default() };
/// assert_eq!((options.line, options.grid), (true, 101));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoundaryOptions {
    /// Meaning of the colours of the plane; the predicted class by default.
    pub shade: Shade,
    /// True if the line between two classes is drawn: where a model with one output has probability 0.5, and where
    /// the highest of several outputs changes. True by default; without the line:
    ///
    #[cfg_attr(doc, doc = include_str!("../../../../tests/snapshots/look__boundary_no_line.snap.svg"))]
    pub line: bool,
    /// True if points that the model predicts wrongly have a dark ring, as here; false by default.
    ///
    #[cfg_attr(doc, doc = include_str!("../../../../tests/snapshots/look__boundary_mark_wrong.snap.svg"))]
    pub mark_wrong: bool,
    /// Number of points along each side of the grid of predictions; 2 to 1001, 101 by default. Eight are too few:
    ///
    #[cfg_attr(doc, doc = include_str!("../../../../tests/snapshots/look__boundary_grid.snap.svg"))]
    pub grid: usize,
}

impl Default for BoundaryOptions {
    fn default() -> Self {
        Self { shade: Shade::Labels, line: true, mark_wrong: false, grid: SIDE }
    }
}

/// Meaning of the colours of the plane.
///
/// ```
/// use support::prelude::*;
/// let shaded = BoundaryOptions { shade: Shade::Probability, ..Default::default() };
/// assert_eq!(BoundaryOptions::default().shade, Shade::Labels);
/// # assert!(shaded != BoundaryOptions::default());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shade {
    /// The class that the model predicts.
    #[default]
    Labels,
    /// The class that the model predicts, and its probability, sigmoid of one output or softmax of several, in ten
    /// shades from 50 % or less to 100 %.
    ///
    #[cfg_attr(doc, doc = include_str!("../../../../tests/snapshots/look__boundary_probability.snap.svg"))]
    ///
    #[cfg_attr(doc, doc = include_str!("../../../../tests/snapshots/look__boundary_probability_of_four_classes.snap.svg"))]
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
