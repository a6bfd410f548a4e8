//! A training, seen again.

use super::history::History;
use crate::error::{Error, Result};
use crate::models::{Model, Snapshot};
use crate::plot::{Figure, Movie};

/// A movie of a training: `draw` draws the model as it was at each of the snapshots that
/// [`TrainConfig::snapshots`](super::TrainConfig::snapshots) asked for. The model has its own parameters again
/// when this returns.
///
/// # Errors
/// A history without snapshots or with more than 1000, one of a model with other shapes, those of `draw`, and what [`Movie::new`] returns.
///
/// ```
/// use support::prelude::*;
/// let data = train_test_split(&make_moons(100).noise(0.07).build()?, 0.2, 42)?;
/// tch::manual_seed(42);
/// let model = Model::new(|vs| nn::seq().add(linear(vs / 0, 2, 8)).add(relu(vs / 1)).add(linear(vs / 2, 8, 1)))?;
/// let config = TrainConfig { epochs: 30, snapshots: 10, log_every: 0, ..Default::default() };
/// let history = fit(&model, &data, &config)?;
/// let movie = replay(&model, &history, |model| plot_decision_boundary(model, &data))?;
/// assert_eq!(movie.len(), 10);
/// # Ok::<(), Error>(())
/// ```
pub fn replay(
    model: &Model,
    history: &History,
    mut draw: impl FnMut(&Model) -> Result<Figure>,
) -> Result<Movie> {
    let snapshots = history.snapshots();
    if snapshots.is_empty() {
        let expected = "one of a training with snapshots, such as `snapshots: 60` in its TrainConfig";
        return Err(Error::argument("replay", "history", expected, "no snapshots"));
    }
    if snapshots.len() > Movie::MOST {
        let expected = format!("one with at most {} snapshots", Movie::MOST);
        return Err(Error::argument("replay", "history", expected, snapshots.len()));
    }
    let _later = Later { model, parameters: Snapshot::of(model, 0)? };
    let frame = |snapshot: &Snapshot| {
        model.restore(snapshot)?;
        Ok((format!("epoch {}", snapshot.epochs), draw(model)?))
    };
    Movie::new(snapshots.iter().map(frame).collect::<Result<Vec<_>>>()?)
}

/// Gives a model its own parameters again, whatever happens before.
struct Later<'a> {
    model: &'a Model,
    parameters: Snapshot,
}

impl Drop for Later<'_> {
    fn drop(&mut self) {
        // They were this model's a moment ago, so they fit.
        let _ = self.model.restore(&self.parameters);
    }
}
