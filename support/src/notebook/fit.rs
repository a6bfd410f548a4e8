//! Trains a model in a notebook's cell, with log and stop button.

use std::time::{Duration, Instant};

use super::log::Log;
use crate::data::{Split, Target};
use crate::display::Frontend;
use crate::error::Result;
use crate::models::Model;
use crate::train::{self, Callback, History, TrainState, Training};

/// Trains a model as [`train::fit`](crate::train::fit) does, with a log line every `log_every` epochs and the stop
/// button.
///
/// In this project's kernel, the latest results and the time left are updated under the log, and the stop button ends
/// the training early, with the history so far ([`History::stopped`]). The log and an unused stop button do not change
/// the results.
///
/// # Errors
/// Those of [`train::fit`](crate::train::fit).
///
/// ```
/// use support::prelude::*;
/// let circles = make_circles(1000).noise(0.03).random_state(42).build()?;
/// let data = train_test_split(&circles, 0.2, 42)?;
/// tch::manual_seed(42);
/// let model = seq().add(linear(2, 5)).add(linear(5, 1)).build()?;
/// let history = fit(&model, &data, &TrainConfig { epochs: 5, log_every: 0, ..Default::default() })?;
/// assert_eq!(history.len(), 5);
/// # Ok::<(), Error>(())
/// ```
///
/// The same with the decision boundary drawn while the model trains, slowed down to four seconds:
///
/// ```
/// # use support::prelude::*;
/// # let data = train_test_split(&make_circles(100).build()?, 0.2, 42)?;
/// # let model = seq().add(linear(2, 1)).build()?;
/// let config = TrainConfig { epochs: 50, ..Default::default() };
/// let watched = config.with(LivePlots::new().boundary(&data)).with(SlowMotion::seconds(4.0));
/// let history = fit(&model, &data, watched)?;
/// # Ok::<(), Error>(())
/// ```
pub fn fit<'a, Y: Target>(
    model: &'a Model,
    data: &Split<Y>,
    training: impl Into<Training<'a>>,
) -> Result<History> {
    fit_on(&Frontend::here(), model, data, training)
}

/// Does the work of [`fit`] with output to `frontend`.
pub(super) fn fit_on<'a, Y: Target>(
    frontend: &Frontend,
    model: &'a Model,
    data: &Split<Y>,
    training: impl Into<Training<'a>>,
) -> Result<History> {
    let training = training.into();
    let training = match training.config().log_every {
        0 => training,
        every => training.with_first(Log::on(frontend, every)),
    };
    train::fit(model, data, training.with(StopButton::on(frontend)))
}

/// The time between two checks of the stop button: a check takes a microsecond or two, and nobody notices 20 ms.
pub(super) const LOOK: Duration = Duration::from_millis(20);

/// Callback that ends the training after the stop button was pressed, and reports the stop to the kernel.
struct StopButton {
    frontend: Frontend,
    next_look: Instant,
}

impl StopButton {
    fn on(frontend: &Frontend) -> Self {
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
