//! A sheet: panels in rows and columns, a legend under them.

use super::canvas::{self, failed};
use super::figure::Figure;
use super::legend::{self, Key};
use super::panel::Panel;
use super::style::px;
use crate::error::Result;

/// Everything a figure consists of.
pub(super) struct Sheet {
    /// The function that draws it.
    pub(super) op: &'static str,
    /// What it shows, in a sentence.
    pub(super) alt: String,
    /// Width and height of a panel, in pixels.
    pub(super) panel: (f64, f64),
    pub(super) columns: usize,
    /// Row by row.
    pub(super) panels: Vec<Panel>,
    pub(super) legend: Vec<Key>,
}

impl Sheet {
    /// Lays the panels out and draws them.
    pub(super) fn draw(self) -> Result<Figure> {
        let columns = self.columns.clamp(1, self.panels.len().max(1));
        let rows = self.panels.len().div_ceil(columns);
        let width = self.panel.0 * columns as f64;
        let above = self.panel.1 * rows as f64;
        let height = above + 6.0 + legend::height(&self.legend, width - 40.0);
        let size = (px(width).unsigned_abs(), px(height).unsigned_abs());
        let svg = canvas::draw(size, &self.alt, |area| {
            let (panels, below) = area.split_vertically(px(above));
            for (panel, part) in self.panels.iter().zip(panels.split_evenly((rows, columns))) {
                panel.draw(self.op, &part)?;
            }
            legend::draw(self.op, &self.legend, width - 40.0, &below)?;
            area.present().map_err(failed(self.op))
        })?;
        Ok(Figure::new(svg, self.alt))
    }
}
