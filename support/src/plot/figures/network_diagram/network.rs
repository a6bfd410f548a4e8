//! A diagram of a network's weights.

use ndarray::Array2;

use super::layout::{CAPTION, captions, columns, describe, legend, lines, shown, validate};
use crate::error::{Error, Result};
use crate::inspect::InspectLayers;
use crate::plot::builder::Plot;
use crate::plot::draw::font;
use crate::plot::draw::scene::Anchor;
use crate::plot::figure::Figure;
use crate::plot::layout::Sheet;
use crate::plot::layout::mark::Mark;
use crate::plot::layout::panel::{Frame, Panel};
use crate::plot::layout::style::{FRAME, TEXT, TEXT_COLOR, signed};

const WIDTH: f64 = 900.0;
/// x of the centre of the first column, in pixels.
const LEFT: f64 = 110.0;
/// The largest number of inputs: more than any network of a course has.
const MOST_INPUTS: usize = 1_000_000;
/// Distance from one neuron to the next below, in pixels.
const PITCH: f64 = 38.0;
/// Half the side of a neuron, in pixels.
const HALF: f64 = 11.0;
const LEAST_HEIGHT: f64 = 260.0;

/// Draws the network as a diagram: a column of neurons per layer, and a line per weight, blue for positive, orange
/// for negative, wider for larger weights within a layer. Above each layer stands the size of its largest weight.
/// Neurons have the colour of their bias, strongest for the largest bias of the network. Of layers with more than 16
/// neurons, the first 16 are drawn.
///
#[cfg_attr(doc, doc = include_str!("../../../../tests/snapshots/look__network.snap.svg"))]
///
/// # Errors
/// More than 7 layers, NaN or infinite weights, and errors of [`InspectLayers::layers`].
///
/// ```
/// use support::prelude::*;
/// tch::manual_seed(42);
/// let model = seq().add(linear(2, 5)).add(relu()).add(linear(5, 1)).build()?;
/// let figure = plot_network(&model).draw()?;
/// assert!(figure.alt().starts_with("Network with 2 inputs, 5 (Linear + ReLU), 1 (Linear)"));
/// # Ok::<(), Error>(())
/// ```
pub fn plot_network(network: &dyn InspectLayers) -> Plot<'_> {
    Plot::new(move || draw(network))
}

fn draw(network: &dyn InspectLayers) -> Result<Figure> {
    const OP: &str = "plot_network";
    // The weights do not depend on the point.
    let inputs = network.n_features()?;
    if inputs > MOST_INPUTS {
        return Err(Error::argument(OP, "number of inputs", format!("at most {MOST_INPUTS}"), inputs));
    }
    let point = Array2::zeros((1, inputs));
    let mut layers = vec![network.inputs(&point)?];
    layers.extend(network.layers(&point)?);
    validate(OP, &layers)?;
    let neurons = layers.iter().map(shown).max().unwrap_or(1) as f64;
    let height = (CAPTION + PITCH * neurons + 16.0).max(LEAST_HEIGHT);
    let middle = CAPTION + (height - CAPTION) / 2.0;
    let columns = columns(&layers, (LEFT, WIDTH - 90.0), middle, PITCH);
    let room = (WIDTH - 200.0) / (columns.len() - 1) as f64 - 12.0;
    let mut marks = lines(&columns, HALF);
    marks.extend(captions(&columns, 16.0, room));
    let biases = layers.iter().flat_map(|layer| layer.biases.iter().flatten());
    let largest = biases.fold(f64::MIN_POSITIVE, |most, bias| most.max(bias.abs()));
    for column in &columns {
        for (i, &(x, y)) in column.at.iter().enumerate() {
            let bias = column.layer.biases.as_ref().map_or(0.0, |biases| biases[i] / largest);
            let corners = ((x - HALF, y - HALF), (x + HALF, y + HALF));
            marks.push(Mark::rectangle(corners.0, corners.1, signed(0.8 * bias)));
            marks.push(Mark::frame(corners.0, corners.1, 1.0, FRAME));
            if column.layer.weights.is_none() {
                let name = font::fit(&column.layer.neurons[i], TEXT, false, LEFT - HALF - 12.0);
                marks.push(Mark::text((x - HALF - 8.0, y), name, TEXT, TEXT_COLOR).anchored(Anchor::End));
            }
        }
    }
    let alt = format!(
        "Network with {}: lines for its weights, blue for positive, orange for negative, wider for larger within a layer.",
        describe(&layers)
    );
    let panel = Panel { title: String::new(), frame: Frame::None, marks };
    Sheet { op: OP, alt, panel: (WIDTH, height), columns: 1, panels: vec![panel], legend: legend() }.draw()
}
