//! Building a cell without cargo. cargo looks at every dependency each time, which takes as long as the compiler; while
//! nothing but the cell changed, the compiler is called as cargo called it last.

use std::ffi::OsStr;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::real_tools;
use super::rustc_invocation::{self, CRATE, Call};
use crate::evaluator::WHOLE;

/// The crate `support`, in the environment of everything below the kernel.
pub const SUPPORT: &str = "KERNEL_SUPPORT";
/// The repository's settings for cargo, likewise.
pub const SETTINGS: &str = "KERNEL_CARGO_SETTINGS";
/// The last call, in the kernel's folder.
pub const LAST: &str = "quick.json";
/// There if the cell is not worth optimising.
const HASTE: &str = "haste";
/// The same while cargo has not ended well yet.
const PART: &str = "quick.part";

#[derive(Debug, Serialize, Deserialize)]
struct Last {
    state: u64,
    call: Call,
}

/// Tells the stand-in for cargo whether the next cell in a kernel's folder is worth optimising.
pub fn optimise(folder: &Path, worth: bool) {
    let file = folder.join(HASTE);
    // Without the file it is optimised, so nothing is lost if this fails.
    let _ = if worth { fs::remove_file(file) } else { fs::write(file, "") };
}

/// Checks the crate in this folder. cargo would first check every dependency, which takes a minute; the libraries that
/// were built will do.
pub fn check(manifest: &str) -> ExitCode {
    let call = state(manifest).and_then(known).map(|call| call.checking());
    let checked = call.and_then(|call| compile(&call));
    checked.unwrap_or_else(|| real_tools::real(std::process::Command::new("cargo")))
}

/// Builds the crate in this folder, without cargo if that will do.
pub fn build(manifest: &str) -> ExitCode {
    let Some(state) = state(manifest) else { return real_tools::real(std::process::Command::new("cargo")) };
    if let Some(call) = known(state)
        && let Some(code) = compile(&call.with_lines().in_haste(Path::new(HASTE).exists()))
    {
        return code;
    }
    let wrap = std::env::current_exe();
    let code = real_tools::run(OsStr::new("cargo"), std::env::args_os().skip(1), &mut |cargo| {
        if let Ok(exe) = &wrap {
            cargo
                .env("RUSTC_WRAPPER", exe)
                .env(rustc_invocation::FILE, Path::new(".").canonicalize().unwrap_or_default().join(PART));
        }
    });
    if code == ExitCode::SUCCESS {
        remember(state);
    }
    let _ = fs::remove_file(PART);
    code
}

/// What a build depends on, besides the cell's source. Nothing if that cannot be told at a glance: another crate of the
/// user's own may change, and a wrapper may do anything.
fn state(manifest: &str) -> Option<u64> {
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
    // Set for builds only, and no matter of the compiler's.
    let mut variables: Vec<_> =
        std::env::vars_os().filter(|(name, _)| name != "EVCXR_EXECUTION_SO_PATH").collect();
    variables.sort();
    variables.hash(&mut hasher);
    // The first is `build` or `check`.
    std::env::args_os().skip(2).collect::<Vec<_>>().hash(&mut hasher);
    let settings = std::env::var_os(SETTINGS).map(PathBuf::from);
    for file in
        [Path::new("Cargo.lock"), Path::new(".cargo/config.toml")].into_iter().chain(settings.as_deref())
    {
        fs::read(file).ok().hash(&mut hasher);
    }
    if let Some(support) = std::env::var_os(SUPPORT) {
        glance(Path::new(&support), &mut hasher);
    }
    Some(hasher.finish())
}

/// Names and times of a crate's sources.
pub fn glance(folder: &Path, hasher: &mut impl Hasher) {
    for part in ["Cargo.toml", "build.rs", "src", "assets"] {
        files(&folder.join(part), hasher);
    }
}

fn files(path: &Path, hasher: &mut impl Hasher) {
    let Ok(found) = fs::metadata(path) else { return };
    path.hash(hasher);
    if !found.is_dir() {
        (found.len(), found.modified().ok()).hash(hasher);
        return;
    }
    let mut below: Vec<PathBuf> =
        fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    below.sort();
    below.iter().for_each(|path| files(path, hasher));
}

fn known(state: u64) -> Option<Call> {
    let last: Last = serde_json::from_slice(&fs::read(LAST).ok()?).ok()?;
    (last.state == state).then_some(last.call)
}

fn remember(state: u64) {
    let call = fs::read(PART).ok().and_then(|text| serde_json::from_slice(&text).ok());
    if let Some(call) = call
        && let Ok(text) = serde_json::to_vec(&Last { state, call })
    {
        let _ = fs::write(LAST, text);
    }
}

/// Calls the compiler and says on standard output what cargo would. Nothing if it could not be called, or failed for a
/// reason that does not lie in the cell: cargo then tries, or tells.
fn compile(call: &Call) -> Option<ExitCode> {
    let library = call.library()?;
    let (errors, says) = std::io::pipe().ok()?;
    let mut command = call.command();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(says);
    let reader = std::thread::spawn(move || {
        let lines = BufReader::new(errors).lines().map_while(Result::ok);
        lines.filter_map(|line| as_cargo_says(&line)).collect::<Vec<_>>()
    });
    let status = real_tools::watched(&mut command);
    // Our end of the pipe, without which the reader would not come to an end.
    drop(command);
    let messages = reader.join().ok()?;
    let status = status.ok()?;
    if status.is_some_and(|status| !status.success()) && !messages.iter().any(is_of_the_cell) {
        real_tools::forget();
        return None;
    }
    messages.iter().for_each(|message| println!("{message}"));
    match status {
        None => Some(real_tools::stopped()),
        Some(status) if status.success() => {
            let target = json!({ "name": CRATE });
            println!(
                "{}",
                json!({ "reason": "compiler-artifact", "target": target, "filenames": [library] })
            );
            Some(ExitCode::SUCCESS)
        }
        Some(status) => Some(real_tools::code(status)),
    }
}

/// Whether a message is an error that the cell is to blame for, and not the linker or the compiler itself.
fn is_of_the_cell(message: &Value) -> bool {
    let message = &message["message"];
    let text = message["message"].as_str().unwrap_or_default();
    message["level"] == "error" && !text.starts_with("linking with") && !text.starts_with("aborting due to")
}

/// A line of the compiler's, which writes JSON, in cargo's words.
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

    fn glance_of(folder: &Path) -> u64 {
        let mut hasher = DefaultHasher::new();
        glance(folder, &mut hasher);
        hasher.finish()
    }

    #[test]
    fn a_glance_sees_changed_new_and_lost_files() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("src/plot")).unwrap();
        let file = folder.path().join("src/plot/axis.rs");
        fs::write(&file, "1").unwrap();
        let first = glance_of(folder.path());
        assert_eq!(first, glance_of(folder.path()));
        fs::write(&file, "22").unwrap();
        let second = glance_of(folder.path());
        assert_ne!(first, second);
        fs::write(folder.path().join("src/new.rs"), "").unwrap();
        assert_ne!(second, glance_of(folder.path()));
        fs::remove_file(folder.path().join("src/new.rs")).unwrap();
        assert_eq!(second, glance_of(folder.path()));
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
