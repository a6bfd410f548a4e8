//! The look every figure shares, and how panels, axes and legends are laid out.

pub(super) mod axis;
pub(super) mod legend;
pub(super) mod mark;
pub(super) mod panel;
pub(super) mod sheet;
mod simplify;
pub(super) mod style;
