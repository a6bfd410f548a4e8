//! Activation functions as layers, for models built with `nn::seq()`.

use std::borrow::Borrow;
use std::fmt;

use tch::Tensor;
use tch::nn::Module;

use super::layers::Probe;
use super::path::Path;

/// A layer without parameters that applies a nonlinear function to each number.
pub struct Activation {
    name: &'static str,
    function: fn(&Tensor) -> Tensor,
    probe: Probe,
}

/// Makes a ReLU layer: `max(0, x)`, any shape.
///
/// ```
/// use support::prelude::*;
/// let model = Model::new(|vs| nn::seq().add(linear(vs / 0, 2, 5)).add(relu(vs / 1)))?;
/// assert!(model.to_string().contains("(1): ReLU()"));
/// # Ok::<(), Error>(())
/// ```
pub fn relu<'a>(path: impl Borrow<Path<'a>>) -> Activation {
    activation(path.borrow(), "ReLU", Tensor::relu)
}

/// Makes a tanh layer: `tanh(x)`, any shape, between -1 and 1.
pub fn tanh<'a>(path: impl Borrow<Path<'a>>) -> Activation {
    activation(path.borrow(), "Tanh", Tensor::tanh)
}

/// Makes a sigmoid layer: `1 / (1 + exp(-x))`, any shape, between 0 and 1.
pub fn sigmoid<'a>(path: impl Borrow<Path<'a>>) -> Activation {
    activation(path.borrow(), "Sigmoid", Tensor::sigmoid)
}

fn activation(path: &Path<'_>, name: &'static str, function: fn(&Tensor) -> Tensor) -> Activation {
    Activation { name, function, probe: path.register(name, None, 0) }
}

impl Module for Activation {
    fn forward(&self, x: &Tensor) -> Tensor {
        let y = (self.function)(x);
        self.probe.record(&y);
        y
    }
}

impl fmt::Debug for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}()", self.name)
    }
}
