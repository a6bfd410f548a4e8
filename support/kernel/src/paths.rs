//! The layout of `.lab`, of which this binary is a part.

pub use protocol::LabPaths;
