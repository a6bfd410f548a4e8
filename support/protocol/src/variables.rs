//! Environment variables: the process that sets each, the one that reads it, and the meaning of its value.
//!
//! Python files of the tests use some of them by name; a test below checks that all those names are defined here.

/// `1` if output is shown while the cell runs. The kernel sets it for the process that runs cells; `support` reads it.
pub const LIVE: &str = "KERNEL_LIVE";

/// `1` in an unattended run: `support` then skips figures that only a viewer would see. `lab` sets it when notebooks
/// run by themselves.
pub const UNWATCHED: &str = "KERNEL_UNWATCHED";

/// Path of a file that exists after an interrupt. The kernel sets it; `support` checks for the file.
pub const STOP_FILE: &str = "KERNEL_STOP_FILE";

/// Folder in which preloaded kernels listen. `lab` sets it for Jupyter; without it no kernel is preloaded.
pub const SPARES: &str = "KERNEL_SPARES";

/// Working folder of a kernel. The launcher sets it before it starts itself again as the kernel.
pub const WORKDIR: &str = "KERNEL_FOLDER";

/// Number of the process that started the launcher, for the kernel that it becomes: the kernel ends with that process.
pub const PARENT: &str = "KERNEL_PARENT";

/// Set by `--prepare` for its second stage, in which the loader finds libtorch.
pub const WARM_UP: &str = "KERNEL_PREPARE";

/// Folder of the kernel. Set for the process that evcxr starts to run cells, which then is the bridge.
pub const BRIDGE: &str = "KERNEL_BRIDGE";

/// Folder of the store of compiled cells; without it there is no store.
pub const STORE: &str = "KERNEL_STORE";

/// `PATH` without the stand-ins for cargo and rustup.
pub const REAL_PATH: &str = "KERNEL_REAL_PATH";

/// Path of the file for the recorded call of rustc. Set where cargo calls the kernel's binary as its wrapper.
pub const RUSTC_RECORD: &str = "KERNEL_RECORD";

/// Path of the workspace's Cargo.lock, whose versions the cells get.
pub const LOCK_FILE: &str = "KERNEL_LOCK_FILE";

/// Folder of the crate `support`, whose sources decide whether a recorded call of rustc is still valid.
pub const SUPPORT: &str = "KERNEL_SUPPORT";

/// Path of the repository's settings for cargo, which apply to cells as well.
pub const CARGO_SETTINGS: &str = "KERNEL_CARGO_SETTINGS";

/// All variables above.
pub const ALL: [&str; 14] = [
    LIVE,
    UNWATCHED,
    STOP_FILE,
    SPARES,
    WORKDIR,
    PARENT,
    WARM_UP,
    BRIDGE,
    STORE,
    REAL_PATH,
    RUSTC_RECORD,
    LOCK_FILE,
    SUPPORT,
    CARGO_SETTINGS,
];

/// Prefix of variables that exist only for the kernel's tests.
pub const FOR_TESTS: &str = "KERNEL_TEST_";

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    /// Returns the variables that a Python file, or a cell in it, reads or sets.
    fn named(text: &str) -> Vec<&str> {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let found = text.match_indices("KERNEL_").filter_map(|(at, _)| {
            let (before, rest) = text.split_at(at);
            let (name, after) = rest.split_at(rest.find(|c| !is_name(c)).unwrap_or(rest.len()));
            let is_read = ["environ[", "environ.get(", "var(", "var_os("]
                .iter()
                .any(|call| before.trim_end_matches(['"', '\'']).ends_with(call));
            let is_set = after.starts_with('=') && !after.starts_with("==");
            (!before.ends_with(is_name) && (is_read || is_set)).then_some(name)
        });
        found.collect()
    }

    #[test]
    fn variables_are_told_from_other_words() {
        let text = r#"os.environ["KERNEL_A"], environ.get('KERNEL_B'), env::var("KERNEL_C"), Kernel(KERNEL_D=1),
                      f"KERNEL_E={mark}", print("KERNEL_F"), KERNEL_G == 1, MY_KERNEL_H=1"#;
        assert_eq!(named(text), ["KERNEL_A", "KERNEL_B", "KERNEL_C", "KERNEL_D", "KERNEL_E"]);
    }

    #[test]
    fn python_names_only_variables_that_exist() {
        let support = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut seen = 0;
        for folder in ["kernel/tests/python", "lab/python"] {
            for entry in fs::read_dir(support.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                let text = fs::read_to_string(&path).unwrap_or_default();
                for word in named(&text) {
                    assert!(
                        ALL.contains(&word) || word.starts_with(FOR_TESTS),
                        "{} names {word}, which is no variable",
                        path.display()
                    );
                    seen += 1;
                }
            }
        }
        assert!(seen > 0, "the Python files have moved");
    }

    #[test]
    fn no_two_variables_share_a_name() {
        let mut names = ALL.to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
        assert!(names.iter().all(|name| name.starts_with("KERNEL_") && !name.starts_with(FOR_TESTS)));
    }
}
