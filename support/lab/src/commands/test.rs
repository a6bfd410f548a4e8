//! `cargo lab test`: runs all checks of the project. Each step runs even if an earlier one failed.

use std::io::{BufRead, BufReader};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use protocol::LabPaths;

use crate::error::{Error, Result};
use crate::notebook::compare::differences;
use crate::notebook::execute::{self, Outcome, RunOptions};
use crate::notebook::normalise::normalise;
use crate::notebook::{self, browser, kernel};
use crate::process;
use crate::setup;
use crate::setup::jupyter::Kernelspec;

/// The result of a step: numbers of passed and failed checks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    passed: u64,
    failed: u64,
}

impl Count {
    fn of(ok: bool) -> Self {
        Self { passed: ok.into(), failed: (!ok).into() }
    }

    fn and(self, other: Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

impl From<(u64, u64)> for Count {
    fn from((passed, failed): (u64, u64)) -> Self {
        Self { passed, failed }
    }
}

/// Runs all steps and prints a summary at the end.
pub fn test(paths: &LabPaths, cuda: bool, jobs: Option<u16>) -> Result<ExitCode> {
    let ready = setup::ready(paths, cuda)?;
    let mut steps = Vec::new();
    let mut step = |name: &str, run: &mut dyn FnMut() -> Result<Count>| -> Result<()> {
        eprintln!("== {name}");
        let begun = Instant::now();
        let count = run()?;
        steps.push((name.to_owned(), count, begun.elapsed().as_secs_f64()));
        Ok(())
    };
    step("format", &mut || status(process::cargo(paths).args(["fmt", "--all", "--check"])))?;
    step("lints", &mut || {
        status(process::cargo(paths).args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    })?;
    // Separately: together they would enable more features of shared crates, and the kernel would be built again.
    for package in ["protocol", "support", "kernel", "lab"] {
        step(package, &mut || {
            tests(process::cargo(paths).args(["test", "--package", package, "--no-fail-fast"]))
        })?;
    }
    step("kernel in Jupyter", &mut || Ok(Count::from(kernel::test(paths, &ready)?)))?;
    step("notebooks", &mut || {
        let options = RunOptions { kernel: Kernelspec::Rust, jobs, spares: true };
        let outcomes = execute::run(paths, &ready, notebook::all(paths)?, options)?;
        Ok(outcomes.iter().map(|outcome| Count::of(holds(outcome))).fold(Count::default(), Count::and))
    })?;
    // Checks only that every cell succeeds: of several figures in a cell this kernel shows the last.
    step("notebooks, evcxr_jupyter", &mut || {
        let options = RunOptions { kernel: Kernelspec::EvcxrJupyter, jobs, spares: false };
        let outcomes = execute::run(paths, &ready, notebook::all(paths)?, options)?;
        Ok(outcomes.iter().map(|o| Count::of(o.failure.is_none())).fold(Count::default(), Count::and))
    })?;
    step("JupyterLab", &mut || {
        let Some(chromium) = browser::find() else {
            eprintln!("  left out: there is no Chromium; on Debian: apt-get install chromium");
            return Ok(Count::default());
        };
        let notebooks = Count::from(browser::run(paths, &ready, &chromium, &notebook::all(paths)?)?);
        Ok(notebooks.and(browser::scenes(paths, &ready, &chromium)?.into()))
    })?;

    let total = steps.iter().fold(Count::default(), |total, (_, count, _)| total.and(*count));
    eprintln!();
    for (name, count, seconds) in &steps {
        let verdict = if count.failed == 0 { "ok" } else { "FAILED" };
        eprintln!("{verdict:6}  {name:25} {} passed, {} failed ({seconds:.0} s)", count.passed, count.failed);
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Checks whether a notebook ran and shows the committed outputs; prints the differences.
fn holds(outcome: &Outcome) -> bool {
    let Some(after) = outcome.after.as_ref().filter(|_| outcome.failure.is_none()) else { return false };
    let found = differences(&normalise(&outcome.before.contents), &after.contents);
    for difference in &found {
        eprintln!("    {}, {difference}", outcome.before.name);
    }
    if !found.is_empty() {
        eprintln!("    if the new outputs are right: cargo lab run {} --save", outcome.before.name);
    }
    found.is_empty()
}

fn status(command: &mut Command) -> Result<Count> {
    let status = command.stdin(Stdio::null()).status().map_err(|source| start(command, source))?;
    Ok(Count::of(status.success()))
}

/// Runs `cargo test`, prints its output and adds up its results.
fn tests(command: &mut Command) -> Result<Count> {
    let piped = command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = piped.spawn().map_err(|source| start(command, source))?;
    let mut count = Count::default();
    for line in child
        .stdout
        .take()
        .into_iter()
        .flat_map(|out| BufReader::new(out).lines())
        .map_while(|line| line.ok())
    {
        println!("{line}");
        count = count.and(result(&line).unwrap_or_default());
    }
    let status = child.wait().map_err(|source| start(command, source))?;
    // A package that does not compile has no result line.
    let silent_failure = !status.success() && count.failed == 0;
    Ok(if silent_failure { count.and(Count::of(false)) } else { count })
}

/// Parses `test result: ok. 12 passed; 0 failed; 0 ignored; …`
fn result(line: &str) -> Option<Count> {
    let line = line.strip_prefix("test result: ")?;
    let number = |what: &str| {
        line.split([';', '.']).find_map(|part| part.trim().strip_suffix(what)?.trim().parse().ok())
    };
    Some(Count { passed: number("passed")?, failed: number("failed")? })
}

fn start(command: &Command, source: std::io::Error) -> Error {
    Error::Start { program: command.get_program().to_string_lossy().into_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_result_lines_are_added_up() {
        let line = "test result: FAILED. 12 passed; 1 failed; 3 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!(result(line), Some(Count { passed: 12, failed: 1 }));
        assert_eq!(result("running 3 tests"), None);
        let script = "echo 'test result: ok. 2 passed; 0 failed; 0 ignored'; echo 'test result: ok. 3 passed; 0 failed; x'";
        assert_eq!(
            super::tests(Command::new("sh").args(["-c", script])).unwrap(),
            Count { passed: 5, failed: 0 }
        );
    }

    #[test]
    fn a_build_that_fails_counts_as_one_failure() {
        assert_eq!(
            super::tests(Command::new("sh").args(["-c", "exit 101"])).unwrap(),
            Count { passed: 0, failed: 1 }
        );
        assert_eq!(
            status(Command::new("sh").args(["-c", "exit 1"])).unwrap(),
            Count { passed: 0, failed: 1 }
        );
    }
}
