//! A figure in a notebook.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Bundle, Show};
use crate::plot::{Figure, Movie};

impl Show for Figure {
    /// As SVG where the notebook is trusted, as PNG where it is not, as a sentence where neither can be seen.
    fn bundle(&self) -> Bundle {
        match self.png() {
            Ok(png) => self.draft().with("image/png", STANDARD.encode(png)),
            Err(_) => self.draft(),
        }
    }
}

impl Show for Movie {
    /// As a player where scripts run, as the last frame where they do not.
    fn bundle(&self) -> Bundle {
        let bundle = Bundle::text(self.alt());
        match (self.html(), self.still().png()) {
            (Ok(html), Ok(png)) => bundle.with("text/html", html).with("image/png", STANDARD.encode(png)),
            _ => bundle,
        }
    }
}

impl Movie {
    /// Shows the movie when it is a cell's last expression.
    pub fn evcxr_display(&self) {
        self.bundle().evcxr_display();
    }
}

impl Figure {
    /// Shows the figure when it is a cell's last expression.
    pub fn evcxr_display(&self) {
        self.bundle().evcxr_display();
    }

    /// The figure for a moment: without the PNG, which takes ten times as long. A notebook trusts what its
    /// running cell shows, so the SVG is seen.
    pub(crate) fn draft(&self) -> Bundle {
        Bundle::text(self.alt()).with("image/svg+xml", self.svg())
    }
}
