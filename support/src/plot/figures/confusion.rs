//! Confusion matrices: numbers of points by true and predicted class.

use plotters::style::RGBColor;

use super::dataset::short_names;
use crate::error::{Error, Result};
use crate::metrics::ConfusionMatrix;
use crate::plot::builder::Plot;
use crate::plot::figure::Figure;
use crate::plot::layout::Sheet;
use crate::plot::layout::axis::Axis;
use crate::plot::layout::mark::Mark;
use crate::plot::layout::panel::{Background, Frame, Panel};
use crate::plot::layout::style::{BACKGROUND, FRAME, POSITIVE, WHOLE, faded, ink_on};

/// The largest number of classes: more leave no room for numbers.
const MOST: usize = 20;
/// Approximate width and height of all cells of a panel together, in pixels.
const ROOM: f64 = 400.0;

/// Draws a confusion matrix: each cell has the number of points of a true class (row) predicted as a class (column),
/// and their share of the row, which also gives the cell its colour. Correct predictions are on the diagonal. Rows
/// and columns have the labels and the order of the matrix.
///
#[cfg_attr(doc, doc = include_str!("../../../tests/snapshots/look__confusion.snap.svg"))]
///
/// # Errors
/// A matrix that is not square, without points, or with more than 20 classes.
///
/// ```
/// use support::{metrics::confusion_matrix, ndarray::array, plot::plot_confusion_matrix};
/// let matrix = confusion_matrix(&array![0, 1, 1, 0], &array![0, 1, 0, 0])?;
/// let figure = plot_confusion_matrix(&matrix).draw()?;
/// assert!(figure.alt().ends_with("3 are right; 1 of class 1 taken for class 0."));
/// # Ok::<(), support::Error>(())
/// ```
pub fn plot_confusion_matrix(matrix: &ConfusionMatrix) -> Plot<'_> {
    Plot::new(move || draw(matrix))
}

fn draw(matrix: &ConfusionMatrix) -> Result<Figure> {
    const OP: &str = "plot_confusion_matrix";
    let counts = &matrix.counts;
    let (classes, columns) = counts.dim();
    if classes != columns || classes == 0 {
        return Err(Error::shape(OP, "counts", "[classes, classes]", counts.dim()));
    }
    if classes > MOST {
        return Err(Error::argument(OP, "number of classes", format!("1 to {MOST}"), classes));
    }
    let total = counts
        .iter()
        .try_fold(0usize, |sum, &n| sum.checked_add(n))
        .ok_or_else(|| Error::argument(OP, "counts", "a sum that a usize can hold", "more"))?;
    let right = counts.diag().sum();
    if total == 0 {
        return Err(Error::argument(OP, "counts", "at least one point", 0));
    }
    let cell = ROOM / classes as f64;
    let mut marks = Vec::new();
    for ((row, column), &count) in counts.indexed_iter() {
        let of_row = counts.row(row).sum();
        let share = if of_row == 0 { 0.0 } else { count as f64 / of_row as f64 };
        let fill = if count == 0 { RGBColor(246, 246, 246) } else { faded(POSITIVE, 0.08 + 0.92 * share) };
        let (x, y) = (column as f64, row as f64);
        let corners = ((x - 0.5, y - 0.5), (x + 0.5, y + 0.5));
        marks.push(Mark::rectangle(corners.0, corners.1, fill));
        marks.push(Mark::frame(corners.0, corners.1, 1.5, BACKGROUND));
        let has_share = count > 0 && cell >= 44.0;
        let up = if has_share { 0.1 } else { 0.0 };
        let size = (0.3 * cell).clamp(9.0, 24.0);
        let ink = if count == 0 { FRAME } else { ink_on(fill) };
        let number = Mark::text((x, y - up), count.to_string(), size, ink);
        marks.push(if count == 0 { number } else { number.bold() });
        if has_share {
            let (at, size) = ((x, y + 0.2), (0.16 * cell).clamp(10.0, 14.0));
            marks.push(Mark::text(at, format!("{:.1} %", 100.0 * share), size, ink_on(fill)));
        }
    }
    let axis = |name, downwards| Axis::names(name, class_names(matrix), downwards);
    let frame = Frame::Axes {
        x: axis("predicted class", false),
        y: axis("true class", true),
        under: Background::Regions(BACKGROUND, Vec::new()),
    };
    let accuracy = 100.0 * right as f64 / total as f64;
    let title = format!("Confusion matrix: {accuracy:.2} % right");
    Sheet {
        op: OP,
        alt: format!(
            "Confusion matrix of {total} points in {classes} classes: {right} are right{}.",
            mistakes(matrix)
        ),
        panel: WHOLE,
        columns: 1,
        panels: vec![Panel { title, frame, marks }],
        legend: Vec::new(),
    }
    .draw()
}

/// Returns the names along the axes: for classes 0, 1, 2 … those of every figure, else the labels.
fn class_names(matrix: &ConfusionMatrix) -> Vec<String> {
    let classes = matrix.counts.nrows();
    let in_order = (0..classes).all(|place| matrix.name(place) == place.to_string());
    if in_order {
        return short_names(classes);
    }
    let word = if classes > 5 { "" } else { "class " };
    (0..classes).map(|place| format!("{word}{}", matrix.name(place))).collect()
}

/// Returns the most frequent mistakes in words.
fn mistakes(matrix: &ConfusionMatrix) -> String {
    let wrong = matrix.counts.indexed_iter().filter(|((row, column), n)| row != column && **n > 0);
    let mut wrong: Vec<_> = wrong.collect();
    wrong.sort_by_key(|(place, n)| (std::cmp::Reverse(**n), *place));
    let told = wrong.iter().take(4).map(|((row, column), n)| {
        let (row, column) = (matrix.name(*row), matrix.name(*column));
        format!("; {n} of class {row} taken for class {column}")
    });
    let rest = match wrong.len() {
        0..=4 => String::new(),
        n => format!("; {} other kinds of mistake", n - 4),
    };
    told.collect::<String>() + &rest
}
