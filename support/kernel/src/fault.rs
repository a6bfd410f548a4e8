//! When something is missing: the kernel starts all the same, and the first cell that needs the crate
//! `support` says what to do.

use std::process::{Command, ExitCode};

use crate::layout::Lab;

/// What is wrong, in the environment of everything below the kernel.
const PROBLEM: &str = "KERNEL_PROBLEM";

/// Says what is missing, and how to mend it.
pub fn find(lab: &Lab) -> Option<String> {
    let mend = "Run `cargo lab` in the repository's folder, then restart this kernel.";
    let library = if cfg!(target_os = "macos") { "libtorch_cpu.dylib" } else { "libtorch_cpu.so" };
    let libtorch = lab.libtorch().join("lib").join(library);
    if !libtorch.exists() {
        return Some(format!("libtorch is missing: there is no {}. {mend}", libtorch.display()));
    }
    if !lab.warm_mark().exists() {
        return Some(format!("Set-up was not finished: the kernel's warm folder is missing. {mend}"));
    }
    None
}

/// Hands the problem to the stand-in for cargo.
pub fn tell(kernel: &mut Command, problem: &str) {
    kernel.env(PROBLEM, problem);
}

/// Answers in cargo's place, in the form in which evcxr reads compile errors.
pub fn answer() -> Option<ExitCode> {
    let problem = std::env::var(PROBLEM).ok()?;
    let message = serde_json::json!({
        "reason": "compiler-message",
        "message": {
            "message": problem, "level": "error", "rendered": format!("error: {problem}\n"),
            "code": null, "children": [], "spans": [],
        },
    });
    println!("{message}");
    eprintln!("error: {problem}");
    Some(ExitCode::from(101))
}
