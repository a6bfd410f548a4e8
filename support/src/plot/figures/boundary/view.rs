//! One model around one set of points.

use super::options::BoundaryOptions;
use crate::data::Dataset;
use crate::error::Result;
use crate::plot::draw::font;
use crate::plot::field::grid::Grid;
use crate::plot::field::regions::{Regions, above};
use crate::plot::figures::dataset::{dots, points};
use crate::plot::input;
use crate::plot::layout::axis::Axis;
use crate::plot::layout::mark::Mark;
use crate::plot::layout::panel::{Frame, Panel, Under};
use crate::plot::layout::style::{BORDER, BORDER_INK, CLASSES, HALF, TITLE};
use crate::predictor::Predictor;

pub(super) struct View {
    pub(super) name: String,
    pub(super) accuracy: f64,
    pub(super) classes: usize,
    /// How many points it gets wrong.
    pub(super) wrong: usize,
    /// The class the model predicts everywhere, if it does.
    flat: Option<usize>,
    /// The same in brackets.
    pub(super) flatly: String,
    pub(super) panel: Panel,
}

/// About what a panel's numbers and margins take of its width, in pixels.
const BESIDE: f64 = 90.0;

impl View {
    pub(super) fn of(
        op: &'static str,
        name: &str,
        model: &dyn Predictor,
        data: &Dataset,
        options: &BoundaryOptions,
    ) -> Result<Self> {
        input::classified(op, data)?;
        let grid = Grid::of(op, model, data, options.grid)?;
        let predicted = input::predicted(op, model, data)?;
        let is_wrong = |row: usize| predicted[row] != data.y[row];
        let wrong = (0..data.len()).filter(|&row| is_wrong(row)).count();
        let accuracy = (data.len() - wrong) as f64 / data.len() as f64 * 100.0;
        let regions = Regions::of(&grid);
        let flat = regions.others.is_empty().then_some(regions.ground);
        let flatly = flat.map_or(String::new(), |class| format!(" (class {class} everywhere)"));
        let result = format!(": {}{flatly}", percent(accuracy));
        let room = HALF.0 - BESIDE - font::width(&result, TITLE, true);
        let title = font::fit(name, TITLE, true, room) + &result;

        let shade = options.shade;
        let ground = shade.palest(CLASSES[regions.ground]);
        let painted = regions.others.into_iter();
        let mut under: Vec<Mark> =
            painted.map(|(class, loops)| Mark::region(loops, shade.palest(CLASSES[class]))).collect();
        for (class, &colour) in CLASSES.iter().enumerate().take(grid.classes()) {
            let levels = shade.levels();
            let odds = if levels.is_empty() { Vec::new() } else { grid.log_odds(class) };
            for level in levels {
                let loops = above(&grid.lattice, &odds, (level / (1.0 - level)).ln());
                if !loops.is_empty() {
                    under.push(Mark::area(loops, shade.above(colour, level)));
                }
            }
        }
        if options.line {
            under.extend(regions.borders.into_iter().map(|line| Mark::line(line, BORDER, BORDER_INK)));
        }
        let mut marks = dots(data, |row| !options.mark_wrong || !is_wrong(row));
        if options.mark_wrong {
            let rings = points(data, is_wrong).into_iter();
            marks.extend(rings.map(|(class, at)| Mark::wrong(at, data.len(), CLASSES[class])));
        }
        let axes = |name, i: usize| Axis::exact(name, grid.lattice.bounds[i]);
        let frame = Frame::Axes { x: axes("x1", 0), y: axes("x2", 1), under: Under::Regions(ground, under) };
        let classes = grid.classes();
        let panel = Panel { title, frame, marks };
        Ok(Self { name: name.to_string(), accuracy, classes, wrong, flatly, flat, panel })
    }

    pub(super) fn flatness(&self, subject: &str) -> String {
        self.flat.map_or(String::new(), |class| format!(" {subject} predicts class {class} everywhere."))
    }
}

pub(super) fn percent(accuracy: f64) -> String {
    format!("{accuracy:.2} %")
}
