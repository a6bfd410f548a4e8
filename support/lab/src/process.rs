//! Starts other programs, and converts their failures to errors with their output.

use std::collections::VecDeque;
use std::env;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

use protocol::LabPaths;

use crate::error::{Error, Result};

/// Number of a failed program's last lines that are shown.
const TAIL: usize = 40;

/// A line of a program's output.
#[derive(Debug)]
pub enum Line {
    /// Line on standard output.
    Out(String),
    /// Line on standard error.
    Err(String),
}

/// Makes a command in the repository with the user's environment, without the changes of `cargo run`.
pub fn command(paths: &LabPaths, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(paths.repository());
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") || text == "CARGO_BIN_NAME" {
            command.env_remove(&name);
        }
    }
    for name in ["LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"] {
        if let Some(value) = env::var_os(name) {
            let kept: Vec<_> = env::split_paths(&value).filter(|path| !added_by_cargo(path)).collect();
            match env::join_paths(&kept) {
                Ok(value) if !kept.is_empty() => command.env(name, value),
                _ => command.env_remove(name),
            };
        }
    }
    // Without one of the user's own, cargo takes LIBTORCH from .cargo/config.toml: the link that set-up made.
    if users_libtorch(paths).is_none_or(|own| own.canonicalize().ok() != paths.libtorch().canonicalize().ok())
    {
        command.env_remove("LIBTORCH");
    }
    command
}

fn added_by_cargo(path: &Path) -> bool {
    let beside_us = env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_path_buf));
    let toolchain =
        env::var_os("CARGO").and_then(|cargo| Some(Path::new(&cargo).parent()?.parent()?.join("lib")));
    beside_us.is_some_and(|folder| path.starts_with(folder))
        || toolchain.is_some_and(|lib| path.starts_with(lib))
}

/// Returns the LIBTORCH that the user set; `cargo run` sets one too, from `.cargo/config.toml`.
pub fn users_libtorch(paths: &LabPaths) -> Option<PathBuf> {
    let set = env::var_os("LIBTORCH").filter(|value| !value.is_empty()).map(PathBuf::from)?;
    (set != paths.libtorch()).then_some(set)
}

/// Makes a command for the cargo that started this program.
pub fn cargo(paths: &LabPaths) -> Command {
    command(paths, env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Makes a command for the compiler that belongs to that cargo.
pub fn rustc(paths: &LabPaths) -> Command {
    let beside =
        env::var_os("CARGO").map(|cargo| Path::new(&cargo).with_file_name("rustc")).filter(|r| r.exists());
    let program = env::var_os("RUSTC").map(PathBuf::from).or(beside).unwrap_or_else(|| "rustc".into());
    command(paths, program)
}

/// Checks whether a program of this name is on the path.
pub fn on_path(program: &str) -> bool {
    env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// Runs a command to its end and returns its standard output.
pub fn output(command: &mut Command, what: &str) -> Result<String> {
    output_with(command, what, Stdio::null())
}

/// Runs a command like [`output`], with this standard input.
pub fn output_with(command: &mut Command, what: &str, stdin: Stdio) -> Result<String> {
    let done = command.stdin(stdin).output().map_err(|source| start(command, source))?;
    if done.status.success() {
        return Ok(String::from_utf8_lossy(&done.stdout).trim_end().to_owned());
    }
    let said = String::from_utf8_lossy(&done.stderr).trim_end().to_owned();
    Err(Error::Failed { what: what.to_owned(), status: done.status.to_string(), output: said })
}

/// Runs a command and passes on each line. Its standard input is a pipe that closes when this process ends.
pub fn stream(command: &mut Command, what: &str, on_line: impl FnMut(&Line)) -> Result<()> {
    stream_with(command, what, Stdio::piped(), on_line)
}

/// Runs a command like [`stream`], with this standard input.
pub fn stream_with(
    command: &mut Command,
    what: &str,
    stdin: Stdio,
    mut on_line: impl FnMut(&Line),
) -> Result<()> {
    let piped = command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().map_err(|source| start(command, source))?;
    let (sender, lines) = mpsc::channel();
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let mut tail = VecDeque::new();
    thread::scope(|scope| {
        if let Some(out) = out {
            let sender = sender.clone();
            scope.spawn(move || each_line(out, |line| sender.send(Line::Out(line)).is_ok()));
        }
        if let Some(err) = err {
            scope.spawn(move || each_line(err, |line| sender.send(Line::Err(line)).is_ok()));
        }
        for line in lines {
            on_line(&line);
            if let Line::Err(text) = line {
                tail.push_back(text);
                if tail.len() > TAIL {
                    tail.pop_front();
                }
            }
        }
    });
    let status = child.wait().map_err(|source| start(command, source))?;
    if status.success() {
        return Ok(());
    }
    let output = Vec::from(tail).join("\n");
    Err(Error::Failed { what: what.to_owned(), status: status.to_string(), output })
}

fn each_line(from: impl Read, mut send: impl FnMut(String) -> bool) {
    let mut reader = BufReader::new(from);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        if !send(String::from_utf8_lossy(&line).trim_end().to_owned()) {
            break;
        }
        line.clear();
    }
}

fn start(command: &Command, source: std::io::Error) -> Error {
    Error::Start { program: command.get_program().to_string_lossy().into_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_failure_shows_what_the_program_said() {
        let error =
            output(&mut shell("echo out; echo reason >&2; exit 3"), "the step").unwrap_err().to_string();
        assert!(
            error.contains("the step failed") && error.contains("reason") && error.contains('3'),
            "{error}"
        );
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = output(&mut Command::new("no-such-program-here"), "x").unwrap_err().to_string();
        assert!(error.contains("no-such-program-here"), "{error}");
    }

    #[test]
    fn lines_of_both_streams_arrive_and_the_tail_is_kept() {
        let (mut out, mut err) = (0, 0);
        let script = "i=0; while [ $i -lt 100 ]; do echo o$i; echo e$i >&2; i=$((i+1)); done; exit 1";
        let failed = stream(&mut shell(script), "x", |line| match line {
            Line::Out(_) => out += 1,
            Line::Err(_) => err += 1,
        });
        assert_eq!((out, err), (100, 100));
        let said = failed.unwrap_err().to_string();
        assert!(said.contains("e99") && said.contains("e60") && !said.contains("e59\n"), "{said}");
    }
}
