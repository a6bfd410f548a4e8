//! The place in a model at which layers are built, and the links from the layers to their model.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tch::{Tensor, nn};

use super::layer::{BuildLayer, Layer};
use super::structure::Structure;
use crate::error::{Error, Result};

/// A place in a model at which layers are built: the whole model in [`Model::new`](super::Model::new), one layer in
/// [`BuildLayer::build`].
///
/// Parameters have the same names as in PyTorch, such as `layer_1.weight`, and are drawn in the order in which layers
/// are added.
pub struct Layers<'a> {
    path: nn::Path<'a>,
    /// The index of the place in the structure.
    node: usize,
    structure: &'a RefCell<Structure>,
    shared: Arc<Shared>,
}

impl<'a> Layers<'a> {
    /// Returns the root of a model that is built.
    pub(super) fn root(path: nn::Path<'a>, structure: &'a RefCell<Structure>, shared: Arc<Shared>) -> Self {
        let node = structure.borrow_mut().push(None, String::new());
        Self { path, node, structure, shared }
    }

    /// Builds a layer under a name of its own, as an attribute of a PyTorch module: `layers.add("hidden", linear(2, 5))`.
    ///
    /// # Errors
    /// A name that is empty, has a dot or is used already; those of the layer.
    pub fn add<B: BuildLayer>(&self, name: impl ToString, layer: B) -> Result<B::Layer> {
        self.add_with(name, |layers| layer.build(layers))
    }

    /// Builds a layer under a name of its own by a closure, such as a module of tch:
    ///
    /// ```
    /// use support::prelude::*;
    /// let model = Model::new(|layers| {
    ///     layers.add_with("output", |at| Ok(nn::linear(at.path(), 2, 1, Default::default())))
    /// })?;
    /// assert_eq!(model.parameter_names(), ["output.weight", "output.bias"]);
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`Layers::add`], and those of the closure.
    pub fn add_with<L: Layer>(
        &self,
        name: impl ToString,
        build: impl FnOnce(&Layers<'_>) -> Result<L>,
    ) -> Result<L> {
        let name = name.to_string();
        if name.is_empty() || name.contains('.') {
            let expected = "not empty and without a dot (a layer within a layer is added to that layer)";
            return Err(Error::argument("Model::new", "layer name", expected, format!("{name:?}")));
        }
        let path = self.path.sub(&name);
        let full = path.components().collect::<Vec<_>>().join(".");
        if self.structure.borrow().nodes().iter().any(|node| node.name == full) {
            return Err(used_twice(&full));
        }
        let node = self.structure.borrow_mut().push(Some(self.node), full);
        let place = Layers { path, node, structure: self.structure, shared: Arc::clone(&self.shared) };
        let layer = build(&place)?;
        place.describe(&layer);
        Ok(layer)
    }

    /// Returns tch's path of this place, at which parameters of your own and modules of tch are made.
    pub fn path(&self) -> &nn::Path<'a> {
        &self.path
    }

    /// Returns the dotted name of this place.
    pub(super) fn name(&self) -> String {
        self.structure.borrow().nodes()[self.node].name.clone()
    }

    /// Writes the description of the layer that was built here into the structure.
    pub(super) fn describe(&self, layer: &impl Layer) {
        let mut structure = self.structure.borrow_mut();
        let node = structure.node(self.node);
        (node.kind, node.settings) = (layer.kind(), layer.settings());
        node.in_features = layer.in_features();
    }

    /// Returns whether no layers were added at this place.
    pub(super) fn is_leaf(&self) -> bool {
        self.structure.borrow().is_leaf(self.node)
    }

    /// Returns the link of the layer built here to its model.
    pub(super) fn hook(&self) -> Hook {
        Hook { node: self.node, name: self.name(), shared: Arc::clone(&self.shared) }
    }
}

/// Makes the error for two layers, or two parameters, of one name.
pub(super) fn used_twice(name: &str) -> Error {
    Error::argument("Model::new", "layer name", "used once", format!("`{name}` twice"))
}

/// What a model and its layers share.
///
/// It lies on the heap, not in a static variable: each cell of a notebook has its own copy of this crate's statics.
#[derive(Default)]
pub(super) struct Shared {
    training: AtomicBool,
    /// The outputs of layers, by index in the structure, while they are recorded.
    outputs: Mutex<Option<Vec<(usize, Tensor)>>>,
}

impl Shared {
    /// Returns whether the model trains, so that layers such as dropout are active.
    pub fn training(&self) -> bool {
        self.training.load(Ordering::Relaxed)
    }

    pub fn set_training(&self, training: bool) {
        self.training.store(training, Ordering::Relaxed);
    }

    /// Runs `forward` and returns the output of each layer, in order of execution.
    pub fn record(&self, forward: impl FnOnce() -> Result<Tensor>) -> Result<Vec<(usize, Tensor)>> {
        *self.outputs() = Some(Vec::new());
        let outcome = forward();
        let outputs = self.outputs().take().unwrap_or_default();
        outcome.map(|_| outputs)
    }

    /// Locks the outputs, also after a panic, because they are consistent at all times.
    fn outputs(&self) -> MutexGuard<'_, Option<Vec<(usize, Tensor)>>> {
        self.outputs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The link of a layer to its model: a forward hook that records outputs, and the mode of training.
pub(super) struct Hook {
    node: usize,
    name: String,
    shared: Arc<Shared>,
}

impl Hook {
    /// Refuses an input of `size` for a layer that takes `features`.
    pub fn check(&self, size: &[i64], features: i64) -> Result<()> {
        if size.last() == Some(&features) {
            return Ok(());
        }
        let expected = format!("[n, {features}] for the layer `{}`", self.name);
        Err(Error::shape("forward", "the input", expected, size))
    }

    /// Records the layer's output if outputs are recorded; returns it unchanged.
    pub fn output(&self, output: Tensor) -> Tensor {
        if let Some(outputs) = self.shared.outputs().as_mut() {
            outputs.push((self.node, output.shallow_clone()));
        }
        output
    }

    /// Returns whether the model trains.
    pub fn training(&self) -> bool {
        self.shared.training()
    }
}
