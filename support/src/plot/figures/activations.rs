//! Activation functions and their derivatives.

use plotters::style::RGBColor;

use super::curves::colours;
use crate::error::{Error, Result};
use crate::models::ActivationCurve;
use crate::plot::alt_text;
use crate::plot::builder::Plot;
use crate::plot::figure::Figure;
use crate::plot::input;
use crate::plot::layout::Sheet;
use crate::plot::layout::axis::Axis;
use crate::plot::layout::legend::{LegendEntry, Symbol};
use crate::plot::layout::mark::Mark;
use crate::plot::layout::panel::{Background, Frame, Panel};
use crate::plot::layout::style::HALF_CURVES;

/// Draws activation functions on the left, their derivatives on the right: where a derivative is zero, a neuron does
/// not learn.
///
#[cfg_attr(doc, doc = include_str!("../../../tests/snapshots/look__activations_and_slopes.snap.svg"))]
///
/// # Errors
/// No functions or more than 10, curves without points or of unequal lengths, numbers that are NaN, infinite or
/// beyond ±10³⁰⁰.
///
/// ```
/// use support::prelude::*;
/// let relu = ActivationCurve::of("ReLU", Tensor::relu)?;
/// let tanh = ActivationCurve::of("tanh", Tensor::tanh)?;
/// plot_activations(&[relu, tanh]).draw()?;
/// # Ok::<(), Error>(())
/// ```
pub fn plot_activations(curves: &[ActivationCurve]) -> Plot<'_> {
    Plot::new(move || draw(curves))
}

fn draw(curves: &[ActivationCurve]) -> Result<Figure> {
    const OP: &str = "plot_activations";
    input::count(OP, "number of functions", curves.len())?;
    for ActivationCurve { name, x, y, slope } in curves {
        let name = alt_text::name(name);
        if x.is_empty() || [y.len(), slope.len()] != [x.len(); 2] {
            let expected = format!("[{}] in {name}, one per value of x and at least one", x.len());
            return Err(Error::shape(OP, "y and slope", expected, [y.len(), slope.len()]));
        }
        let all = || x.iter().chain(y).chain(slope).copied();
        input::finite(OP, "curve", all(), |i| format!("point {} of {name}", i % x.len()))?;
    }
    let values = panel("Function", curves, |curve| &curve.y);
    let slopes = panel("Derivative", curves, |curve| &curve.slope);
    let ends = |v: &[f64]| {
        (v.iter().copied().fold(f64::INFINITY, f64::min), v.iter().copied().fold(f64::NEG_INFINITY, f64::max))
    };
    let told = curves.iter().map(|curve| {
        let ((low, high), (flat, steep)) = (ends(&curve.y), ends(&curve.slope));
        let [low, high, flat, steep] = [low, high, flat, steep].map(|v| alt_text::number(v, 2));
        let name = alt_text::name(&curve.name);
        format!("{name} goes from {low} to {high}, its derivative from {flat} to {steep}")
    });
    Sheet {
        op: OP,
        alt: format!("Activation functions and their derivatives: {}.", told.collect::<Vec<_>>().join("; ")),
        panel: HALF_CURVES,
        columns: 2,
        panels: vec![values, slopes],
        legend: keys(curves),
    }
    .draw()
}

fn keys(curves: &[ActivationCurve]) -> Vec<LegendEntry> {
    let key = |(curve, colour): (&ActivationCurve, RGBColor)| {
        LegendEntry::new(Symbol::Curve { colour, dashed: false }, &*curve.name)
    };
    curves.iter().zip(colours()).map(key).collect()
}

fn panel(title: &str, curves: &[ActivationCurve], values: fn(&ActivationCurve) -> &Vec<f64>) -> Panel {
    let x = Axis::around("x", curves.iter().flat_map(|curve| &curve.x).copied());
    let y = Axis::around("", curves.iter().flat_map(values).copied());
    let points =
        |curve: &ActivationCurve| curve.x.iter().copied().zip(values(curve).iter().copied()).collect();
    let coloured = curves.iter().zip(colours());
    let marks = coloured.map(|(curve, colour)| Mark::curve(points(curve), false, colour)).collect();
    Panel { title: title.to_string(), frame: Frame::Axes { x, y, under: Background::Lines }, marks }
}
