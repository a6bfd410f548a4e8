//! Models: layers with PyTorch's initial parameters, sequences, saving and loading.
//!
//! A new kind of layer is one file with a [`Layer`], its description ([`BuildLayer`]) and the function that makes the
//! description, and its `mod` and `pub use` lines here.

mod activation;
mod activation_curve;
mod dropout;
mod fault;
mod inspect;
mod layer;
mod layers;
mod linear;
mod load;
mod model;
mod save;
mod sequence;
mod snapshot;
mod structure;
mod summary;
mod values;

pub use activation::{Activation, ActivationConfig, relu, sigmoid, tanh};
pub use activation_curve::ActivationCurve;
pub use dropout::{Dropout, DropoutConfig, dropout};
pub use layer::{BuildLayer, Layer};
pub use layers::Layers;
pub use linear::{Linear, LinearConfig, linear};
pub use model::Model;
pub use sequence::{Sequence, Sequential, seq};
pub use snapshot::Snapshot;
pub use summary::{Summary, SummaryRow, summary};
