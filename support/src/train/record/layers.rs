//! How each layer moved: the size of its gradient and of its step.

use tch::Tensor;

use crate::error::Result;
use crate::models::Model;

/// One layer, epoch by epoch.
///
/// ```
/// use support::prelude::*;
/// let data = train_test_split(&make_moons(60).build()?, 0.2, 42)?;
/// let model = Model::new(|vs| nn::seq().add(linear(vs / 0, 2, 5)).add(linear(vs / 1, 5, 1)))?;
/// let config = TrainConfig { epochs: 20, layer_steps: true, log_every: 0, ..Default::default() };
/// let history = fit(&model, &data, &config)?;
/// for layer in history.layer_steps() {
///     println!("layer {}: last gradient {:.1e}", layer.name, layer.gradients[19]);
/// }
/// # assert_eq!(history.layer_steps().len(), 2);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LayerSteps {
    /// Its name in the `state_dict`, such as `layer_1`.
    pub name: String,
    /// The length of the gradient of its parameters (weight and bias together) as the optimizer got it: the square
    /// root of the sum of squares.
    pub gradients: Vec<f64>,
    /// The length of the step the optimizer took, divided by that of the parameters before it. About 0.001 is a
    /// healthy pace for a training of a thousand steps.
    pub updates: Vec<f64>,
}

/// Looks at the parameters before and after each step.
pub(super) struct Movement {
    layers: Vec<(String, Vec<Tensor>)>,
    /// For each layer, before the step: its parameters and the length of their gradient.
    before: Vec<(Tensor, f64)>,
}

impl Movement {
    pub(super) fn of(model: &Model) -> Self {
        let mut layers: Vec<(String, Vec<Tensor>)> = Vec::new();
        for (name, parameter) in model.named_parameters() {
            let layer = name.rsplit_once('.').map_or("model", |(layer, _)| layer);
            match layers.last_mut() {
                Some((last, parameters)) if last == layer => parameters.push(parameter),
                _ => layers.push((layer.to_string(), vec![parameter])),
            }
        }
        Self { layers, before: Vec::new() }
    }

    pub(super) fn before_step(&mut self) -> Result<()> {
        let look = |(_, parameters): &(String, Vec<Tensor>)| -> Result<(Tensor, f64)> {
            let gradients: Vec<Tensor> =
                parameters.iter().map(Tensor::grad).filter(Tensor::defined).collect();
            // A parameter the loss does not depend on has no gradient.
            let gradient = if gradients.is_empty() { 0.0 } else { length(&flat(&gradients)?)? };
            Ok((flat(parameters)?, gradient))
        };
        self.before = tch::no_grad(|| self.layers.iter().map(look).collect::<Result<_>>())?;
        Ok(())
    }

    pub(super) fn after_step(&self, steps: &mut Vec<LayerSteps>) -> Result<()> {
        if steps.is_empty() {
            let empty = |(name, _): &(String, Vec<Tensor>)| LayerSteps {
                name: name.clone(),
                gradients: Vec::new(),
                updates: Vec::new(),
            };
            steps.extend(self.layers.iter().map(empty));
        }
        for ((steps, (_, parameters)), (before, gradient)) in
            steps.iter_mut().zip(&self.layers).zip(&self.before)
        {
            let step = tch::no_grad(|| length(&flat(parameters)?.f_sub(before)?))?;
            let size = length(before)?;
            steps.gradients.push(*gradient);
            steps.updates.push(if size > 0.0 { step / size } else { 0.0 });
        }
        Ok(())
    }
}

/// The numbers of several tensors in one row.
fn flat(tensors: &[Tensor]) -> Result<Tensor> {
    let rows = tensors.iter().map(|t| Ok(t.detach().f_reshape([-1])?)).collect::<Result<Vec<Tensor>>>()?;
    Ok(Tensor::f_cat(&rows, 0)?)
}

fn length(row: &Tensor) -> Result<f64> {
    Ok(row.f_norm()?.f_double_value(&[])?)
}
