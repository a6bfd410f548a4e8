//! The optimizer that a model was trained with last, kept because its state (moments, momentum) belongs to the
//! parameters.

use tch::nn;

use super::model::Model;
use crate::error::Result;

/// An optimizer and the settings it was built with.
pub(super) type OptimizerState = (String, nn::Optimizer);

impl Model {
    /// Returns the optimizer that [`Model::keep_optimizer`] kept if it has these settings, else a new one.
    pub(crate) fn take_optimizer(
        &self,
        settings: &str,
        build: impl FnOnce(&nn::VarStore) -> Result<nn::Optimizer>,
    ) -> Result<nn::Optimizer> {
        let kept = self.optimizer.borrow_mut().take();
        kept.filter(|(of, _)| of == settings)
            .map_or_else(|| build(self.var_store()), |(_, optimizer)| Ok(optimizer))
    }

    /// Keeps an optimizer for the next training with the same settings.
    pub(crate) fn keep_optimizer(&self, settings: String, optimizer: nn::Optimizer) {
        *self.optimizer.borrow_mut() = Some((settings, optimizer));
    }

    /// Drops the state of the optimizer; the next training starts with a new optimizer and the current parameters.
    pub fn reset_optimizer(&self) {
        *self.optimizer.borrow_mut() = None;
    }
}
