//! Records snapshots of the parameters during a training.

use crate::error::{Error, Result};
use crate::models::Snapshot;
use crate::train::{Callback, TrainState};

/// Callback that records the parameters of the model during a training, for
/// [`History::snapshots`](super::super::History::snapshots) and `replay`.
#[derive(Clone, Debug)]
pub struct RecordSnapshots {
    snapshots: usize,
    /// The numbers of epochs after which snapshots are still to be taken, the next one last.
    due: Vec<usize>,
}

/// The most snapshots; a movie has at most as many frames.
const MOST: usize = 1000;

impl RecordSnapshots {
    /// Records `snapshots` snapshots, 1 to 1,000, evenly spaced from before the first epoch to after the last; a single
    /// one is taken after the last.
    ///
    /// # Errors
    /// Other numbers are refused when the training begins.
    pub fn evenly(snapshots: usize) -> Self {
        Self { snapshots, due: Vec::new() }
    }

    fn take(state: &mut TrainState<'_>) -> Result<()> {
        let snapshot = Snapshot::of(state.model, state.history.len())?;
        state.history.snapshots.push(snapshot);
        Ok(())
    }
}

impl Callback for RecordSnapshots {
    fn on_begin(&mut self, state: &mut TrainState<'_>) -> Result<()> {
        if !(1..=MOST).contains(&self.snapshots) {
            let expected = format!("between 1 and {MOST}");
            return Err(Error::argument("RecordSnapshots", "snapshots", expected, self.snapshots));
        }
        self.due = epochs_due(self.snapshots, state.config.epochs);
        if self.due.pop_if(|due| *due == 0).is_some() {
            Self::take(state)?;
        }
        Ok(())
    }

    fn on_epoch_end(&mut self, state: &mut TrainState<'_>) -> Result<()> {
        let done = state.history.len();
        self.due.pop_if(|due| *due == done).map_or(Ok(()), |_| Self::take(state))
    }

    /// Takes a last snapshot if the training was stopped early.
    fn on_end(&mut self, state: &mut TrainState<'_>) -> Result<()> {
        let taken = state.history.snapshots.last().is_some_and(|last| last.epochs == state.history.len());
        let early = !std::mem::take(&mut self.due).is_empty();
        if early && !taken && state.history.stopped() { Self::take(state) } else { Ok(()) }
    }
}

/// Returns the numbers of epochs after which snapshots are taken, the first one last.
fn epochs_due(snapshots: usize, epochs: usize) -> Vec<usize> {
    let n = snapshots.min(epochs.saturating_add(1));
    // A single snapshot is taken after the last epoch. 128 bits, because any number of epochs is allowed.
    let evenly = |i: usize| (i as u128 * epochs as u128).div_ceil((n - 1) as u128) as usize;
    let after = |i: usize| if n == 1 { epochs } else { evenly(i) };
    (0..n).rev().map(after).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snapshots_lie_evenly_between_the_first_and_the_last() {
        let due = |snapshots, epochs| {
            let mut due = epochs_due(snapshots, epochs);
            due.reverse();
            due
        };
        assert_eq!(due(5, 100), [0, 25, 50, 75, 100]);
        assert_eq!(due(60, 3), [0, 1, 2, 3]);
        assert_eq!((due(0, 10), due(1, 10)), (vec![], vec![10]));
        assert!(due(0, usize::MAX).is_empty());
        assert_eq!(due(1000, usize::MAX).last(), Some(&usize::MAX));
        for snapshots in 2..80 {
            for epochs in 1..120 {
                let due = due(snapshots, epochs);
                assert_eq!((due[0], due[due.len() - 1]), (0, epochs));
                assert_eq!(due.len(), snapshots.min(epochs + 1));
                assert!(due.windows(2).all(|w| w[0] < w[1]), "{snapshots} {epochs} {due:?}");
            }
        }
    }
}
