//! Points coloured by class.

use super::axis::Axis;
use super::figure::Figure;
use super::input;
use super::legend::{Key, Symbol};
use super::mark::Mark;
use super::panel::{Panel, Under};
use super::sheet::Sheet;
use super::style::{CLASSES, WHOLE};
use crate::data::Dataset;
use crate::error::Result;

/// A scatter plot of two features, one colour a class.
///
/// # Errors
/// Points with other than two features, labels outside 0 to 9, NaN or infinite numbers.
///
/// ```
/// use support::prelude::*;
/// let blobs = make_blobs(1000).centers(4).random_state(42).build()?;
/// plot_dataset(&blobs)?;
/// # Ok::<(), Error>(())
/// ```
pub fn plot_dataset(data: &Dataset) -> Result<Figure> {
    const OP: &str = "plot_dataset";
    input::classified(OP, data)?;
    let counts = data.class_counts();
    let counted: Vec<String> =
        counts.iter().enumerate().map(|(class, n)| format!("{n} of class {class}")).collect();
    let panel = Panel {
        title: format!("{} points", data.len()),
        x: Axis::around("x1", data.x.column(0).iter().copied()),
        y: Axis::around("x2", data.x.column(1).iter().copied()),
        under: Under::Lines,
        marks: dots(data),
    };
    Sheet {
        op: OP,
        alt: format!(
            "Scatter plot of {} points in {} classes: {}.",
            data.len(),
            counts.len(),
            counted.join(", ")
        ),
        panel: WHOLE,
        columns: 1,
        panels: vec![panel],
        legend: legend(counts.len(), Symbol::Dot),
    }
    .draw()
}

/// The dots of each class that has any.
pub(super) fn dots(data: &Dataset) -> Vec<Mark> {
    let of_class = |class: usize| {
        let rows = data.x.rows().into_iter().zip(&data.y);
        rows.filter(|(_, y)| **y == class as i64).map(|(x, _)| (x[0], x[1])).collect::<Vec<_>>()
    };
    let classes = CLASSES.iter().enumerate().map(|(class, &colour)| (of_class(class), colour));
    let drawn = classes.filter(|(points, _)| !points.is_empty());
    drawn.map(|(points, colour)| Mark::dots(points, data.len(), colour)).collect()
}

/// An entry for each class.
pub(super) fn legend(classes: usize, symbol: fn(plotters::style::RGBColor) -> Symbol) -> Vec<Key> {
    CLASSES
        .iter()
        .take(classes)
        .enumerate()
        .map(|(i, &c)| Key::new(symbol(c), format!("class {i}")))
        .collect()
}
