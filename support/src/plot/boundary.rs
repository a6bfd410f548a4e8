//! Where a model draws the line between classes.

use ndarray::s;

use super::axis::Axis;
use super::dataset::{dots, legend};
use super::figure::Figure;
use super::font;
use super::grid::Grid;
use super::input;
use super::legend::Symbol;
use super::mark::Mark;
use super::panel::{Panel, Under};
use super::regions::Regions;
use super::sheet::Sheet;
use super::style::{CLASSES, HALF, TITLE, tint};
use crate::data::{Dataset, Split};
use crate::error::{Error, Result};
use crate::predictor::Predictor;

/// The regions in which a model predicts each class, with the training points and, beside them, the test
/// points on top; the titles say the accuracies.
///
/// # Errors
/// Points with other than two features, labels the model does not know, more than 10 classes, scores that
/// are not finite, and what [`Predictor::scores`] returns.
///
/// ```
/// use ndarray::{Array2, ArrayView2, Axis};
/// use support::prelude::*;
///
/// /// Class 1 where a point lies inside a circle.
/// struct Inside(f64);
/// impl Predictor for Inside {
///     fn scores(&self, x: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
///         Ok(x.map_axis(Axis(1), |p| self.0 - p[0].hypot(p[1])).insert_axis(Axis(1)))
///     }
/// }
///
/// let circles = make_circles(1000).noise(0.03).random_state(42).build()?;
/// let data = train_test_split(&circles, 0.2, 42)?;
/// let figure = plot_decision_boundary(&Inside(0.9), &data)?;
/// assert!(figure.svg().contains("Train: 100.00 %"));
/// # Ok::<(), Error>(())
/// ```
pub fn plot_decision_boundary(model: &dyn Predictor, data: &Split) -> Result<Figure> {
    const OP: &str = "plot_decision_boundary";
    let train = View::of(OP, "Train", model, &data.train)?;
    let test = View::of(OP, "Test", model, &data.test)?;
    let alt = format!(
        "Decision boundary between {} classes: {} of {} training points, {} of {} test points right.{}{}",
        train.classes,
        percent(train.accuracy),
        data.train.len(),
        percent(test.accuracy),
        data.test.len(),
        train.flatness("Around the training points the model"),
        test.flatness("Around the test points the model"),
    );
    sheet(OP, alt, vec![train, test])
}

/// The boundaries of several models around the same points, two a row; the titles say names and accuracies.
///
/// # Errors
/// No models or more than 10, and those of [`plot_decision_boundary`].
///
/// ```
/// # use ndarray::{Array2, ArrayView2, Axis};
/// # use support::prelude::*;
/// # struct Line;
/// # impl Predictor for Line {
/// #     fn scores(&self, x: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
/// #         Ok(x.sum_axis(Axis(1)).insert_axis(Axis(1)))
/// #     }
/// # }
/// # let (model_0, model_1) = (Line, Line);
/// let moons = make_moons(200).noise(0.07).random_state(42).build()?;
/// plot_decision_boundaries(&[("model_0", &model_0), ("model_1", &model_1)], &moons)?;
/// # Ok::<(), Error>(())
/// ```
pub fn plot_decision_boundaries(models: &[(&str, &dyn Predictor)], data: &Dataset) -> Result<Figure> {
    const OP: &str = "plot_decision_boundaries";
    input::count(OP, "number of models", models.len())?;
    let views = models.iter().map(|(name, model)| View::of(OP, name, *model, data));
    let views = views.collect::<Result<Vec<View>>>()?;
    let each: Vec<String> =
        views.iter().map(|v| format!("{} {}{}", v.name, percent(v.accuracy), v.flatly)).collect();
    let alt = format!("Decision boundaries around {} points, share right: {}.", data.len(), each.join(", "));
    sheet(OP, alt, views)
}

/// What a boundary asks of data and model, for a function that will draw one later.
pub(crate) fn check_boundary(op: &'static str, model: &dyn Predictor, data: &Split) -> Result<()> {
    for set in [&data.train, &data.test] {
        input::classified(op, set)?;
        let classes = model.scores(set.x.slice(s![..1, ..]))?.ncols().max(2);
        input::count(op, "number of classes", classes)?;
        input::labels(op, &set.y, classes)?;
    }
    Ok(())
}

/// One model around one set of points.
struct View {
    name: String,
    accuracy: f64,
    classes: usize,
    /// The class the model predicts everywhere, if it does.
    flat: Option<usize>,
    /// The same in brackets.
    flatly: String,
    panel: Panel,
}

/// About what a panel's numbers and margins take of its width, in pixels.
const BESIDE: f64 = 90.0;

impl View {
    fn of(op: &'static str, name: &str, model: &dyn Predictor, data: &Dataset) -> Result<Self> {
        input::classified(op, data)?;
        let grid = Grid::of(op, model, data)?;
        let accuracy = input::accuracy(op, model, data)?;
        let regions = Regions::of(&grid);
        let flat = regions.others.is_empty().then_some(regions.ground);
        let flatly = flat.map_or(String::new(), |class| format!(" (class {class} everywhere)"));
        let result = format!(": {}{flatly}", percent(accuracy));
        let room = HALF.0 - BESIDE - font::width(&result, TITLE, true);
        let title = font::fit(name, TITLE, true, room) + &result;
        let painted =
            regions.others.into_iter().map(|(class, loops)| Mark::region(loops, tint(CLASSES[class])));
        let panel = Panel {
            title,
            x: Axis::exact("x1", grid.bounds[0]),
            y: Axis::exact("x2", grid.bounds[1]),
            under: Under::Regions(tint(CLASSES[regions.ground]), painted.collect()),
            marks: dots(data),
        };
        Ok(Self { name: name.to_string(), accuracy, classes: grid.classes(), flatly, flat, panel })
    }

    fn flatness(&self, subject: &str) -> String {
        self.flat.map_or(String::new(), |class| format!(" {subject} predicts class {class} everywhere."))
    }
}

fn percent(accuracy: f64) -> String {
    format!("{accuracy:.2} %")
}

fn sheet(op: &'static str, alt: String, views: Vec<View>) -> Result<Figure> {
    let classes = views.iter().map(|v| v.classes).max().unwrap_or(2);
    if let Some(other) = views.iter().find(|v| v.classes != classes) {
        let problem = format!("expected models of {classes} classes, {} has {}", other.name, other.classes);
        return Err(Error::Labels { op, problem });
    }
    let panels = views.into_iter().map(|v| v.panel).collect();
    Sheet { op, alt, panel: HALF, columns: 2, panels, legend: legend(classes, Symbol::Region) }.draw()
}
