//! The interface through which figures look into a network: its layers, weights and neurons, as arrays.

use ndarray::{Array1, Array2};

use crate::error::{Error, Result};
use crate::predictor::Predictor;

/// A network whose layers can be inspected and drawn: a chain of layers of neurons, in which each neuron takes the
/// outputs of all neurons of the layer before. `Model` implements the trait for linear layers and activations; your own
/// types with weights can implement it too:
///
/// ```
/// use support::prelude::*;
/// use ndarray::array;
///
/// /// One neuron that adds the coordinates up.
/// struct Sum;
/// impl Predictor for Sum {
///     fn scores(&self, x: &Array2<f64>) -> Result<Array2<f64>> {
///         Ok(self.layers(x)?.remove(0).outputs)
///     }
/// }
/// impl InspectLayers for Sum {
///     fn n_features(&self) -> Result<usize> {
///         Ok(2)
///     }
///     fn layers(&self, x: &Array2<f64>) -> Result<Vec<NeuronLayer>> {
///         let weights = array![[1.0, 1.0]];
///         Ok(vec![NeuronLayer {
///             name: "sum".into(),
///             kind: "Linear".into(),
///             neurons: vec!["1".into()],
///             outputs: x.dot(&weights.t()),
///             weights: Some(weights),
///             biases: None,
///         }])
///     }
/// }
/// plot_neurons(&Sum, &make_moons(100).build()?).draw()?;
/// # Ok::<(), Error>(())
/// ```
pub trait InspectLayers: Predictor {
    /// Returns the number of features of a point.
    ///
    /// # Errors
    /// A network whose number of features is not known.
    fn n_features(&self) -> Result<usize>;

    /// Returns the inputs of the first layer for `x: [n, features]`.
    ///
    /// # Errors
    /// Points with another number of features than the network takes.
    fn inputs(&self, x: &Array2<f64>) -> Result<NeuronLayer> {
        let features = self.n_features()?;
        if x.ncols() != features {
            return Err(Error::shape("inputs", "x", format!("[n, {features}]"), x.dim()));
        }
        let names = (1..=x.ncols()).map(|i| format!("x{i}")).collect();
        Ok(NeuronLayer::inputs(names, x.to_owned()))
    }

    /// Returns the layers in order of execution, with the outputs of their neurons for `x: [n, features]`.
    ///
    /// # Errors
    /// Points with another number of features than the network takes; layers whose sizes do not fit each other.
    fn layers(&self, x: &Array2<f64>) -> Result<Vec<NeuronLayer>>;
}

/// One layer of neurons.
#[derive(Clone, Debug, PartialEq)]
pub struct NeuronLayer {
    /// The name of the layer, such as `layer_1`.
    pub name: String,
    /// The kind of the layer, such as `Linear + ReLU`.
    pub kind: String,
    /// The names of the neurons.
    pub neurons: Vec<String>,
    /// The weights, `[neurons, neurons before]`; `None` for the inputs.
    pub weights: Option<Array2<f64>>,
    /// The biases, `[neurons]`; `None` for the inputs and for a layer without biases.
    pub biases: Option<Array1<f64>>,
    /// The outputs of the neurons, `[n, neurons]`.
    pub outputs: Array2<f64>,
}

impl NeuronLayer {
    /// Makes the layer of a network's inputs, `outputs: [n, inputs]`.
    pub fn inputs(neurons: Vec<String>, outputs: Array2<f64>) -> Self {
        let (name, kind) = ("inputs".to_string(), String::new());
        Self { name, kind, neurons, weights: None, biases: None, outputs }
    }

    /// Returns the number of neurons.
    pub fn len(&self) -> usize {
        self.outputs.ncols()
    }

    /// Returns whether the layer has no neurons.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
