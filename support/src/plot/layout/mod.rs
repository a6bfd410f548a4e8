//! The look shared by all figures, and the layout of panels, axes and legends.

pub(super) mod axis;
pub(super) mod legend;
pub(super) mod mark;
pub(super) mod panel;
pub(super) mod sheet;
mod simplify;
pub(super) mod style;
