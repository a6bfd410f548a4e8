//! How models and their summaries show in a notebook.

use super::Bundle;
use crate::models::{Model, Summary};

impl Model {
    /// Shows the model as PyTorch prints it when it is a cell's last expression.
    pub fn evcxr_display(&self) {
        Bundle::text(self.to_string()).show();
    }
}

impl Summary {
    /// Shows the summary as a table when it is a cell's last expression.
    pub fn evcxr_display(&self) {
        self.table().evcxr_display();
    }
}
