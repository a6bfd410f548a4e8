//! What the figures that look inside need of a network, so that they do not know tensors.

use ndarray::{Array1, Array2, ArrayView2};

use crate::error::{Error, Result};
use crate::predictor::Predictor;

/// A chain of layers of neurons, each neuron fed by all of the layer before. A `Model` of linear layers and
/// activations is one; so is anything of yours that has weights:
///
/// ```
/// use support::prelude::*;
/// use ndarray::{ArrayView2, array};
///
/// /// One neuron that adds the coordinates up.
/// struct Sum;
/// impl Predictor for Sum {
///     fn scores(&self, x: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
///         Ok(self.layers(x)?.remove(0).outputs)
///     }
/// }
/// impl Network for Sum {
///     fn n_features(&self) -> Result<usize> {
///         Ok(2)
///     }
///     fn layers(&self, x: ArrayView2<'_, f64>) -> Result<Vec<NeuronLayer>> {
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
/// plot_neurons(&Sum, &make_moons(100).build()?)?;
/// # Ok::<(), Error>(())
/// ```
pub trait Network: Predictor {
    /// How many numbers a point has.
    ///
    /// # Errors
    /// A network that does not say.
    fn n_features(&self) -> Result<usize>;

    /// What the first layer is fed for `x: [n, features]`.
    ///
    /// # Errors
    /// Points with another number of features than the network takes.
    fn inputs(&self, x: ArrayView2<'_, f64>) -> Result<NeuronLayer> {
        let features = self.n_features()?;
        if x.ncols() != features {
            return Err(Error::shape("inputs", "x", format!("[n, {features}]"), x.dim()));
        }
        let names = (1..=x.ncols()).map(|i| format!("x{i}")).collect();
        Ok(NeuronLayer::inputs(names, x.to_owned()))
    }

    /// The layers in order of execution, with what each neuron gives for `x: [n, features]`.
    ///
    /// # Errors
    /// Points with another number of features than the network takes; layers whose sizes make no chain.
    fn layers(&self, x: ArrayView2<'_, f64>) -> Result<Vec<NeuronLayer>>;
}

/// One layer of neurons.
#[derive(Clone, Debug, PartialEq)]
pub struct NeuronLayer {
    /// What it is called, such as `layer_1`.
    pub name: String,
    /// What it does, such as `Linear + ReLU`.
    pub kind: String,
    /// What each neuron is called.
    pub neurons: Vec<String>,
    /// The weights, `[neurons, neurons before]`; nothing for the inputs.
    pub weights: Option<Array2<f64>>,
    /// The biases, `[neurons]`; nothing for the inputs.
    pub biases: Option<Array1<f64>>,
    /// What each neuron gives, `[n, neurons]`.
    pub outputs: Array2<f64>,
}

impl NeuronLayer {
    /// The inputs of a network, `outputs: [n, inputs]`.
    pub fn inputs(neurons: Vec<String>, outputs: Array2<f64>) -> Self {
        let (name, kind) = ("inputs".to_string(), String::new());
        Self { name, kind, neurons, weights: None, biases: None, outputs }
    }

    /// The number of neurons.
    pub fn len(&self) -> usize {
        self.outputs.ncols()
    }

    /// Whether it has no neurons.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
