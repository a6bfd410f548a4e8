//! The linear layer, with PyTorch's initial parameters.

use std::borrow::Borrow;
use std::fmt;

use tch::nn::{Init, Module};
use tch::{Device, Kind, Tensor};

use super::layers::Probe;
use super::path::Path;
use crate::error::Error;
use crate::memory;

/// A linear layer: `y = x Wᵀ + b`, `[n, in_features] -> [n, out_features]`.
pub struct Linear {
    /// The weight `W`, `[out_features, in_features]`.
    pub weight: Tensor,
    /// The bias `b`, `[out_features]`.
    pub bias: Tensor,
    probe: Probe,
}

/// Makes a linear layer at `path`, initialised like PyTorch's `nn.Linear`: the weight is drawn first, then the bias,
/// both uniform in ±1/√in_features, from libtorch's generator (`tch::manual_seed`).
///
/// tch's own `nn::linear` draws the bias first and from a wider range, so its results differ from PyTorch's. Sizes
/// below 1, and sizes whose parameters do not fit into the memory that is free, are reported by
/// [`Model::new`](super::Model::new).
///
/// Source: PyTorch, `torch/nn/modules/linear.py`, `reset_parameters`.
///
/// ```
/// use support::prelude::*;
/// tch::manual_seed(42);
/// let model = Model::new(|vs| nn::seq().add(linear(vs / 0, 2, 5)))?;
/// assert_eq!(model.parameter_names(), ["0.weight", "0.bias"]);
/// # Ok::<(), Error>(())
/// ```
pub fn linear<'a>(path: impl Borrow<Path<'a>>, in_features: i64, out_features: i64) -> Linear {
    let path = path.borrow();
    let size = match size_problem(&path.name(), in_features, out_features) {
        None => (in_features, out_features),
        // Model::new will return the error; the closure that builds the network continues with the smallest layer.
        Some(problem) => {
            path.layers().refuse(problem);
            (1, 1)
        }
    };
    let (fan_in, fan_out) = size;
    // kaiming_uniform_(a = √5) in PyTorch's own steps, so that not even the last bit differs.
    let gain = (2.0 / (1.0 + 5f64.sqrt().powi(2))).sqrt();
    let bound = 3f64.sqrt() * (gain / (fan_in as f64).sqrt());
    let uniform = |bound: f64| Init::Uniform { lo: -bound, up: bound };
    let parameter = |name: &str, shape: &[i64], bound: f64| {
        path.tch().f_var(name, shape, uniform(bound)).unwrap_or_else(|error| {
            path.layers().refuse(error.into());
            Tensor::zeros(vec![1; shape.len()], (Kind::Float, Device::Cpu))
        })
    };
    let weight = parameter("weight", &[fan_out, fan_in], bound);
    let bias = parameter("bias", &[fan_out], 1.0 / (fan_in as f64).sqrt());
    let probe = path.register("Linear", Some(fan_in), (fan_in * fan_out + fan_out) as usize);
    Linear { weight, bias, probe }
}

/// Returns the error for a size below 1 or too large for the memory, or `None` if the size is valid.
fn size_problem(layer: &str, in_features: i64, out_features: i64) -> Option<Error> {
    for (name, size) in [("in_features", in_features), ("out_features", out_features)] {
        if size < 1 {
            return Some(Error::argument("linear", name, format!("at least 1 in the layer `{layer}`"), size));
        }
    }
    let (inputs, outputs) = (in_features as u128, out_features as u128);
    let bytes = (inputs * outputs + outputs).saturating_mul(Kind::Float.elt_size_in_bytes() as u128);
    let got = format!("in_features {in_features}, out_features {out_features} in the layer `{layer}`");
    memory::check("linear", "the size", bytes, got).err()
}

impl Linear {
    /// Returns the number of features that the layer takes.
    pub fn in_features(&self) -> i64 {
        self.weight.size().get(1).copied().unwrap_or_default()
    }

    /// Returns the number of features that the layer returns.
    pub fn out_features(&self) -> i64 {
        self.weight.size().first().copied().unwrap_or_default()
    }
}

impl Module for Linear {
    fn forward(&self, x: &Tensor) -> Tensor {
        let mut size = x.size();
        if !self.probe.fits(&size, self.in_features()) {
            // This output is never returned, because the checked pass fails.
            size.pop();
            size.push(self.out_features());
            return Tensor::zeros(size, (x.kind(), x.device()));
        }
        let y = x.linear(&self.weight, Some(&self.bias));
        self.probe.record(&y);
        y
    }
}

/// Formats the layer as PyTorch prints it.
impl fmt::Debug for Linear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Linear(in_features={}, out_features={}, bias=True)",
            self.in_features(),
            self.out_features()
        )
    }
}
