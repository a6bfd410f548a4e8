//! Shows models and their summaries in a notebook.

use super::{MimeBundle, Show};
use crate::models::{Model, Summary};

impl Show for Model {
    fn bundle(&self) -> MimeBundle {
        MimeBundle::text(self.to_string())
    }
}

impl Model {
    /// Shows the model as PyTorch prints it when it is a cell's last expression.
    pub fn evcxr_display(&self) {
        self.bundle().evcxr_display();
    }
}

impl Show for Summary {
    fn bundle(&self) -> MimeBundle {
        self.table().bundle()
    }
}

impl Summary {
    /// Shows the summary as a table when it is a cell's last expression.
    pub fn evcxr_display(&self) {
        self.bundle().evcxr_display();
    }
}
