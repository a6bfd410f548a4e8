//! What a training remembers beside its figures: parameters on the way, and how each layer moved.

mod layers;
mod schedule;

pub use layers::LayerSteps;
use layers::Movement;
use schedule::Schedule;

use super::config::TrainConfig;
use super::history::History;
use crate::error::Result;
use crate::models::Model;

/// Takes notes while `fit` runs; it only reads.
pub(super) struct Recorder<'a> {
    model: &'a Model,
    schedule: Schedule,
    movement: Option<Movement>,
}

impl<'a> Recorder<'a> {
    pub(super) fn new(model: &'a Model, config: &TrainConfig) -> Self {
        Self {
            model,
            schedule: Schedule::new(config.snapshots, config.epochs),
            movement: config.layer_steps.then(|| Movement::of(model)),
        }
    }

    /// Before the first epoch.
    pub(super) fn begin(&mut self, history: &mut History) -> Result<()> {
        self.schedule.take(self.model, 0, history)
    }

    /// Between the gradients and the step they lead to.
    pub(super) fn before_step(&mut self) -> Result<()> {
        self.movement.as_mut().map_or(Ok(()), Movement::before_step)
    }

    /// After the step, which ended the epoch that `history` has last.
    pub(super) fn after_step(&mut self, history: &mut History) -> Result<()> {
        if let Some(movement) = &self.movement {
            movement.after_step(&mut history.layers)?;
        }
        self.schedule.take(self.model, history.len(), history)
    }

    /// Where a training that was stopped ended.
    pub(super) fn stopped(&mut self, history: &mut History) -> Result<()> {
        self.schedule.end(self.model, history)
    }
}
