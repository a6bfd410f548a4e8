//! `cargo lab doctor`: lists what is installed, what is wrong, and how to correct it.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use protocol::LabPaths;

use crate::environment::Environment;
use crate::error::Result;
use crate::process;
use crate::progress::bytes;
use crate::setup::jupyter::Kernelspec;
use crate::setup::{self, kernel, libtorch, python, warm};
use crate::tools;

/// Free disk space in bytes that set-up needs.
const LITTLE: u64 = 4_000_000_000;

/// The verdict on a line of the table.
enum Verdict {
    Ok,
    /// The next set-up makes it.
    SetUp,
    /// Works, but worse than with this advice.
    Better(String),
    /// The user must correct this.
    Wrong(String),
}

/// Prints the table; fails if there is a problem that set-up cannot correct.
pub fn doctor(paths: &LabPaths) -> Result<ExitCode> {
    let environment = Environment::read(paths)?;
    let mut wrong = 0;
    let mut row = |name: &str, what: &str, verdict: Verdict| {
        let (sign, mend) = match verdict {
            Verdict::Ok => ("ok", String::new()),
            Verdict::SetUp => ("-", "the next `cargo lab` makes it".to_owned()),
            Verdict::Better(mend) => ("warn", mend),
            Verdict::Wrong(mend) => {
                wrong += 1;
                ("WRONG", mend)
            }
        };
        println!("{sign:6}{name:14}{what}");
        if !mend.is_empty() {
            println!("{:20}-> {mend}", "");
        }
    };

    for tool in tools::all(paths, &environment)? {
        match tool.state {
            Ok(version) => row(tool.name, &version, Verdict::Ok),
            Err(problem) => row(tool.name, &problem, Verdict::Wrong(tool.mend)),
        }
    }
    if let Some(refused) = libtorch::refused(paths, &environment, false) {
        row("LIBTORCH", &refused, Verdict::Better("unset LIBTORCH; set-up fetches the right one".to_owned()));
    }
    match libtorch::look(paths, &environment, false) {
        Ok(libtorch::State::Ready) => {
            let place = paths.libtorch().canonicalize().unwrap_or_default();
            let kind = if libtorch::has_cuda(&place) { "CUDA" } else { "CPU" };
            let version = libtorch::version(&place).unwrap_or_default();
            let place = place.strip_prefix(paths.repository()).unwrap_or(&place).display().to_string();
            row("libtorch", &format!("{version} {kind}, {place}"), Verdict::Ok);
        }
        Ok(libtorch::State::Link(place, whose)) => {
            row("libtorch", &format!("{whose} has one: {}", place.display()), Verdict::SetUp);
        }
        Ok(libtorch::State::Fetch { bytes: size, .. }) => {
            row("libtorch", &format!("not here; {} to download", bytes(size)), Verdict::SetUp);
        }
        Err(error) => row("libtorch", "not here", Verdict::Wrong(error.to_string())),
    }
    match python::look(paths, &environment)? {
        python::State::Ready(python) => row("JupyterLab", &jupyterlab(paths, &python), Verdict::Ok),
        python::State::Missing { bytes: size } => {
            row("JupyterLab", &format!("not here; {} to download", bytes(size)), Verdict::SetUp);
        }
    }
    let rustc = process::output(process::rustc(paths).arg("-vV"), "rustc -vV").unwrap_or_default();
    let built = |there: bool| {
        if there { ("built from what lies here", Verdict::Ok) } else { ("not built yet", Verdict::SetUp) }
    };
    let (what, verdict) = built(kernel::is_current(paths, &rustc));
    row("kernel", what, verdict);
    let (what, verdict) = built(kernel::is_current(paths, &rustc));
    let version = kernel::version_of(paths, "evcxr_jupyter").unwrap_or_default();
    let offered = Kernelspec::EvcxrJupyter.display_name();
    row("evcxr_jupyter", &format!("{version} as kernel \"{offered}\", {what}"), verdict);
    let (what, verdict) = built(warm::is_current(paths, &rustc));
    row("warm folder", what, verdict);
    let (cells, size) = stored(&paths.cells());
    row("compiled cells", &format!("{cells} in the store, {}", bytes(size)), Verdict::Ok);
    match setup::free_space(paths) {
        Some(free) if free < LITTLE && !warm::is_current(paths, &rustc) => {
            let mend = format!("set-up needs about {}", bytes(LITTLE));
            row("disk", &format!("{} free", bytes(free)), Verdict::Wrong(mend));
        }
        Some(free) => row("disk", &format!("{} free", bytes(free)), Verdict::Ok),
        None => row("disk", "df does not tell", Verdict::Better("look for yourself".to_owned())),
    }
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Returns the number of compiled cells in the store, and the total size of its files in bytes.
fn stored(folder: &Path) -> (usize, u64) {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.fold((0, 0), |(cells, size), file| {
        let is_cell = file.path().extension().is_some_and(|ending| ending == "cell");
        (cells + usize::from(is_cell), size + file.metadata().map_or(0, |found| found.len()))
    })
}

fn jupyterlab(paths: &LabPaths, python: &std::path::Path) -> String {
    let versions = "from importlib.metadata import version as v; \
                    print(v('jupyterlab') + ', nbconvert ' + v('nbconvert') + ', nbclient ' + v('nbclient'))";
    process::output(process::command(paths, python).args(["-c", versions]), "python")
        .unwrap_or_else(|e| e.to_string())
}
