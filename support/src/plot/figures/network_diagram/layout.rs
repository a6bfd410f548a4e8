//! Places of layers and neurons in a network diagram, and the lines between them.

use ndarray::Array2;

use crate::error::{Error, Result};
use crate::inspect::NeuronLayer;
use crate::plot::alt_text;
use crate::plot::draw::font;
use crate::plot::input;
use crate::plot::layout::legend::{LegendEntry, Symbol};
use crate::plot::layout::mark::Mark;
use crate::plot::layout::style::{NEGATIVE, POSITIVE, SECONDARY_TEXT, TEXT, TEXT_COLOR, faded};

/// The largest number of layers, inputs included: more leave no room between them.
const MOST_LAYERS: usize = 8;
/// The largest number of neurons drawn per layer.
const MOST_NEURONS: usize = 16;
/// Width of the widest and of the thinnest line, in pixels.
const WIDEST: f64 = 4.5;
const THINNEST: f64 = 0.4;
/// Height above the neurons for three lines of text, in pixels.
pub(super) const CAPTION: f64 = 66.0;
const LINE: f64 = 17.0;

/// A layer and the places of its neurons.
pub(super) struct Column<'a> {
    pub(super) layer: &'a NeuronLayer,
    /// The centres of the neurons that are drawn, in pixels.
    pub(super) at: Vec<(f64, f64)>,
}

/// Checks that layers, inputs first, can be drawn.
pub(super) fn validate(op: &'static str, layers: &[NeuronLayer]) -> Result<()> {
    if layers.len() < 2 || layers.len() > MOST_LAYERS {
        let expected = format!("1 to {}", MOST_LAYERS - 1);
        return Err(Error::argument(op, "number of layers", expected, layers.len().saturating_sub(1)));
    }
    for layer in layers {
        let name = alt_text::name(&layer.name);
        if layer.neurons.len() != layer.len() {
            let expected = format!("[{}] in {name}, one per column of its outputs", layer.len());
            return Err(Error::shape(op, "neurons", expected, [layer.neurons.len()]));
        }
        let biases = layer.biases.as_ref().map_or(layer.len(), |b| b.len());
        if biases != layer.len() {
            return Err(Error::shape(op, "biases", format!("[{}] in {name}", layer.len()), [biases]));
        }
    }
    for (before, layer) in layers.iter().zip(&layers[1..]) {
        let name = alt_text::name(&layer.name);
        let expected = [layer.len(), before.len()];
        let weights = layer.weights.as_ref().map_or([0, 0], |w| [w.nrows(), w.ncols()]);
        if weights != expected || layer.is_empty() || before.is_empty() {
            let expected = format!("{expected:?} in {name}, neurons by neurons before");
            return Err(Error::shape(op, "weights", expected, weights));
        }
        let numbers = layer.weights.iter().flatten().chain(layer.biases.iter().flatten()).copied();
        input::finite(op, "weights", numbers, |i| format!("number {i} of {name}"))?;
    }
    Ok(())
}

/// Returns the number of neurons of a layer that are drawn.
pub(super) fn shown(layer: &NeuronLayer) -> usize {
    layer.len().min(MOST_NEURONS)
}

/// Places the layers between `left` and `right`, and their neurons around the height `middle`, `pitch` apart.
pub(super) fn columns(
    layers: &[NeuronLayer],
    (left, right): (f64, f64),
    middle: f64,
    pitch: f64,
) -> Vec<Column<'_>> {
    let step = (right - left) / (layers.len() - 1).max(1) as f64;
    let column = |(i, layer): (usize, &'_ NeuronLayer)| {
        let (x, n) = (left + step * i as f64, shown(layer) as f64);
        (0..shown(layer)).map(|k| (x, middle + pitch * (k as f64 - (n - 1.0) / 2.0))).collect()
    };
    layers.iter().enumerate().map(|(i, layer)| Column { layer, at: column((i, layer)) }).collect()
}

