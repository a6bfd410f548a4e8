//! Curves of loss and accuracy over the epochs of a training.

use plotters::style::RGBColor;

use crate::error::{Error, Result, number};
use crate::plot::alt_text;
use crate::plot::builder::Plot;
use crate::plot::figure::Figure;
use crate::plot::input;
use crate::plot::layout::Sheet;
use crate::plot::layout::axis::Axis;
use crate::plot::layout::legend::{LegendEntry, Symbol};
use crate::plot::layout::mark::Mark;
use crate::plot::layout::panel::{Background, Frame, Panel};
use crate::plot::layout::style::{CLASSES, HALF_CURVES, TEST, TRAIN, WHOLE_CURVES};
use crate::train::{Epoch, History};

/// Draws the loss and, if recorded, the accuracy in per cent over the epochs, for the training and the test set.
///
#[cfg_attr(doc, doc = include_str!("../../../tests/snapshots/look__loss_curves.snap.svg"))]
///
/// Option: [`log_scale`](Plot::log_scale).
///
/// # Errors
/// An empty history, losses or accuracies that are NaN, infinite or beyond ±10³⁰⁰.
///
/// ```
/// use support::prelude::*;
/// let mut history = History::default();
/// for epoch in 0..100 {
///     let loss = 0.7 / (1.0 + epoch as f64 / 10.0);
///     history.push(Epoch {
///         epoch,
///         train_loss: loss,
///         test_loss: loss + 0.05,
///         train_accuracy: None,
///         test_accuracy: None,
///     });
/// }
/// let figure = plot_loss_curves(&history).draw()?;
/// assert!(figure.alt().contains("train loss from 0.7000 to 0.0642"));
/// # Ok::<(), Error>(())
/// ```
pub fn plot_loss_curves(history: &History) -> Plot<'_, Figure, CurveOptions> {
    let run = Run { name: "", history, train: (TRAIN, false), test: (TEST, false) };
    Plot::with_options(move |options| draw("plot_loss_curves", &[run], options))
}

/// Draws the curves of several trainings in one figure: one colour per run, the test set dashed.
///
#[cfg_attr(doc, doc = include_str!("../../../tests/snapshots/look__histories.snap.svg"))]
///
/// Option: [`log_scale`](Plot::log_scale).
///
/// # Errors
/// No runs or more than 10, and those of [`plot_loss_curves`].
///
/// ```
/// # use support::prelude::*;
/// # let epoch = |epoch: usize, train_loss: f64| {
/// #     Epoch { epoch, train_loss, test_loss: train_loss, train_accuracy: None, test_accuracy: None }
/// # };
/// # let slow: History = (0..100).map(|e| epoch(e, 0.99f64.powi(e as i32))).collect();
/// # let fast: History = (0..100).map(|e| epoch(e, 0.9f64.powi(e as i32))).collect();
/// plot_histories(&[("lr 0.01", &slow), ("lr 0.1", &fast)]).draw()?;
/// # Ok::<(), Error>(())
/// ```
pub fn plot_histories<'a>(runs: &[(&'a str, &'a History)]) -> Plot<'a, Figure, CurveOptions> {
    const OP: &str = "plot_histories";
    let runs = runs.to_vec();
    Plot::with_options(move |options| {
        input::count(OP, "number of runs", runs.len())?;
        let coloured = runs.iter().zip(CLASSES).map(|(&(name, history), colour)| Run {
            name,
            history,
            train: (colour, false),
            test: (colour, true),
        });
        draw(OP, &coloured.collect::<Vec<_>>(), options)
    })
}

/// Options of a [`Plot`] of loss curves, which methods of the plot set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CurveOptions {
    log_scale: bool,
}

/// Options of [`plot_loss_curves`] and [`plot_histories`].
impl Plot<'_, Figure, CurveOptions> {
    /// Draws losses on a logarithmic scale, where equal distances mean equal ratios.
    ///
    #[cfg_attr(doc, doc = include_str!("../../../tests/snapshots/look__loss_curves_log_scale.snap.svg"))]
    ///
    /// # Errors
    /// [`Plot::draw`] refuses a loss that is not above 0.
    ///
    /// ```
    /// use support::prelude::*;
    /// # let epoch = |epoch: usize, train_loss: f64| {
    /// #     Epoch { epoch, train_loss, test_loss: train_loss, train_accuracy: None, test_accuracy: None }
    /// # };
    /// # let history: History = (0..100).map(|e| epoch(e, 0.9f64.powi(e as i32))).collect();
    /// let figure = plot_loss_curves(&history).log_scale().draw()?;
    /// assert!(figure.svg().contains("logarithmic"));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn log_scale(self) -> Self {
        self.set(|options| options.log_scale = true)
    }
}

/// A training, with the colour of its curves and whether they are dashed.
#[derive(Clone, Copy)]
struct Run<'a> {
    name: &'a str,
    history: &'a History,
    train: (RGBColor, bool),
    test: (RGBColor, bool),
}

/// A function that returns a loss or an accuracy of an epoch.
type Measure = fn(&Epoch) -> Option<f64>;

fn train_percent(epoch: &Epoch) -> Option<f64> {
    epoch.train_accuracy.map(|share| share * 100.0)
}

fn test_percent(epoch: &Epoch) -> Option<f64> {
    epoch.test_accuracy.map(|share| share * 100.0)
}

