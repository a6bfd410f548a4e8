//! A network together with its parameters.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use ndarray::{Array1, Array2};
use tch::{Device, Kind, Tensor, nn};

use super::fault::{Fault, caught};
use super::layer::Layer;
use super::layers::{Layers, Shared, used_twice};
use super::structure::{Node, Structure};
use crate::error::{Error, Result};
use crate::predictor::Predictor;
use crate::tensors::tensor_of;

/// A network together with its parameters; printed as PyTorch prints a model.
///
/// ```
/// use support::prelude::*;
/// tch::manual_seed(42);
/// let model = seq().add(linear(2, 5)).add(linear(5, 1)).build()?;
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
    net: Box<dyn Layer>,
    structure: Structure,
    shared: Arc<Shared>,
    /// The optimizer that trained the model last and its settings, kept because its state (moments, momentum) belongs
    /// to the parameters.
    optimizer: RefCell<Option<(String, nn::Optimizer)>>,
}

impl Model {
    /// Builds a network of your own on the CPU; [`seq`](super::seq) builds a sequence of layers. The closure adds the
    /// layers and returns the network, as a PyTorch class does in `__init__`; [`Layer`] has an example.
    ///
    /// For the same initial parameters each time, call `tch::manual_seed` just before; [`Model::to`] moves the model
    /// to another device.
    ///
    /// # Errors
    /// A layer of size 0 or less, or too large for the memory that is free; two layers of one name; a name that
    /// is empty or has a dot; a network without parameters; an error of libtorch in a layer of tch.
    pub fn new<L: Layer + 'static>(build: impl FnOnce(&Layers<'_>) -> Result<L>) -> Result<Self> {
        let vs = nn::VarStore::new(Device::Cpu);
        let (structure, shared) = (RefCell::default(), Arc::new(Shared::default()));
        let net = caught(|| {
            let layers = Layers::root(vs.root(), &structure, Arc::clone(&shared));
            let net = build(&layers)?;
            layers.describe(&net);
            Ok(net)
        });
        let net = Box::new(net.map_err(Fault::torch_error).flatten()?);
        let variables = vs.variables();
        if variables.is_empty() {
            return Err(Error::argument("Model::new", "network", "one with parameters to learn", "none"));
        }
        if let Some(name) = variables.keys().find_map(|name| renamed(name, &variables)) {
            return Err(used_twice(name));
        }
        Ok(Self { vs, net, structure: structure.into_inner(), shared, optimizer: RefCell::new(None) })
    }

    /// Returns the store of the parameters, for an optimizer: `nn::Sgd::default().build(model.var_store(), 0.1)`.
    pub fn var_store(&self) -> &nn::VarStore {
        &self.vs
    }

    /// Returns names and parameters in the order of PyTorch's `state_dict`; the tensors share the model's memory.
    pub fn named_parameters(&self) -> Vec<(String, Tensor)> {
        self.structure.sort(self.vs.variables())
    }

    /// Returns the names of the parameters, such as `0.weight`.
    pub fn parameter_names(&self) -> Vec<String> {
        self.named_parameters().into_iter().map(|(name, _)| name).collect()
    }

    /// Returns the number of trainable parameters, counted as single numbers.
    pub fn num_parameters(&self) -> usize {
        self.vs.trainable_variables().iter().map(Tensor::numel).sum()
    }

    /// Returns the device of the parameters.
    pub fn device(&self) -> Device {
        self.vs.trainable_variables().first().map_or(Device::Cpu, Tensor::device)
    }

    /// Returns the dtype of the parameters, which the inputs must have too.
    pub(super) fn kind(&self) -> Kind {
        self.vs.trainable_variables().first().map_or(Kind::Float, Tensor::kind)
    }

    /// Moves the parameters and their gradients to `device`. The state of an optimizer, such as Adam's moments, is not
    /// moved: build a new optimizer, as [`fit`](crate::train::fit) does.
    ///
    /// # Errors
    /// A CUDA device that this machine or this libtorch does not have; a device with too little memory. The model then
    /// stays on its device.
    ///
    /// ```
    /// use support::prelude::*;
    /// let model = seq().add(linear(2, 1)).build()?;
    /// model.to(best_device())?;
    /// assert_eq!(model.device(), best_device());
    /// assert!(model.to(Device::Cuda(999)).is_err());
    /// # Ok::<(), Error>(())
    /// ```
    pub fn to(&self, device: Device) -> Result<()> {
        crate::tensors::check_device("Model::to", device)?;
        let _still = tch::no_grad_guard();
        let mut moves = Vec::new();
        for (_, variable) in self.named_parameters() {
            let gradient = variable.f_grad()?;
            for tensor in [variable, gradient] {
                if tensor.defined() && tensor.device() != device {
                    let moved = tensor.f_to_device(device)?;
                    moves.push((tensor, moved));
                }
            }
        }
        if !moves.is_empty() {
            self.reset_optimizer();
        }
        for (mut tensor, moved) in moves {
            tensor.f_set_data(&moved)?;
        }
        Ok(())
    }

    /// Switches to training mode, in which layers such as [`dropout`](super::dropout) are active.
    pub fn train(&self) {
        self.shared.set_training(true);
    }

    /// Switches to evaluation mode, the mode of a new model and after [`fit`](crate::train::fit).
    pub fn eval(&self) {
        self.shared.set_training(false);
    }

    /// Computes the raw outputs for `x: [n, in_features]` in the model's dtype (f32 after [`Model::new`]). Shape, dtype
    /// and device are checked first; NaN in inputs and outputs is allowed.
    ///
    /// # Errors
    /// Another number of features, another dtype, another device; layers that do not fit each other; an error of
    /// libtorch.
    ///
    /// ```
    /// use support::prelude::*;
    /// let model = seq().add(linear(2, 5)).build()?;
    /// let x = |width| Tensor::zeros([3, width], (Kind::Float, Device::Cpu));
    /// assert_eq!(model.forward(&x(2))?.size(), [3, 5]);
    /// let error = model.forward(&x(4)).unwrap_err().to_string();
    /// assert_eq!(error, "forward: expected x of shape [n, 2], got [3, 4]");
    /// # Ok::<(), Error>(())
    /// ```
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        self.check_input("forward", x)?;
        self.pass(x)
    }

    /// Computes the network's output without a check of the input.
    fn pass(&self, x: &Tensor) -> Result<Tensor> {
        let y = caught(|| self.net.forward(x))
            .map_err(|fault| fault.error("forward", "the network"))
            .flatten()?;
        // Some libtorch functions crash the process if they get a tensor without contents.
        if !y.defined() {
            return Err(Error::argument(
                "forward",
                "the network's output",
                "a tensor",
                "one without contents",
            ));
        }
        Ok(y)
    }

    pub(crate) fn check_input(&self, op: &'static str, x: &Tensor) -> Result<()> {
        if !x.defined() {
            return Err(Error::argument(op, "x", "a tensor", "one without contents"));
        }
        let size = x.size();
        if let Some(features) = self.in_features()
            && (size.len() != 2 || size[1] != features)
        {
            return Err(Error::shape(op, "x", format!("[n, {features}]"), size));
        }
        if x.kind() != self.kind() {
            let (expected, got) = (format!("{:?}", self.kind()), format!("{:?}", x.kind()));
            return Err(Error::Dtype { op, name: "x", expected, got });
        }
        if x.device() != self.device() {
            let (expected, got) = (format!("{:?}", self.device()), format!("{:?}", x.device()));
            return Err(Error::Device { op, name: "x", expected, got });
        }
        Ok(())
    }

    /// Returns the number of features that the first layer takes, or `None` if the first layer does not fix it.
    pub fn in_features(&self) -> Option<i64> {
        self.structure.in_features()
    }

    /// Returns the output of each layer for `x`, in order of execution.
    pub(super) fn forward_all(&self, x: &Tensor) -> Result<Vec<(Node, Tensor)>> {
        let _still = tch::no_grad_guard();
        Ok(self.structure.outputs_of(self.shared.record(|| self.pass(x))?))
    }

    /// Returns the optimizer that [`Model::keep_optimizer`] kept if it has these settings, else a new one.
    pub(crate) fn take_optimizer(
        &self,
        settings: &str,
        build: impl FnOnce(&nn::VarStore) -> Result<nn::Optimizer>,
    ) -> Result<nn::Optimizer> {
        let kept = self.optimizer.borrow_mut().take();
        kept.filter(|(of, _)| of == settings)
            .map_or_else(|| build(self.var_store()), |(_, optimizer)| Ok(optimizer))
    }

    /// Keeps an optimizer for the next training with the same settings.
    pub(crate) fn keep_optimizer(&self, settings: String, optimizer: nn::Optimizer) {
        *self.optimizer.borrow_mut() = Some((settings, optimizer));
    }

    /// Drops the state of the optimizer; the next training starts with a new optimizer and the current parameters.
    pub fn reset_optimizer(&self) {
        *self.optimizer.borrow_mut() = None;
    }

    /// Predicts the values of a regression model for `x: [n, in_features]`, `[n]`.
    ///
    /// # Errors
    /// Another number of features; a point that is NaN, infinite or out of the range of f32; an output that is NaN; a
    /// model with more than one output.
    ///
    /// ```
    /// use support::prelude::*;
    /// let model = seq().add(linear(1, 1)).build()?;
    /// assert_eq!(model.predict_values(&Array2::zeros((3, 1)))?.len(), 3);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn predict_values(&self, x: &Array2<f64>) -> Result<Array1<f64>> {
        let scores = self.scores(x)?;
        if scores.ncols() != 1 {
            return Err(Error::shape("predict_values", "outputs", "[n, 1]", scores.dim()));
        }
        Ok(scores.column(0).to_owned())
    }
}

