//! Running cells: evcxr in a thread of its own, and what is made of its answers.

mod dependency;
mod effort;
pub mod engine;
pub mod failure;
mod place;
mod report;
pub mod stop;
mod syntax;
mod tools;
pub mod watch;
mod worker;
