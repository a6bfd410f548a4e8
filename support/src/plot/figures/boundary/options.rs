//! What a decision boundary looks like.

use plotters::style::RGBColor;

use crate::plot::contour::grid::SIDE;
use crate::plot::layout::legend::Symbol;
use crate::plot::layout::style::{confidence, tint};

/// How [`plot_decision_boundary_with`](crate::plot::plot_decision_boundary_with) draws; the defaults are those
/// of [`plot_decision_boundary`](crate::plot::plot_decision_boundary).
///
/// ```
/// use support::prelude::*;
/// let options = BoundaryOptions { shade: Shade::Probability, mark_wrong: true, ..Default::default() };
/// assert_eq!((options.line, options.grid), (true, 101));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoundaryOptions {
    /// What the colours of the plane say; the predicted class by default.
    pub shade: Shade,
    /// Whether the line between two classes is drawn: where a model with one output says 0.5, and where of
    /// several outputs another one becomes the highest. It is by default; without it:
    ///
    #[cfg_attr(doc, doc = include_str!("../../../../tests/snapshots/look__boundary_no_line.snap.svg"))]
    pub line: bool,
    /// Whether points the model gets wrong have a dark ring, as here; not by default.
    ///
    #[cfg_attr(doc, doc = include_str!("../../../../tests/snapshots/look__boundary_mark_wrong.snap.svg"))]
    pub mark_wrong: bool,
    /// How many points along each side the model is asked for; 2 to 1001, 101 by default. Eight are too few:
    ///
    #[cfg_attr(doc, doc = include_str!("../../../../tests/snapshots/look__boundary_grid.snap.svg"))]
    pub grid: usize,
}

impl Default for BoundaryOptions {
    fn default() -> Self {
        Self { shade: Shade::Labels, line: true, mark_wrong: false, grid: SIDE }
    }
}

/// What the colours of the plane say.
///
/// ```
/// use support::prelude::*;
/// let shaded = BoundaryOptions { shade: Shade::Probability, ..Default::default() };
/// assert_eq!(BoundaryOptions::default().shade, Shade::Labels);
/// # assert!(shaded != BoundaryOptions::default());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shade {
    /// Which class the model predicts.
    #[default]
    Labels,
    /// Which class the model predicts, and how sure it is: the probability of the predicted class, sigmoid of
    /// one output or softmax of several, in ten shades from 50 % or less to 100 %.
    ///
    #[cfg_attr(doc, doc = include_str!("../../../../tests/snapshots/look__boundary_probability.snap.svg"))]
    ///
    #[cfg_attr(doc, doc = include_str!("../../../../tests/snapshots/look__boundary_probability_of_four_classes.snap.svg"))]
    Probability,
}

/// Shades from a half to certain.
const SHADES: usize = 10;

impl Shade {
    /// The probabilities at which the shade changes.
    pub(super) fn levels(self) -> Vec<f64> {
        match self {
            Shade::Labels => Vec::new(),
            Shade::Probability => (1..SHADES).map(|i| 0.5 + 0.5 * i as f64 / SHADES as f64).collect(),
        }
    }

    /// The colour of a class's region.
    pub(super) fn palest(self, class: RGBColor) -> RGBColor {
        match self {
            Shade::Labels => tint(class),
            Shade::Probability => self.above(class, 0.5),
        }
    }

    /// The colour above a level.
    pub(super) fn above(self, class: RGBColor, level: f64) -> RGBColor {
        confidence(class, level + 0.25 / SHADES as f64)
    }

    /// What stands before a class's name in the legend.
    pub(super) fn symbol(self, class: RGBColor) -> Symbol {
        match self {
            Shade::Labels => Symbol::Region(class),
            Shade::Probability => {
                let shades = [0.5].into_iter().chain(self.levels()).map(|level| self.above(class, level));
                Symbol::Ramp(shades.collect())
            }
        }
    }

    /// What the legend adds.
    pub(super) fn legend_note(self) -> Option<&'static str> {
        (self == Shade::Probability).then_some("how sure: 50 % → 100 %")
    }

    /// What the alternative text adds.
    pub(super) fn describe(self) -> Option<String> {
        let sentence = "The stronger a region's colour, the surer the model is of its class.";
        (self == Shade::Probability).then(|| sentence.to_string())
    }
}
