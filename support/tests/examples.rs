//! Tests that every program in `examples` runs, prints something, writes its figures, and says how it is run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Returns the names of all examples, and where they stand when they are built.
fn examples() -> (Vec<String>, PathBuf) {
    let sources = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")).unwrap();
    let sources =
        sources.map(|entry| entry.unwrap().path()).filter(|path| path.extension() == Some("rs".as_ref()));
    let mut names: Vec<String> =
        sources.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    // This test is `<target folder>/<profile>/deps/examples-<hash>`.
    let test = std::env::current_exe().unwrap();
    (names, test.ancestors().nth(2).unwrap().join("examples"))
}

/// Builds the examples. `cargo test` has built them already, which cargo sees in a moment; `cargo test --test examples`
/// has not.
fn build(built: &Path) {
    let profile = built.parent().unwrap();
    let name = match profile.file_name().unwrap().to_str().unwrap() {
        "debug" => "dev",
        other => other,
    };
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--package", "support", "--examples", "--profile", name, "--target-dir"]);
    let done = cargo.arg(profile.parent().unwrap()).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// Runs an example in a folder of its own; returns what is wrong with it.
fn problem(name: &str, program: &Path) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    // One thread for each, because several examples run at the same time.
    let run = Command::new(program)
        .current_dir(folder.path())
        .env("TMPDIR", folder.path())
        .env("OMP_NUM_THREADS", "1")
        .output();
    let done = match run {
        Ok(done) => done,
        Err(error) => return Some(format!("{name} does not start: {error}")),
    };
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("examples/{name}.rs"));
    let source = fs::read_to_string(source).unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    if !done.status.success() {
        return Some(format!("{name} ends with {}: {said}", done.status));
    }
    if done.stdout.trim_ascii().is_empty() {
        return Some(format!("{name} prints nothing"));
    }
    if source.contains(".save(") && fs::read_dir(folder.path()).unwrap().next().is_none() {
        return Some(format!("{name} writes no file into the default folder"));
    }
    let command = format!("//! cargo run -p support --example {name}");
    let told =
        |line: &str| line.strip_prefix(&command).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    (!source.starts_with("//! ") || !source.lines().any(told))
        .then(|| format!("{name} does not begin with what it shows and `{command}`"))
}

#[test]
fn every_example_runs() {
    let (names, built) = examples();
    assert!(names.iter().any(|name| name == "first_model"), "no examples found: {names:?}");
    build(&built);
    let next = std::sync::atomic::AtomicUsize::new(0);
    let run = || {
        let mut problems = Vec::new();
        while let Some(name) = names.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
            problems.extend(problem(name, &built.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))));
        }
        problems
    };
    let problems = std::thread::scope(|scope| {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(run)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect::<Vec<String>>()
    });
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
