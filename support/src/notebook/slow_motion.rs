//! Slows a training down, so that its figures can be followed.

use std::time::{Duration, Instant};

use super::fit::LOOK;
use crate::display::Frontend;
use crate::error::{Error, Result, number};
use crate::train::{Callback, TrainState};

/// The most seconds, an hour: a larger number is probably a mistake.
const SLOWEST: f64 = 3600.0;

/// Callback that makes a training last at least some seconds, with the same time for each epoch.
///
/// The callback waits only in a notebook that somebody watches, and does not change the results.
#[derive(Debug)]
pub struct SlowMotion {
    frontend: Frontend,
    seconds: f64,
    start: Instant,
    /// The time that each epoch lasts at least.
    epoch: Duration,
}

impl SlowMotion {
    /// Makes the whole training last at least `seconds`, 0 to 3,600.
    ///
    /// # Errors
    /// Other values are refused when the training begins.
    pub fn seconds(seconds: f64) -> Self {
        Self { frontend: Frontend::here(), seconds, start: Instant::now(), epoch: Duration::ZERO }
    }

    #[cfg(test)]
    pub(super) fn on(self, frontend: &Frontend) -> Self {
        Self { frontend: frontend.clone(), ..self }
    }
}

impl Callback for SlowMotion {
    fn on_begin(&mut self, state: &mut TrainState<'_>) -> Result<()> {
        if !(0.0..=SLOWEST).contains(&self.seconds) {
            let expected = format!("between 0 and {SLOWEST}");
            return Err(Error::argument("SlowMotion", "seconds", expected, number(self.seconds)));
        }
        if self.frontend.watched {
            state.slow_motion = self.seconds;
            self.epoch = Duration::from_secs_f64(self.seconds / state.config.epochs as f64);
        }
        self.start = Instant::now();
        Ok(())
    }

    fn on_epoch_end(&mut self, state: &mut TrainState<'_>) -> Result<()> {
        let until = self.start + self.epoch.mul_f64(state.history.len() as f64);
        while let Some(left) = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
            if self.frontend.stop_requested() {
                state.stop();
                break;
            }
            std::thread::sleep(left.min(LOOK));
        }
        Ok(())
    }
}
