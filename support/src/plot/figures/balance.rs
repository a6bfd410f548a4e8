//! The number of points of each class.

use super::dataset::short_names;
use crate::data::Dataset;
use crate::error::Result;
use crate::plot::alt_text;
use crate::plot::builder::Plot;
use crate::plot::figure::Figure;
use crate::plot::input;
use crate::plot::layout::Sheet;
use crate::plot::layout::axis::Axis;
use crate::plot::layout::mark::Mark;
use crate::plot::layout::panel::{self, Background, Frame, Panel};
use crate::plot::layout::style::{CLASSES, HALF_CURVES, SECONDARY_TEXT, TEXT, TEXT_COLOR, WHOLE_CURVES};

/// Half the width of a bar; the bars of neighbouring classes are 1 apart.
const HALF_BAR: f64 = 0.36;

/// Draws a bar per class, with the class's count and share, for one or several sets beside each other. Every set has
/// a place for every class, also for a class without points in the set.
///
#[cfg_attr(doc, doc = include_str!("../../../tests/snapshots/look__class_balance.snap.svg"))]
///
/// # Errors
/// No sets or more than 10, a set without points, labels outside 0 to 9, more than 10 classes.
///
/// ```
/// use support::prelude::*;
/// let circles = make_circles(1000).noise(0.03).random_state(42).build()?;
/// let data = train_test_split(&circles, 0.2, 42)?;
/// let figure = plot_class_balance(&[("train", &data.train), ("test", &data.test)]).draw()?;
/// assert!(figure.alt().contains("test, 200 points: 100 of class 0 (50.0 %), 100 of class 1 (50.0 %)"));
/// # Ok::<(), Error>(())
/// ```
pub fn plot_class_balance<'a>(sets: &[(&'a str, &'a Dataset)]) -> Plot<'a> {
    let sets = sets.to_vec();
    Plot::new(move || draw(&sets))
}

fn draw(sets: &[(&str, &Dataset)]) -> Result<Figure> {
    const OP: &str = "plot_class_balance";
    input::count(OP, "number of sets", sets.len())?;
    for (_, set) in sets {
        set.check(OP)?;
        input::labels(OP, &set.y, CLASSES.len())?;
        input::count(OP, "number of classes", set.n_classes())?;
    }
    let classes = sets.iter().map(|(_, set)| set.n_classes()).max().unwrap_or(2);
    let size = if sets.len() > 1 { HALF_CURVES } else { WHOLE_CURVES };
    let (panels, told): (Vec<Panel>, Vec<String>) =
        sets.iter().map(|(name, set)| bars(name, set, classes, size.0)).unzip();
    Sheet {
        op: OP,
        alt: format!("Bars of the points in each class. {}.", told.join("; ")),
        panel: size,
        columns: 2,
        panels,
        legend: Vec::new(),
    }
    .draw()
}

/// Draws the bars of one set in a panel `width` pixels wide, and describes them.
fn bars(name: &str, set: &Dataset, classes: usize, width: f64) -> (Panel, String) {
    let mut counts = set.class_counts();
    counts.resize(classes, 0);
    let share = |count: usize| format!("{:.1} %", 100.0 * count as f64 / set.len() as f64);
    let highest = counts.iter().copied().max().unwrap_or(1) as f64;
    let mut marks = Vec::new();
    for (class, &count) in counts.iter().enumerate() {
        let (x, top) = (class as f64, count as f64);
        marks.push(Mark::rectangle((x - HALF_BAR, 0.0), (x + HALF_BAR, top), CLASSES[class]));
        marks.push(Mark::text((x, top + 0.115 * highest), count.to_string(), 1.15 * TEXT, TEXT_COLOR).bold());
        marks.push(Mark::text((x, top + 0.045 * highest), share(count), 0.9 * TEXT, SECONDARY_TEXT));
    }
    let x = Axis::names(if classes > 5 { "class" } else { "" }, short_names(classes), false);
    let frame =
        Frame::Axes { x, y: Axis::exact("points", (0.0, 1.2 * highest)).whole(), under: Background::Rows };
    let each: Vec<String> =
        counts.iter().enumerate().map(|(class, &n)| format!("{n} of class {class} ({})", share(n))).collect();
    let told = format!("{}, {} points: {}", alt_text::name(name), set.len(), each.join(", "));
    (Panel { title: panel::title(name, &format!(": {} points", set.len()), width), frame, marks }, told)
}
