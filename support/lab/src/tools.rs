//! Checks the tools that must be on the machine beforehand, with advice on missing ones.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use protocol::LabPaths;

use crate::environment::{Environment, at_least};
use crate::error::{Error, Result};
use crate::process::{command, on_path, output, rustc};

const ADD_RUST_SRC: &str = "rustup component add rust-src";

/// The state of a tool.
#[derive(Debug, Clone)]
pub struct Tool {
    /// Name of the tool.
    pub name: &'static str,
    /// Version, or a description of the problem.
    pub state: Result<String, String>,
    /// Advice for a problem.
    pub mend: String,
}

/// A Python that can make environments.
#[derive(Debug, Clone)]
pub struct Python {
    /// Path of the interpreter.
    pub program: PathBuf,
    /// Version of the interpreter.
    pub version: String,
}

/// Checks every tool.
pub fn all(paths: &LabPaths, environment: &Environment) -> Result<Vec<Tool>> {
    Ok(vec![
        rust(paths, environment.version("rust")?),
        cargo(paths),
        rust_src(paths),
        compiler(),
        python_tool(environment.version("python")?),
    ])
}

/// Fails with a list of all missing tools. Rust's sources are installed if rustup is there, which needs no other rights.
pub fn check(paths: &LabPaths, environment: &Environment, python_needed: bool) -> Result<()> {
    if rust_src(paths).state.is_err() && on_path("rustup") && !in_conda() {
        eprintln!("Installing the sources of Rust's standard library: {ADD_RUST_SRC}");
        // The list of missing tools below has the advice if this fails.
        if let Err(error) = output(command(paths, "rustup").args(["component", "add", "rust-src"]), "rustup")
        {
            eprintln!("warning: {error}");
        }
    }
    let tools = all(paths, environment)?;
    let wrong = tools.iter().filter(|tool| python_needed || tool.name != "Python");
    let mut missing = Vec::new();
    for tool in wrong {
        if let Err(problem) = &tool.state {
            missing.push(format!("  {}: {problem}\n      {}", tool.name, tool.mend));
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(Error::MissingTools(missing.join("\n"))) }
}

fn rust(paths: &LabPaths, wanted: &str) -> Tool {
    let state = version_of(rustc(paths).arg("--version")).and_then(|line| {
        let version = line.split(' ').nth(1).unwrap_or_default().to_owned();
        if at_least(&version, wanted) {
            Ok(version)
        } else {
            Err(format!("{version} found, {wanted} or newer needed"))
        }
    });
    Tool { name: "Rust", state, mend: rust_mend("rustup update stable", "rust") }
}

fn cargo(paths: &LabPaths) -> Tool {
    let state = version_of(crate::process::cargo(paths).arg("--version"));
    let state = state.map(|line| line.split(' ').nth(1).unwrap_or_default().to_owned());
    Tool { name: "cargo", state, mend: rust_mend("rustup update stable", "rust") }
}

fn rust_src(paths: &LabPaths) -> Tool {
    let found = output(rustc(paths).args(["--print", "sysroot"]), "rustc")
        .is_ok_and(|root| Path::new(&root).join("lib/rustlib/src/rust/library/core/src/lib.rs").exists());
    let without = "missing; without it the kernel cannot tell the type of a variable, and every `let` fails";
    let state = if found { Ok("installed".to_owned()) } else { Err(without.to_owned()) };
    Tool { name: "rust-src", state, mend: rust_mend(ADD_RUST_SRC, "rust-src") }
}

fn compiler() -> Tool {
    // The candidates of the cc crate: CXX, else c++ (g++ and clang++ both install that name, but not everywhere).
    let named = env::var("CXX").ok().filter(|cxx| !cxx.is_empty());
    let candidates: Vec<String> =
        named.into_iter().chain(["c++", "g++", "clang++"].map(String::from)).collect();
    let version = |cxx: &String| version_of(Command::new(cxx).arg("--version")).ok();
    let state = candidates.iter().find_map(version).ok_or_else(|| "no C++ compiler found".to_owned());
    let mend = install("cxx-compiler", "g++", "gcc-c++", "gcc", "xcode-select --install");
    Tool { name: "C++ compiler", state, mend }
}

fn python_tool(wanted: &str) -> Tool {
    match python(wanted) {
        Ok(python) => Tool { name: "Python", state: Ok(python.version), mend: String::new() },
        Err((problem, mend)) => Tool { name: "Python", state: Err(problem), mend },
    }
}

/// Returns the first Python that is new enough and has venv and pip's installer; else a problem and advice.
pub fn python(wanted: &str) -> Result<Python, (String, String)> {
    const LOOK: &str = "import sys; print('.'.join(map(str, sys.version_info[:3])), sys.executable)";
    let names = ["python3", "python3.13", "python3.12", "python3.11", "python3.10", "python3.14", "python"];
    let mut problem = (format!("no Python {wanted} or newer found"), install_python("python3 python3-venv"));
    for name in names {
        let Ok(line) = output(Command::new(name).args(["-c", LOOK]), name) else { continue };
        let Some((version, program)) = line.split_once(' ') else { continue };
        if !at_least(version, wanted) {
            problem = (
                format!("{version} found, {wanted} or newer needed"),
                install_python("python3 python3-venv"),
            );
        } else if output(Command::new(name).args(["-c", "import venv, ensurepip"]), name).is_err() {
            problem =
                (format!("{version} found, but its venv module is missing"), install_python("python3-venv"));
        } else {
            return Ok(Python { program: program.into(), version: version.to_owned() });
        }
    }
    Err(problem)
}

fn version_of(command: &mut Command) -> Result<String, String> {
    let line = output(command, "it").map_err(|error| match error {
        Error::Start { .. } => "not found".to_owned(),
        other => other.to_string(),
    })?;
    Ok(line.lines().next().unwrap_or_default().to_owned())
}

fn install_python(debian: &str) -> String {
    install("python", debian, "python3", "python", "brew install python")
}

fn rust_mend(rustup: &str, conda: &str) -> String {
    match (in_conda(), on_path("rustup")) {
        (true, _) => format!("conda install -c conda-forge {conda}"),
        (_, true) => rustup.to_owned(),
        _ => format!("{rustup}   (rustup comes from https://rustup.rs)"),
    }
}

fn in_conda() -> bool {
    env::var_os("CONDA_PREFIX").is_some()
}

/// Returns the command that installs a package on this system.
fn install(conda: &str, debian: &str, fedora: &str, arch: &str, macos: &str) -> String {
    if in_conda() {
        return format!("conda install -c conda-forge {conda}");
    }
    if cfg!(target_os = "macos") {
        return macos.to_owned();
    }
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    match family(&release) {
        "fedora" => format!("sudo dnf install {fedora}"),
        "arch" => format!("sudo pacman -S {arch}"),
        "debian" => format!("sudo apt install {debian}"),
        _ => format!("install it with your system's package manager; on Debian: sudo apt install {debian}"),
    }
}

fn family(release: &str) -> &'static str {
    let lines = release.lines().filter(|line| line.starts_with("ID=") || line.starts_with("ID_LIKE="));
    let names: String =
        lines.map(|line| line.split_once('=').map_or("", |(_, v)| v)).collect::<Vec<_>>().join(" ");
    ["debian", "ubuntu", "fedora", "rhel", "arch"]
        .into_iter()
        .find(|name| names.split([' ', '"']).any(|part| part == *name))
        .map_or("", |name| match name {
            "ubuntu" => "debian",
            "rhel" => "fedora",
            other => other,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_are_told_apart() {
        assert_eq!(family("NAME=\"Debian GNU/Linux\"\nID=debian\n"), "debian");
        assert_eq!(family("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"), "debian");
        assert_eq!(family("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n"), "fedora");
        assert_eq!(family("ID=gentoo\n"), "");
    }

    #[test]
    fn a_python_that_is_too_old_is_named_with_what_is_needed() {
        let (problem, mend) = python("99.0").unwrap_err();
        assert!(problem.contains("99.0 or newer"), "{problem}");
        assert!(mend.contains("install"), "{mend}");
    }
}
