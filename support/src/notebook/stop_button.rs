//! Ends a training when the stop button was pressed.

use std::time::{Duration, Instant};

use crate::display::Frontend;
use crate::error::Result;
use crate::train::{Callback, TrainState};

/// The time between two checks of the stop button: a check takes a microsecond or two, and nobody notices 20 ms.
pub(super) const LOOK: Duration = Duration::from_millis(20);

/// Callback that ends the training after the stop button was pressed, and reports the stop to the kernel.
pub(super) struct StopButton {
    frontend: Frontend,
    next_look: Instant,
}

impl StopButton {
    pub(super) fn on(frontend: &Frontend) -> Self {
        Self { frontend: frontend.clone(), next_look: Instant::now() }
    }
}

impl Callback for StopButton {
    fn on_epoch_end(&mut self, state: &mut TrainState<'_>) -> Result<()> {
        let now = Instant::now();
        if now >= self.next_look {
            if self.frontend.stop_requested() {
                state.stop();
            }
            self.next_look = now + LOOK;
        }
        Ok(())
    }

    fn on_end(&mut self, state: &mut TrainState<'_>) -> Result<()> {
        if state.history.stopped() && self.frontend.stop_requested() {
            self.frontend.stopped(&format!(
                "fit stopped after {} of {} epochs; history, model and variables are kept.",
                state.history.len(),
                state.config.epochs
            ));
        }
        Ok(())
    }
}
