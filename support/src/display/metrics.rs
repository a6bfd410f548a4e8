//! Shows metrics in a notebook.

use super::{MimeBundle, Show};
use crate::metrics::{ClassificationReport, ConfusionMatrix};

impl Show for ConfusionMatrix {
    fn bundle(&self) -> MimeBundle {
        self.table().bundle()
    }
}

impl ConfusionMatrix {
    /// Shows the matrix as a table when it is a cell's last expression.
    pub fn evcxr_display(&self) {
        self.bundle().evcxr_display();
    }
}

impl Show for ClassificationReport {
    fn bundle(&self) -> MimeBundle {
        self.table().bundle()
    }
}

impl ClassificationReport {
    /// Shows the report as a table when it is a cell's last expression.
    pub fn evcxr_display(&self) {
        self.bundle().evcxr_display();
    }
}
