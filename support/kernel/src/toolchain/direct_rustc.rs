//! Builds a cell without cargo. cargo checks every dependency each time, which takes as long as the compiler; while
//! only the cell changed, the compiler is called as cargo called it last.

use std::ffi::OsStr;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus, Stdio};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::lock_file;
use super::real_tools;
use super::reuse::{self, Outcome, Reuse};
use super::rustc_invocation::{self, CRATE, Call};
use super::store::Store;
use crate::evaluator::WHOLE;

pub use protocol::variables::{CARGO_SETTINGS as SETTINGS, SUPPORT};

/// File with the last calls, newest first, in the kernel's folder.
pub const LAST: &str = "calls.json";
/// Maximum number of calls that are kept, such as with and without a dependency.
const MOST: usize = 8;
/// File that exists if the cell is compiled without optimisation.
const HASTE: &str = "haste";
/// Exit status with which the compiler rejects a source.
const REFUSED: u8 = 1;
/// File with the call until cargo has succeeded.
const PART: &str = "call.part";

/// The hash of all that a build depends on, besides the cell's source.
#[derive(Debug, Clone, Copy)]
struct State {
    all: u64,
    /// Hash of names and times of the sources of the crate `support`; part of `all`.
    support: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Last {
    state: u64,
    call: Call,
}

/// Sets whether the stand-in for cargo optimises the next cell in a kernel's folder.
pub fn optimise(folder: &Path, worth: bool) {
    let file = folder.join(HASTE);
    // Without the file the cell is optimised, so a failure here is harmless.
    let _ = if worth { fs::remove_file(file) } else { fs::write(file, "") };
}

/// Checks the crate in this folder. cargo would first check every dependency, which takes a minute; the libraries that
/// were built suffice.
pub fn check(manifest: &str) -> ExitCode {
    let state = state(manifest);
    let call = state.and_then(known).map(|call| call.checking());
    let checked = call.zip(state).and_then(|(call, state)| compile(&call, state));
    checked.unwrap_or_else(|| real_tools::real(std::process::Command::new("cargo")))
}

/// Builds the crate in this folder, without cargo if possible.
pub fn build(manifest: &str) -> ExitCode {
    // The last cell's key does not apply to this build.
    let _ = fs::remove_file(super::known_cells::LAST_KEY);
    let Some(state) = state(manifest) else { return real_tools::real(std::process::Command::new("cargo")) };
    if let Some(call) = known(state)
        && let Some(code) = compile(&call.with_lines(&folder()).in_haste(Path::new(HASTE).exists()), state)
    {
        return code;
    }
    let wrap = std::env::current_exe();
    let code = real_tools::run(OsStr::new("cargo"), std::env::args_os().skip(1), &mut |cargo| {
        if let Ok(exe) = &wrap {
            cargo.env("RUSTC_WRAPPER", exe).env(rustc_invocation::FILE, folder().join(PART));
        }
    });
    if code == ExitCode::SUCCESS {
        reuse::compiled(Path::new("."));
        remember(state);
    }
    let _ = fs::remove_file(PART);
    code
}

/// Returns the kernel's folder, in which the stand-in is called.
fn folder() -> PathBuf {
    Path::new(".").canonicalize().unwrap_or_default()
}

/// Returns the state that a build depends on; `None` if file names and times do not show it: another crate of the
/// user's own may change, and a wrapper may do anything.
fn state(manifest: &str) -> Option<State> {
    if std::env::var_os("RUSTC_WRAPPER").is_some_and(|wrapper| !wrapper.is_empty()) {
        return None;
    }
    let own = |line: &&str| line.contains("path =") && !line.trim_start().starts_with("support =");
    let dependencies = manifest.split("[dependencies]").nth(1).unwrap_or_default();
    if dependencies.lines().any(|line| own(&line)) {
        return None;
    }
    let mut hasher = DefaultHasher::new();
    manifest.hash(&mut hasher);
    let mut variables: Vec<_> = std::env::vars_os().filter(|(name, _)| matters(name)).collect();
    variables.sort();
    variables.hash(&mut hasher);
    // The first argument is `build` or `check`.
    std::env::args_os().skip(2).collect::<Vec<_>>().hash(&mut hasher);
    let settings = std::env::var_os(SETTINGS).map(PathBuf::from);
    lock_file::versions(Path::new(".")).hash(&mut hasher);
    for file in [Path::new(".cargo/config.toml")].into_iter().chain(settings.as_deref()) {
        fs::read(file).ok().hash(&mut hasher);
    }
    let support = std::env::var_os(SUPPORT).map_or(0, |support| glance_at(Path::new(&support)));
    support.hash(&mut hasher);
    Some(State { all: hasher.finish(), support })
}

/// Checks whether cargo or a build script of a dependency reads an environment variable of this name. Variables that
/// the cell itself reads are in the compiler's dep-info.
fn matters(name: &OsStr) -> bool {
    const STARTS: [&str; 14] = [
        "CARGO",
        "RUST",
        "LIBTORCH",
        "TORCH",
        "CXX",
        "CC",
        "CPP",
        "CFLAGS",
        "LDFLAGS",
        "AR",
        "PKG_CONFIG",
        "TARGET",
        "HOST",
        "DEP_",
    ];
    // cargo sets these for the programs that it runs, `cargo lab` among them.
    const OF_CARGO_RUN: [&str; 5] =
        ["CARGO_PKG_", "CARGO_BIN_", "CARGO_MANIFEST_", "CARGO_PRIMARY_", "CARGO_CRATE_"];
    let name = name.to_string_lossy();
    if OF_CARGO_RUN.iter().any(|start| name.starts_with(start))
        || ["CARGO", "CARGO_MAKEFLAGS", "RUST_RECURSION_COUNT"].contains(&&*name)
    {
        return false;
    }
    STARTS.iter().any(|start| name.starts_with(start))
}

/// Hashes names and times of a crate's sources.
pub fn glance(folder: &Path, hasher: &mut impl Hasher) {
    for path in sources(folder) {
        path.hash(hasher);
        if let Ok(found) = fs::metadata(path) {
            (found.len(), found.modified().ok()).hash(hasher);
        }
    }
}

/// Returns the hash of names and times of a crate's sources.
pub fn glance_at(folder: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    glance(folder, &mut hasher);
    hasher.finish()
}

/// Returns the sources of the crate `support` in this folder and of `protocol`, which is compiled into it, in order.
pub fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for package in [folder.to_path_buf(), folder.join("protocol")] {
        for part in ["Cargo.toml", "build.rs", "src", "assets"] {
            files(package.join(part), &mut found);
        }
    }
    found
}

