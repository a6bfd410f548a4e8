//! The course's log lines, and under them, while the model trains, the lines that move.

use std::fmt::Write as _;
use std::time::Instant;

use super::progress::progress;
use super::throttle::Throttle;
use crate::display::{Bundle, Console, Shown};
use crate::train::{Epoch, TrainConfig};

/// What is printed of a training.
pub(super) struct Log {
    every: usize,
    planned: usize,
    start: Instant,
    lines: String,
    shown: Option<Shown>,
    throttle: Throttle,
}

/// As many log lines are seen while the model trains; all of them at the end.
const TAIL: usize = 20;

impl Log {
    /// Nothing if no lines are asked for.
    pub(super) fn new(config: &TrainConfig, start: Instant, slow: bool) -> Option<Self> {
        (config.log_every > 0).then(|| Self {
            every: config.log_every,
            planned: config.epochs,
            start,
            lines: String::new(),
            shown: None,
            throttle: Throttle::text(start, slow),
        })
    }

    pub(super) fn epoch(&mut self, console: &Console, epoch: &Epoch, done: usize, now: Instant) {
        if epoch.epoch.is_multiple_of(self.every) {
            if console.live {
                let gap = if self.lines.is_empty() { "" } else { "\n" };
                let _ = write!(self.lines, "{gap}{epoch}");
            } else {
                console.print(&format!("{epoch}\n"));
            }
        }
        if console.watched && self.throttle.is_due(now) {
            let moving = progress(epoch, done, self.planned, now - self.start);
            let text = if self.lines.is_empty() { moving } else { format!("{}\n{moving}", self.tail()) };
            self.put(console, Bundle::text(text));
            self.throttle.shown(now, Instant::now());
        }
    }

    /// Leaves the log lines and nothing else.
    pub(super) fn finish(mut self, console: &Console) {
        if self.shown.is_some() || !self.lines.is_empty() {
            let lines = std::mem::take(&mut self.lines);
            self.put(console, Bundle::text(lines));
        }
    }

    /// The last lines: a long log is not sent again and again.
    fn tail(&self) -> &str {
        let cut = self.lines.rmatch_indices('\n').nth(TAIL - 1);
        cut.map_or(&self.lines, |(place, _)| &self.lines[place + 1..])
    }

    fn put(&mut self, console: &Console, bundle: Bundle) {
        match &mut self.shown {
            Some(shown) => shown.update(&bundle),
            None => self.shown = Some(Shown::on(console, bundle)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_at_most_twenty_lines() {
        let mut log = Log::new(&TrainConfig::default(), Instant::now(), false).expect("a log");
        for n in 0..100 {
            log.lines = (0..n).map(|i| i.to_string()).collect::<Vec<_>>().join("\n");
            let expected: Vec<String> = (n.max(TAIL) - TAIL..n).map(|i| i.to_string()).collect();
            assert_eq!(log.tail(), expected.join("\n"));
        }
    }
}