/// Returns the original name if tch renamed a second parameter of the same name to `name`, such as `0.weight__2`.
fn renamed<'a, T>(name: &'a str, variables: &HashMap<String, T>) -> Option<&'a str> {
    let (first, number) = name.rsplit_once("__")?;
    (number.parse::<usize>().is_ok() && variables.contains_key(first)).then_some(first)
}

impl Predictor for Model {
    fn scores(&self, x: &Array2<f64>) -> Result<Array2<f64>> {
        const OP: &str = "scores";
        let rows = x.nrows();
        let x = tensor_of(OP, x.view(), self.device())?.f_to_kind(self.kind())?;
        self.check_input(OP, &x)?;
        let scores = {
            let _still = tch::no_grad_guard();
            self.pass(&x)?.f_to_kind(Kind::Double)?.f_to_device(Device::Cpu)?
        };
        let array: ndarray::ArrayD<f64> = (&scores).try_into()?;
        let shape = array.shape().to_vec();
        let wrong = || Error::shape(OP, "the model's output", format!("[{rows}, outputs]"), &shape);
        let scores: Array2<f64> = array.into_dimensionality().map_err(|_| wrong())?;
        if scores.nrows() != rows {
            return Err(wrong());
        }
        // NaN, such as from a model whose training diverged, does not tell a class.
        if let Some(((row, _), &value)) = scores.indexed_iter().find(|(_, value)| value.is_nan()) {
            return Err(Error::NotFinite {
                op: OP,
                name: "the model's output",
                value,
                at: format!("row {row}"),
            });
        }
        Ok(scores)
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.structure.to_pytorch())
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
