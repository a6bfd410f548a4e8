//! The look shared by all figures, and the layout of panels, axes and legends.

pub(super) mod axis;
pub(super) mod legend;
pub(super) mod mark;
pub(super) mod panel;
mod simplify;
pub(super) mod style;

use crate::error::Result;
use crate::plot::draw::canvas::{self, failed};
use crate::plot::draw::pixels;
use crate::plot::figure::Figure;
use legend::{LegendEntry, Symbol};
use mark::Mark;
use panel::Panel;
use style::px;

/// All parts of a figure.
pub(super) struct Sheet {
    /// The function that draws the figure, named in errors.
    pub(super) op: &'static str,
    /// The alternative text: what the figure shows.
    pub(super) alt: String,
    /// Width and height of a panel, in pixels.
    pub(super) panel: (f64, f64),
    pub(super) columns: usize,
    /// The panels, row by row.
    pub(super) panels: Vec<Panel>,
    pub(super) legend: Vec<LegendEntry>,
}

impl Sheet {
    /// Lays the panels out and draws them.
    pub(super) fn draw(mut self) -> Result<Figure> {
        let dots = self.panels.iter().flat_map(|panel| &panel.marks).map(Mark::n_dots).sum();
        if pixels::are_many(dots) {
            self.legend.push(LegendEntry::new(Symbol::Words, format!("{dots} dots, drawn as pixels")));
        }
        let columns = self.columns.clamp(1, self.panels.len().max(1));
        let rows = self.panels.len().div_ceil(columns);
        let width = self.panel.0 * columns as f64;
        let above = self.panel.1 * rows as f64;
        let height = above + 6.0 + legend::height(&self.legend, width - 40.0);
        let size = (px(width).unsigned_abs(), px(height).unsigned_abs());
        let scene = canvas::draw(size, |area| {
            let (panels, below) = area.split_vertically(px(above));
            for (panel, part) in self.panels.iter().zip(panels.split_evenly((rows, columns))) {
                panel.draw(self.op, &part)?;
            }
            legend::draw(self.op, &self.legend, width - 40.0, &below)?;
            area.present().map_err(failed(self.op))
        })?;
        Figure::new(self.op, scene, &self.alt)
    }
}
