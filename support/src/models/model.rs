//! A network together with its parameters.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path as FilePath;
use std::sync::Arc;

use ndarray::{Array1, Array2, ArrayView2};
use tch::nn::{self, Module};
use tch::{Device, Kind, Tensor};

use super::layers::{LayerInfo, Layers};
use super::path::Path;
use super::repr;
use crate::error::{Error, Result};
use crate::predictor::Predictor;
use crate::tensors::tensor_of;

/// A network and the parameters it learns; prints as PyTorch prints a model.
///
/// ```
/// use support::prelude::*;
/// tch::manual_seed(42);
/// let model = Model::new(|vs| nn::seq().add(linear(vs / 0, 2, 5)).add(linear(vs / 1, 5, 1)))?;
/// assert_eq!(model.num_parameters(), 21);
/// assert_eq!(
///     model.to_string(),
///     "Sequential(
///   (0): Linear(in_features=2, out_features=5, bias=True)
///   (1): Linear(in_features=5, out_features=1, bias=True)
/// )"
/// );
/// # Ok::<(), Error>(())
/// ```
pub struct Model {
    vs: nn::VarStore,
    net: Box<dyn Module>,
    layers: Arc<Layers>,
}

impl Model {
    /// Builds a network on the CPU. Call `tch::manual_seed` just before it for the same start each time;
    /// move it with [`Model::to`].
    ///
    /// # Errors
    /// A layer of size 0 or less, two layers of one name, a network without parameters.
    pub fn new<M: Module + 'static>(build: impl FnOnce(&Path<'_>) -> M) -> Result<Self> {
        let vs = nn::VarStore::new(Device::Cpu);
        let layers = Arc::new(Layers::default());
        let net = Box::new(build(&Path::new(vs.root(), Arc::clone(&layers))));
        Self::checked(vs, net, layers)
    }

    fn checked(vs: nn::VarStore, net: Box<dyn Module>, layers: Arc<Layers>) -> Result<Self> {
        if let Some(problem) = layers.problem() {
            return Err(problem);
        }
        if vs.is_empty() {
            return Err(Error::argument("Model::new", "network", "one with parameters to learn", "none"));
        }
        Ok(Self { vs, net, layers })
    }

    /// The store of the parameters, for an optimizer: `nn::Sgd::default().build(model.var_store(), 0.1)`.
    pub fn var_store(&self) -> &nn::VarStore {
        &self.vs
    }

    /// Names and parameters in the order of PyTorch's `state_dict`; the tensors share the model's memory.
    pub fn named_parameters(&self) -> Vec<(String, Tensor)> {
        let mut variables = self.vs.variables();
        let suffixes = ["weight", "bias"];
        let built = self.layers.built();
        let in_order = built.iter().flat_map(|layer| suffixes.map(|s| format!("{}.{s}", layer.name)));
        let mut named: Vec<_> = in_order.filter_map(|n| variables.remove(&n).map(|v| (n, v))).collect();
        let mut others: Vec<_> = variables.into_iter().collect();
        others.sort_by(|a, b| a.0.cmp(&b.0));
        named.append(&mut others);
        named
    }

    /// The names alone, such as `0.weight`.
    pub fn parameter_names(&self) -> Vec<String> {
        self.named_parameters().into_iter().map(|(name, _)| name).collect()
    }

    /// How many numbers the model learns.
    pub fn num_parameters(&self) -> usize {
        self.vs.trainable_variables().iter().map(Tensor::numel).sum()
    }

    /// Where the parameters lie.
    pub fn device(&self) -> Device {
        self.vs.trainable_variables().first().map_or(Device::Cpu, Tensor::device)
    }

    /// Moves the parameters. An optimizer built before goes on with the old ones.
    ///
    /// # Errors
    /// A CUDA device on a machine, or with a libtorch, that has none.
    pub fn to(&self, device: Device) -> Result<()> {
        crate::tensors::check_device("Model::to", device)?;
        tch::no_grad(|| {
            for mut variable in self.vs.trainable_variables() {
                let moved = variable.f_to_device(device)?;
                variable.set_data(&moved);
            }
            Ok(())
        })
    }

    /// Saves the parameters under PyTorch's names; `.safetensors` loads in PyTorch unchanged.
    ///
    /// # Errors
    /// A folder that is not there or may not be written.
    pub fn save(&self, path: impl AsRef<FilePath>) -> Result<()> {
        let path = path.as_ref();
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            let source = std::io::Error::new(std::io::ErrorKind::NotFound, "no such folder");
            return Err(Error::File { op: "save", path: folder.into(), source });
        }
        Ok(self.vs.save(path)?)
    }

    /// Loads parameters that [`Model::save`] or PyTorch wrote.
    ///
    /// # Errors
    /// No such file, other names or other shapes than this model has; the model then stays as it was.
    pub fn load(&mut self, path: impl AsRef<FilePath>) -> Result<()> {
        let path = path.as_ref();
        std::fs::metadata(path).map_err(|source| Error::File { op: "load", path: path.into(), source })?;
        let before: Vec<_> = self.named_parameters().into_iter().map(|(n, v)| (n, v.copy())).collect();
        let outcome = self.vs.load(path);
        if outcome.is_err() {
            let parameters = self.named_parameters();
            tch::no_grad(|| {
                for ((_, mut now), (_, then)) in parameters.into_iter().zip(before) {
                    now.copy_(&then);
                }
            });
        }
        Ok(outcome?)
    }

    /// The raw outputs for `x: [n, in_features] f32`, with shape and device checked first.
    ///
    /// # Errors
    /// Another number of features, another dtype, another device.
    pub fn try_forward(&self, x: &Tensor) -> Result<Tensor> {
        self.check_input("forward", x)?;
        self.pass(x)
    }

    /// The network's answer; layers that do not fit each other are an error, not a panic.
    pub(crate) fn pass(&self, x: &Tensor) -> Result<Tensor> {
        let forward = || catch_unwind(AssertUnwindSafe(|| self.net.forward(x)));
        self.layers.check(|| {
            forward().map_err(|panic| {
                let text = panic.downcast_ref::<String>().map(String::as_str);
                let text = text
                    .or_else(|| panic.downcast_ref::<&str>().copied())
                    .unwrap_or("the forward pass failed");
                Error::from(tch::TchError::Torch(libtorch_text(text)))
            })
        })
    }

    pub(crate) fn check_input(&self, op: &'static str, x: &Tensor) -> Result<()> {
        let size = x.size();
        if let Some(features) = self.in_features()
            && (size.len() != 2 || size[1] != features)
        {
            return Err(Error::shape(op, "x", format!("[n, {features}]"), size));
        }
        if x.kind() != Kind::Float {
            let got = format!("{:?}", x.kind());
            return Err(Error::Dtype { op, name: "x", expected: "Float".to_string(), got });
        }
        if x.device() != self.device() {
            let (expected, got) = (format!("{:?}", self.device()), format!("{:?}", x.device()));
            return Err(Error::Device { op, name: "x", expected, got });
        }
        Ok(())
    }

    /// What the first layer takes, where it says so.
    pub fn in_features(&self) -> Option<i64> {
        self.layers.built().first().and_then(|layer| layer.in_features)
    }

    /// The output of each layer for `x`, in order of execution.
    pub(super) fn trace(&self, x: &Tensor) -> Result<Vec<(LayerInfo, Tensor)>> {
        let _still = tch::no_grad_guard();
        self.layers.trace(|| self.pass(x))
    }

    /// The values a regression model gives for `x: [n, in_features]`, `[n]`.
    ///
    /// # Errors
    /// Another number of features; a model with more than one output.
    pub fn predict(&self, x: &Array2<f64>) -> Result<Array1<f64>> {
        let scores = self.scores(x.view())?;
        if scores.ncols() != 1 {
            return Err(Error::shape("predict", "outputs", "[n, 1]", scores.dim()));
        }
        Ok(scores.column(0).to_owned())
    }
}

/// What libtorch said, out of the words tch panics with.
fn libtorch_text(panic: &str) -> String {
    let inner = panic.split_once("Torch(\"").map_or(panic, |(_, text)| text);
    inner.split("\\n").next().unwrap_or(inner).to_string()
}

impl Module for Model {
    fn forward(&self, x: &Tensor) -> Tensor {
        self.net.forward(x)
    }
}

impl Predictor for Model {
    fn scores(&self, x: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
        let x = tensor_of(x, self.device())?;
        self.check_input("scores", &x)?;
        let scores = {
            let _still = tch::no_grad_guard();
            self.pass(&x)?.f_to_kind(Kind::Double)?.f_to_device(Device::Cpu)?
        };
        let array: ndarray::ArrayD<f64> = (&scores).try_into()?;
        let shape = array.shape().to_vec();
        array
            .into_dimensionality()
            .map_err(|_| Error::shape("scores", "the model's output", "[n, outputs]", shape))
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&repr::pytorch(&self.net))
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
