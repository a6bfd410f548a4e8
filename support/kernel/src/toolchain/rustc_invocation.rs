//! Records cargo's call of the compiler for the cells' crate, to repeat it without cargo.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use serde::{Deserialize, Serialize};

pub use protocol::variables::RUSTC_RECORD as FILE;
/// Name that evcxr gives the cells' crate.
pub const CRATE: &str = "ctx";

/// A call of the compiler.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    pub program: String,
    pub args: Vec<String>,
    pub variables: BTreeMap<String, String>,
}

impl Call {
    /// Makes a command that repeats the call.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).envs(&self.variables);
        command
    }

    /// Returns the path of the library that the call writes.
    pub fn library(&self) -> Option<PathBuf> {
        let at = self.args.iter().position(|arg| arg == "--out-dir")?;
        let name = format!("{}{CRATE}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
        Some(Path::new(self.args.get(at + 1)?).join(name))
    }

    /// Returns the path of the call's dep-info.
    pub fn dep_info(&self) -> Option<PathBuf> {
        Some(self.library()?.with_file_name(CRATE).with_extension("d"))
    }

    /// Checks whether the call builds a library, rather than only checks for errors.
    pub fn links(&self) -> bool {
        self.args
            .iter()
            .any(|arg| arg.strip_prefix("--emit=").is_some_and(|kinds| kinds.split(',').any(|k| k == "link")))
    }

    /// Returns the call with line numbers in the library, so that a panic's trace has the cell's line. Their paths are
    /// in `.`, not in the kernel's folder: the library may run in another kernel.
    pub fn with_lines(mut self, folder: &Path) -> Self {
        for arg in &mut self.args {
            if arg.starts_with("strip=") {
                "strip=none".clone_into(arg);
            }
        }
        self.args.extend(["-C".to_owned(), "debuginfo=line-tables-only".to_owned()]);
        self.args.push(format!("--remap-path-prefix={}=.", folder.display()));
        self
    }

    /// Returns the call without optimisation, if `haste` is true. Incremental data then costs the compiler more than it
    /// saves, and two threads suffice.
    pub fn in_haste(mut self, haste: bool) -> Self {
        if haste {
            self.forget();
            for arg in &mut self.args {
                if arg.starts_with("opt-level=") {
                    "opt-level=0".clone_into(arg);
                } else if arg.starts_with("codegen-units=") {
                    "codegen-units=2".clone_into(arg);
                }
            }
        }
        self
    }

    /// Returns the call changed to check for errors only.
    pub fn checking(mut self) -> Self {
        // The next build's incremental data must not change.
        self.forget();
        for arg in self.args.iter_mut().filter(|arg| arg.starts_with("--emit=")) {
            "--emit=dep-info,metadata".clone_into(arg);
        }
        self
    }

    /// Returns the call without incremental data.
    pub fn without_incremental(&self) -> Self {
        let mut other = self.clone();
        other.forget();
        other
    }

    /// Removes `-C incremental=…`.
    fn forget(&mut self) {
        while let Some(at) = self.args.iter().position(|arg| arg.starts_with("incremental=")) {
            self.args.drain(at.saturating_sub(1)..=at);
        }
    }

    /// Returns the call with one crate identity for all cells and kernels. cargo would change it with each new
    /// dependency, and variables of the notebook's own types would be lost.
    fn with_one_identity(mut self) -> Self {
        for arg in self.args.iter_mut().filter(|arg| arg.starts_with("metadata=")) {
            "metadata=cells".clone_into(arg);
        }
        if cfg!(target_os = "macos") {
            // The runner defines the functions that a cell calls; linkers of other systems permit that by default.
            let args = ["-C", "link-arg=-undefined", "-C", "link-arg=dynamic_lookup"];
            self.args.extend(args.map(str::to_owned));
        }
        self
    }

    fn is_of_cells(&self) -> bool {
        let follows = |name: &str, value: &str| self.args.windows(2).any(|pair| pair == [name, value]);
        follows("--crate-name", CRATE) && follows("--crate-type", "cdylib")
    }
}

/// Acts as cargo's `RUSTC_WRAPPER`: records the call if it is for the cells' crate, then becomes the compiler.
pub fn wrapper() -> Option<ExitCode> {
    let file = std::env::var_os(FILE)?;
    let mut args = std::env::args().skip(1);
    let program = args.next()?;
    // Without the variable for cargo's job server, which ends with cargo.
    let own = |(name, _): &(String, String)| {
        (name.starts_with("CARGO") && name != "CARGO_MAKEFLAGS") || name.contains("LIBRARY_PATH")
    };
    let texts = std::env::vars_os().filter_map(|(n, v)| Some((n.into_string().ok()?, v.into_string().ok()?)));
    let call = Call { program, args: args.collect(), variables: texts.filter(own).collect() };
    let call = if call.is_of_cells() { call.with_one_identity() } else { call };
    if call.is_of_cells()
        && let Ok(text) = serde_json::to_vec(&call)
    {
        let _ = fs::write(file, text);
    }
    let error = call.command().env_remove(FILE).exec();
    eprintln!("error: {} could not be started: {error}", call.program);
    Some(ExitCode::from(101))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call() -> Call {
        let args = "--crate-name ctx --crate-type cdylib --emit=dep-info,link -C opt-level=2 --out-dir /t/deps \
                    -C incremental=/t/incremental -L dependency=/t/deps";
        Call {
            program: "rustc".into(),
            args: args.split_whitespace().map(str::to_owned).collect(),
            variables: BTreeMap::new(),
        }
    }

    #[test]
    fn only_the_call_for_cells_is_noted() {
        assert!(call().is_of_cells());
        assert!(call().library().is_some_and(|path| path.starts_with("/t/deps")));
        let mut other = call();
        "serde".clone_into(&mut other.args[1]);
        assert!(!other.is_of_cells());
    }

    #[test]
    fn haste_optimises_nothing_and_remembers_nothing() {
        let args = call().in_haste(true).args.join(" ");
        assert!(args.contains("-C opt-level=0") && !args.contains("incremental"), "{args}");
        assert_eq!(call().in_haste(false), call());
    }

    #[test]
    fn a_check_emits_no_library_and_leaves_the_builds_memory_alone() {
        let args = call().checking().args.join(" ");
        assert!(args.contains("--emit=dep-info,metadata") && !args.contains("incremental"), "{args}");
        assert!(args.contains("-C opt-level=2") && args.contains("-L dependency=/t/deps"), "{args}");
        assert!(!args.contains("-C -L"), "{args}");
    }
}
