//! Sizes of the gradients and steps of each layer.

use super::curves::colours;
use crate::error::{Error, Result};
use crate::plot::alt_text;
use crate::plot::builder::Plot;
use crate::plot::figure::Figure;
use crate::plot::input;
use crate::plot::layout::Sheet;
use crate::plot::layout::axis::Axis;
use crate::plot::layout::legend::{LegendEntry, Symbol};
use crate::plot::layout::mark::Mark;
use crate::plot::layout::panel::{self, Background, Frame, Panel};
use crate::plot::layout::style::HALF_CURVES;
use crate::train::{GradientStats, History};

/// Names of layers by their position: layers of different models correspond by position, not by name.
const PLACES: [&str; 10] =
    ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
/// The largest number of trainings, one per row: more do not fit in one figure.
const MOST: usize = 4;

/// Draws the size of each layer's gradient (left) and of its step relative to its parameters (right) over the epochs,
/// on logarithmic scales; one row per training, all with the same scales, so that trainings can be compared.
///
/// The trainings need [`RecordGradients`](crate::train::RecordGradients). Where a size is 0 the
/// curve lies at the lower edge.
///
#[cfg_attr(doc, doc = include_str!("../../../tests/snapshots/look__gradients.snap.svg"))]
///
/// # Errors
/// No trainings or more than 4, a history without gradient statistics, more than 10 layers, NaN or infinite sizes.
///
/// ```
/// use support::prelude::*;
/// let data = train_test_split(&make_circles(200).noise(0.03).build()?, 0.2, 42)?;
/// tch::manual_seed(42);
/// let model = seq().add(linear(2, 10)).add(linear(10, 1)).build()?;
/// let config = TrainConfig { epochs: 50, log_every: 0, ..Default::default() };
/// let history = fit(&model, &data, config.with(RecordGradients::default()))?;
/// plot_gradients(&[("linear", &history)]).draw()?;
/// # Ok::<(), Error>(())
/// ```
pub fn plot_gradients<'a>(runs: &[(&'a str, &'a History)]) -> Plot<'a> {
    let runs = runs.to_vec();
    Plot::new(move || draw(&runs))
}

fn draw(runs: &[(&str, &History)]) -> Result<Figure> {
    const OP: &str = "plot_gradients";
    if runs.is_empty() || runs.len() > MOST {
        return Err(Error::argument(OP, "number of trainings", format!("1 to {MOST}"), runs.len()));
    }
    for (name, history) in runs {
        let (name, layers) = (alt_text::name(name), history.gradient_stats());
        if layers.is_empty() {
            let expected = "one of a training with `config.with(RecordGradients::default())`";
            return Err(Error::argument(
                OP,
                "history",
                expected,
                format!("{name} without gradient statistics"),
            ));
        }
        input::count(OP, "number of layers", layers.len())?;
        for layer in layers {
            let layer_name = alt_text::name(&layer.name);
            let (n, got) = (history.len(), [layer.gradients.len(), layer.updates.len()]);
            if n == 0 || got != [n; 2] {
                let expected = format!("[{n}] in {layer_name}, one per epoch and at least one");
                return Err(Error::shape(OP, "gradients and updates", expected, got));
            }
            let sizes = layer.gradients.iter().chain(&layer.updates).copied();
            input::finite(OP, "size", sizes, |i| format!("epoch {} of {layer_name}", i % n))?;
        }
    }
    let gradients = rows(runs, "gradient", |layer| &layer.gradients);
    let updates = rows(runs, "step ÷ parameters", |layer| &layer.updates);
    let layers = runs.iter().map(|(_, history)| history.gradient_stats().len()).max().unwrap_or(1);
    let legend = PLACES.iter().take(layers).zip(colours());
    let legend = legend
        .map(|(place, colour)| {
            LegendEntry::new(Symbol::Curve { colour, dashed: false }, format!("{place} layer"))
        })
        .collect();
    let told: Vec<String> = runs.iter().map(|(name, history)| describe(name, history)).collect();
    Sheet {
        op: OP,
        alt: format!("Size of each layer's gradient and step over the epochs. {}.", told.join("; ")),
        panel: HALF_CURVES,
        columns: 2,
        panels: gradients.into_iter().zip(updates).flat_map(|(left, right)| [left, right]).collect(),
        legend,
    }
    .draw()
}

/// Returns a panel per training, all with the same scale.
fn rows(runs: &[(&str, &History)], what: &str, sizes: fn(&GradientStats) -> &Vec<f64>) -> Vec<Panel> {
    let all = || runs.iter().flat_map(|(_, history)| history.gradient_stats()).flat_map(sizes).copied();
    let least = all().filter(|size| *size > 0.0).fold(f64::INFINITY, f64::min);
    // If all sizes are 0, no scale follows from them.
    let least = if least.is_finite() { least } else { 1e-12 };
    let y = Axis::logarithmic("", all().map(|size| size.max(least)));
    let lowest = y.range.0;
    let row = |(name, history): &(&str, &History)| {
        let layers = history.gradient_stats();
        let x = Axis::around("epoch", [0.0, (history.len().max(1) - 1) as f64].into_iter()).whole();
        let curve = |layer: &GradientStats| {
            sizes(layer).iter().enumerate().map(|(epoch, size)| (epoch as f64, size.max(lowest))).collect()
        };
        let coloured = layers.iter().zip(colours());
        Panel {
            title: panel::title(name, &format!(": {what}"), HALF_CURVES.0),
            frame: Frame::Axes { x, y: y.clone(), under: Background::Lines },
            marks: coloured.map(|(layer, colour)| Mark::curve(curve(layer), false, colour)).collect(),
        }
    };
    runs.iter().map(row).collect()
}

/// Returns the sizes of the last epoch in words.
fn describe(name: &str, history: &History) -> String {
    let last = |sizes: fn(&GradientStats) -> &Vec<f64>| {
        let each = history.gradient_stats().iter().map(|layer| sizes(layer).last().copied().unwrap_or(0.0));
        each.map(|size| format!("{size:.1e}")).collect::<Vec<_>>().join(", ")
    };
    format!(
        "{} after {} epochs, first layer first: gradients {}, steps {}",
        alt_text::name(name),
        history.len(),
        last(|layer| &layer.gradients),
        last(|layer| &layer.updates)
    )
}