fn files(path: PathBuf, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(&path) else {
        found.extend(path.exists().then_some(path));
        return;
    };
    let mut below: Vec<(PathBuf, bool)> = entries
        .flatten()
        .map(|entry| {
            // The directory entry has the file's type, except for a link.
            let kind = entry.file_type().ok().filter(|kind| !kind.is_symlink());
            (entry.path(), kind.is_some_and(|kind| kind.is_file()))
        })
        .collect();
    below.sort();
    for (path, file) in below {
        if file {
            found.push(path);
        } else {
            files(path, found);
        }
    }
}

fn known(state: State) -> Option<Call> {
    calls(Path::new(".")).into_iter().find(|last| last.state == state.all).map(|last| last.call)
}

fn calls(folder: &Path) -> Vec<Last> {
    let read = fs::read(folder.join(LAST)).ok();
    read.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
}

/// Returns the last call of the compiler in a kernel's folder.
pub fn last_call(folder: &Path) -> Option<Call> {
    calls(folder).into_iter().next().map(|last| last.call)
}

fn remember(state: State) {
    let call = fs::read(PART).ok().and_then(|text| serde_json::from_slice(&text).ok());
    if let Some(call) = call {
        let mut calls = calls(Path::new("."));
        calls.retain(|last| last.state != state.all);
        calls.insert(0, Last { state: state.all, call });
        calls.truncate(MOST);
        keep(Path::new("."), &calls);
    }
}

fn keep(folder: &Path, calls: &[Last]) {
    if let Ok(text) = serde_json::to_vec(calls) {
        let _ = fs::write(folder.join(LAST), text);
    }
}

/// Copies the calls of one kernel's folder to its clone.
pub fn clone_calls(from: &Path, to: &Path) {
    let mut calls = calls(from);
    let (old, new) = (from.to_string_lossy(), to.to_string_lossy());
    for last in &mut calls {
        let texts = last.call.args.iter_mut().chain(last.call.variables.values_mut());
        texts.for_each(|text| *text = text.replace(&*old, &new));
    }
    keep(to, &calls);
}

/// Calls the compiler, or takes its messages and library from the store, and prints cargo's messages on standard
/// output. `None` if the compiler could not be called, or failed for a reason outside the cell: cargo then tries, or
/// reports the error.
fn compile(call: &Call, state: State) -> Option<ExitCode> {
    let path = call.library()?;
    let library = call.links().then_some(path.as_path());
    let reuse = Store::of_kernel().and_then(|store| Reuse::of(call, &folder(), store, state.support));
    if let Some(recalled) = reuse.as_ref().and_then(|reuse| reuse.recall(library)) {
        say(&recalled.messages, recalled.success.then_some(&path));
        return Some(ExitCode::from(if recalled.success { 0 } else { REFUSED }));
    }
    if let Some(reuse) = &reuse {
        reuse.begin();
    }
    let start = Instant::now();
    let (status, messages) = run(call)?;
    let Some(status) = status else {
        say(&messages, None);
        return Some(real_tools::stopped());
    };
    if !status.success() && !messages.iter().any(is_of_the_cell) {
        real_tools::forget();
        return None;
    }
    let success = status.success();
    if success && library.is_some() {
        reuse::compiled(Path::new("."));
    }
    // Any other status means that the compiler itself failed.
    if let Some(reuse) = reuse.filter(|_| success || status.code() == Some(REFUSED.into())) {
        reuse.keep(&Outcome { success, messages: &messages, library, time: start.elapsed() });
    }
    say(&messages, success.then_some(&path));
    Some(real_tools::code(status))
}

