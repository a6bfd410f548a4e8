//! What a model remembers of its layers: their names as PyTorch's `state_dict` gives them, and, when
//! asked, what comes out of each.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tch::Tensor;

use crate::error::{Error, Result};

/// One layer, as it was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LayerInfo {
    /// The dotted path, such as `0` or `layer_1`.
    pub name: String,
    /// The kind, such as `Linear`.
    pub kind: &'static str,
    /// What it takes, where the kind fixes it.
    pub in_features: Option<i64>,
    /// The number of parameters.
    pub parameters: usize,
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
    /// Takes note of a layer; a name used twice is a problem, as PyTorch would overwrite the first.
    pub fn register(self: &Arc<Self>, info: LayerInfo) -> Probe {
        let mut built = lock(&self.built);
        if built.iter().any(|other| other.name == info.name) {
            let expected = "used once (paths: vs / 0, vs / 1, …)";
            self.refuse(Error::argument(
                "Model::new",
                "layer name",
                expected,
                format!("`{}` twice", info.name),
            ));
        }
        built.push(info.clone());
        Probe { info, layers: Arc::clone(self) }
    }

    /// Keeps the first problem, for who builds the model or [checks](Layers::check) a pass to return.
    pub fn refuse(&self, error: Error) {
        lock(&self.problem).get_or_insert(error);
    }

    pub fn problem(&self) -> Option<Error> {
        lock(&self.problem).take()
    }

    pub fn built(&self) -> Vec<LayerInfo> {
        lock(&self.built).clone()
    }

    /// Runs `forward` so that a layer whose input does not fit says so, where it would panic elsewhere.
    pub fn check(&self, forward: impl FnOnce() -> Result<Tensor>) -> Result<Tensor> {
        self.checking.store(true, Ordering::Relaxed);
        let outcome = forward();
        self.checking.store(false, Ordering::Relaxed);
        // The layer's words come before what libtorch made of the consequences.
        self.problem().map_or(outcome, Err)
    }

    /// Runs `forward` and returns what came out of each layer on the way, in order of execution.
    pub fn trace(&self, forward: impl FnOnce() -> Result<Tensor>) -> Result<Vec<(LayerInfo, Tensor)>> {
        lock(&self.outputs).clear();
        self.tracing.store(true, Ordering::Relaxed);
        let outcome = forward();
        self.tracing.store(false, Ordering::Relaxed);
        let outputs = std::mem::take(&mut *lock(&self.outputs));
        outcome.map(|_| outputs)
    }
}

/// A lock that a panic elsewhere does not take away: what it guards stays whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A layer's link to its model.
pub(crate) struct Probe {
    info: LayerInfo,
    layers: Arc<Layers>,
}

impl Probe {
    /// Whether an input of `size` fits a layer that takes `features`. If it does not, the model's caller is told, if
    /// there is one who can be told.
    pub fn fits(&self, size: &[i64], features: i64) -> bool {
        if size.last() == Some(&features) || !self.layers.checking.load(Ordering::Relaxed) {
            return true;
        }
        let expected = format!("[n, {features}] for the layer `{}`", self.info.name);
        self.layers.refuse(Error::shape("forward", "the input", expected, size));
        false
    }

    /// Hands the layer's output over when someone is tracing.
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
