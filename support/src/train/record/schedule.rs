//! When a training notes its parameters down.

use crate::error::Result;
use crate::models::{Model, Snapshot};
use crate::train::History;

/// When snapshots are taken: before the first epoch, after the last, and evenly between.
pub(super) struct Schedule {
    /// Numbers of epochs, the next one last.
    due: Vec<usize>,
}

impl Schedule {
    pub(super) fn new(snapshots: usize, epochs: usize) -> Self {
        let n = snapshots.min(epochs.saturating_add(1));
        // A single one is the result. In 128 bits, because anybody may ask for any number of epochs.
        let evenly = |i: usize| (i as u128 * epochs as u128).div_ceil((n - 1) as u128) as usize;
        let after = |i: usize| if n == 1 { epochs } else { evenly(i) };
        Self { due: (0..n).rev().map(after).collect() }
    }

    pub(super) fn take(&mut self, model: &Model, epochs: usize, history: &mut History) -> Result<()> {
        if self.due.last() == Some(&epochs) {
            self.due.pop();
            history.snapshots.push(Snapshot::of(model, epochs)?);
        }
        Ok(())
    }

    /// The last one, of a training that ends early.
    pub(super) fn end(&mut self, model: &Model, history: &mut History) -> Result<()> {
        let done = history.len();
        let taken = history.snapshots.last().is_some_and(|last| last.epochs == done);
        if !self.due.is_empty() && !taken {
            history.snapshots.push(Snapshot::of(model, done)?);
        }
        self.due.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snapshots_lie_evenly_between_the_first_and_the_last() {
        let due = |snapshots, epochs| {
            let mut due = Schedule::new(snapshots, epochs).due;
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
