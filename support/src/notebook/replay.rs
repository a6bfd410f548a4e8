//! Makes movies of a training.

use crate::error::{Error, Result};
use crate::models::{Model, Snapshot};
use crate::plot::{Figure, Movie};
use crate::train::History;

/// Makes a movie of a training: `draw` draws the model with the parameters of each snapshot that
/// [`RecordSnapshots`](crate::train::RecordSnapshots) recorded. The model's own parameters are restored at the end.
///
/// # Errors
/// A history without snapshots, with more than 1000, or of a model with other shapes; those of `draw` and of
/// [`Movie::new`].
///
/// ```
/// use support::prelude::*;
/// let data = train_test_split(&make_moons(100).noise(0.07).build()?, 0.2, 42)?;
/// tch::manual_seed(42);
/// let model = Model::new(|vs| nn::seq().add(linear(vs / 0, 2, 8)).add(relu(vs / 1)).add(linear(vs / 2, 8, 1)))?;
/// let config = TrainConfig { epochs: 30, log_every: 0, ..Default::default() };
/// let history = fit(&model, &data, config.with(RecordSnapshots::evenly(10)))?;
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
        let expected = "one of a training with snapshots, such as `config.with(RecordSnapshots::evenly(60))`";
        return Err(Error::argument("replay", "history", expected, "no snapshots"));
    }
    if snapshots.len() > Movie::MOST {
        let expected = format!("one with at most {} snapshots", Movie::MOST);
        return Err(Error::argument("replay", "history", expected, snapshots.len()));
    }
    let _restored = RestoreOnDrop { model, parameters: Snapshot::of(model, 0)? };
    let frame = |snapshot: &Snapshot| {
        model.restore(snapshot)?;
        Ok((format!("epoch {}", snapshot.epochs), draw(model)?))
    };
    Movie::new(snapshots.iter().map(frame).collect::<Result<Vec<_>>>()?)
}

/// Restores a model's own parameters when it is dropped, also after an error.
struct RestoreOnDrop<'a> {
    model: &'a Model,
    parameters: Snapshot,
}

impl Drop for RestoreOnDrop<'_> {
    fn drop(&mut self) {
        // The parameters are the model's own, so that they fit.
        let _ = self.model.restore(&self.parameters);
    }
}
