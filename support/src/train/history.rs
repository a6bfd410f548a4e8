//! The results of a training, epoch by epoch.

use std::fmt;

use super::callbacks::GradientStats;
use crate::models::Snapshot;
use crate::table::Table;

/// The results of one epoch: on the training set before the optimizer's step, on the test set after it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epoch {
    /// The number of the epoch, from 0.
    pub epoch: usize,
    /// The loss on the training set, before the step.
    pub train_loss: f64,
    /// The loss on the test set, after the step.
    pub test_loss: f64,
    /// The share of right training labels, 0 to 1; `None` for a regression.
    pub train_accuracy: Option<f64>,
    /// The share of right test labels, 0 to 1; `None` for a regression.
    pub test_accuracy: Option<f64>,
}

/// Formats the epoch as the log line of the course: losses with five decimals, accuracies in per cent with two.
///
/// ```
/// use support::prelude::*;
/// let epoch = Epoch {
///     epoch: 100,
///     train_loss: 0.693051,
///     test_loss: 0.693788,
///     train_accuracy: Some(0.50375),
///     test_accuracy: Some(0.48),
/// };
/// assert_eq!(
///     epoch.to_string(),
///     "Epoch: 100 | Loss: 0.69305, Accuracy: 50.38% | Test loss: 0.69379, Test acc: 48.00%"
/// );
/// ```
impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Epoch: {} | Loss: {:.5}", self.epoch, self.train_loss)?;
        if let Some(accuracy) = self.train_accuracy {
            write!(f, ", Accuracy: {:.2}%", accuracy * 100.0)?;
        }
        write!(f, " | Test loss: {:.5}", self.test_loss)?;
        if let Some(accuracy) = self.test_accuracy {
            write!(f, ", Test acc: {:.2}%", accuracy * 100.0)?;
        }
        Ok(())
    }
}

/// The results of one training, in the order of the epochs. A history of some of the epochs is made by `collect`:
///
/// ```
/// use support::prelude::*;
/// # let mut history = History::default();
/// # for epoch in 0..100 {
/// #     let (train_loss, test_loss) = (1.0, 1.0);
/// #     history.push(Epoch { epoch, train_loss, test_loss, train_accuracy: None, test_accuracy: None });
/// # }
/// let tail: History = history.epochs[80..].iter().copied().collect();
/// assert_eq!(tail.len(), 20);
/// ```
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The results, one entry per epoch.
    pub epochs: Vec<Epoch>,
    stopped: bool,
    pub(super) snapshots: Vec<Snapshot>,
    pub(super) gradient_stats: Vec<GradientStats>,
}

/// Histories are equal if the results of all epochs are equal, however the trainings ended.
impl PartialEq for History {
    fn eq(&self, other: &Self) -> bool {
        self.epochs == other.epochs
    }
}

impl FromIterator<Epoch> for History {
    fn from_iter<I: IntoIterator<Item = Epoch>>(epochs: I) -> Self {
        Self { epochs: epochs.into_iter().collect(), ..Self::default() }
    }
}

impl History {
    /// Adds an epoch, for a loop written by hand.
    pub fn push(&mut self, epoch: Epoch) {
        self.epochs.push(epoch);
    }

    /// Returns the results of the last epoch.
    pub fn last(&self) -> Option<&Epoch> {
        self.epochs.last()
    }

    /// Returns the number of epochs.
    pub fn len(&self) -> usize {
        self.epochs.len()
    }

    /// Returns whether the history has no epochs.
    pub fn is_empty(&self) -> bool {
        self.epochs.is_empty()
    }

    /// Returns whether the training was ended before its last epoch, by the stop button or a callback.
    pub fn stopped(&self) -> bool {
        self.stopped
    }

    /// Sets the snapshots, for a loop written by hand that makes them with [`Snapshot::of`].
    pub fn with_snapshots(mut self, snapshots: Vec<Snapshot>) -> Self {
        self.snapshots = snapshots;
        self
    }

