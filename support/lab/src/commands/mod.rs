//! The subcommands of `cargo lab`.

pub mod clean;
pub mod doctor;
pub mod open;
pub mod run;
pub mod test;
