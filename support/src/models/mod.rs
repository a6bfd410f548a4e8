//! Models: layers with PyTorch's initial parameters, saving and loading, and the course's networks.

mod activation;
mod activation_curve;
pub mod course;
mod fault;
mod layers;
mod linear;
mod load;
mod model;
mod neurons;
mod optimizer_state;
mod path;
mod repr;
mod save;
mod snapshot;
mod summary;
mod values;

pub use activation::{Activation, relu, sigmoid, tanh};
pub use activation_curve::ActivationCurve;
pub use linear::{Linear, linear};
pub use model::Model;
pub use path::Path;
pub use snapshot::Snapshot;
pub use summary::{Summary, SummaryRow, summary};
