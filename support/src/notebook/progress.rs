//! The progress lines shown while a model trains.

use std::time::Duration;

use crate::train::Epoch;

/// The width of the bar in characters.
const WIDTH: usize = 30;

/// Formats the results of the last epoch, and a bar with the number of epochs done, the rate and the time left.
pub(super) fn progress(last: &Epoch, done: usize, planned: usize, elapsed: Duration) -> String {
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
