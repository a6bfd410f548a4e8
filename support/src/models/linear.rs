//! The linear layer, with PyTorch's starting parameters.

use std::borrow::Borrow;
use std::fmt;

use tch::nn::{Init, Module};
use tch::{Device, Kind, Tensor};

use super::layers::Probe;
use super::path::Path;
use crate::error::Error;

/// `y = x Wᵀ + b`, `[n, in_features] -> [n, out_features]`.
pub struct Linear {
    /// The weight `W`, `[out_features, in_features]`.
    pub ws: Tensor,
    /// The bias `b`, `[out_features]`.
    pub bs: Tensor,
    probe: Probe,
}

/// A linear layer at `path`, drawn as PyTorch's `nn.Linear` draws it: the weight first, then the bias,
/// both uniform in ±1/√in_features, from libtorch's generator (`tch::manual_seed`).
///
/// tch's own `nn::linear` draws the bias first and from a wider range; with it no figure of PyTorch comes
/// out. Sizes below 1 are reported by [`Model::new`](super::Model::new).
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
    for (name, size) in [("in_features", in_features), ("out_features", out_features)] {
        if size < 1 {
            path.layers().refuse(Error::argument("linear", name, "at least 1", size));
        }
    }
    let (fan_in, fan_out) = (in_features.max(1), out_features.max(1));
    // kaiming_uniform_(a = √5) in PyTorch's own steps, so that not even the last bit differs.
    let gain = (2.0 / (1.0 + 5f64.sqrt().powi(2))).sqrt();
    let bound = 3f64.sqrt() * (gain / (fan_in as f64).sqrt());
    let uniform = |bound: f64| Init::Uniform { lo: -bound, up: bound };
    let parameter = |name: &str, shape: &[i64], bound: f64| {
        path.tch().f_var(name, shape, uniform(bound)).unwrap_or_else(|error| {
            path.layers().refuse(error.into());
            Tensor::zeros(shape, (Kind::Float, Device::Cpu))
        })
    };
    let ws = parameter("weight", &[fan_out, fan_in], bound);
    let bs = parameter("bias", &[fan_out], 1.0 / (fan_in as f64).sqrt());
    let probe = path.register("Linear", Some(fan_in), (fan_in * fan_out + fan_out) as usize);
    Linear { ws, bs, probe }
}

impl Linear {
    /// The number of features it takes.
    pub fn in_features(&self) -> i64 {
        self.ws.size()[1]
    }

    /// The number of features it gives.
    pub fn out_features(&self) -> i64 {
        self.ws.size()[0]
    }
}

impl Module for Linear {
    fn forward(&self, x: &Tensor) -> Tensor {
        let mut size = x.size();
        if !self.probe.fits(&size, self.in_features()) {
            // Nobody gets to see it.
            size.pop();
            size.push(self.out_features());
            return Tensor::zeros(size, (x.kind(), x.device()));
        }
        let y = x.linear(&self.ws, Some(&self.bs));
        self.probe.record(&y);
        y
    }
}

/// Printed as PyTorch prints it.
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
