//! Drawing and files: plotters fills a [`scene::Scene`], which is written as SVG or painted as PNG.

mod arabic;
pub(super) mod canvas;
pub(super) mod font;
mod paint;
pub(super) mod pixels;
pub(super) mod png;
pub(super) mod scene;
pub(super) mod script;
pub(super) mod svg;
mod system;
