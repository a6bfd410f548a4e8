//! Writes the pages in `target/site`.

use std::fs;

use protocol::LabPaths;
use serde_json::json;

use crate::error::{At, Result};
use crate::notebook::figures;
use crate::notebook::normalise::normalise;
use crate::notebook::{Notebook, to_json};
use crate::process::{self, Line};
use crate::progress::{Progress, Unit};
use crate::setup::{Ready, jupyter};
use crate::stamp::write_whole;

/// Writes one page per notebook, the index, and every figure as PNG; replaces the earlier pages at the end.
pub fn write(paths: &LabPaths, ready: &Ready, notebooks: &[Notebook]) -> Result<()> {
    let progress = Progress::new();
    let step = progress.step("pages", Unit::Things("pages"));
    let (site, fresh, work) = (paths.site(), paths.at("target/site.new"), paths.at("target/lab"));
    if fresh.exists() {
        fs::remove_dir_all(&fresh).at("remove", &fresh)?;
    }
    fs::create_dir_all(fresh.join("figures")).at("create", &fresh)?;
    let mut entries = Vec::new();
    for notebook in notebooks {
        let shown = figures::figures(&notebook.contents)?;
        figures::write_all(&shown, &fresh.join("figures"), &notebook.name)?;
        let cover =
            figures::cover(&shown).map(|at| format!("figures/{}", figures::file_name(&notebook.name, at)));
        let path = work.join(format!("{}.page.ipynb", notebook.name));
        write_whole(&path, to_json(&normalise(&notebook.contents)))?;
        entries.push(json!({ "name": notebook.name, "path": path, "cover": cover }));
    }
    let job = work.join("pages.json");
    let work = json!({ "out": fresh, "source": paths.notebooks(), "notebooks": entries });
    write_whole(&job, work.to_string())?;
    let mut command = process::command(paths, &ready.python);
    command.arg(paths.script("pages.py")).arg(&job).envs(jupyter::variables(paths));
    let mut written = 0;
    process::stream(&mut command, "writing the pages", |line| {
        if let Line::Out(_) = line {
            written += 1;
            step.at(written, notebooks.len() as u64);
        }
    })?;
    if site.exists() {
        fs::remove_dir_all(&site).at("remove", &site)?;
    }
    fs::rename(&fresh, &site).at("write", &site)?;
    step.end("target/site/index.html");
    Ok(())
}
