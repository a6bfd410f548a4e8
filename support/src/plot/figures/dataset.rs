//! Points coloured by class.

use crate::data::Dataset;
use crate::error::Result;
use crate::plot::builder::Plot;
use crate::plot::figure::Figure;
use crate::plot::input;
use crate::plot::layout::Sheet;
use crate::plot::layout::axis::Axis;
use crate::plot::layout::legend::{LegendEntry, Symbol};
use crate::plot::layout::mark::Mark;
use crate::plot::layout::panel::{Background, Frame, Panel};
use crate::plot::layout::style::{CLASSES, WHOLE};

/// Draws a scatter plot of two features, with one colour per class.
///
#[cfg_attr(doc, doc = include_str!("../../../tests/snapshots/look__dataset.snap.svg"))]
///
/// # Errors
/// A number of features other than two, labels outside 0 to 9, NaN or infinite numbers.
///
/// ```
/// use support::prelude::*;
/// let blobs = make_blobs(1000).centers(4).random_state(42).build()?;
/// plot_dataset(&blobs).draw()?;
/// # Ok::<(), Error>(())
/// ```
pub fn plot_dataset(data: &Dataset) -> Plot<'_> {
    Plot::new(move || draw(data))
}

fn draw(data: &Dataset) -> Result<Figure> {
    const OP: &str = "plot_dataset";
    input::classified(OP, data)?;
    let counts = data.class_counts();
    let counted: Vec<String> =
        counts.iter().enumerate().map(|(class, n)| format!("{n} of class {class}")).collect();
    let panel = Panel {
        title: format!("{} points", data.len()),
        frame: Frame::Axes {
            x: Axis::around("x1", data.x.column(0).iter().copied()),
            y: Axis::around("x2", data.x.column(1).iter().copied()),
            under: Background::Lines,
        },
        marks: dots(data, |_| true),
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
        legend: names(counts.len())
            .zip(CLASSES)
            .map(|(name, c)| LegendEntry::new(Symbol::Dot(c), name))
            .collect(),
    }
    .draw()
}

/// Returns the dots of the rows that are `shown`, for each class that has any.
pub(super) fn dots(data: &Dataset, shown: impl Fn(usize) -> bool) -> Vec<Mark> {
    let classes = points(data, shown).into_iter();
    classes.map(|(class, at)| Mark::dots(at, data.len(), CLASSES[class])).collect()
}

/// Returns the points of the rows that are `shown`, for each class that has any.
pub(super) fn points(data: &Dataset, shown: impl Fn(usize) -> bool) -> Vec<(usize, Vec<(f64, f64)>)> {
    let mut classes: Vec<(usize, Vec<(f64, f64)>)> =
        (0..CLASSES.len()).map(|class| (class, Vec::new())).collect();
    for (row, (x, &y)) in data.x.rows().into_iter().zip(&data.y).enumerate() {
        if let Some((_, points)) =
            usize::try_from(y).ok().and_then(|y| classes.get_mut(y)).filter(|_| shown(row))
        {
            points.push((x[0], x[1]));
        }
    }
    classes.retain(|(_, points)| !points.is_empty());
    classes
}

/// Returns the names of classes along an axis: numbers alone if there are many classes.
pub(super) fn short_names(classes: usize) -> Vec<String> {
    if classes > 5 { (0..classes).map(|class| class.to_string()).collect() } else { names(classes).collect() }
}

/// Returns the names of classes in a legend.
pub(super) fn names(classes: usize) -> impl Iterator<Item = String> {
    (0..classes).map(|class| format!("class {class}"))
}
