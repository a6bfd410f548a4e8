//! model_0: two linear layers, 21 parameters.

use tch::Tensor;
use tch::nn::{self, Module};

use crate::models::{Linear, Path, linear};

/// A network `[n, 2] -> [n, 1]` with one hidden layer of 5 units, without activation.
#[derive(Debug)]
pub struct CircleModelV0 {
    layer_1: Linear,
    layer_2: Linear,
}

impl CircleModelV0 {
    /// Builds the layers `layer_1` and `layer_2` below `vs`.
    pub fn new(vs: &Path<'_>) -> Self {
        Self { layer_1: linear(vs / "layer_1", 2, 5), layer_2: linear(vs / "layer_2", 5, 1) }
    }
}

impl Module for CircleModelV0 {
    fn forward(&self, x: &Tensor) -> Tensor {
        x.apply(&self.layer_1).apply(&self.layer_2)
    }
}

/// Builds the network of [`CircleModelV0`] as a sequence.
///
/// ```
/// use support::prelude::*;
/// use support::models::course::circle_v0;
/// assert_eq!(Model::new(circle_v0)?.num_parameters(), 21);
/// # Ok::<(), Error>(())
/// ```
pub fn circle_v0(vs: &Path<'_>) -> nn::Sequential {
    nn::seq().add(linear(vs / 0, 2, 5)).add(linear(vs / 1, 5, 1))
}