/// Runs the compiler to its end; the status is `None` if it was stopped.
fn run(call: &Call) -> Option<(Option<ExitStatus>, Vec<Value>)> {
    let (errors, says) = std::io::pipe().ok()?;
    let mut command = call.command();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(says);
    let reader = std::thread::spawn(move || {
        let lines = BufReader::new(errors).lines().map_while(Result::ok);
        lines.filter_map(|line| as_cargo_says(&line)).collect::<Vec<_>>()
    });
    let status = real_tools::watched(&mut command);
    // Closes this process's end of the pipe: the reader would otherwise not reach the end.
    drop(command);
    let messages = reader.join().ok()?;
    Some((status.ok()?, messages))
}

/// Prints the compiler's messages, and the library's path.
fn say(messages: &[Value], library: Option<&PathBuf>) {
    messages.iter().for_each(|message| println!("{message}"));
    if let Some(library) = library {
        let target = json!({ "name": CRATE });
        println!("{}", json!({ "reason": "compiler-artifact", "target": target, "filenames": [library] }));
    }
}

/// Checks whether a message is an error in the cell, and not of the linker or the compiler itself.
fn is_of_the_cell(message: &Value) -> bool {
    let message = &message["message"];
    let text = message["message"].as_str().unwrap_or_default();
    message["level"] == "error" && !text.starts_with("linking with") && !text.starts_with("aborting due to")
}

/// Converts a JSON line of the compiler to cargo's format.
fn as_cargo_says(line: &str) -> Option<Value> {
    let mut message: Value = serde_json::from_str(line).ok()?;
    message.get("message")?;
    keep_whole(&mut message);
    Some(json!({ "reason": "compiler-message", "message": message }))
}

/// Adds an error to each of its notes: where evcxr finds only a note's place in the cell, it keeps that note alone.
fn keep_whole(message: &mut Value) {
    if message["level"] != "error" {
        return;
    }
    let mut whole = message.clone();
    if let Some(fields) = whole.as_object_mut() {
        fields.remove("rendered");
    }
    for child in message["children"].as_array_mut().into_iter().flatten() {
        if child["spans"].as_array().is_some_and(|spans| !spans.is_empty()) {
            child[WHOLE] = whole.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glance_sees_changed_new_and_lost_files() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("src/plot")).unwrap();
        let file = folder.path().join("src/plot/axis.rs");
        fs::write(&file, "1").unwrap();
        let first = glance_at(folder.path());
        assert_eq!(first, glance_at(folder.path()));
        fs::write(&file, "22").unwrap();
        let second = glance_at(folder.path());
        assert_ne!(first, second);
        fs::write(folder.path().join("src/new.rs"), "").unwrap();
        assert_ne!(second, glance_at(folder.path()));
        fs::remove_file(folder.path().join("src/new.rs")).unwrap();
        assert_eq!(second, glance_at(folder.path()));
    }

    #[test]
    fn the_linkers_errors_are_not_the_cells() {
        let message = |text: &str| json!({ "message": { "level": "error", "message": text } });
        assert!(is_of_the_cell(&message("mismatched types")));
        assert!(!is_of_the_cell(&message("linking with `cc` failed: exit status: 1")));
        assert!(!is_of_the_cell(&message("aborting due to 1 previous error")));
    }

    #[test]
    fn only_diagnostics_are_handed_on() {
        let message = as_cargo_says(r#"{"$message_type":"diagnostic","message":"no","spans":[]}"#).unwrap();
        assert_eq!(message["message"]["message"], "no");
        assert_eq!(as_cargo_says(r#"{"$message_type":"artifact","artifact":"x.so"}"#), None);
        assert_eq!(as_cargo_says("error: plain"), None);
    }

    #[test]
    fn a_note_with_a_place_carries_its_error() {
        let line = r#"{"message":"no","level":"error","spans":[],"children":[{"message":"here","spans":[{}]},{"spans":[]}]}"#;
        let message = as_cargo_says(line).unwrap();
        let children = &message["message"]["children"];
        assert_eq!(children[0][WHOLE]["message"], "no");
        assert!(children[1].get(WHOLE).is_none());
    }
}
