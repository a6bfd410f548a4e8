//! Numbers over the plane, and the polygons drawn of them.

mod edges;
pub(super) mod grid;
pub(super) mod regions;
