//! What `cargo lab` can be asked to do.

pub mod clean;
pub mod doctor;
pub mod open;
pub mod run;
pub mod test;
