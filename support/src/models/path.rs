//! Where a layer lies in its model: tch's `nn::Path`, with a memory of the layers built along it.

use std::ops::Div;
use std::sync::Arc;

use tch::nn;

use super::layers::{LayerInfo, Layers, Probe};

/// A place in a model's tree of parameters. `vs / "layer_1"` is the place below it; parameters get
/// the names PyTorch gives them, such as `layer_1.weight`.
pub struct Path<'a> {
    inner: nn::Path<'a>,
    layers: Arc<Layers>,
}

impl<'a> Path<'a> {
    pub(super) fn new(inner: nn::Path<'a>, layers: Arc<Layers>) -> Self {
        Self { inner, layers }
    }

    /// tch's own path, for tch's own layers.
    pub fn tch(&self) -> &nn::Path<'a> {
        &self.inner
    }

    /// The place's dotted name.
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
        Path { inner: self.inner.sub(name), layers: Arc::clone(&self.layers) }
    }
}

impl<'a, T: ToString> Div<T> for Path<'a> {
    type Output = Path<'a>;

    fn div(self, name: T) -> Path<'a> {
        &self / name
    }
}
