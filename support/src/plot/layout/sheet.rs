//! A sheet: panels in rows and columns, a legend under them.

use super::legend::{self, LegendEntry, Symbol};
use super::mark::Mark;
use super::panel::Panel;
use super::style::px;
use crate::error::Result;
use crate::plot::draw::canvas::{self, failed};
use crate::plot::draw::pixels;
use crate::plot::figure::Figure;

/// All parts of a figure.
pub(in crate::plot) struct Sheet {
    /// The function that draws the figure, named in errors.
    pub(in crate::plot) op: &'static str,
    /// The alternative text: what the figure shows.
    pub(in crate::plot) alt: String,
    /// Width and height of a panel, in pixels.
    pub(in crate::plot) panel: (f64, f64),
    pub(in crate::plot) columns: usize,
    /// The panels, row by row.
    pub(in crate::plot) panels: Vec<Panel>,
    pub(in crate::plot) legend: Vec<LegendEntry>,
}

impl Sheet {
    /// Lays the panels out and draws them.
    pub(in crate::plot) fn draw(mut self) -> Result<Figure> {
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
