//! The course's networks, each written twice: as a struct of layers (PyTorch's subclass) and as a sequence (PyTorch's
//! `Sequential`). Both forms give the same outputs.
#![allow(dead_code, reason = "each test file uses a part of it")]

use support::models::Sequence;
use support::prelude::*;

/// model_0, `[n, 2] -> [n, 1]`: linear, fails on circles.
pub fn circle_v0() -> Sequence {
    seq().add(linear(2, 5)).add(linear(5, 1))
}

/// model_1, `[n, 2] -> [n, 1]`: deeper, still linear, still fails.
pub fn circle_v1() -> Sequence {
    seq().add(linear(2, 10)).add(linear(10, 10)).add(linear(10, 1))
}

/// model_2, `[n, 1] -> [n, 1]`: a straight line.
pub fn line() -> Sequence {
    seq().add(linear(1, 10)).add(linear(10, 10)).add(linear(10, 1))
}

/// model_3, `[n, 2] -> [n, 1]`: model_1 with ReLU between the layers, works.
pub fn circle_v2() -> Sequence {
    seq().add(linear(2, 10)).add(relu()).add(linear(10, 10)).add(relu()).add(linear(10, 1))
}

/// model_4, `[n, inputs] -> [n, outputs]`: blobs of several classes.
pub fn blob(inputs: i64, outputs: i64, hidden: i64) -> Sequence {
    seq().add(linear(inputs, hidden)).add(linear(hidden, hidden)).add(linear(hidden, outputs))
}

/// [`circle_v0`] as a struct.
pub struct CircleModelV0 {
    layer_1: Linear,
    layer_2: Linear,
}

impl CircleModelV0 {
    pub fn new(layers: &Layers<'_>) -> Result<Self> {
        Ok(Self {
            layer_1: layers.add("layer_1", linear(2, 5))?,
            layer_2: layers.add("layer_2", linear(5, 1))?,
        })
    }
}

impl Layer for CircleModelV0 {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        self.layer_2.forward(&self.layer_1.forward(x)?)
    }
}

/// Three linear layers, one after the other: [`circle_v1`], [`line`](fn@line) and [`blob`] as a struct.
pub struct ThreeLayers {
    layer_1: Linear,
    layer_2: Linear,
    layer_3: Linear,
}

impl ThreeLayers {
    pub fn new(layers: &Layers<'_>, inputs: i64, outputs: i64, hidden: i64) -> Result<Self> {
        Ok(Self {
            layer_1: layers.add("layer_1", linear(inputs, hidden))?,
            layer_2: layers.add("layer_2", linear(hidden, hidden))?,
            layer_3: layers.add("layer_3", linear(hidden, outputs))?,
        })
    }
}

impl Layer for ThreeLayers {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        self.layer_3.forward(&self.layer_2.forward(&self.layer_1.forward(x)?)?)
    }
}

/// [`circle_v2`] as a struct, with one ReLU for both places.
pub struct CircleModelV2 {
    layer_1: Linear,
    layer_2: Linear,
    layer_3: Linear,
    relu: Activation,
}

impl CircleModelV2 {
    pub fn new(layers: &Layers<'_>) -> Result<Self> {
        Ok(Self {
            layer_1: layers.add("layer_1", linear(2, 10))?,
            layer_2: layers.add("layer_2", linear(10, 10))?,
            layer_3: layers.add("layer_3", linear(10, 1))?,
            relu: layers.add("relu", relu())?,
        })
    }
}

impl Layer for CircleModelV2 {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let hidden = self.relu.forward(&self.layer_1.forward(x)?)?;
        let hidden = self.relu.forward(&self.layer_2.forward(&hidden)?)?;
        self.layer_3.forward(&hidden)
    }
}