    /// Sets the sizes of gradients and steps, for a loop written by hand.
    pub fn with_gradient_stats(mut self, layers: Vec<GradientStats>) -> Self {
        self.gradient_stats = layers;
        self
    }

    /// Returns the snapshots of the parameters recorded by [`RecordSnapshots`](super::RecordSnapshots).
    pub fn snapshots(&self) -> &[Snapshot] {
        &self.snapshots
    }

    /// Returns the sizes of each layer's gradients and steps, recorded by [`RecordGradients`](super::RecordGradients).
    pub fn gradient_stats(&self) -> &[GradientStats] {
        &self.gradient_stats
    }

    pub(super) fn stop(&mut self) {
        self.stopped = true;
    }

    /// Appends the history of a training that continued this one, with its epochs renumbered. Gradient statistics are
    /// kept if both histories have them for the same layers.
    pub fn extend(&mut self, later: &History) {
        self.stopped = later.stopped;
        let start = self.last().map_or(0, |last| last.epoch + 1);
        // The first snapshot of the later history is the last one of this history.
        let known = self.snapshots.last().map(|last| last.epochs);
        let moved = later.snapshots.iter().map(|snapshot| snapshot.shifted(start));
        self.snapshots.extend(moved.filter(|s| Some(s.epochs) != known));
        let names = |history: &Self| {
            history.gradient_stats.iter().map(|layer| layer.name.clone()).collect::<Vec<_>>()
        };
        if self.is_empty() {
            self.gradient_stats = later.gradient_stats.clone();
        } else if names(self) == names(later) {
            for (layer, later) in self.gradient_stats.iter_mut().zip(&later.gradient_stats) {
                layer.gradients.extend(&later.gradients);
                layer.updates.extend(&later.updates);
            }
        } else {
            self.gradient_stats.clear();
        }
        self.epochs.extend(later.epochs.iter().map(|e| Epoch { epoch: start + e.epoch, ..*e }));
    }

    /// Returns a table of every `every`-th epoch and the last one, with accuracies in per cent.
    pub fn table(&self, every: usize) -> Table {
        let percent = |a: Option<f64>| a.map_or(String::new(), |a| format!("{:.2} %", a * 100.0));
        let last = self.last().map(|last| last.epoch);
        let header = ["epoch", "loss", "accuracy", "test loss", "test accuracy"];
        let shown = |e: &&Epoch| e.epoch.is_multiple_of(every.max(1)) || Some(e.epoch) == last;
        self.epochs.iter().filter(shown).fold(Table::new(header), |table, e| {
            table.row([
                e.epoch.to_string(),
                format!("{:.5}", e.train_loss),
                percent(e.train_accuracy),
                format!("{:.5}", e.test_loss),
                percent(e.test_accuracy),
            ])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch(epoch: usize) -> Epoch {
        Epoch { epoch, train_loss: 1.0, test_loss: 1.0, train_accuracy: None, test_accuracy: None }
    }

    #[test]
    fn training_on_counts_on() {
        let mut history: History = [epoch(0), epoch(1)].into_iter().collect();
        history.extend(&history.clone());
        let numbers: Vec<usize> = history.epochs.iter().map(|e| e.epoch).collect();
        assert_eq!(numbers, [0, 1, 2, 3]);
    }

    #[test]
    fn accuracies_are_shown_in_per_cent() {
        let shares = (Some(1.0 / 3.0), Some(403.0 / 800.0));
        let history: History =
            [Epoch { train_accuracy: shares.0, test_accuracy: shares.1, ..epoch(0) }].into_iter().collect();
        let line = "Epoch: 0 | Loss: 1.00000, Accuracy: 33.33% | Test loss: 1.00000, Test acc: 50.38%";
        assert_eq!(history.epochs[0].to_string(), line);
        let table = history.table(1).to_string();
        assert!(table.ends_with("\n    0  1.00000   33.33 %    1.00000        50.38 %"), "{table}");
    }

    #[test]
    fn a_regression_prints_losses_only() {
        assert_eq!(epoch(7).to_string(), "Epoch: 7 | Loss: 1.00000 | Test loss: 1.00000");
    }
}
