//! A model as a chain of layers of neurons.

use std::collections::HashMap;

use ndarray::{Array, Array2, ArrayD, Dimension};
use tch::{Device, Kind, Tensor};

use super::model::Model;
use crate::error::{Error, Result};
use crate::inspect::{InspectLayers, NeuronLayer};
use crate::tensors::tensor_of;

/// The linear layers of the model, each with the activations that follow it. A function such as `Tensor::relu` in your
/// own `forward` is not recorded: the layer's outputs are then those before the function.
impl InspectLayers for Model {
    fn n_features(&self) -> Result<usize> {
        let features = self.in_features().and_then(|n| usize::try_from(n).ok());
        features.ok_or_else(|| {
            let expected = "one that says what it takes, such as linear";
            Error::argument("layers", "first layer", expected, "another")
        })
    }

    fn layers(&self, x: &Array2<f64>) -> Result<Vec<NeuronLayer>> {
        const OP: &str = "layers";
        let x = tensor_of(OP, x.view(), self.device())?.f_to_kind(self.kind())?;
        self.check_input(OP, &x)?;
        let parameters: HashMap<String, Tensor> = self.named_parameters().into_iter().collect();
        let mut layers: Vec<NeuronLayer> = Vec::new();
        for (info, output) in self.forward_all(&x)? {
            let outputs: Array2<f64> = array_of(&output, OP)?;
            match (parameters.get(&info.parameter("weight")), layers.last_mut()) {
                (Some(weight), last) => {
                    let weights: Array2<f64> = array_of(weight, OP)?;
                    let before = last.map_or(weights.ncols(), |layer| layer.len());
                    if weights.ncols() != before {
                        let expected = format!("[{}, {before}], fed by the layer before", weights.nrows());
                        return Err(Error::shape(OP, "weights", expected, weights.dim()));
                    }
                    let bias = parameters.get(&info.parameter("bias"));
                    layers.push(NeuronLayer {
                        name: info.name,
                        kind: info.kind.to_string(),
                        neurons: (1..=weights.nrows()).map(|i| i.to_string()).collect(),
                        weights: Some(weights),
                        biases: bias.map(|bias| array_of(bias, OP)).transpose()?,
                        outputs,
                    });
                }
                (None, Some(layer)) if layer.outputs.dim() == outputs.dim() => {
                    layer.kind = format!("{} + {}", layer.kind, info.kind);
                    layer.outputs = outputs;
                }
                (None, _) => {
                    let expected = "linear layers, with or without activations after them";
                    return Err(Error::argument(OP, "model", expected, info.kind));
                }
            }
        }
        if layers.is_empty() {
            return Err(Error::argument(OP, "model", "one built of this crate's layers", "none of them"));
        }
        Ok(layers)
    }
}

/// Converts a tensor to an array with the number of dimensions of `D`.
fn array_of<D: Dimension>(tensor: &Tensor, op: &'static str) -> Result<Array<f64, D>> {
    let tensor = tensor.detach().f_to_kind(Kind::Double)?.f_to_device(Device::Cpu)?;
    let array: ArrayD<f64> = (&tensor).try_into()?;
    let shape = array.shape().to_vec();
    let dimensions = D::NDIM.unwrap_or_default();
    let wrong = |_| Error::shape(op, "tensor", format!("one of {dimensions} dimensions"), shape);
    array.into_dimensionality().map_err(wrong)
}
