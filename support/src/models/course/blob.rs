//! model_4: three linear layers with as many outputs as there are classes.

use tch::Tensor;
use tch::nn::{self, Module};

use crate::models::{Linear, Path, linear};

/// A network `[n, input_features] -> [n, output_features]` with two hidden layers of `hidden_units`, without
/// activation.
#[derive(Debug)]
pub struct BlobModel {
    layer_1: Linear,
    layer_2: Linear,
    layer_3: Linear,
}

impl BlobModel {
    /// Builds the layers `layer_1` to `layer_3` below `vs`; the course uses 2 inputs, 4 outputs and 8 hidden units.
    pub fn new(vs: &Path<'_>, input_features: i64, output_features: i64, hidden_units: i64) -> Self {
        Self {
            layer_1: linear(vs / "layer_1", input_features, hidden_units),
            layer_2: linear(vs / "layer_2", hidden_units, hidden_units),
            layer_3: linear(vs / "layer_3", hidden_units, output_features),
        }
    }
}

impl Module for BlobModel {
    fn forward(&self, x: &Tensor) -> Tensor {
        x.apply(&self.layer_1).apply(&self.layer_2).apply(&self.layer_3)
    }
}

/// Builds the network of [`BlobModel`] as a sequence.
pub fn blob(vs: &Path<'_>, input_features: i64, output_features: i64, hidden_units: i64) -> nn::Sequential {
    nn::seq()
        .add(linear(vs / 0, input_features, hidden_units))
        .add(linear(vs / 1, hidden_units, hidden_units))
        .add(linear(vs / 2, hidden_units, output_features))
}
