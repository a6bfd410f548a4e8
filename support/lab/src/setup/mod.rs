//! Set-up: brings `.lab` up to date and prints its steps. A repeated call does nothing or continues an interrupted one.

pub mod jupyter;
pub mod kernel;
pub mod libtorch;
pub mod python;
pub mod tests;
pub mod warm;

use std::fs::{self, File, TryLockError};
use std::path::PathBuf;
use std::thread;
use std::time::Instant;

use protocol::LabPaths;

use crate::environment::Environment;
use crate::error::{At, Result};
use crate::process;
use crate::progress::{Progress, bytes};
use crate::tools;

/// Approximate size of `.lab` and the kernel's build on disk, in bytes.
const DISK: u64 = 4_000_000_000;

/// The result of set-up, for the commands.
#[derive(Debug, Clone)]
pub struct Ready {
    /// Interpreter that has JupyterLab, nbclient and nbconvert.
    pub python: PathBuf,
}

/// The parts that must still be set up.
#[derive(Debug)]
struct Plan {
    python: python::State,
    libtorch: libtorch::State,
    kernel: bool,
    warm: bool,
}

impl Plan {
    fn look(paths: &LabPaths, environment: &Environment, cuda: bool, rustc: &str) -> Result<Self> {
        Ok(Self {
            python: python::look(paths, environment)?,
            libtorch: libtorch::look(paths, environment, cuda)?,
            kernel: !kernel::is_current(paths, rustc),
            warm: !warm::is_current(paths, rustc),
        })
    }

    fn ready(&self) -> Option<Ready> {
        match (&self.python, &self.libtorch, self.kernel, self.warm) {
            (python::State::Ready(python), libtorch::State::Ready, false, false) => {
                Some(Ready { python: python.clone() })
            }
            _ => None,
        }
    }

    /// Prints the steps and the size of the downloads.
    fn announce(&self, paths: &LabPaths, progress: &Progress) {
        let mut lines = Vec::new();
        let mut total = 0;
        if let python::State::Missing { bytes: size } = self.python {
            total += size;
            lines.push(format!("Python packages   {:>7}  JupyterLab and what it needs", bytes(size)));
        }
        match &self.libtorch {
            libtorch::State::Ready => {}
            libtorch::State::Link(target, whose) => {
                lines.push(format!("libtorch             link  {whose}: {}", target.display()));
            }
            libtorch::State::Fetch { bytes: size, platform } => {
                total += size;
                lines.push(format!("libtorch          {:>7}  the parts for {platform}", bytes(*size)));
            }
        }
        if self.kernel {
            let size = kernel::missing_crates(paths).len() as u64 * kernel::BYTES_PER_CRATE;
            total += size;
            lines.push(format!(
                "kernel            {:>7}  crates cargo lacks; then 6 to 9 minutes of building on two cores",
                bytes(size)
            ));
        }
        if self.warm || self.kernel {
            lines.push(
                "warm folder             -  lets kernels start at once; 2 to 3 minutes of building"
                    .to_owned(),
            );
        }
        if lines.is_empty() {
            return;
        }
        progress.say(&format!("Setting up in .lab, about {} to download:", bytes(total)));
        lines.iter().for_each(|line| progress.say(&format!("  {line}")));
        if let Some(free) = free_space(paths).filter(|free| *free < DISK) {
            progress.say(&format!(
                "warning: {} free on this disk, about {} are needed",
                bytes(free),
                bytes(DISK)
            ));
        }
    }
}

/// Sets up the missing parts.
pub fn ready(paths: &LabPaths, cuda: bool) -> Result<Ready> {
    let environment = Environment::read(paths)?;
    let rustc = process::output(process::rustc(paths).arg("-vV"), "rustc -vV").unwrap_or_default();
    if let Some(refused) = libtorch::refused(paths, &environment, cuda) {
        eprintln!("warning: {refused}");
    }
    let looked = Plan::look(paths, &environment, cuda, &rustc)?.ready();
    if let Some(ready) = looked {
        jupyter::describe(paths)?;
        return Ok(ready);
    }

    fs::create_dir_all(paths.lab()).at("create", &paths.lab())?;
    let lock = alone(paths)?;
    let plan = Plan::look(paths, &environment, cuda, &rustc)?;
    tools::check(paths, &environment, matches!(plan.python, python::State::Missing { .. }))?;
    let progress = Progress::new();
    plan.announce(paths, &progress);
    let begun = Instant::now();

    let (python, kernel) = thread::scope(|scope| {
        // The compiler and the downloads run in parallel.
        let building = scope.spawn(|| match plan.kernel {
            true => kernel::build(paths, &rustc, &progress)
                .inspect_err(|error| progress.say(&format!("error: {error}"))),
            false => Ok(()),
        });
        let python = downloads(paths, &environment, &plan, &lock, &progress);
        if let Err(error) = &python
            && !building.is_finished()
        {
            progress.say(&format!("error: {error}\nThe kernel's build goes on; its work is kept."));
        }
        (python, building.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let python = python?;
    kernel?;
    jupyter::describe(paths)?;
    if !warm::is_current(paths, &rustc) {
        warm::prepare(paths, &rustc, &progress)?;
    }
    progress.say(&format!("Set up in {:.0} s.", begun.elapsed().as_secs_f64()));
    Ok(Ready { python })
}

fn downloads(
    paths: &LabPaths,
    environment: &Environment,
    plan: &Plan,
    lock: &File,
    progress: &Progress,
) -> Result<PathBuf> {
    let python = match &plan.python {
        python::State::Ready(python) => python.clone(),
        python::State::Missing { .. } => python::install(paths, environment, lock, progress)?,
    };
    libtorch::install(paths, &plan.libtorch, environment, &python, progress)?;
    Ok(python)
}

/// Locks set-up; waits until no other `cargo lab` sets up this checkout.
fn alone(paths: &LabPaths) -> Result<File> {
    let path = paths.setup_lock();
    let file = File::options().create(true).append(true).open(&path).at("open", &path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            eprintln!("Another `cargo lab` is setting up; waiting for it.");
            file.lock().at("lock", &path)?;
        }
        Err(TryLockError::Error(source)) => return Err(source).at("lock", &path),
    }
    Ok(file)
}

/// Returns the free space in bytes on the repository's disk, if `df` reports it.
pub fn free_space(paths: &LabPaths) -> Option<u64> {
    let table = process::output(process::command(paths, "df").args(["-Pk", "."]), "df").ok()?;
    table.lines().nth(1)?.split_whitespace().nth(3)?.parse::<u64>().ok().map(|kb| kb * 1024)
}
