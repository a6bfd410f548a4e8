//! The words that the kernel, the process that runs cells, the library and `cargo lab` share.

pub mod frame;
