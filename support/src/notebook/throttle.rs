//! Limits how often the display is updated.

use std::time::{Duration, Instant};

/// Limits updates: keeps a gap between the starts of two updates, and a rest after each in proportion to its duration.
#[derive(Debug)]
pub(super) struct Throttle {
    gap: Duration,
    rest: u32,
    next: Instant,
}

/// At most four updates per second, and a rest 20 times as long as the update: 1 / (1 + 20) is below 5 % of the time.
const GAP: Duration = Duration::from_millis(250);
const REST: u32 = 20;
/// The delay of the first figure, whose duration is not yet known, mostly 5 to 15 ms. After this delay even 25 ms are
/// not more than 5 %, and short trainings are not slowed down at all.
const FIRST_FIGURE: Duration = Duration::from_millis(500);
/// In slow motion: at most eight updates per second, with at least half of the time for the training.
const SLOW_GAP: Duration = Duration::from_millis(125);
const SLOW_REST: u32 = 1;

impl Throttle {
    /// Makes a throttle for a few lines of text, which are shown before the first figure in both modes.
    pub(super) fn text(start: Instant, slow: bool) -> Self {
        Self { gap: GAP, rest: REST, next: if slow { start } else { start + GAP } }
    }

    /// Makes a throttle for figures, at full speed or in slow motion.
    pub(super) fn figures(start: Instant, slow: bool) -> Self {
        match slow {
            true => Self { gap: SLOW_GAP, rest: SLOW_REST, next: start },
            false => Self { gap: GAP, rest: REST, next: start + FIRST_FIGURE },
        }
    }

    /// Returns whether an update is allowed now.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        now >= self.next
    }

    /// Records an update that lasted from `start` to `end`.
    pub(super) fn shown(&mut self, start: Instant, end: Instant) {
        self.next = (start + self.gap).max(end + (end - start) * self.rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes all allowed updates of duration `cost` during `total`; returns their number and their total duration.
    fn run(mut throttle: Throttle, start: Instant, total: Duration, cost: Duration) -> (u32, Duration) {
        let (mut now, mut times) = (start, 0);
        while now < start + total {
            if throttle.is_due(now) {
                throttle.shown(now, now + cost);
                now += cost;
                times += 1;
            }
            now += Duration::from_millis(1);
        }
        (times, cost * times)
    }

    const SECOND: Duration = Duration::from_secs(1);
    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn figures_take_less_than_a_twentieth_of_the_time() {
        let start = Instant::now();
        for cost in [1, 5, 13, 40, 200].map(|n| n * MS) {
            let (times, taken) = run(Throttle::figures(start, false), start, 60 * SECOND, cost);
            assert!(taken * 20 <= 60 * SECOND, "{times} times {cost:?}");
            assert!((5..=240).contains(&times), "{times} times {cost:?}");
        }
        for total in (400..3000).step_by(50).map(|n| n * MS) {
            let (_, taken) = run(Throttle::figures(start, false), start, total, 25 * MS);
            assert!(taken * 20 <= total, "{taken:?} of {total:?}");
        }
    }

    #[test]
    fn text_moves_four_times_a_second_and_slow_motion_eight_times() {
        let start = Instant::now();
        assert!(!Throttle::text(start, false).is_due(start), "a quick training shows its end only");
        let (times, _) = run(Throttle::text(start, false), start, 10 * SECOND, MS / 20);
        assert!((36..=40).contains(&times), "{times}");
        let (times, _) = run(Throttle::figures(start, true), start, 4 * SECOND, 30 * MS);
        assert!((30..=32).contains(&times), "{times}");
        let (_, taken) = run(Throttle::figures(start, true), start, 4 * SECOND, 300 * MS);
        assert!(taken <= 2 * SECOND + 300 * MS, "half the time is left to train: {taken:?}");
    }
}
