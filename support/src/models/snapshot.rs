//! Copies of a model's parameters, and their restoration.

use std::fmt;

use super::model::Model;
use super::values::{self, Values};
use crate::error::{Error, Result};

/// A copy of a model's parameters after some epochs, bit for bit in their dtype; [`Model::restore`] puts them back. For
/// a loop written by hand:
///
/// ```
/// use support::prelude::*;
/// let data = train_test_split(&make_moons(60).build()?, 0.2, 42)?;
/// let (x, y) = (data.train.x_tensor(Device::Cpu)?, data.train.y_tensor(Device::Cpu)?);
/// let model = seq().add(linear(2, 1)).build()?;
/// let mut optimizer = nn::Sgd::default().build(model.var_store(), 0.1)?;
/// let mut snapshots = Vec::new();
/// for epoch in 0..30 {
///     let logits = model.forward(&x)?.squeeze_dim(-1);
///     let loss = logits.binary_cross_entropy_with_logits::<Tensor>(&y, None, None, Reduction::Mean);
///     optimizer.backward_step(&loss);
///     if epoch % 10 == 9 {
///         snapshots.push(Snapshot::of(&model, epoch + 1)?);
///     }
/// }
/// let history = History::default().with_snapshots(snapshots);
/// let movie = replay(&model, &history, |model| plot_decision_boundary(model, &data)).draw()?;
/// assert_eq!(movie.frames()[0].0, "epoch 10");
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Snapshot {
    /// The number of epochs done.
    pub epochs: usize,
    parameters: Vec<Values>,
}

impl Snapshot {
    /// Copies the parameters of `model`; `epochs` is the number of epochs done.
    ///
    /// # Errors
    /// An error of libtorch.
    pub fn of(model: &Model, epochs: usize) -> Result<Self> {
        let parameters = model.named_parameters();
        let parameters =
            parameters.iter().map(|(_, parameter)| Values::of(parameter)).collect::<Result<_>>()?;
        Ok(Self { epochs, parameters })
    }

    /// Returns a copy with `epochs` added to its number of epochs, for a training that continued another.
    pub(crate) fn shifted(&self, epochs: usize) -> Self {
        Self { epochs: epochs + self.epochs, parameters: self.parameters.clone() }
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: usize = self.parameters.iter().map(Values::len).sum();
        write!(f, "Snapshot({numbers} parameters after {} epochs)", self.epochs)
    }
}

impl Model {
    /// Sets the parameters to those of `snapshot`, in the model's current dtype and on its current device.
    ///
    /// # Errors
    /// A snapshot of a model whose parameters have other shapes; numbers out of the range of the model's dtype.
    /// The model is then unchanged.
    ///
    /// ```
    /// use support::prelude::*;
    /// let model = seq().add(linear(2, 1)).build()?;
    /// let (data, before) = (train_test_split(&make_moons(60).build()?, 0.2, 42)?, Snapshot::of(&model, 0)?);
    /// fit(&model, &data, &TrainConfig { epochs: 5, log_every: 0, ..Default::default() })?;
    /// model.restore(&before)?;
    /// assert_eq!(Snapshot::of(&model, 0)?, before);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn restore(&self, snapshot: &Snapshot) -> Result<()> {
        const OP: &str = "restore";
        let parameters = self.named_parameters();
        let expected: Vec<Vec<i64>> = parameters.iter().map(|(_, parameter)| parameter.size()).collect();
        let got: Vec<&Vec<i64>> = snapshot.parameters.iter().map(|values| &values.shape).collect();
        if !expected.iter().eq(got.iter().copied()) {
            return Err(Error::shape(OP, "the snapshot's parameters", format!("{expected:?}"), got));
        }
        let mut ready = Vec::with_capacity(parameters.len());
        for ((name, parameter), values) in parameters.iter().zip(&snapshot.parameters) {
            let unfit = |problem| {
                let problem = format!("the snapshot does not fit the model: `{name}` {problem}");
                Error::Parameters { op: OP, problem }
            };
            if let Some(problem) = values::misfit(&values.shape, values.kind, parameter) {
                return Err(unfit(problem));
            }
            ready.push(values::converted(&values.tensor()?, parameter)?.map_err(unfit)?);
        }
        let _still = tch::no_grad_guard();
        for ((_, mut parameter), values) in parameters.into_iter().zip(ready) {
            parameter.f_copy_(&values)?;
        }
        Ok(())
    }
}
