//! The position of a layer in its model: tch's `nn::Path` with a record of the layers built.

use std::ops::Div;
use std::sync::Arc;

use tch::nn;

use super::layers::{LayerInfo, Layers, Probe};
use crate::error::Error;

/// A position in a model's tree of parameters. `vs / "layer_1"` is the position `layer_1` below `vs`; parameters have
/// the same names as in PyTorch, such as `layer_1.weight`.
///
/// A name must not be empty or contain a dot, as in PyTorch; [`Model::new`](super::Model::new) reports an invalid name.
/// A layer within a layer takes two steps: `vs / "stack" / 0`.
pub struct Path<'a> {
    inner: nn::Path<'a>,
    layers: Arc<Layers>,
}

impl<'a> Path<'a> {
    pub(super) fn new(inner: nn::Path<'a>, layers: Arc<Layers>) -> Self {
        Self { inner, layers }
    }

    /// Returns tch's own path, for tch's own layers.
    pub fn tch(&self) -> &nn::Path<'a> {
        &self.inner
    }

    /// Returns the dotted name of the position.
    pub(super) fn name(&self) -> String {
        self.inner.components().collect::<Vec<_>>().join(".")
    }

    pub(super) fn layers(&self) -> &Layers {
        &self.layers
    }

    pub(super) fn register(&self, kind: &'static str, in_features: Option<i64>, parameters: usize) -> Probe {
        self.layers.register(LayerInfo { name: self.name(), kind, in_features, parameters })
    }
}

impl<'a, T: ToString> Div<T> for &Path<'a> {
    type Output = Path<'a>;

    fn div(self, name: T) -> Path<'a> {
        let name = name.to_string();
        if name.is_empty() || name.contains('.') {
            let expected = "not empty and without a dot (a layer within a layer: vs / \"stack\" / 0)";
            self.layers.refuse(Error::argument("Model::new", "layer name", expected, format!("{name:?}")));
        }
        // tch panics if a name contains a dot.
        Path { inner: self.inner.sub(name.replace('.', "_")), layers: Arc::clone(&self.layers) }
    }
}

impl<'a, T: ToString> Div<T> for Path<'a> {
    type Output = Path<'a>;

    fn div(self, name: T) -> Path<'a> {
        &self / name
    }
}
