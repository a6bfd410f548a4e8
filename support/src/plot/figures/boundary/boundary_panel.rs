//! One panel of a decision boundary: the regions of one model, with one set of points.

use super::options::BoundaryOptions;
use crate::data::Dataset;
use crate::error::Result;
use crate::plot::alt_text;
use crate::plot::contour::grid::ScoreGrid;
use crate::plot::contour::regions::{Regions, region_above};
use crate::plot::figures::dataset::{dots, points};
use crate::plot::input;
use crate::plot::layout::axis::Axis;
use crate::plot::layout::mark::Mark;
use crate::plot::layout::panel::{self, Background, Frame, Panel};
use crate::plot::layout::style::{BORDER, BORDER_INK, CLASSES, HALF};
use crate::predictor::Predictor;

pub(super) struct BoundaryPanel {
    pub(super) name: String,
    pub(super) accuracy: f64,
    pub(super) classes: usize,
    /// The number of points that the model predicts wrongly.
    pub(super) wrong: usize,
    /// The class that the model predicts everywhere, if there is one.
    flat: Option<usize>,
    /// The class in `flat` as words in brackets; empty if `flat` is `None`.
    pub(super) constant_note: String,
    pub(super) panel: Panel,
}

impl BoundaryPanel {
    pub(super) fn of(
        op: &'static str,
        name: &str,
        model: &dyn Predictor,
        data: &Dataset,
        options: &BoundaryOptions,
    ) -> Result<Self> {
        input::classified(op, data)?;
        let grid = ScoreGrid::of(op, model, data, options.grid)?;
        let predicted = input::predicted(op, model, data)?;
        let is_wrong = |row: usize| predicted[row] != data.y[row];
        let wrong = (0..data.len()).filter(|&row| is_wrong(row)).count();
        let accuracy = (data.len() - wrong) as f64 / data.len() as f64 * 100.0;
        let regions = Regions::of(&grid);
        let flat = regions.others.is_empty().then_some(regions.ground);
        let constant_note = flat.map_or(String::new(), |class| format!(" (class {class} everywhere)"));
        let result = format!(": {}{constant_note}", percent(accuracy));
        let title = panel::title(name, &result, HALF.0);

        let shade = options.shade;
        let ground = shade.palest(CLASSES[regions.ground]);
        let painted = regions.others.into_iter();
        let mut under: Vec<Mark> =
            painted.map(|(class, loops)| Mark::region(loops, shade.palest(CLASSES[class]))).collect();
        for (class, &colour) in CLASSES.iter().enumerate().take(grid.classes()) {
            let levels = shade.levels();
            let odds = if levels.is_empty() { Vec::new() } else { grid.log_odds(class) };
            for level in levels {
                let loops = region_above(&grid.lattice, &odds, (level / (1.0 - level)).ln());
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
        let frame =
            Frame::Axes { x: axes("x1", 0), y: axes("x2", 1), under: Background::Regions(ground, under) };
        let classes = grid.classes();
        let panel = Panel { title, frame, marks };
        Ok(Self { name: alt_text::name(name), accuracy, classes, wrong, constant_note, flat, panel })
    }

    pub(super) fn describe_constant(&self, subject: &str) -> String {
        self.flat.map_or(String::new(), |class| format!(" {subject} predicts class {class} everywhere."))
    }
}

pub(super) fn percent(accuracy: f64) -> String {
    format!("{accuracy:.2} %")
}
