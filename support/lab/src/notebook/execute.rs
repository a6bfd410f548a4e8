//! Runs notebooks in a kernel, several in parallel.

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use protocol::LabPaths;
use serde::Deserialize;

use crate::error::{At, Result};
use crate::notebook::Notebook;
use crate::notebook::normalise::normalise;
use crate::process::{self, Line};
use crate::progress::{Progress, Unit};
use crate::setup::jupyter::Kernelspec;
use crate::setup::{Ready, jupyter};
use crate::spares::{Spares, Wanted};

/// Time limit of a cell in seconds.
const CELL_TIMEOUT: &str = "300";
/// Generous estimate of the memory in bytes for a kernel, its rust-analyzer and its compiler.
const MEMORY_PER_KERNEL: u64 = 1_500_000_000;

/// A notebook that was run.
#[derive(Debug)]
pub struct Outcome {
    /// Notebook in the repository.
    pub before: Notebook,
    /// Notebook after the run, normalised; `None` if the kernel did not start.
    pub after: Option<Notebook>,
    /// Description of the failure, if there was one.
    pub failure: Option<String>,
}

/// A message of execute.py.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Message {
    Cell { cell: u64, of: u64 },
    Failed { failed: Failure },
}

#[derive(Debug, Deserialize)]
struct Failure {
    cell: usize,
    source: String,
    message: String,
}

/// The settings of a run.
#[derive(Debug, Clone, Copy)]
pub struct RunOptions {
    /// The kernel that runs the cells.
    pub kernel: Kernelspec,
    /// Number of notebooks that run in parallel; `None` for as many as cores and memory allow.
    pub jobs: Option<u16>,
    /// True if a loaded kernel of this project may run one notebook after the other.
    pub spares: bool,
}

/// Runs all notebooks, even if some fail, and prints a line per notebook.
pub fn run(
    paths: &LabPaths,
    ready: &Ready,
    notebooks: Vec<PathBuf>,
    options: RunOptions,
) -> Result<Vec<Outcome>> {
    let results = paths.at("target/lab");
    fs::create_dir_all(&results).at("create", &results)?;
    let jobs = options.jobs.map_or_else(carried, usize::from).clamp(1, notebooks.len().max(1));
    let total = notebooks.len();
    let read: Vec<Notebook> = notebooks.iter().map(|path| Notebook::read(path)).collect::<Result<_>>()?;
    let waiting = Mutex::new(read.into_iter().collect::<VecDeque<_>>());
    let finished = Mutex::new(Vec::with_capacity(total));
    let progress = Progress::new();
    let wanted = Wanted { spare: jobs, most: jobs };
    let spares = options.spares && options.kernel == Kernelspec::Rust;
    let loaded = if spares { jobs } else { 0 };
    let spares = match spares {
        true => Spares::keep(paths, &paths.notebooks(), wanted, false)?,
        false => Spares::none(false),
    };
    spares.wait(loaded);
    thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                    let Some(notebook) = next else { break };
                    let outcome = one(paths, ready, notebook, options.kernel, &results, &spares, &progress);
                    finished.lock().unwrap_or_else(PoisonError::into_inner).push(outcome);
                }
            });
        }
    });
    let mut outcomes = finished.into_inner().unwrap_or_else(PoisonError::into_inner);
    outcomes.sort_by(|a, b| a.before.name.cmp(&b.before.name));
    Ok(outcomes)
}