/// Returns the names, kinds and largest weights of the layers, placed above the columns.
pub(super) fn captions(columns: &[Column<'_>], top: f64, width: f64) -> Vec<Mark> {
    let mut marks = Vec::new();
    for Column { layer, at } in columns {
        let Some(&(x, _)) = at.first() else { continue };
        // The layers of a Sequential are named 0, 1, 2 …
        let numbered = layer.name.bytes().all(|c| c.is_ascii_digit());
        let name = if numbered { format!("layer {}", layer.name) } else { layer.name.clone() };
        let name =
            if layer.len() > at.len() { format!("{name}: {} of {}", at.len(), layer.len()) } else { name };
        let most = layer.weights.as_ref().map(|w| alt_text::number(largest(w), 2));
        let ways = most.map(|most| [format!("|weight| ≤ {most}"), format!("≤ {most}")]);
        let fits = |words: &String| font::width(words, 0.85 * TEXT, false) <= width;
        let weights = ways.map_or(String::new(), |[long, short]| if fits(&long) { long } else { short });
        let lines = [(name, TEXT_COLOR), (layer.kind.clone(), SECONDARY_TEXT), (weights, SECONDARY_TEXT)];
        for (n, (line, colour)) in lines.into_iter().enumerate() {
            let size = if n == 0 { TEXT } else { 0.85 * TEXT };
            let text = font::fit(&line, size, n == 0, width);
            let words = Mark::text((x, top + LINE * n as f64), text, size, colour);
            marks.push(if n == 0 { words.bold() } else { words });
        }
    }
    marks
}

/// Returns the lines between neighbouring columns, which end `half` pixels beside the centres of neurons: coloured by
/// the sign of the weight, wide and strong for large weights. The strongest lines are on top.
pub(super) fn lines(columns: &[Column<'_>], half: f64) -> Vec<Mark> {
    let mut marks = Vec::new();
    for pair in columns.windows(2) {
        let (from, to) = (&pair[0], &pair[1]);
        let Some(weights) = &to.layer.weights else { continue };
        let largest = largest(weights).max(f64::MIN_POSITIVE);
        let mut drawn: Vec<(f64, usize, usize)> = Vec::new();
        for i in 0..to.at.len() {
            drawn.extend((0..from.at.len()).map(|j| (weights[[i, j]] / largest, i, j)));
        }
        drawn.sort_by(|a, b| a.0.abs().total_cmp(&b.0.abs()));
        for (share, i, j) in drawn {
            let ((x0, y0), (x1, y1)) = (from.at[j], to.at[i]);
            let colour = faded(if share < 0.0 { NEGATIVE } else { POSITIVE }, 0.25 + 0.75 * share.abs());
            let width = THINNEST + (WIDEST - THINNEST) * share.abs();
            marks.push(Mark::line(vec![(x0 + half, y0), (x1 - half, y1)], width, colour));
        }
    }
    marks
}

fn largest(weights: &Array2<f64>) -> f64 {
    weights.iter().fold(0.0, |most: f64, w| most.max(w.abs()))
}

/// Returns the legend of the lines.
pub(super) fn legend() -> Vec<LegendEntry> {
    let line = |colour, width| Symbol::Line { colour, width };
    vec![
        LegendEntry::new(line(POSITIVE, WIDEST), "positive weight"),
        LegendEntry::new(line(NEGATIVE, WIDEST), "negative weight"),
        LegendEntry::new(line(faded(POSITIVE, 0.4), 1.0), "small weight"),
    ]
}

/// Returns the layers in words: `2 inputs, 10 (Linear + ReLU), 1 (Linear)`.
pub(super) fn describe(layers: &[NeuronLayer]) -> String {
    let each = layers.iter().map(|layer| match &layer.weights {
        None => format!("{} inputs", layer.len()),
        Some(_) => format!("{} ({})", layer.len(), alt_text::name(&layer.kind)),
    });
    each.collect::<Vec<_>>().join(", ")
}
