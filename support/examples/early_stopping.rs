//! A callback that stops a training when the test loss no longer falls, and keeps the best parameters.
//!
//! ```sh
//! cargo run -p support --example early_stopping
//! ```

use support::prelude::*;

/// Stops after `patience` epochs without a lower test loss.
struct EarlyStopping {
    patience: usize,
    best_loss: f64,
    best: Option<Snapshot>,
}

impl EarlyStopping {
    fn new(patience: usize) -> Self {
        Self { patience, best_loss: f64::INFINITY, best: None }
    }
}

impl Callback for EarlyStopping {
    fn on_epoch_end(&mut self, state: &mut TrainState) -> Result<()> {
        let Some(&Epoch { test_loss, .. }) = state.history.last() else { return Ok(()) };
        let epochs = state.history.len();
        if test_loss < self.best_loss {
            self.best_loss = test_loss;
            self.best = Some(Snapshot::of(state.model, epochs)?);
        }
        if self.best.as_ref().is_some_and(|best| epochs - best.epochs >= self.patience) {
            state.stop();
        }
        Ok(())
    }
}

fn main() -> Result<()> {
    // Few points with much noise: the network learns the training points by heart.
    let data = train_test_split(&make_moons(100).noise(0.3).random_state(1).build()?, 0.5, 42)?;
    tch::manual_seed(42);
    let model = seq().add(linear(2, 32)).add(relu()).add(linear(32, 1)).build()?;

    let mut stopping = EarlyStopping::new(100);
    let config = TrainConfig { epochs: 5000, lr: 0.5, log_every: 50, ..Default::default() };
    // Passed as `&mut`, so that it can be read after the training.
    let history = fit(&model, &data, config.with(&mut stopping))?;

    println!("stopped after {} of {} epochs", history.len(), config.epochs);
    if let Some(best) = &stopping.best {
        model.restore(best)?;
        println!("best test loss {:.4} after {} epochs, restored", stopping.best_loss, best.epochs);
    }
    println!("{:.1} % of the test points right", 100.0 * model.score(&data.test)?);
    Ok(())
}