fn one(
    paths: &LabPaths,
    ready: &Ready,
    notebook: Notebook,
    kernel: Kernelspec,
    results: &Path,
    spares: &Spares,
    progress: &Progress,
) -> Outcome {
    let begun = Instant::now();
    let step = progress.step(&notebook.name, Unit::Things("cells"));
    step.note("starting the kernel");
    let result = results.join(format!("{}.ipynb", notebook.name));
    let _ = fs::remove_file(&result);
    let mut command = process::command(paths, &ready.python);
    command
        .arg(paths.script("execute.py"))
        .args([&notebook.path, &result])
        .args([kernel.name(), CELL_TIMEOUT]);
    command.envs(jupyter::variables(paths)).envs(spares.variables()).env_remove("LIBTORCH");
    let mut failed = None;
    let mut cells = 0;
    let ended = process::stream(&mut command, "running the notebook", |line| {
        let Line::Out(line) = line else { return };
        match serde_json::from_str(line) {
            Ok(Message::Cell { cell, of }) => {
                cells = of;
                step.note("");
                step.at(cell, of);
            }
            Ok(Message::Failed { failed: failure }) => failed = Some(failure),
            Err(_) => {}
        }
    });
    let after = Notebook::read(&result).ok().map(|mut after| {
        after.contents = normalise(&after.contents);
        after
    });
    let failure = match (failed, ended) {
        (Some(failure), _) => Some(describe(&notebook.name, &failure)),
        (None, Err(error)) => Some(format!("{}: {error}", notebook.name)),
        (None, Ok(())) => None,
    };
    match &failure {
        None => step.end(&format!("ok, {cells} cells")),
        Some(failure) => {
            let seconds = begun.elapsed().as_secs_f64();
            drop(step);
            progress.say(&format!("  {:20} FAILED ({seconds:.1} s)\n{failure}", notebook.name));
        }
    }
    Outcome { before: notebook, after, failure }
}

fn describe(name: &str, failure: &Failure) -> String {
    let indented =
        |text: &str| text.trim_end().lines().fold(String::new(), |all, line| all + "      " + line + "\n");
    let (source, message) = (indented(&failure.source), indented(&without_colours(&failure.message)));
    format!("    {name}, cell {}:\n{source}    said:\n{message}", failure.cell)
}

/// Removes the colour codes from a kernel's message.
fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("\u{1b}[") {
        plain += &rest[..start];
        let after = &rest[start + 2..];
        let end = after.find(|c: char| c.is_ascii_alphabetic()).map_or(after.len(), |end| end + 1);
        rest = &after[end..];
    }
    plain + rest
}

/// Returns the number of kernels for which this machine has cores and memory.
fn carried() -> usize {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let by_memory = memory().map_or(2, |bytes| (bytes / MEMORY_PER_KERNEL) as usize);
    cores.min(by_memory).max(1)
}

/// Returns the free memory in bytes, where the system reports it.
fn memory() -> Option<u64> {
    let free = fs::read_to_string("/proc/meminfo").ok().and_then(|table| {
        let line =
            table.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?.trim().trim_end_matches(" kB");
        line.parse::<u64>().ok().map(|kb| kb * 1024)
    });
    // A container may have a lower limit than the machine.
    let limit =
        fs::read_to_string("/sys/fs/cgroup/memory.max").ok().and_then(|text| text.trim().parse().ok());
    match (free, limit) {
        (Some(free), Some(limit)) => Some(free.min(limit)),
        (free, limit) => free.or(limit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_notebook_cell_source_and_message() {
        let failure = Failure {
            cell: 3,
            source: "let x = 1;\nx.y".into(),
            message: "\u{1b}[31mno field\u{1b}[0m `y`".into(),
        };
        let said = describe("02_linear_model", &failure);
        assert_eq!(
            said,
            "    02_linear_model, cell 3:\n      let x = 1;\n      x.y\n    said:\n      no field `y`\n"
        );
    }

    #[test]
    fn messages_of_the_runner_are_understood() {
        assert!(matches!(
            serde_json::from_str(r#"{"cell": 1, "of": 2}"#).unwrap(),
            Message::Cell { cell: 1, of: 2 }
        ));
        let failed = r#"{"failed": {"cell": 1, "source": "s", "message": "m"}}"#;
        assert!(matches!(serde_json::from_str(failed).unwrap(), Message::Failed { .. }));
    }

    #[test]
    fn this_machine_carries_at_least_one() {
        assert!(carried() >= 1);
    }
}
