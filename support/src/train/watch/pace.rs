//! When the next epoch may begin, and whether it shall.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use crate::display::Console;

/// Looks for the stop request, and holds a training in slow motion back.
pub(super) struct Pace {
    start: Instant,
    /// How long each epoch takes at least.
    epoch: Duration,
    next_look: Instant,
}

/// Looking costs a microsecond or two; nobody feels 20 ms.
const LOOK: Duration = Duration::from_millis(20);

impl Pace {
    /// For `epochs` epochs that take at least `seconds` together.
    pub(super) fn new(start: Instant, seconds: f64, epochs: usize) -> Self {
        Self { start, epoch: Duration::from_secs_f64(seconds / epochs as f64), next_look: start }
    }

    /// Waits until `done` epochs may be over. Breaks off when the stop button was pressed.
    pub(super) fn wait(&mut self, console: &Console, done: usize, mut now: Instant) -> ControlFlow<()> {
        let until = self.start + self.epoch.mul_f64(done as f64);
        loop {
            if now >= self.next_look {
                if console.stop_requested() {
                    return ControlFlow::Break(());
                }
                self.next_look = now + LOOK;
            }
            if now >= until {
                return ControlFlow::Continue(());
            }
            std::thread::sleep((until - now).min(LOOK));
            now = Instant::now();
        }
    }
}
