//! Curves of functions.

use plotters::style::RGBColor;

use crate::error::{Error, Result, number};
use crate::plot::alt_text;
use crate::plot::builder::Plot;
use crate::plot::figure::Figure;
use crate::plot::input;
use crate::plot::layout::Sheet;
use crate::plot::layout::axis::Axis;
use crate::plot::layout::legend::{LegendEntry, Symbol};
use crate::plot::layout::mark::Mark;
use crate::plot::layout::panel::{Background, Frame, Panel};
use crate::plot::layout::style::{CLASSES, WHOLE_CURVES};

/// A curve: its name and its points `(x, y)`, joined in the given order.
pub type NamedCurve<'a> = (&'a str, &'a [(f64, f64)]);

/// Draws curves under a title, such as a function and the same function computed by hand.
///
#[cfg_attr(doc, doc = include_str!("../../../tests/snapshots/look__curves.snap.svg"))]
///
/// # Errors
/// No curves or more than 10, a curve without points, numbers that are NaN, infinite or beyond ±10³⁰⁰.
///
/// ```
/// use support::prelude::*;
/// let xs = (-50..=50).map(|i| f64::from(i) / 10.0);
/// let relu: Vec<(f64, f64)> = xs.map(|x| (x, x.max(0.0))).collect();
/// plot_curves("ReLU", &[("max(0, x)", &relu)]).draw()?;
/// # Ok::<(), Error>(())
/// ```
pub fn plot_curves<'a>(title: &'a str, curves: &[NamedCurve<'a>]) -> Plot<'a> {
    let curves = curves.to_vec();
    Plot::new(move || draw(title, &curves))
}

fn draw(title: &str, curves: &[NamedCurve<'_>]) -> Result<Figure> {
    const OP: &str = "plot_curves";
    input::count(OP, "number of curves", curves.len())?;
    for (name, points) in curves {
        let name = alt_text::name(name);
        if points.is_empty() {
            return Err(Error::argument(OP, "points", format!("at least one for the curve {name:?}"), 0));
        }
        let numbers = points.iter().flat_map(|&(x, y)| [x, y]);
        input::finite(OP, "points", numbers, |i| format!("point {} of {name}", i / 2))?;
    }
    let all = || curves.iter().flat_map(|(_, points)| points.iter());
    let (x, y) = (Axis::around("x", all().map(|p| p.0)), Axis::around("y", all().map(|p| p.1)));
    let marks = curves
        .iter()
        .zip(colours())
        .map(|((_, points), colour)| Mark::curve(points.to_vec(), false, colour))
        .collect();
    let named = curves.iter().zip(colours());
    let legend = named
        .map(|((name, _), colour)| LegendEntry::new(Symbol::Curve { colour, dashed: false }, *name))
        .collect();
    let names: Vec<String> = curves.iter().map(|(name, _)| alt_text::name(name)).collect();
    let about = alt_text::name(title);
    let drawn = if about.trim().is_empty() { "Curves".to_string() } else { format!("{about}: curves") };
    let over = all().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), p| (low.min(p.0), high.max(p.0)));
    Sheet {
        op: OP,
        alt: format!("{drawn} of {} for x from {} to {}.", names.join(", "), number(over.0), number(over.1)),
        panel: WHOLE_CURVES,
        columns: 1,
        panels: vec![Panel {
            title: title.to_string(),
            frame: Frame::Axes { x, y, under: Background::Lines },
            marks,
        }],
        legend,
    }
    .draw()
}

/// Returns the colours of several curves, blue first: a lone curve in red looks like a warning.
pub(super) fn colours() -> impl Iterator<Item = RGBColor> {
    [CLASSES[1], CLASSES[0]].into_iter().chain(CLASSES[2..].iter().copied())
}
