//! Shows figures and movies in a notebook.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{MimeBundle, Show};
use crate::plot::{Figure, Movie};

impl Show for Figure {
    /// Returns the figure as SVG for a trusted notebook, as PNG for one that is not, and as a sentence for programs
    /// that show no images.
    fn bundle(&self) -> MimeBundle {
        match self.png() {
            Ok(png) => self.draft().with("image/png", STANDARD.encode(png)),
            Err(_) => self.draft(),
        }
    }
}

impl Show for Movie {
    /// Returns the movie as a player for programs that run scripts, and as its last frame for those that do not.
    fn bundle(&self) -> MimeBundle {
        let bundle = MimeBundle::text(self.alt());
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

    /// Returns the figure without the PNG, which takes ten times as long, for a display that soon changes. A notebook
    /// trusts the output of its running cell, so the SVG is shown.
    pub(crate) fn draft(&self) -> MimeBundle {
        MimeBundle::text(self.alt()).with("image/svg+xml", self.svg())
    }
}
