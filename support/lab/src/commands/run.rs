//! `cargo lab run`: runs the notebooks, writes pages, and saves outputs on request.

use std::fs;
use std::process::ExitCode;

use protocol::LabPaths;

use crate::error::Result;
use crate::notebook::compare::{differences, same_sources};
use crate::notebook::execute::{self, Outcome, RunOptions};
use crate::notebook::normalise::normalise;
use crate::notebook::{self, Notebook, figures, links, site, to_json};
use crate::setup;
use crate::stamp::write_whole;

/// Runs the notebooks that match the names; the pages of the others show their committed outputs.
pub fn run(
    paths: &LabPaths,
    cuda: bool,
    names: &[String],
    save: bool,
    options: RunOptions,
) -> Result<ExitCode> {
    let all = notebook::all(paths)?;
    // A wrong name is reported before minutes of set-up.
    let chosen = notebook::choose(&all, names)?;
    if save {
        for name in links::write(&all)? {
            eprintln!("  {name:20} links saved");
        }
    }
    let ready = setup::ready(paths, cuda)?;
    let outcomes = execute::run(paths, &ready, chosen, options)?;
    if save {
        for outcome in outcomes.iter().filter(|outcome| outcome.failure.is_none()) {
            if self::save(paths, outcome)? {
                eprintln!("  {:20} saved", outcome.before.name);
            }
        }
    }
    let mut shown = Vec::new();
    for path in &all {
        let ran = outcomes.iter().find(|outcome| outcome.before.path == *path);
        match ran.and_then(|outcome| outcome.after.clone()) {
            Some(after) => shown.push(after),
            None => shown.push(Notebook::read(path)?),
        }
    }
    site::write(paths, &ready, &shown)?;
    let failed: Vec<_> =
        outcomes.iter().filter(|o| o.failure.is_some()).map(|o| o.before.name.as_str()).collect();
    if failed.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("error: {} of {} notebooks failed: {}", failed.len(), outcomes.len(), failed.join(", "));
    Ok(ExitCode::FAILURE)
}

/// Writes a run's outputs into the repository unless the committed ones are the same; returns whether files changed.
fn save(paths: &LabPaths, outcome: &Outcome) -> Result<bool> {
    let Some(after) = &outcome.after else { return Ok(false) };
    let committed = normalise(&outcome.before.contents);
    let is_normal = fs::read_to_string(&outcome.before.path).is_ok_and(|text| text == to_json(&committed));
    let is_same =
        same_sources(&committed, &after.contents) && differences(&committed, &after.contents).is_empty();
    let contents = if is_same { &committed } else { &after.contents };
    if !is_normal || !is_same {
        write_whole(&outcome.before.path, to_json(contents))?;
    }
    // From the committed contents, so that picture and notebook agree to the byte.
    let shown = figures::figures(contents)?;
    let mut changed = !is_normal || !is_same;
    if let Some(cover) = figures::cover(&shown) {
        let path = paths.notebooks().join(format!("figures/{}.png", outcome.before.name));
        if !fs::read(&path).is_ok_and(|found| found == shown[cover].png) {
            write_whole(&path, &shown[cover].png)?;
            changed = true;
        }
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn contents(printed: &str) -> Value {
        normalise(&json!({
            "nbformat": 4,
            "cells": [{ "cell_type": "code", "id": "a", "source": "x", "metadata": {},
                        "outputs": [{ "output_type": "stream", "name": "stdout", "text": printed }] }],
        }))
    }

    fn saved(committed: &str, printed: &str) -> (bool, String) {
        let root = tempfile::tempdir().unwrap();
        let paths = LabPaths::new(root.path());
        let path = paths.notebooks().join("01_a.ipynb");
        write_whole(&path, committed).unwrap();
        let before = Notebook::read(&path).unwrap();
        let after = Notebook { contents: contents(printed), ..before.clone() };
        let outcome = Outcome { before, after: Some(after), failure: None };
        let changed = save(&paths, &outcome).unwrap();
        (changed, fs::read_to_string(&path).unwrap())
    }

    #[test]
    fn an_equivalent_run_changes_nothing() {
        let committed = to_json(&contents("loss 0.50000\n"));
        assert_eq!(saved(&committed, "loss 0.50001\n"), (false, committed));
    }

    #[test]
    fn another_output_is_written() {
        let committed = to_json(&contents("loss 0.5\n"));
        assert_eq!(saved(&committed, "loss 0.7\n"), (true, to_json(&contents("loss 0.7\n"))));
    }

    #[test]
    fn a_notebook_that_is_not_normal_becomes_so() {
        let committed = to_json(&contents("loss 0.5\n"));
        assert_eq!(saved(&committed.replace("\n ", "\n  "), "loss 0.5\n"), (true, committed));
    }
}
