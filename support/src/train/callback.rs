//! Callbacks: code that runs at fixed points of a training.

use super::config::TrainConfig;
use super::history::History;
use crate::error::Result;
use crate::models::Model;

/// The state of a training, passed to callbacks.
#[derive(Debug)]
pub struct TrainState<'a> {
    /// The model in training, on the device of the training.
    pub model: &'a Model,
    /// The settings of the training.
    pub config: TrainConfig,
    /// The results of the epochs done so far.
    pub history: History,
    /// Seconds that the whole training lasts at least, 0 at full speed; set by a callback that waits.
    pub slow_motion: f64,
    pub(super) stop: bool,
}

impl TrainState<'_> {
    /// Ends the training after this epoch; the model keeps its parameters.
    pub fn stop(&mut self) {
        self.stop = true;
    }
}

/// Code that runs at fixed points of a training. By default each method does nothing.
///
/// Callbacks run in the order in which [`TrainConfig::with`] added them. `on_end` runs also if the training was stopped
/// or failed, but not if `on_begin` of any callback failed.
///
/// # Errors
/// An error of any method ends the training, and `fit` returns that error.
///
/// ```
/// use support::prelude::*;
///
/// /// Stops when the test loss has not improved for some epochs.
/// struct EarlyStopping {
///     patience: usize,
///     best: f64,
///     since: usize,
/// }
///
/// impl Callback for EarlyStopping {
///     fn on_epoch_end(&mut self, state: &mut TrainState) -> Result<()> {
///         let loss = state.history.last().map_or(f64::INFINITY, |epoch| epoch.test_loss);
///         self.since = if loss < self.best { 0 } else { self.since + 1 };
///         self.best = self.best.min(loss);
///         if self.since >= self.patience {
///             state.stop();
///         }
///         Ok(())
///     }
/// }
///
/// let data = train_test_split(&make_moons(60).noise(0.2).random_state(1).build()?, 0.5, 42)?;
/// tch::manual_seed(42);
/// let model = seq().add(linear(2, 16)).add(relu()).add(linear(16, 1)).build()?;
/// let mut stopping = EarlyStopping { patience: 50, best: f64::INFINITY, since: 0 };
/// let config = TrainConfig { epochs: 5000, lr: 1.0, log_every: 0, ..Default::default() };
/// let history = fit(&model, &data, config.with(&mut stopping))?;
/// assert!(history.stopped() && history.len() < 5000);
/// assert_eq!(stopping.since, 50);
/// # Ok::<(), Error>(())
/// ```
pub trait Callback {
    /// Runs before the first epoch, after the checks of model and data.
    fn on_begin(&mut self, _state: &mut TrainState<'_>) -> Result<()> {
        Ok(())
    }

    /// Runs after the backward pass of a step, before the parameters change.
    fn on_gradients(&mut self, _state: &mut TrainState<'_>) -> Result<()> {
        Ok(())
    }

    /// Runs after the optimizer changed the parameters, before the test set is evaluated.
    fn on_step(&mut self, _state: &mut TrainState<'_>) -> Result<()> {
        Ok(())
    }

    /// Runs at the end of an epoch, whose results are the last of `state.history`. [`TrainState::stop`] ends the
    /// training.
    fn on_epoch_end(&mut self, _state: &mut TrainState<'_>) -> Result<()> {
        Ok(())
    }

    /// Runs once, after the training.
    fn on_end(&mut self, _state: &mut TrainState<'_>) -> Result<()> {
        Ok(())
    }
}

impl<C: Callback + ?Sized> Callback for &mut C {
    fn on_begin(&mut self, state: &mut TrainState<'_>) -> Result<()> {
        (**self).on_begin(state)
    }

    fn on_gradients(&mut self, state: &mut TrainState<'_>) -> Result<()> {
        (**self).on_gradients(state)
    }

    fn on_step(&mut self, state: &mut TrainState<'_>) -> Result<()> {
        (**self).on_step(state)
    }

    fn on_epoch_end(&mut self, state: &mut TrainState<'_>) -> Result<()> {
        (**self).on_epoch_end(state)
    }

    fn on_end(&mut self, state: &mut TrainState<'_>) -> Result<()> {
        (**self).on_end(state)
    }
}

/// Settings of a training together with its callbacks, made by [`TrainConfig::with`].
pub struct Training<'a> {
    pub(super) config: TrainConfig,
    pub(super) callbacks: Vec<Box<dyn Callback + 'a>>,
}

impl TrainConfig {
    /// Adds a callback. `fit` takes the result instead of the settings alone.
    ///
    /// A callback passed as `&mut` can be read after the training.
    pub fn with<'a>(self, callback: impl Callback + 'a) -> Training<'a> {
        Training::from(self).with(callback)
    }
}

impl<'a> Training<'a> {
    /// Adds a callback that runs after those already added.
    pub fn with(mut self, callback: impl Callback + 'a) -> Self {
        self.callbacks.push(Box::new(callback));
        self
    }

    /// Adds a callback that runs before those already added.
    pub(crate) fn with_first(mut self, callback: impl Callback + 'a) -> Self {
        self.callbacks.insert(0, Box::new(callback));
        self
    }

    /// Returns the settings.
    pub fn config(&self) -> &TrainConfig {
        &self.config
    }
}

impl From<TrainConfig> for Training<'_> {
    fn from(config: TrainConfig) -> Self {
        Self { config, callbacks: Vec::new() }
    }
}

impl From<&TrainConfig> for Training<'_> {
    fn from(config: &TrainConfig) -> Self {
        Self::from(*config)
    }
}

impl std::fmt::Debug for Training<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let callbacks = self.callbacks.len();
        f.debug_struct("Training").field("config", &self.config).field("callbacks", &callbacks).finish()
    }
}
