//! The log lines of a training, with progress under them while the model trains.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::throttle::Throttle;
use crate::display::{DisplayHandle, Frontend, MimeBundle};
use crate::error::Result;
use crate::train::{Callback, Epoch, TrainState};

/// Callback that prints log lines, and updates progress under them if somebody watches the cell.
pub(super) struct Log {
    frontend: Frontend,
    every: usize,
    start: Instant,
    lines: String,
    shown: Option<DisplayHandle>,
    throttle: Option<Throttle>,
}

/// The number of log lines shown while the model trains; all lines are shown at the end.
const TAIL: usize = 20;

impl Log {
    /// Makes a log with one line per `every` epochs; `every` is at least 1.
    pub(super) fn on(frontend: &Frontend, every: usize) -> Self {
        let (lines, start) = (String::new(), Instant::now());
        Self { frontend: frontend.clone(), every, start, lines, shown: None, throttle: None }
    }

    /// Returns the last lines, so that a long log is not sent with each update.
    fn tail(&self) -> &str {
        let cut = self.lines.rmatch_indices('\n').nth(TAIL - 1);
        cut.map_or(&self.lines, |(place, _)| &self.lines[place + 1..])
    }

    fn put(&mut self, bundle: MimeBundle) {
        match &mut self.shown {
            Some(shown) => shown.update(&bundle),
            None => self.shown = Some(DisplayHandle::on(&self.frontend, bundle)),
        }
    }
}

impl Callback for Log {
    fn on_begin(&mut self, _state: &mut TrainState<'_>) -> Result<()> {
        self.start = Instant::now();
        Ok(())
    }

    fn on_epoch_end(&mut self, state: &mut TrainState<'_>) -> Result<()> {
        let Some(epoch) = state.history.last() else { return Ok(()) };
        let now = Instant::now();
        if epoch.epoch.is_multiple_of(self.every) {
            if self.frontend.live {
                let gap = if self.lines.is_empty() { "" } else { "\n" };
                let _ = write!(self.lines, "{gap}{epoch}");
            } else {
                self.frontend.print(&format!("{epoch}\n"));
            }
        }
        let start = self.start;
        let throttle = self.throttle.get_or_insert_with(|| Throttle::text(start, state.slow_motion > 0.0));
        if self.frontend.watched && throttle.is_due(now) {
            let moving = progress(epoch, state.history.len(), state.config.epochs, now - start);
            let text = if self.lines.is_empty() { moving } else { format!("{}\n{moving}", self.tail()) };
            self.put(MimeBundle::text(text));
            if let Some(throttle) = &mut self.throttle {
                throttle.shown(now, Instant::now());
            }
        }
        Ok(())
    }

    /// Shows all log lines and removes the progress.
    fn on_end(&mut self, _state: &mut TrainState<'_>) -> Result<()> {
        if self.shown.is_some() || !self.lines.is_empty() {
            let lines = std::mem::take(&mut self.lines);
            self.put(MimeBundle::text(lines));
            self.shown = None;
        }
        Ok(())
    }
}

/// The width of the bar in characters.
const WIDTH: usize = 30;

/// Formats the results of the last epoch, and a bar with the number of epochs done, the rate and the time left.
fn progress(last: &Epoch, done: usize, planned: usize, elapsed: Duration) -> String {
    let filled = WIDTH * done / planned.max(1);
    let bar = "█".repeat(filled) + &"░".repeat(WIDTH - filled.min(WIDTH));
    let rate = done as f64 / elapsed.as_secs_f64().max(1e-9);
    let digits = if rate < 10.0 { 1 } else { 0 };
    let left = time((planned - done.min(planned)) as f64 / rate);
    format!("{last}\n{bar} {done} of {planned} epochs | {rate:.digits$} epochs/s | {left} left")
}

/// Formats seconds as hours and minutes, or as minutes and seconds below an hour.
fn time(seconds: f64) -> String {
    let seconds = seconds.ceil() as u64;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, m, s) => format!("{m} min {s} s"),
        (h, m, _) => format!("{h} h {m} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_at_most_twenty_lines() {
        let mut log = Log::on(&Frontend::here(), 10);
        for n in 0..100 {
            log.lines = (0..n).map(|i| i.to_string()).collect::<Vec<_>>().join("\n");
            let expected: Vec<String> = (n.max(TAIL) - TAIL..n).map(|i| i.to_string()).collect();
            assert_eq!(log.tail(), expected.join("\n"));
        }
    }

    #[test]
    fn says_how_far_how_fast_and_how_long() {
        let last = Epoch {
            epoch: 411,
            train_loss: 0.685,
            test_loss: 0.684,
            train_accuracy: Some(0.5275),
            test_accuracy: Some(0.565),
        };
        let text = progress(&last, 412, 1000, Duration::from_secs(4));
        assert_eq!(
            text,
            "Epoch: 411 | Loss: 0.68500, Accuracy: 52.75% | Test loss: 0.68400, Test acc: 56.50%\n\
             ████████████░░░░░░░░░░░░░░░░░░ 412 of 1000 epochs | 103 epochs/s | 6 s left"
        );
        let text = progress(&last, 1000, 1000, Duration::from_secs(200));
        assert!(text.ends_with(" 1000 of 1000 epochs | 5.0 epochs/s | 0 s left"), "{text}");
        assert!(!text.contains('░'));
    }

    #[test]
    fn time_left_in_words() {
        assert_eq!([0.2, 59.5, 61.0, 7199.0].map(time), ["1 s", "1 min 0 s", "1 min 1 s", "1 h 59 min"]);
    }
}
