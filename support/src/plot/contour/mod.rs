//! Scores on a grid of points of the plane, and the polygons of their regions.

mod edges;
pub(super) mod grid;
pub(super) mod regions;
