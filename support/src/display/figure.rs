//! A figure in a notebook.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Bundle;
use crate::plot::Figure;

impl Figure {
    /// Shows the figure when it is a cell's last expression: as SVG where the notebook is trusted, as PNG
    /// where it is not, as a sentence where neither can be seen.
    pub fn evcxr_display(&self) {
        let bundle = Bundle::text(self.alt()).with("image/svg+xml", self.svg());
        match self.png() {
            Ok(png) => bundle.with("image/png", STANDARD.encode(png)).show(),
            Err(_) => bundle.show(),
        }
    }
}
