//! Makes movies of a training.

use std::cell::RefCell;

use crate::error::{Error, Result};
use crate::models::{Model, Snapshot};
use crate::plot::{Figure, Movie, Plot};
use crate::train::History;

/// Replays a training as a [`Movie`]: `draw` returns the plot or the figure of the model with the parameters of each
/// snapshot that [`RecordSnapshots`](crate::train::RecordSnapshots) recorded. The model's own parameters are restored
/// at the end.
///
/// Like a plot, the movie is shown as a cell's last expression; [`Plot::draw`] returns it, to save it.
///
/// # Errors
/// A history without snapshots, with more than 1000, or of a model with other shapes; those of `draw` and of
/// [`Movie::new`].
///
/// ```
/// use support::prelude::*;
/// let data = train_test_split(&make_moons(100).noise(0.07).build()?, 0.2, 42)?;
/// tch::manual_seed(42);
/// let model = seq().add(linear(2, 8)).add(relu()).add(linear(8, 1)).build()?;
/// let config = TrainConfig { epochs: 30, log_every: 0, ..Default::default() };
/// let history = fit(&model, &data, config.with(RecordSnapshots::evenly(10)))?;
/// let movie = replay(&model, &history, |model| plot_decision_boundary(model, &data)).draw()?;
/// assert_eq!(movie.len(), 10);
/// # Ok::<(), Error>(())
/// ```
///
/// A function that computes what it draws returns the figure:
///
/// ```
/// # use support::prelude::*;
/// # let data = train_test_split(&make_moons(100).noise(0.07).build()?, 0.2, 42)?;
/// # let model = seq().add(linear(2, 1)).build()?;
/// # let config = TrainConfig { epochs: 3, log_every: 0, ..Default::default() };
/// # let history = fit(&model, &data, config.with(RecordSnapshots::evenly(2)))?;
/// let movie = replay(&model, &history, |model| {
///     let predicted = model.predict_labels(&data.test.x)?;
///     plot_confusion_matrix(&confusion_matrix(&data.test, &predicted)?).draw()
/// });
/// assert_eq!(movie.draw()?.len(), 2);
/// # Ok::<(), Error>(())
/// ```
pub fn replay<'a, P: Into<Result<Figure>>>(
    model: &'a Model,
    history: &'a History,
    draw: impl FnMut(&'a Model) -> P + 'a,
) -> Plot<'a, Movie> {
    let draw = RefCell::new(draw);
    Plot::new(move || movie(model, history, &mut |model| draw.borrow_mut()(model).into()))
}

fn movie<'a>(
    model: &'a Model,
    history: &History,
    draw: &mut dyn FnMut(&'a Model) -> Result<Figure>,
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
