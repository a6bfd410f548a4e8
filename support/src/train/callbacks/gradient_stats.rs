//! Records the size of each layer's gradient and step.

use tch::Tensor;

use crate::error::Result;
use crate::models::Model;
use crate::train::{Callback, TrainState};

/// The sizes of a layer's gradients and steps, one entry per epoch: the mean over the steps of the epoch.
///
/// ```
/// use support::prelude::*;
/// let data = train_test_split(&make_moons(60).build()?, 0.2, 42)?;
/// let model = seq().add(linear(2, 5)).add(linear(5, 1)).build()?;
/// let config = TrainConfig { epochs: 20, log_every: 0, ..Default::default() };
/// let history = fit(&model, &data, config.with(RecordGradients::default()))?;
/// for layer in history.gradient_stats() {
///     println!("layer {}: last gradient {:.1e}", layer.name, layer.gradients[19]);
/// }
/// # assert_eq!(history.gradient_stats().len(), 2);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct GradientStats {
    /// The layer's name in the `state_dict`, such as `layer_1`.
    pub name: String,
    /// The norm of the gradient of the layer's parameters (weight and bias together), as passed to the optimizer: the
    /// square root of the sum of squares.
    pub gradients: Vec<f64>,
    /// The norm of the optimizer's step, divided by the norm of the parameters before the step. About 0.001 is usual
    /// for a training of a thousand steps.
    pub updates: Vec<f64>,
}

/// Callback that records [`GradientStats`] in every epoch, for
/// [`History::gradient_stats`](super::super::History::gradient_stats) and `plot_gradients`.
#[derive(Debug, Default)]
pub struct RecordGradients {
    layers: Vec<(String, Vec<Tensor>)>,
    /// The parameters of each layer before the step, and the norm of their gradient.
    before: Vec<(Tensor, f64)>,
    /// The gradients and updates of each layer, added up over the steps of the epoch.
    sums: Vec<(f64, f64)>,
    steps: usize,
}

impl Callback for RecordGradients {
    fn on_begin(&mut self, state: &mut TrainState<'_>) -> Result<()> {
        self.layers = layers(state.model);
        let empty = |(name, _): &(String, Vec<Tensor>)| GradientStats {
            name: name.clone(),
            gradients: Vec::new(),
            updates: Vec::new(),
        };
        state.history.gradient_stats = self.layers.iter().map(empty).collect();
        Ok(())
    }

    fn on_gradients(&mut self, _state: &mut TrainState<'_>) -> Result<()> {
        let look = |(_, parameters): &(String, Vec<Tensor>)| -> Result<(Tensor, f64)> {
            let gradients: Vec<Tensor> =
                parameters.iter().map(Tensor::grad).filter(Tensor::defined).collect();
            // A parameter on which the loss does not depend has no gradient.
            let gradient = if gradients.is_empty() { 0.0 } else { length(&flat(&gradients)?)? };
            Ok((flat(parameters)?, gradient))
        };
        self.before = tch::no_grad(|| self.layers.iter().map(look).collect::<Result<_>>())?;
        Ok(())
    }

    fn on_step(&mut self, _state: &mut TrainState<'_>) -> Result<()> {
        self.sums.resize(self.layers.len(), (0.0, 0.0));
        for ((sums, (_, parameters)), (before, gradient)) in
            self.sums.iter_mut().zip(&self.layers).zip(&self.before)
        {
            let step = tch::no_grad(|| length(&flat(parameters)?.f_sub(before)?))?;
            let size = length(before)?;
            sums.0 += gradient;
            sums.1 += if size > 0.0 { step / size } else { 0.0 };
        }
        self.steps += 1;
        Ok(())
    }

    fn on_epoch_end(&mut self, state: &mut TrainState<'_>) -> Result<()> {
        let steps = std::mem::take(&mut self.steps) as f64;
        for (stats, sums) in state.history.gradient_stats.iter_mut().zip(self.sums.drain(..)) {
            stats.gradients.push(sums.0 / steps);
            stats.updates.push(sums.1 / steps);
        }
        Ok(())
    }
}

/// Returns the names of the layers with their parameters.
fn layers(model: &Model) -> Vec<(String, Vec<Tensor>)> {
    let mut layers: Vec<(String, Vec<Tensor>)> = Vec::new();
    for (name, parameter) in model.named_parameters() {
        let layer = name.rsplit_once('.').map_or("model", |(layer, _)| layer);
        match layers.last_mut() {
            Some((last, parameters)) if last == layer => parameters.push(parameter),
            _ => layers.push((layer.to_string(), vec![parameter])),
        }
    }
    layers
}

/// Joins the numbers of several tensors in one row.
fn flat(tensors: &[Tensor]) -> Result<Tensor> {
    let rows = tensors.iter().map(|t| Ok(t.detach().f_reshape([-1])?)).collect::<Result<Vec<Tensor>>>()?;
    Ok(Tensor::f_cat(&rows, 0)?)
}

fn length(row: &Tensor) -> Result<f64> {
    Ok(row.f_norm()?.f_double_value(&[])?)
}
