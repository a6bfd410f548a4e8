//! The command `cargo lab`: sets the course up, opens it, runs it, tests it.

mod cli;
mod commands;
mod environment;
mod error;
mod notebook;
mod process;
mod progress;
mod setup;
mod spares;
mod stamp;
mod tools;

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use protocol::LabPaths;

use crate::cli::{Cli, Command};
use crate::notebook::execute::RunOptions;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let paths = this_repository();
    let spares = !cli.no_spares;
    let done = match cli.command.unwrap_or_default() {
        Command::Open { jupyter } => commands::open::open(&paths, cli.cuda, spares, &jupyter),
        Command::Run { names, save, kernel, jobs } => {
            commands::run::run(&paths, cli.cuda, &names, save, RunOptions { kernel, jobs, spares })
        }
        Command::Test { jobs } => commands::test::test(&paths, cli.cuda, jobs),
        Command::Doctor => commands::doctor::doctor(&paths),
        Command::Clean => commands::clean::clean(&paths),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Returns the checkout that this binary was built from, also if it was moved since.
fn this_repository() -> LabPaths {
    let built = Path::new(env!("CARGO_MANIFEST_DIR"));
    let now = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).filter(|p| p.ends_with("support/lab"));
    let package = now.unwrap_or_else(|| built.to_path_buf());
    LabPaths::new(package.ancestors().nth(2).unwrap_or(&package))
}
