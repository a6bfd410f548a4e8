//! A diagram of the output of each neuron over the plane.

use super::layout::{CAPTION, captions, columns, describe, legend, lines, shown, validate};
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::inspect::{InspectLayers, NeuronLayer};
use crate::plot::alt_text;
use crate::plot::builder::Plot;
use crate::plot::contour::grid::{Grid, SIDE, ScoreGrid};
use crate::plot::contour::regions::{Regions, region_above};
use crate::plot::draw::font;
use crate::plot::draw::scene::Anchor;
use crate::plot::figure::Figure;
use crate::plot::figures::dataset::points;
use crate::plot::input;
use crate::plot::layout::Sheet;
use crate::plot::layout::legend::{LegendEntry, Symbol};
use crate::plot::layout::mark::Mark;
use crate::plot::layout::panel::{Frame, Panel};
use crate::plot::layout::style::{BORDER, BORDER_INK, CLASSES, FRAME, TEXT, TEXT_COLOR, signed, tint};

const WIDTH: f64 = 940.0;
/// Width left of the first maps for the names of the inputs, in pixels.
const LEFT: f64 = 62.0;
/// Side of the map of the network's predictions, in pixels.
const RESULT: f64 = 190.0;
/// Largest and smallest width of a neuron's map, and the gap between maps, in pixels.
const LARGEST: f64 = 64.0;
const SMALLEST: f64 = 30.0;
const GAP: f64 = 7.0;
/// Height for the neurons of a layer, one above the other, in pixels.
const ROOM: f64 = 520.0;
/// Number of points along a side of a small map.
const COARSE: usize = 41;
/// Number of shades of a map, from the most negative to the most positive value.
const SHADES: usize = 11;

/// Draws the network as TensorFlow Playground shows it: a small map per neuron of every layer, with the neuron's
/// output at each point of the plane around `data`, blue above zero, orange below, white at zero, each map scaled by
/// its own largest value; lines for the weights as in [`plot_network`](crate::plot::plot_network); and on the right
/// the network's predictions, with the points.
///
/// The maps of a network without activations are linear ramps in every layer. Of layers with more than 16 neurons,
/// the first 16 are drawn.
///
#[cfg_attr(doc, doc = include_str!("../../../../tests/snapshots/look__neurons.snap.svg"))]
///
#[cfg_attr(doc, doc = include_str!("../../../../tests/snapshots/look__neurons_without_activations.snap.svg"))]
///
/// # Errors
/// Those of [`plot_network`](crate::plot::plot_network) and, except for points of only one class, those of
/// [`plot_decision_boundary`](crate::plot::plot_decision_boundary); outputs that are not finite.
///
/// ```
/// use support::prelude::*;
/// let circles = make_circles(200).noise(0.03).random_state(42).build()?;
/// tch::manual_seed(42);
/// let model = seq().add(linear(2, 5)).add(relu()).add(linear(5, 1)).build()?;
/// let figure = plot_neurons(&model, &circles).draw()?;
/// assert!(figure.alt().contains("2 inputs, 5 (Linear + ReLU), 1 (Linear)"));
/// # Ok::<(), Error>(())
/// ```
pub fn plot_neurons<'a>(network: &'a dyn InspectLayers, data: &'a Dataset) -> Plot<'a> {
    Plot::new(move || draw(network, data))
}

fn draw(network: &dyn InspectLayers, data: &Dataset) -> Result<Figure> {
    const OP: &str = "plot_neurons";
    input::classified(OP, data)?;
    let layers = evaluate_on_grid(OP, network, data)?;
    let most = layers.iter().map(shown).max().unwrap_or(1) as f64;
    let side = (ROOM / most - GAP).clamp(SMALLEST, LARGEST);
    let height = CAPTION + ((side + GAP) * most).max(RESULT + 30.0) + 12.0;
    let middle = CAPTION + (height - CAPTION) / 2.0;
    let right = WIDTH - RESULT - 66.0 - side / 2.0;
    let columns = columns(&layers, (LEFT + side / 2.0, right), middle, side + GAP);
    let room = (right - LEFT - side / 2.0) / (columns.len() - 1) as f64 - 8.0;
    let mut marks = lines(&columns, side / 2.0);
    marks.extend(captions(&columns, 16.0, room));
    for column in &columns {
        for (i, &(x, y)) in column.at.iter().enumerate() {
            let corners = [(x - side / 2.0, y - side / 2.0), (x + side / 2.0, y + side / 2.0)];
            marks.extend(map(&column.layer.outputs.column(i).to_vec(), COARSE, corners));
            if column.layer.weights.is_none() {
                let at = (x - side / 2.0 - 8.0, y);
                let name = font::fit(&column.layer.neurons[i], TEXT, false, LEFT - 12.0);
                marks.push(Mark::text(at, name, TEXT, TEXT_COLOR).anchored(Anchor::End));
            }
        }
    }
    let (left, top) = (WIDTH - RESULT - 16.0, middle - RESULT / 2.0);
    // An arrow to the predictions: no weights follow the last layer.
    let arrow = right + side / 2.0 + 10.0;
    marks.push(Mark::text(((arrow + left - 10.0) / 2.0, middle), "→", 1.6 * TEXT, FRAME));
    let (prediction, classes) = prediction(OP, network, data, (left, top))?;
    marks.extend(prediction);

    let alt = format!(
        "What each neuron of a network with {} makes of the plane around {} points in {classes} classes, and what the \
         network predicts there.",
        describe(&layers),
        data.len()
    );
    let ramp = (0..=10).map(|i| signed(0.85 * (f64::from(i) / 5.0 - 1.0))).collect();
    let mut legend = vec![LegendEntry::new(Symbol::Ramp(ramp), "output: negative, 0, positive")];
    legend.extend(self::legend());
    let panel = Panel { title: String::new(), frame: Frame::None, marks };
    Sheet { op: OP, alt, panel: (WIDTH, height), columns: 1, panels: vec![panel], legend }.draw()
}

