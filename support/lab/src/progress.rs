//! Shows the progress of long steps: bars on a terminal, else a plain line at intervals.

use std::sync::{Arc, Mutex, Weak};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::io::IsTerminal;

/// Interval between a step's lines when there is no terminal.
const PLAIN_EVERY: Duration = Duration::from_secs(10);

/// The unit in which a step counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes of a download.
    Bytes,
    /// Named items, such as crates.
    Things(&'static str),
}

/// All running steps.
#[derive(Clone)]
pub struct Progress {
    bars: Option<MultiProgress>,
    plain: Arc<Mutex<Vec<Weak<Mutex<Plain>>>>>,
}

#[derive(Debug)]
struct Plain {
    name: String,
    unit: Unit,
    done: u64,
    total: u64,
    note: String,
    since: Instant,
    spoke: Instant,
}

impl Progress {
    /// Makes bars if standard error is a terminal.
    pub fn new() -> Self {
        let bars = std::io::stderr().is_terminal().then(MultiProgress::new);
        let plain: Arc<Mutex<Vec<Weak<Mutex<Plain>>>>> = Arc::default();
        if bars.is_none() {
            let watched = Arc::downgrade(&plain);
            thread::spawn(move || {
                while let Some(steps) = watched.upgrade() {
                    for step in lock(&steps).iter().filter_map(Weak::upgrade) {
                        lock(&step).speak_if_due();
                    }
                    drop(steps);
                    thread::sleep(Duration::from_millis(500));
                }
            });
        }
        Self { bars, plain }
    }

    /// Begins a step.
    pub fn step(&self, name: &str, unit: Unit) -> Step {
        let now = Instant::now();
        let plain = Arc::new(Mutex::new(Plain {
            name: name.to_owned(),
            unit,
            done: 0,
            total: 0,
            note: String::new(),
            since: now,
            spoke: now,
        }));
        let bar = self.bars.as_ref().map(|bars| {
            let bar = bars.add(ProgressBar::new_spinner());
            bar.set_prefix(name.to_owned());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        if let Some(bar) = &bar {
            bar.set_style(style("{spinner} {prefix:20!} {msg}"));
        } else {
            lock(&self.plain).push(Arc::downgrade(&plain));
        }
        Step { progress: self.clone(), bar, plain }
    }

    /// Prints a line above the bars.
    pub fn say(&self, line: &str) {
        match &self.bars {
            Some(bars) => drop(bars.println(line)),
            None => eprintln!("{line}"),
        }
    }
}

/// A running step.
pub struct Step {
    progress: Progress,
    bar: Option<ProgressBar>,
    plain: Arc<Mutex<Plain>>,
}

impl Step {
    /// Sets the progress. A total of zero means that the total is unknown.
    pub fn at(&self, done: u64, total: u64) {
        let (unit, was) = {
            let mut plain = lock(&self.plain);
            let was = plain.total;
            (plain.done, plain.total) = (done, total);
            (plain.unit, was)
        };
        let Some(bar) = &self.bar else { return };
        if total != was {
            bar.set_length(total);
            bar.set_style(style(match unit {
                Unit::Bytes => "{spinner} {prefix:20!} {bar:24} {bytes}/{total_bytes} {bytes_per_sec} {msg}",
                Unit::Things(_) => "{spinner} {prefix:20!} {bar:24} {pos}/{len} {msg}",
            }));
        }
        bar.set_position(done);
    }

    /// Sets the note on the current item.
    pub fn note(&self, note: &str) {
        lock(&self.plain).note = note.to_owned();
        if let Some(bar) = &self.bar {
            bar.set_message(note.to_owned());
        }
    }

    /// Ends the step with a line that stays.
    pub fn end(self, line: &str) {
        let (name, seconds) = {
            let plain = lock(&self.plain);
            (plain.name.clone(), plain.since.elapsed().as_secs_f64())
        };
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        self.progress.say(&format!("  {name:20} {line} ({seconds:.1} s)"));
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Plain {
    fn speak_if_due(&mut self) {
        if self.spoke.elapsed() >= PLAIN_EVERY {
            self.spoke = Instant::now();
            eprintln!("  {:20} {} ({:.0} s)", self.name, self.text(), self.since.elapsed().as_secs_f64());
        }
    }

    fn text(&self) -> String {
        let counted = match (self.unit, self.total) {
            (_, 0) => String::new(),
            (Unit::Bytes, total) => format!("{} of {}", bytes(self.done), bytes(total)),
            (Unit::Things(name), total) => format!("{} of {total} {name}", self.done),
        };
        [counted, self.note.clone()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// Formats a size for people.
pub fn bytes(count: u64) -> String {
    match count {
        0..1_000_000 => format!("{} kB", count.div_ceil(1000)),
        1_000_000..1_000_000_000 => format!("{} MB", (count + 500_000) / 1_000_000),
        _ => format!("{:.1} GB", count as f64 / 1e9),
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("━╸ ")
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_well() {
        assert_eq!(bytes(999), "1 kB");
        assert_eq!(bytes(130_388_024), "130 MB");
        assert_eq!(bytes(2_472_390_326), "2.5 GB");
    }

    #[test]
    fn a_plain_line_tells_count_and_note() {
        let step = Progress { bars: None, plain: Arc::default() }.step("kernel", Unit::Things("crates"));
        step.at(3, 10);
        step.note("serde");
        assert_eq!(lock(&step.plain).text(), "3 of 10 crates, serde");
        step.at(3, 0);
        assert_eq!(lock(&step.plain).text(), "serde");
    }
}
