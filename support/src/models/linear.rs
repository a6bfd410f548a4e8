//! The linear layer, with PyTorch's initial parameters.

use tch::nn::Init;
use tch::{Kind, Tensor};

use super::layer::{BuildLayer, Layer};
use super::layers::{Hook, Layers};
use crate::error::{Error, Result};
use crate::memory;

/// A linear layer: `y = x Wᵀ + b`, `[n, in_features] -> [n, out_features]`.
pub struct Linear {
    /// The weight `W`, `[out_features, in_features]`.
    pub weight: Tensor,
    /// The bias `b`, `[out_features]`.
    pub bias: Tensor,
    in_features: i64,
    out_features: i64,
    hook: Hook,
}

/// The description of a [`Linear`] layer, made by [`linear`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinearConfig {
    in_features: i64,
    out_features: i64,
}

/// Describes a linear layer, initialised like PyTorch's `nn.Linear`: the weight is drawn first, then the bias, both
/// uniform in ±1/√in_features, from libtorch's generator (`tch::manual_seed`).
///
/// tch's own `nn::linear` draws the bias first and from a wider range, so its results differ from PyTorch's. Sizes
/// below 1, and sizes whose parameters do not fit into the memory that is free, are errors of the model that is built.
///
/// Source: PyTorch, `torch/nn/modules/linear.py`, `reset_parameters`.
///
/// ```
/// use support::prelude::*;
/// tch::manual_seed(42);
/// let model = seq().add(linear(2, 5)).build()?;
/// assert_eq!(model.parameter_names(), ["0.weight", "0.bias"]);
/// # Ok::<(), Error>(())
/// ```
pub fn linear(in_features: i64, out_features: i64) -> LinearConfig {
    LinearConfig { in_features, out_features }
}

impl BuildLayer for LinearConfig {
    type Layer = Linear;

    fn build(self, layers: &Layers<'_>) -> Result<Linear> {
        self.check(&layers.name())?;
        let Self { in_features, out_features } = self;
        // kaiming_uniform_(a = √5) in PyTorch's own steps, so that not even the last bit differs.
        let gain = (2.0 / (1.0 + 5f64.sqrt().powi(2))).sqrt();
        let bound = 3f64.sqrt() * (gain / (in_features as f64).sqrt());
        let uniform = |bound: f64| Init::Uniform { lo: -bound, up: bound };
        let path = layers.path();
        let weight = path.f_var("weight", &[out_features, in_features], uniform(bound))?;
        let bias = path.f_var("bias", &[out_features], uniform(1.0 / (in_features as f64).sqrt()))?;
        Ok(Linear { weight, bias, in_features, out_features, hook: layers.hook() })
    }
}

impl LinearConfig {
    /// Refuses a size below 1 or too large for the memory that is free.
    fn check(self, layer: &str) -> Result<()> {
        let Self { in_features, out_features } = self;
        for (name, size) in [("in_features", in_features), ("out_features", out_features)] {
            if size < 1 {
                return Err(Error::argument(
                    "linear",
                    name,
                    format!("at least 1 in the layer `{layer}`"),
                    size,
                ));
            }
        }
        let (inputs, outputs) = (in_features as u128, out_features as u128);
        let bytes = (inputs * outputs + outputs).saturating_mul(Kind::Float.elt_size_in_bytes() as u128);
        let got = format!("in_features {in_features}, out_features {out_features} in the layer `{layer}`");
        memory::check("linear", "the size", bytes, got)
    }
}

impl Layer for Linear {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        self.hook.check(&x.size(), self.in_features)?;
        Ok(self.hook.output(x.f_linear(&self.weight, Some(&self.bias))?))
    }

    fn settings(&self) -> String {
        format!("in_features={}, out_features={}, bias=True", self.in_features, self.out_features)
    }

    fn in_features(&self) -> Option<i64> {
        Some(self.in_features)
    }
}
