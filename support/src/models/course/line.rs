//! model_2: model_1 with one input, to fit a straight line.

use tch::Tensor;
use tch::nn::{self, Module};

use crate::models::{Linear, Path, linear};

/// A network `[n, 1] -> [n, 1]` with two hidden layers of 10 units, without activation.
#[derive(Debug)]
pub struct LineModel {
    layer_1: Linear,
    layer_2: Linear,
    layer_3: Linear,
}

impl LineModel {
    /// Builds the layers `layer_1` to `layer_3` below `vs`.
    pub fn new(vs: &Path<'_>) -> Self {
        Self {
            layer_1: linear(vs / "layer_1", 1, 10),
            layer_2: linear(vs / "layer_2", 10, 10),
            layer_3: linear(vs / "layer_3", 10, 1),
        }
    }
}

impl Module for LineModel {
    fn forward(&self, x: &Tensor) -> Tensor {
        x.apply(&self.layer_1).apply(&self.layer_2).apply(&self.layer_3)
    }
}

/// Builds the network of [`LineModel`] as a sequence.
pub fn line(vs: &Path<'_>) -> nn::Sequential {
    nn::seq().add(linear(vs / 0, 1, 10)).add(linear(vs / 1, 10, 10)).add(linear(vs / 2, 10, 1))
}