/// Returns the inputs and the layers with their outputs on a coarse grid around the data.
fn evaluate_on_grid(
    op: &'static str,
    network: &dyn InspectLayers,
    data: &Dataset,
) -> Result<Vec<NeuronLayer>> {
    let lattice = Grid::around(op, data, COARSE)?;
    let at = lattice.points();
    let mut layers = vec![network.inputs(&at)?];
    layers.extend(network.layers(&at)?);
    validate(op, &layers)?;
    for layer in &layers {
        if layer.outputs.nrows() != lattice.len() {
            let expected = format!("[{}, neurons] in {}", lattice.len(), alt_text::name(&layer.name));
            return Err(Error::shape(op, "outputs", expected, layer.outputs.dim()));
        }
        let numbers = layer.outputs.iter().copied();
        input::finite(op, "outputs", numbers, |i| {
            format!("neuron {} of {}", 1 + i % layer.len(), alt_text::name(&layer.name))
        })?;
    }
    Ok(layers)
}

/// Returns the regions of the classes with the points, and the number of classes.
fn prediction(
    op: &'static str,
    network: &dyn InspectLayers,
    data: &Dataset,
    (left, top): (f64, f64),
) -> Result<(Vec<Mark>, usize)> {
    let mut grid = ScoreGrid::of(op, network, data, SIDE)?;
    let predicted = input::predicted(op, network, data)?;
    let right = predicted.iter().zip(&data.y).filter(|(a, b)| a == b).count();
    let bounds = grid.lattice.bounds;
    let (end, bottom) = (left + RESULT, top + RESULT);
    grid.lattice.bounds = [(left, end), (bottom, top)];
    let regions = Regions::of(&grid);
    let mut marks = vec![Mark::rectangle((left, top), (end, bottom), tint(CLASSES[regions.ground]))];
    marks.extend(regions.others.into_iter().map(|(class, loops)| Mark::region(loops, tint(CLASSES[class]))));
    marks.extend(regions.borders.into_iter().map(|line| Mark::line(line, BORDER, BORDER_INK)));
    let place = |(x, y): (f64, f64)| {
        let share = |v: f64, (low, high): (f64, f64)| (v - low) / (high - low);
        (left + RESULT * share(x, bounds[0]), bottom - RESULT * share(y, bounds[1]))
    };
    for (class, at) in points(data, |_| true) {
        // Small dots, because the map is small.
        marks.push(Mark::dots(at.into_iter().map(place).collect(), usize::MAX, CLASSES[class]));
    }
    marks.push(Mark::frame((left, top), (end, bottom), 1.0, FRAME));
    let title = format!("prediction: {:.2} %", 100.0 * right as f64 / data.len() as f64);
    marks.push(Mark::text(((left + end) / 2.0, top - 14.0), title, TEXT, TEXT_COLOR).bold());
    Ok((marks, grid.classes()))
}

/// Returns a map of `values`, one per point of a grid of `side` points per side, between two corners in pixels:
/// orange for negative values, blue for positive ones, strongest for the largest.
fn map(values: &[f64], side: usize, corners: [(f64, f64); 2]) -> Vec<Mark> {
    let [(left, top), (right, bottom)] = corners;
    let largest = values.iter().fold(0.0f64, |most, v| most.max(v.abs()));
    let shade = |i: usize| signed(0.85 * (2.0 * i as f64 / (SHADES - 1) as f64 - 1.0));
    let middle = (SHADES - 1) / 2;
    let mut marks = Vec::new();
    if largest == 0.0 {
        marks.push(Mark::rectangle((left, top), (right, bottom), shade(middle)));
    } else {
        // The lowest row of the grid is at the bottom.
        let lattice = Grid { bounds: [(left, right), (bottom, top)], side };
        let whole = |colour| Mark::rectangle((left, top), (right, bottom), colour);
        marks.push(whole(shade(0)));
        for i in 1..SHADES {
            // Halfway between two shades.
            let level = largest * (2.0 * (i as f64 - 0.5) / (SHADES - 1) as f64 - 1.0);
            if values.iter().all(|v| *v > level) {
                // This shade hides all shades below it.
                marks = vec![whole(shade(i))];
            } else {
                let loops = region_above(&lattice, values, level);
                marks.extend((!loops.is_empty()).then(|| Mark::area(loops, shade(i))));
            }
        }
    }
    marks.push(Mark::frame((left, top), (right, bottom), 1.0, FRAME));
    marks
}
