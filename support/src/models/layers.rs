//! A model's record of its layers: their names as in PyTorch's `state_dict` and, if tracing is on, the output of each
//! layer.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tch::Tensor;

use crate::error::{Error, Result};

/// The name, kind and sizes of one layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LayerInfo {
    /// The layer's dotted path, such as `0` or `layer_1`.
    pub name: String,
    /// The kind, such as `Linear`.
    pub kind: &'static str,
    /// The number of features that the layer takes, or `None` if the kind does not fix it.
    pub in_features: Option<i64>,
    /// The number of parameters.
    pub parameters: usize,
}

impl LayerInfo {
    /// Returns the full name of a parameter of the layer; a layer at the root has no name to put before the suffix.
    pub fn parameter(&self, suffix: &str) -> String {
        if self.name.is_empty() { suffix.to_string() } else { format!("{}.{suffix}", self.name) }
    }
}

/// All layers of one model, in the order in which they were built.
#[derive(Default)]
pub(crate) struct Layers {
    built: Mutex<Vec<LayerInfo>>,
    problem: Mutex<Option<Error>>,
    tracing: AtomicBool,
    checking: AtomicBool,
    outputs: Mutex<Vec<(LayerInfo, Tensor)>>,
}

impl Layers {
    /// Records a layer; a name used twice is an error, because PyTorch would overwrite the first layer.
    pub fn register(self: &Arc<Self>, info: LayerInfo) -> Probe {
        let mut built = lock(&self.built);
        if built.iter().any(|other| other.name == info.name) {
            self.refuse(used_twice(&info.name));
        }
        built.push(info.clone());
        Probe { info, layers: Arc::clone(self) }
    }

    /// Keeps the first error, which the builder of the model or a [checked](Layers::check) pass returns.
    pub fn refuse(&self, error: Error) {
        lock(&self.problem).get_or_insert(error);
    }

    pub fn problem(&self) -> Option<Error> {
        lock(&self.problem).take()
    }

    pub fn built(&self) -> Vec<LayerInfo> {
        lock(&self.built).clone()
    }

    /// Runs `forward` so that a layer whose input does not fit gives an error instead of a panic.
    pub fn check(&self, forward: impl FnOnce() -> Result<Tensor>) -> Result<Tensor> {
        self.checking.store(true, Ordering::Relaxed);
        let outcome = forward();
        self.checking.store(false, Ordering::Relaxed);
        // The layer's own error is clearer than libtorch's error that follows from it.
        self.problem().map_or(outcome, Err)
    }

    /// Runs `forward` and returns the output of each layer, in order of execution.
    pub fn trace(&self, forward: impl FnOnce() -> Result<Tensor>) -> Result<Vec<(LayerInfo, Tensor)>> {
        lock(&self.outputs).clear();
        self.tracing.store(true, Ordering::Relaxed);
        let outcome = forward();
        self.tracing.store(false, Ordering::Relaxed);
        let outputs = std::mem::take(&mut *lock(&self.outputs));
        outcome.map(|_| outputs)
    }
}

/// Makes the error for two layers, or two parameters, of one name.
pub(super) fn used_twice(name: &str) -> Error {
    let expected = "used once (paths: vs / 0, vs / 1, …)";
    Error::argument("Model::new", "layer name", expected, format!("`{name}` twice"))
}

/// Locks a mutex, also after a panic in another thread, because its data are consistent at all times.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A layer's link to its model.
pub(crate) struct Probe {
    info: LayerInfo,
    layers: Arc<Layers>,
}

impl Probe {
    /// Returns whether an input of `size` fits a layer that takes `features`. If the input does not fit in a
    /// [checked](Layers::check) pass, records an error; in other passes always returns `true`, so that libtorch panics.
    pub fn fits(&self, size: &[i64], features: i64) -> bool {
        if size.last() == Some(&features) || !self.layers.checking.load(Ordering::Relaxed) {
            return true;
        }
        let expected = format!("[n, {features}] for the layer `{}`", self.info.name);
        self.layers.refuse(Error::shape("forward", "the input", expected, size));
        false
    }

    /// Records the layer's output if tracing is on.
    pub fn record(&self, output: &Tensor) {
        if self.layers.tracing.load(Ordering::Relaxed) {
            lock(&self.layers.outputs).push((self.info.clone(), output.shallow_clone()));
        }
    }
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.info.name)
    }
}
