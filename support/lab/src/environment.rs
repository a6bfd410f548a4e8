//! `environment.yml`, the only file with the versions of dependencies other than crates.

use std::fs;

use protocol::LabPaths;

use crate::error::{At, Error, Result};

/// The versions in `environment.yml`.
#[derive(Debug, Clone)]
pub struct Environment {
    entries: Vec<(String, String)>,
}

impl Environment {
    /// Reads the file of this checkout.
    pub fn read(paths: &LabPaths) -> Result<Self> {
        let path = paths.at("environment.yml");
        Ok(Self::parse(&fs::read_to_string(&path).at("read", &path)?))
    }

    // The file is a flat list of `- name =version` lines: a YAML crate would triple this program's build for them.
    fn parse(text: &str) -> Self {
        let entry = |line: &str| {
            let (name, version) =
                line.strip_prefix("  - ")?.split_once(' ').or_else(|| Some((&line[4..], "")))?;
            let version = version.trim_start_matches(['=', '>', ' ']);
            Some((name.to_owned(), version.split(['=', ' ']).next().unwrap_or_default().to_owned()))
        };
        Self { entries: text.lines().filter_map(entry).collect() }
    }

    /// Returns the version stated for `name`, without `=` or `>=`.
    pub fn version(&self, name: &str) -> Result<&str> {
        let found = self.entries.iter().find(|(n, v)| n == name && !v.is_empty());
        found.map(|(_, v)| v.as_str()).ok_or_else(|| Error::NoVersion(name.to_owned()))
    }
}

/// Checks whether `found` is at least `wanted`, compared number by number.
pub fn at_least(found: &str, wanted: &str) -> bool {
    let numbers = |text: &str| -> Vec<u32> {
        text.split('.').map_while(|part| part.split('-').next().and_then(|n| n.parse().ok())).collect()
    };
    numbers(found) >= numbers(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_the_lines() {
        let file = "name: x\ndependencies:\n  - python >=3.10\n  - rust-src\n  - libtorch =2.13.0=cpu*\n";
        let read = Environment::parse(file);
        assert_eq!(read.version("python").unwrap(), "3.10");
        assert_eq!(read.version("libtorch").unwrap(), "2.13.0");
        assert!(matches!(read.version("rust-src"), Err(Error::NoVersion(_))));
        assert!(matches!(read.version("numpy"), Err(Error::NoVersion(_))));
    }

    #[test]
    fn versions_compare_as_numbers() {
        assert!(at_least("3.10.1", "3.10"));
        assert!(at_least("3.9.1", "3.9"));
        assert!(!at_least("3.9.18", "3.10"));
        assert!(at_least("1.97.0-nightly", "1.95"));
        assert!(!at_least("", "1.95"));
    }

    #[test]
    fn pins_agree_with_environment_yml() {
        let read = Environment::read(&crate::this_repository()).unwrap();
        let lock = include_str!("../pins/requirements.txt");
        for name in ["jupyterlab", "nbconvert", "nbclient"] {
            let line = format!("\n{name}=={} \\", read.version(name).unwrap());
            assert!(lock.contains(&line), "pins/requirements.txt lacks `{}`: run pin.py", line.trim());
        }
        let libtorch: serde_json::Value =
            serde_json::from_str(include_str!("../pins/libtorch.json")).unwrap();
        assert_eq!(libtorch["version"], read.version("libtorch").unwrap());
    }

    #[test]
    fn rust_and_environment_yml_ask_for_the_same_rust() {
        let read = Environment::read(&crate::this_repository()).unwrap();
        assert_eq!(read.version("rust").unwrap(), env!("CARGO_PKG_RUST_VERSION"));
    }
}
