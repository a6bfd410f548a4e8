//! Activation functions as layers.

use tch::{TchError, Tensor};

use super::layer::{BuildLayer, Layer};
use super::layers::{Hook, Layers};
use crate::error::Result;

/// A layer without parameters that applies a nonlinear function to each number.
pub struct Activation {
    config: ActivationConfig,
    hook: Hook,
}

/// The description of an [`Activation`] layer, made by [`relu`], [`tanh`] or [`sigmoid`].
#[derive(Clone, Copy, Debug)]
pub struct ActivationConfig {
    kind: &'static str,
    function: fn(&Tensor) -> Result<Tensor, TchError>,
}

/// Describes a ReLU layer: `max(0, x)`, any shape.
///
/// ```
/// use support::prelude::*;
/// let model = seq().add(linear(2, 5)).add(relu()).build()?;
/// assert!(model.to_string().contains("(1): ReLU()"));
/// # Ok::<(), Error>(())
/// ```
pub fn relu() -> ActivationConfig {
    ActivationConfig { kind: "ReLU", function: Tensor::f_relu }
}

/// Describes a tanh layer: `tanh(x)`, any shape, between -1 and 1.
pub fn tanh() -> ActivationConfig {
    ActivationConfig { kind: "Tanh", function: Tensor::f_tanh }
}

/// Describes a sigmoid layer: `1 / (1 + exp(-x))`, any shape, between 0 and 1.
pub fn sigmoid() -> ActivationConfig {
    ActivationConfig { kind: "Sigmoid", function: Tensor::f_sigmoid }
}

impl BuildLayer for ActivationConfig {
    type Layer = Activation;

    fn build(self, layers: &Layers<'_>) -> Result<Activation> {
        Ok(Activation { config: self, hook: layers.hook() })
    }
}

impl Layer for Activation {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        Ok(self.hook.output((self.config.function)(x)?))
    }

    fn kind(&self) -> &'static str {
        self.config.kind
    }
}
