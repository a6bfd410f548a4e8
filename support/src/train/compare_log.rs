//! Comparison of a training's results with a log printed by another program.

use super::history::History;
use crate::error::{Error, Result};

/// The tolerance of a printed loss: one unit of its last digit, with room for rounding.
const LAST_DIGIT: f64 = 1.5e-5;

impl History {
    /// Compares the history with a log printed in the form of [`Epoch`](super::Epoch), such as PyTorch's: every number
    /// of every line, within one unit of the fifth decimal. Returns the number of lines, all of which agree.
    ///
    /// # Errors
    /// An empty log; a line whose epoch this history does not have, or whose numbers differ.
    ///
    /// ```
    /// use support::prelude::*;
    /// let mut history = History::default();
    /// history.push(Epoch {
    ///     epoch: 0,
    ///     train_loss: 0.7598585,
    ///     test_loss: 0.9110289,
    ///     train_accuracy: None,
    ///     test_accuracy: None,
    /// });
    /// assert_eq!(history.check_log("Epoch: 0 | Loss: 0.75986 | Test loss: 0.91103")?, 1);
    /// assert!(history.check_log("Epoch: 0 | Loss: 0.75988 | Test loss: 0.91103").is_err());
    /// # Ok::<(), Error>(())
    /// ```
    pub fn check_log(&self, log: &str) -> Result<usize> {
        let lines: Vec<&str> = log.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if lines.is_empty() {
            return Err(Error::argument("check_log", "log", "at least one line", "none"));
        }
        for line in &lines {
            let expected = numbers(line);
            let ours = expected.first().and_then(|&epoch| self.line_of(epoch));
            let agrees = ours.as_ref().is_some_and(|ours| {
                let found = numbers(ours);
                let pairs = || expected.iter().zip(&found);
                expected.len() == found.len() && pairs().all(|(a, b)| (a - b).abs() <= LAST_DIGIT)
            });
            if !agrees {
                let got = ours.map_or_else(|| "no such epoch".to_string(), |ours| format!("`{ours}`"));
                return Err(Error::argument("check_log", "an epoch", format!("`{line}`"), got));
            }
        }
        Ok(lines.len())
    }

    /// Returns this history's line for an epoch, or `None` if the history does not have the epoch.
    fn line_of(&self, epoch: f64) -> Option<String> {
        self.epochs.iter().find(|e| e.epoch as f64 == epoch).map(ToString::to_string)
    }
}

fn numbers(line: &str) -> Vec<f64> {
    line.split([' ', ',', '%']).filter_map(|word| word.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::Epoch;

    fn history() -> History {
        let epoch = |epoch| Epoch {
            epoch,
            train_loss: 0.693051,
            test_loss: 0.693788,
            train_accuracy: Some(0.50375),
            test_accuracy: Some(0.48),
        };
        [epoch(0), epoch(100)].into_iter().collect()
    }

    const LINE: &str = "Epoch: 100 | Loss: 0.69305, Accuracy: 50.38% | Test loss: 0.69379, Test acc: 48.00%";

    #[test]
    fn a_log_of_the_same_figures_agrees() -> Result<()> {
        assert_eq!(history().check_log(&format!("\n{LINE}\n{}\n", LINE.replace("100", "0")))?, 2);
        assert_eq!(
            history().check_log(&LINE.replace("0.69305", "0.69304"))?,
            1,
            "one unit of the last digit"
        );
        Ok(())
    }

    #[test]
    fn any_other_figure_is_refused() {
        for (from, to) in [("0.69305", "0.69307"), ("50.38", "50.25"), ("48.00", "48.50"), ("100", "7")] {
            let error = history().check_log(&LINE.replace(from, to)).expect_err(to);
            assert!(error.to_string().contains(to), "{error}");
        }
        assert!(history().check_log(" \n").is_err(), "an empty log proves nothing");
        assert!(history().check_log("Epoch: 100 | Loss: 0.69305").is_err(), "fewer figures");
        assert!(history().check_log("words only").is_err());
    }
}
