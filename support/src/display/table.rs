//! Shows tables in a notebook.

use super::{MimeBundle, Show};
use crate::table::Table;

impl Show for Table {
    fn bundle(&self) -> MimeBundle {
        MimeBundle::text(self.to_string()).with("text/html", self.to_html())
    }
}

impl Table {
    /// Shows the table when it is a cell's last expression.
    pub fn evcxr_display(&self) {
        self.bundle().evcxr_display();
    }
}
