//! How metrics show in a notebook.

use crate::metrics::{ClassificationReport, ConfusionMatrix};

impl ConfusionMatrix {
    /// Shows the matrix as a table when it is a cell's last expression.
    pub fn evcxr_display(&self) {
        self.table().evcxr_display();
    }
}

impl ClassificationReport {
    /// Shows the report as a table when it is a cell's last expression.
    pub fn evcxr_display(&self) {
        self.table().evcxr_display();
    }
}
