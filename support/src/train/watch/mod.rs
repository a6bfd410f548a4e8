//! What is seen of a training while it runs and what stays when it is over; and stopping it.
//!
//! The log comes first, then the curves, then the boundary, each in a display of its own. What stays is the
//! same whether anybody looked on or not, and so is what was learned: the watcher only reads.

mod figures;
mod log;
mod pace;
mod progress;
#[cfg(test)]
mod tests;
mod throttle;

use std::ops::ControlFlow;
use std::time::Instant;

use self::figures::Figures;
use self::log::Log;
use self::pace::Pace;
use super::config::TrainConfig;
use super::history::History;
use crate::data::{Split, Target};
use crate::display::Console;
use crate::error::Result;
use crate::models::Model;

/// Looks on while `fit` runs.
pub(super) struct Watcher<'a> {
    console: &'a Console,
    planned: usize,
    log: Option<Log>,
    figures: Figures<'a>,
    pace: Pace,
}

impl<'a> Watcher<'a> {
    /// # Errors
    /// A figure that this data does not have.
    pub(super) fn new<Y: Target>(
        console: &'a Console,
        model: &'a Model,
        data: &'a Split<Y>,
        config: &TrainConfig,
    ) -> Result<Self> {
        let start = Instant::now();
        let seconds = if console.watched { config.slow_motion } else { 0.0 };
        let slow = seconds > 0.0;
        Ok(Self {
            console,
            planned: config.epochs,
            log: Log::new(config, start, slow),
            figures: Figures::new(model, data, config, start, slow)?,
            pace: Pace::new(start, seconds, config.epochs),
        })
    }

    /// Shows what is due after an epoch. Breaks when the training shall stop.
    pub(super) fn epoch(&mut self, history: &History) -> ControlFlow<()> {
        let Some(last) = history.last() else { return ControlFlow::Continue(()) };
        let now = Instant::now();
        if let Some(log) = &mut self.log {
            log.epoch(self.console, last, history.len(), now);
        }
        self.figures.epoch(self.console, history, now);
        self.pace.wait(self.console, history.len(), now)
    }

    /// Leaves what stays, and says so if the training was stopped.
    pub(super) fn finish(self, history: &History) {
        if let Some(log) = self.log {
            log.finish(self.console);
        }
        self.figures.finish(self.console, history);
        if history.stopped() {
            self.console.stopped(&format!(
                "fit stopped after {} of {} epochs; history, model and variables are kept.",
                history.len(),
                self.planned
            ));
        }
    }
}
