//! The dropout layer.

use tch::Tensor;

use super::layer::{BuildLayer, Layer};
use super::layers::{Hook, Layers};
use crate::error::{Error, Result, number};

/// A dropout layer, any shape: while the model trains, each number becomes 0 with probability `p`, and the others are
/// multiplied by `1 / (1 - p)`; otherwise the input is returned unchanged.
///
/// Source: PyTorch, `nn.Dropout`.
pub struct Dropout {
    p: f64,
    hook: Hook,
}

/// The description of a [`Dropout`] layer, made by [`dropout`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DropoutConfig {
    p: f64,
}

/// Describes a dropout layer; `p` is the probability that a number becomes 0, from 0 to 1.
///
/// [`fit`](crate::train::fit) switches it on for the training set and off for the test set; in a loop written by hand
/// [`Model::train`](super::Model::train) and [`Model::eval`](super::Model::eval) do. A new model is in evaluation mode.
///
/// ```
/// use support::prelude::*;
/// let model = seq().add(linear(2, 100)).add(dropout(0.5)).build()?;
/// let x = Tensor::ones([1, 2], (Kind::Float, Device::Cpu));
/// let zeros = |y: Tensor| y.eq(0.0).sum(Kind::Int64).int64_value(&[]);
/// assert_eq!(zeros(model.forward(&x)?), 0);
/// model.train();
/// assert!(zeros(model.forward(&x)?) > 20);
/// assert!(seq().add(linear(2, 1)).add(dropout(1.5)).build().is_err());
/// # Ok::<(), Error>(())
/// ```
pub fn dropout(p: f64) -> DropoutConfig {
    DropoutConfig { p }
}

impl BuildLayer for DropoutConfig {
    type Layer = Dropout;

    fn build(self, layers: &Layers<'_>) -> Result<Dropout> {
        if !(0.0..=1.0).contains(&self.p) {
            let expected = format!("from 0 to 1 in the layer `{}`", layers.name());
            return Err(Error::argument("dropout", "p", expected, number(self.p)));
        }
        Ok(Dropout { p: self.p, hook: layers.hook() })
    }
}

impl Layer for Dropout {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        Ok(self.hook.output(x.f_dropout(self.p, self.hook.training())?))
    }

    fn settings(&self) -> String {
        format!("p={}, inplace=False", number(self.p))
    }
}
