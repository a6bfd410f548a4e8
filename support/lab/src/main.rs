//! The command `cargo lab`: sets the course up, opens it, runs it, tests it.

mod cli;
mod commands;
mod environment;
mod error;
mod notebook;
mod paths;
mod process;
mod progress;
mod setup;
mod spares;
mod stamp;
mod tools;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::notebook::execute::Side;
use crate::paths::Paths;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let paths = Paths::of_this_repository();
    let spares = !cli.no_spares;
    let done = match cli.command.unwrap_or_default() {
        Command::Open { jupyter } => commands::open::open(&paths, cli.cuda, spares, &jupyter),
        Command::Run { names, save, jobs } => {
            commands::run::run(&paths, cli.cuda, &names, save, Side { jobs, spares })
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