impl Run<'_> {
    fn check(&self, op: &'static str, options: &CurveOptions) -> Result<()> {
        if self.history.is_empty() {
            return Err(Error::argument(op, "history", "at least one epoch", 0));
        }
        let measures: [(&'static str, Measure); 4] = [
            ("train_loss", |e| Some(e.train_loss)),
            ("test_loss", |e| Some(e.test_loss)),
            ("train_accuracy", |e| e.train_accuracy),
            ("test_accuracy", |e| e.test_accuracy),
        ];
        for (name, measure) in measures {
            let epochs = &self.history.epochs;
            let values = epochs.iter().map(|e| measure(e).unwrap_or(0.0));
            input::finite(op, name, values, |i| format!("epoch {}", epochs[i].epoch))?;
        }
        if options.log_scale {
            for (name, measure) in &measures[..2] {
                let value = |e: &Epoch| measure(e).filter(|&loss| loss <= 0.0);
                if let Some((e, loss)) =
                    self.history.epochs.iter().find_map(|e| value(e).map(|v| (e.epoch, v)))
                {
                    let expected = "above 0 on a logarithmic scale";
                    return Err(Error::argument(
                        op,
                        name,
                        expected,
                        format!("{} in epoch {e}", number(loss)),
                    ));
                }
            }
        }
        Ok(())
    }

    fn points(&self, measure: Measure) -> Vec<(f64, f64)> {
        let epochs = self.history.epochs.iter();
        epochs.filter_map(|e| measure(e).map(|value| (e.epoch as f64, value))).collect()
    }

    fn keys(&self) -> [LegendEntry; 2] {
        [("train", self.train), ("test", self.test)].map(|(set, (colour, dashed))| {
            LegendEntry::of(Symbol::Curve { colour, dashed }, self.name, &format!(" {set}"))
        })
    }

    /// Returns the losses and accuracies of the first and the last epoch in words.
    fn describe(&self) -> String {
        let [first, last] = [self.history.epochs.first(), self.history.epochs.last()];
        let (Some(first), Some(last)) = (first, last) else { return String::new() };
        let went =
            |what: &str, measure: Measure, digits: usize, unit: &str| match (measure(first), measure(last)) {
                (Some(from), Some(to)) => {
                    let [from, to] = [from, to].map(|v| alt_text::number(v, digits));
                    format!(", {what} from {from} to {to}{unit}")
                }
                _ => String::new(),
            };
        format!(
            "{}{} {}{}{}{}{}",
            if self.name.is_empty() { String::new() } else { format!("{}: ", alt_text::name(self.name)) },
            self.history.len(),
            if self.history.len() == 1 { "epoch" } else { "epochs" },
            went("train loss", |e| Some(e.train_loss), 4, ""),
            went("test loss", |e| Some(e.test_loss), 4, ""),
            went("train accuracy", train_percent, 2, " %"),
            went("test accuracy", test_percent, 2, " %"),
        )
    }
}

fn draw(op: &'static str, runs: &[Run], options: &CurveOptions) -> Result<Figure> {
    runs.iter().try_for_each(|run| run.check(op, options))?;
    let (title, scale): (_, fn(_, _) -> _) = match options.log_scale {
        true => {
            ("Loss, logarithmic scale", |name, values: Vec<f64>| Axis::logarithmic(name, values.into_iter()))
        }
        false => ("Loss", |name, values: Vec<f64>| Axis::around(name, values.into_iter())),
    };
    let loss = panel(title, runs, [|e| Some(e.train_loss), |e| Some(e.test_loss)], scale);
    let share = |name: &'static str, values: Vec<f64>| {
        let shares = values.iter().all(|v| (0.0..=100.0).contains(v));
        let axis = Axis::around(name, values.into_iter());
        if shares { axis.within(0.0, 100.0) } else { axis }
    };
    let accuracy = panel("Accuracy in %", runs, [train_percent, test_percent], share);
    let drawn = if accuracy.is_some() { "Curves of loss and accuracy" } else { "Curves of loss" };
    let scale = if options.log_scale { ", the loss on a logarithmic scale" } else { "" };
    let panels: Vec<Panel> = loss.into_iter().chain(accuracy).collect();
    let told: Vec<String> = runs.iter().map(Run::describe).collect();
    Sheet {
        op,
        alt: format!("{drawn}{scale}. {}.", told.join("; ")),
        panel: if panels.len() > 1 { HALF_CURVES } else { WHOLE_CURVES },
        columns: 2,
        panels,
        legend: runs.iter().flat_map(Run::keys).collect(),
    }
    .draw()
}

/// Returns the panel of one measure, with curves of the training and the test set; `None` if no run has the measure.
fn panel(
    title: &str,
    runs: &[Run],
    [train, test]: [Measure; 2],
    scale: impl Fn(&'static str, Vec<f64>) -> Axis,
) -> Option<Panel> {
    let curves = runs
        .iter()
        .flat_map(|run| [(run.points(train), run.train), (run.points(test), run.test)].into_iter());
    let curves: Vec<_> = curves.filter(|(points, _)| !points.is_empty()).collect();
    if curves.is_empty() {
        return None;
    }
    let all = || curves.iter().flat_map(|(points, _)| points);
    let x = Axis::around("epoch", all().map(|p| p.0)).whole();
    let y = scale("", all().map(|p| p.1).collect());
    let marks = curves.iter().map(|(points, (colour, dashed))| Mark::curve(points.clone(), *dashed, *colour));
    let marks = marks.collect();
    Some(Panel { title: title.to_string(), frame: Frame::Axes { x, y, under: Background::Lines }, marks })
}
