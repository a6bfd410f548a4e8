//! A model's parameters at one moment.

use std::fmt;

use tch::{Device, Kind, Tensor};

use super::model::Model;
use crate::error::{Error, Result};

/// A model's parameters after some epochs; [`Model::restore`] puts them back. For a loop written by hand:
///
/// ```
/// use support::prelude::*;
/// let data = train_test_split(&make_moons(60).build()?, 0.2, 42)?;
/// let (x, y) = (data.train.x_tensor(Device::Cpu)?, data.train.y_tensor(Device::Cpu)?);
/// let model = Model::new(|vs| nn::seq().add(linear(vs / 0, 2, 1)))?;
/// let mut optimizer = nn::Sgd::default().build(model.var_store(), 0.1)?;
/// let mut snapshots = Vec::new();
/// for epoch in 0..30 {
///     let logits = model.forward(&x).squeeze_dim(-1);
///     let loss = logits.binary_cross_entropy_with_logits::<Tensor>(&y, None, None, Reduction::Mean);
///     optimizer.backward_step(&loss);
///     if epoch % 10 == 9 {
///         snapshots.push(Snapshot::of(&model, epoch + 1)?);
///     }
/// }
/// let history = History::default().with_snapshots(snapshots);
/// let movie = replay(&model, &history, |model| plot_decision_boundary(model, &data))?;
/// assert_eq!(movie.frames()[0].0, "epoch 10");
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Snapshot {
    /// How many epochs were done.
    pub epochs: usize,
    parameters: Vec<(Vec<i64>, Vec<f32>)>,
}

impl Snapshot {
    /// Takes down `model` as it is after `epochs` epochs.
    ///
    /// # Errors
    /// What libtorch says.
    pub fn of(model: &Model, epochs: usize) -> Result<Self> {
        let take = |(_, parameter): (String, Tensor)| -> Result<(Vec<i64>, Vec<f32>)> {
            let row =
                parameter.f_detach()?.f_to_device(Device::Cpu)?.f_to_kind(Kind::Float)?.f_reshape([-1])?;
            Ok((parameter.size(), Vec::try_from(&row)?))
        };
        let parameters = model.named_parameters().into_iter().map(take).collect::<Result<_>>()?;
        Ok(Self { epochs, parameters })
    }

    /// The same, of a training that began after `epochs` epochs of another.
    pub(crate) fn shifted(&self, epochs: usize) -> Self {
        Self { epochs: epochs + self.epochs, parameters: self.parameters.clone() }
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: usize = self.parameters.iter().map(|(_, values)| values.len()).sum();
        write!(f, "Snapshot({numbers} parameters after {} epochs)", self.epochs)
    }
}

impl Model {
    /// Gives the model the parameters it had when `snapshot` was taken.
    ///
    /// # Errors
    /// A snapshot of a model whose parameters have other shapes; the model then stays as it was.
    ///
    /// ```
    /// use support::prelude::*;
    /// let model = Model::new(|vs| nn::seq().add(linear(vs / 0, 2, 1)))?;
    /// let (data, before) = (train_test_split(&make_moons(60).build()?, 0.2, 42)?, Snapshot::of(&model, 0)?);
    /// fit(&model, &data, &TrainConfig { epochs: 5, log_every: 0, ..Default::default() })?;
    /// model.restore(&before)?;
    /// assert_eq!(Snapshot::of(&model, 0)?, before);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn restore(&self, snapshot: &Snapshot) -> Result<()> {
        let parameters = self.named_parameters();
        let expected: Vec<Vec<i64>> = parameters.iter().map(|(_, parameter)| parameter.size()).collect();
        let got: Vec<&Vec<i64>> = snapshot.parameters.iter().map(|(shape, _)| shape).collect();
        if !expected.iter().eq(got.iter().copied()) {
            return Err(Error::shape("restore", "the snapshot's parameters", format!("{expected:?}"), got));
        }
        let _still = tch::no_grad_guard();
        for ((_, mut parameter), (shape, values)) in parameters.into_iter().zip(&snapshot.parameters) {
            parameter.f_copy_(&Tensor::from_slice(values).f_view(shape.as_slice())?)?;
        }
        Ok(())
    }
}
