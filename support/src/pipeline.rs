//! A model with features before it, which takes points `(x1, x2)` and gives the model the features computed from them.

use ndarray::Array2;

use crate::data::Features;
use crate::error::Result;
use crate::inspect::{InspectLayers, NeuronLayer};
use crate::predictor::Predictor;

/// A model with features before it, made by [`Features::then`]; takes points `(x1, x2)`.
#[derive(Clone, Copy, Debug)]
pub struct Pipeline<'a, M> {
    features: &'a Features,
    model: &'a M,
}

impl Features {
    /// Puts the features before a model that was trained on them, so that the result takes points `(x1, x2)`.
    pub fn then<'a, M>(&'a self, model: &'a M) -> Pipeline<'a, M> {
        Pipeline { features: self, model }
    }
}

impl<M: Predictor> Predictor for Pipeline<'_, M> {
    fn scores(&self, x: &Array2<f64>) -> Result<Array2<f64>> {
        self.model.scores(&self.features.transform_x(x.view())?)
    }
}

impl<M: InspectLayers> InspectLayers for Pipeline<'_, M> {
    fn n_features(&self) -> Result<usize> {
        Ok(2)
    }

    fn inputs(&self, x: &Array2<f64>) -> Result<NeuronLayer> {
        let names = self.features.list().iter().map(ToString::to_string).collect();
        Ok(NeuronLayer::inputs(names, self.features.transform_x(x.view())?))
    }

    fn layers(&self, x: &Array2<f64>) -> Result<Vec<NeuronLayer>> {
        self.model.layers(&self.features.transform_x(x.view())?)
    }
}
