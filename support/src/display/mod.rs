//! The notebook's protocol: the only room that knows how evcxr takes rich output.
//!
//! evcxr calls `evcxr_display` on the last expression of a cell, if its type has that method.

mod bundle;
mod figure;
mod metrics;
mod model;

pub use bundle::Bundle;

use crate::table::Table;

impl Table {
    /// Shows the table when it is a cell's last expression.
    pub fn evcxr_display(&self) {
        Bundle::text(self.to_string()).with("text/html", self.to_html()).show();
    }
}
