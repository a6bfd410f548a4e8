//! Models: layers that start as PyTorch's do, and the course's networks.

mod activation;
mod activation_curve;
pub mod course;
mod layers;
mod linear;
mod model;
mod neurons;
mod path;
mod repr;
mod snapshot;
mod summary;

pub use activation::{Activation, relu, sigmoid, tanh};
pub use activation_curve::ActivationCurve;
pub use linear::{Linear, linear};
pub use model::Model;
pub use path::Path;
pub use snapshot::Snapshot;
pub use summary::{Summary, SummaryRow, summary};
