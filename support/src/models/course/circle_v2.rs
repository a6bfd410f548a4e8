//! model_3: model_1 with a ReLU between the layers and no other change.

use tch::Tensor;
use tch::nn::{self, Module};

use crate::models::{Activation, Linear, Path, linear, relu};

/// A network `[n, 2] -> [n, 1]` with two hidden layers of 10 units and a ReLU after each of the two.
#[derive(Debug)]
pub struct CircleModelV2 {
    layer_1: Linear,
    layer_2: Linear,
    layer_3: Linear,
    relu: Activation,
}

impl CircleModelV2 {
    /// Builds the layers `layer_1` to `layer_3` and one `relu` below `vs`.
    pub fn new(vs: &Path<'_>) -> Self {
        Self {
            layer_1: linear(vs / "layer_1", 2, 10),
            layer_2: linear(vs / "layer_2", 10, 10),
            layer_3: linear(vs / "layer_3", 10, 1),
            relu: relu(vs / "relu"),
        }
    }
}

impl Module for CircleModelV2 {
    fn forward(&self, x: &Tensor) -> Tensor {
        x.apply(&self.layer_1).apply(&self.relu).apply(&self.layer_2).apply(&self.relu).apply(&self.layer_3)
    }
}

/// Builds the network of [`CircleModelV2`] as a sequence.
pub fn circle_v2(vs: &Path<'_>) -> nn::Sequential {
    nn::seq()
        .add(linear(vs / 0, 2, 10))
        .add(relu(vs / 1))
        .add(linear(vs / 2, 10, 10))
        .add(relu(vs / 3))
        .add(linear(vs / 4, 10, 1))
}
