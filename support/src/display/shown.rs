//! How figures, movies, tables, models and metrics are shown in a notebook.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Frontend, MimeBundle, Show};
use crate::error::Result;
use crate::metrics::{ClassificationReport, ConfusionMatrix};
use crate::models::{Model, Summary};
use crate::plot::{Figure, Movie, Plot};
use crate::table::Table;

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

impl Figure {
    /// Returns the figure without the PNG, which takes ten times as long, for a display that soon changes. A notebook
    /// trusts the output of its running cell, so the SVG is shown.
    pub(crate) fn draft(&self) -> MimeBundle {
        MimeBundle::text(self.alt()).with("image/svg+xml", self.svg())
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

impl<D: Show, O> Plot<'_, D, O> {
    /// Draws the plot and shows it at this point of the cell's output, like [`Show::show`] of the figure.
    ///
    /// # Errors
    /// Those of [`Plot::draw`].
    ///
    /// ```
    /// use support::prelude::*;
    /// for noise in [0.03, 0.3] {
    ///     plot_dataset(&make_circles(100).noise(noise).build()?).show()?;
    /// }
    /// assert!(plot_class_balance(&[]).show().is_err());
    /// # Ok::<(), Error>(())
    /// ```
    pub fn show(&self) -> Result<()> {
        self.draw()?.show();
        Ok(())
    }
}

impl Show for Table {
    fn bundle(&self) -> MimeBundle {
        MimeBundle::text(self.to_string()).with("text/html", self.to_html())
    }
}

impl Show for Model {
    /// Returns the model as PyTorch prints it.
    fn bundle(&self) -> MimeBundle {
        MimeBundle::text(self.to_string())
    }
}

impl Show for Summary {
    fn bundle(&self) -> MimeBundle {
        self.table().bundle()
    }
}

impl Show for ConfusionMatrix {
    fn bundle(&self) -> MimeBundle {
        self.table().bundle()
    }
}

impl Show for ClassificationReport {
    fn bundle(&self) -> MimeBundle {
        self.table().bundle()
    }
}

/// Gives types the method that evcxr calls. It is no method of a trait, because a cell need not import the trait.
macro_rules! last_value {
    ($($kind:ty)*) => {$(
        impl $kind {
            /// Shows the value when it is a cell's last expression.
            pub fn evcxr_display(&self) {
                self.bundle().evcxr_display();
            }
        }
    )*};
}

last_value!(Figure Movie Table Model Summary ConfusionMatrix ClassificationReport);

impl<D: Show, O> Plot<'_, D, O> {
    /// Draws the plot and shows it when it is a cell's last expression. If it cannot be drawn, this project's kernel
    /// fails the cell with the message of the error; elsewhere the message is printed to standard error.
    pub fn evcxr_display(&self) {
        match self.draw() {
            Ok(drawn) => drawn.bundle().evcxr_display(),
            Err(error) => Frontend::here().failed_with(&error),
        }
    }
}
