//! Parameters on the way.

use std::fmt;

use crate::error::Result;
use crate::models::Model;
use crate::train::History;

/// A model's parameters after some epochs; [`Model::restore`] puts them back.
#[derive(Clone, PartialEq)]
pub struct Snapshot {
    /// How many epochs were done.
    pub epochs: usize,
    parameters: Vec<f32>,
}

impl Snapshot {
    /// Takes down `model` as it is after `epochs` epochs: for a loop written by hand.
    ///
    /// # Errors
    /// What libtorch says.
    pub fn of(model: &Model, epochs: usize) -> Result<Self> {
        Ok(Self { epochs, parameters: model.flat_parameters()? })
    }

    /// The same, of a training that began after `epochs` epochs of another.
    pub(in crate::train) fn shifted(&self, epochs: usize) -> Self {
        Self { epochs: epochs + self.epochs, parameters: self.parameters.clone() }
    }

    pub(crate) fn parameters(&self) -> &[f32] {
        &self.parameters
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Snapshot({} parameters after {} epochs)", self.parameters.len(), self.epochs)
    }
}

/// When snapshots are taken: before the first epoch, after the last, and evenly between.
pub(super) struct Schedule {
    /// Numbers of epochs, the next one last.
    due: Vec<usize>,
}

impl Schedule {
    pub(super) fn new(snapshots: usize, epochs: usize) -> Self {
        let n = snapshots.min(epochs + 1);
        // A single one is the result.
        let after = |i: usize| if n == 1 { epochs } else { (2 * i * epochs).div_ceil(2 * (n - 1)) };
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
