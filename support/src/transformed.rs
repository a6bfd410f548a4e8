//! A model behind a feature transform: it takes `(x1, x2)`, the model what is made of them.

use ndarray::{Array2, ArrayView2};

use crate::data::Features;
use crate::error::Result;
use crate::network::{Network, NeuronLayer};
use crate::predictor::Predictor;

/// What [`Features::before`] makes.
#[derive(Clone, Copy, Debug)]
pub struct Transformed<'a, M> {
    features: &'a Features,
    model: &'a M,
}

impl Features {
    /// Puts the features before a model that was trained on them: the whole takes points `(x1, x2)`.
    pub fn before<'a, M>(&'a self, model: &'a M) -> Transformed<'a, M> {
        Transformed { features: self, model }
    }
}

impl<M: Predictor> Predictor for Transformed<'_, M> {
    fn scores(&self, x: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
        self.model.scores(self.features.transform_x(x)?.view())
    }
}

impl<M: Network> Network for Transformed<'_, M> {
    fn n_features(&self) -> Result<usize> {
        Ok(2)
    }

    fn inputs(&self, x: ArrayView2<'_, f64>) -> Result<NeuronLayer> {
        let names = self.features.list().iter().map(ToString::to_string).collect();
        Ok(NeuronLayer::inputs(names, self.features.transform_x(x)?))
    }

    fn layers(&self, x: ArrayView2<'_, f64>) -> Result<Vec<NeuronLayer>> {
        self.model.layers(self.features.transform_x(x)?.view())
    }
}
