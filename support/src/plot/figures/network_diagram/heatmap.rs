//! A small map of a neuron's output over the plane.

use crate::plot::contour::grid::Grid;
use crate::plot::contour::regions::region_above;
use crate::plot::layout::mark::Mark;
use crate::plot::layout::style::{FRAME, signed};

/// Number of shades from the most negative to the most positive value.
const SHADES: usize = 11;

/// Returns a map of `values`, one per point of a grid of `side` points per side, between two corners in pixels:
/// orange for negative values, blue for positive ones, strongest for the largest.
pub(super) fn map(values: &[f64], side: usize, corners: [(f64, f64); 2]) -> Vec<Mark> {
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
