//! Decision boundaries: the regions in which models predict each class.

mod boundary_panel;
mod options;

use ndarray::s;

use self::boundary_panel::{BoundaryPanel, percent};
pub use self::options::{BoundaryOptions, Shade};
use super::dataset::names;
use crate::data::{Dataset, Split};
use crate::error::{Error, Result};
use crate::plot::builder::Plot;
use crate::plot::figure::Figure;
use crate::plot::input;
use crate::plot::layout::Sheet;
use crate::plot::layout::legend::{LegendEntry, Symbol};
use crate::plot::layout::style::{CLASSES, HALF, SECONDARY_TEXT};
use crate::predictor::Predictor;

/// Draws the regions in which a model predicts each class, with the training points in one panel and the test points
/// in the panel beside it; the titles give the accuracies.
///
#[cfg_attr(doc, doc = include_str!("../../../../tests/snapshots/look__boundary.snap.svg"))]
///
#[cfg_attr(doc, doc = include_str!("../../../../tests/snapshots/look__boundary_of_four_classes.snap.svg"))]
///
/// Options: [`shade`](Plot::shade), [`mark_wrong`](Plot::mark_wrong), [`without_line`](Plot::without_line),
/// [`grid`](Plot::grid).
///
/// # Errors
/// A number of features other than two, points of only one class, labels the model does not know, more than 10
/// classes, scores that are not finite, and errors of [`Predictor::scores`].
///
/// ```
/// use ndarray::{Array2, ArrayView2, Axis};
/// use support::prelude::*;
///
/// /// Class 1 where a point lies inside a circle.
/// struct Inside(f64);
/// impl Predictor for Inside {
///     fn scores(&self, x: &Array2<f64>) -> Result<Array2<f64>> {
///         Ok(x.map_axis(Axis(1), |p| self.0 - p[0].hypot(p[1])).insert_axis(Axis(1)))
///     }
/// }
///
/// let circles = make_circles(1000).noise(0.03).random_state(42).build()?;
/// let data = train_test_split(&circles, 0.2, 42)?;
/// let figure = plot_decision_boundary(&Inside(0.9), &data).draw()?;
/// assert!(figure.svg().contains("Train: 100.00 %"));
/// # Ok::<(), Error>(())
/// ```
pub fn plot_decision_boundary<'a>(
    model: &'a dyn Predictor,
    data: &'a Split,
) -> Plot<'a, Figure, BoundaryOptions> {
    Plot::with_options(move |options| boundary(model, data, options))
}

/// Draws the boundaries of several models around the same points, two per row; the titles give names and accuracies.
///
#[cfg_attr(doc, doc = include_str!("../../../../tests/snapshots/look__boundaries.snap.svg"))]
///
/// Options: those of [`plot_decision_boundary`].
///
/// # Errors
/// No models or more than 10, and those of [`plot_decision_boundary`].
///
/// ```
/// # use ndarray::{Array2, ArrayView2, Axis};
/// # use support::prelude::*;
/// # struct Line;
/// # impl Predictor for Line {
/// #     fn scores(&self, x: &Array2<f64>) -> Result<Array2<f64>> {
/// #         Ok(x.sum_axis(Axis(1)).insert_axis(Axis(1)))
/// #     }
/// # }
/// # let (model_0, model_1) = (Line, Line);
/// let moons = make_moons(200).noise(0.07).random_state(42).build()?;
/// plot_decision_boundaries(&[("model_0", &model_0), ("model_1", &model_1)], &moons).mark_wrong().draw()?;
/// # Ok::<(), Error>(())
/// ```
pub fn plot_decision_boundaries<'a>(
    models: &[(&'a str, &'a dyn Predictor)],
    data: &'a Dataset,
) -> Plot<'a, Figure, BoundaryOptions> {
    let models = models.to_vec();
    Plot::with_options(move |options| boundaries(&models, data, options))
}

fn boundary(model: &dyn Predictor, data: &Split, options: &BoundaryOptions) -> Result<Figure> {
    const OP: &str = "plot_decision_boundary";
    input::two_classes(OP, &[&data.train, &data.test])?;
    let train = BoundaryPanel::of(OP, "Train", model, &data.train, options)?;
    let test = BoundaryPanel::of(OP, "Test", model, &data.test, options)?;
    let alt = format!(
        "Decision boundary between {} classes: {} of {} training points, {} of {} test points right.{}{}",
        train.classes,
        percent(train.accuracy),
        data.train.len(),
        percent(test.accuracy),
        data.test.len(),
        train.describe_constant("Around the training points the model"),
        test.describe_constant("Around the test points the model"),
    );
    sheet(OP, alt, vec![train, test], options)
}

fn boundaries(
    models: &[(&str, &dyn Predictor)],
    data: &Dataset,
    options: &BoundaryOptions,
) -> Result<Figure> {
    const OP: &str = "plot_decision_boundaries";
    input::count(OP, "number of models", models.len())?;
    input::two_classes(OP, &[data])?;
    let views = models.iter().map(|(name, model)| BoundaryPanel::of(OP, name, *model, data, options));
    let views = views.collect::<Result<Vec<BoundaryPanel>>>()?;
    let each: Vec<String> =
        views.iter().map(|v| format!("{} {}{}", v.name, percent(v.accuracy), v.constant_note)).collect();
    let alt = format!("Decision boundaries around {} points, share right: {}.", data.len(), each.join(", "));
    sheet(OP, alt, views, options)
}

/// Checks data and model as [`plot_decision_boundary`] does, for a function that draws the figure later.
pub(crate) fn check_boundary(op: &'static str, model: &dyn Predictor, data: &Split) -> Result<()> {
    input::two_classes(op, &[&data.train, &data.test])?;
    for set in [&data.train, &data.test] {
        input::classified(op, set)?;
        let classes = model.scores(&set.x.slice(s![..1, ..]).to_owned())?.ncols().max(2);
        input::count(op, "number of classes", classes)?;
        input::labels(op, &set.y, classes)?;
    }
    Ok(())
}

fn sheet(
    op: &'static str,
    alt: String,
    views: Vec<BoundaryPanel>,
    options: &BoundaryOptions,
) -> Result<Figure> {
    let classes = views.iter().map(|v| v.classes).max().unwrap_or(2);
    if let Some(other) = views.iter().find(|v| v.classes != classes) {
        let problem = format!("expected models of {classes} classes, {} has {}", other.name, other.classes);
        return Err(Error::Labels { op, problem });
    }
    let mut legend: Vec<LegendEntry> = names(classes)
        .zip(CLASSES)
        .map(|(name, colour)| LegendEntry::new(options.shade.symbol(colour), name))
        .collect();
    legend.extend(options.shade.legend_note().map(|words| LegendEntry::new(Symbol::Words, words)));
    if options.mark_wrong {
        legend.push(LegendEntry::new(Symbol::Wrong(SECONDARY_TEXT), "wrong"));
    }
    let told = options.shade.describe().into_iter().chain(options.mark_wrong.then(|| wrong(&views)));
    let alt = told.fold(alt, |alt, sentence| format!("{alt} {sentence}"));
    let panels = views.into_iter().map(|v| v.panel).collect();
    Sheet { op, alt, panel: HALF, columns: 2, panels, legend }.draw()
}

/// Returns the number of points with a ring per panel, as a sentence.
fn wrong(views: &[BoundaryPanel]) -> String {
    let each: Vec<String> = views.iter().map(|v| format!("{} in {}", v.wrong, v.name)).collect();
    format!("Wrong points have a dark ring: {}.", each.join(", "))
}
