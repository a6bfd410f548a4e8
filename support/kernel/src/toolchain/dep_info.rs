//! Files and environment variables that a compilation read besides its source, as the compiler's dep-info lists them.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Source of the cell, which the key covers.
const SOURCE: &str = "src/lib.rs";

/// The inputs of a compilation, with their state at that time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// Environment variables; `None` for one that was not set.
    variables: BTreeMap<String, Option<String>>,
    files: BTreeMap<PathBuf, Content>,
}

/// The state of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Content {
    length: u64,
    modified: u128,
    hash: String,
}

impl Inputs {
    /// Reads the inputs from the dep-info's text; `None` if a file no longer exists.
    pub fn read(dep_info: &str) -> Option<Self> {
        let mut inputs = Self::default();
        for line in dep_info.lines() {
            if let Some(variable) = line.strip_prefix("# env-dep:") {
                let (name, value) = match variable.split_once('=') {
                    Some((name, value)) => (name, Some(unescape(value, 'n'))),
                    None => (variable, None),
                };
                inputs.variables.insert(unescape(name, 'n'), value);
            } else if let Some(file) =
                line.strip_suffix(':').filter(|file| *file != SOURCE && !file.starts_with('#'))
            {
                let path = PathBuf::from(unescape(file, ' '));
                let content = Content::of(&path)?;
                inputs.files.insert(path, content);
            }
        }
        Some(inputs)
    }

    /// Checks whether all inputs are unchanged, for a compiler with these variables besides the environment.
    pub fn hold(&self, given: &BTreeMap<String, String>) -> bool {
        let now = |name: &str| given.get(name).map(OsString::from).or_else(|| std::env::var_os(name));
        self.variables.iter().all(|(name, value)| now(name) == value.as_ref().map(OsString::from))
            && self.files.iter().all(|(path, content)| content.is_of(path))
    }
}

impl Content {
    fn of(path: &Path) -> Option<Self> {
        let (length, modified) = Self::glance(path)?;
        let hash = hex(&Sha256::digest(fs::read(path).ok()?));
        // A file that changed while it was read may differ from the one that the compiler read.
        (Self::glance(path)? == (length, modified)).then_some(Self { length, modified, hash })
    }

    fn glance(path: &Path) -> Option<(u64, u128)> {
        let found = fs::metadata(path).ok()?;
        Some((found.len(), found.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos()))
    }

    fn is_of(&self, path: &Path) -> bool {
        match Self::glance(path) {
            Some((length, _)) if length != self.length => false,
            Some((_, modified)) if modified == self.modified => true,
            found => found.is_some() && Self::of(path).is_some_and(|now| now.hash == self.hash),
        }
    }
}

/// Formats bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        use std::fmt::Write;
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Undoes the compiler's escapes: `\n` and `\r` in variables (`kind` is `n`), a space in file names.
fn unescape(text: &str, kind: char) -> String {
    let (mut plain, mut rest) = (String::new(), text.chars().peekable());
    while let Some(c) = rest.next() {
        let next = if c == '\\' { rest.peek().copied() } else { None };
        let meant = match (kind, next) {
            (_, None) => None,
            ('n', Some('n')) => Some('\n'),
            ('n', Some('r')) => Some('\r'),
            ('n', Some('\\')) => Some('\\'),
            (' ', Some(' ')) => Some(' '),
            _ => None,
        };
        if meant.is_some() {
            rest.next();
        }
        plain.push(meant.unwrap_or(c));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_variables_are_read_with_their_content() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a b.txt");
        fs::write(&file, "1").unwrap();
        let name = file.display().to_string().replace(' ', "\\ ");
        let text = format!(
            "/t/ctx.d: src/lib.rs {name}\n\nsrc/lib.rs:\n{name}:\n\n# env-dep:CARGO_PKG=a\\nb\\\\c\n# env-dep:KERNEL_NO_SUCH\n"
        );
        let inputs = Inputs::read(&text).unwrap();
        let given = BTreeMap::from([("CARGO_PKG".to_owned(), "a\nb\\c".to_owned())]);
        assert!(inputs.hold(&given));
        assert!(!inputs.hold(&BTreeMap::new()), "a variable is no longer set");
        let set =
            [("CARGO_PKG".to_owned(), "a\nb\\c".to_owned()), ("KERNEL_NO_SUCH".to_owned(), "1".to_owned())];
        assert!(!inputs.hold(&BTreeMap::from(set)), "a variable is set now");
        let then = fs::metadata(&file).unwrap().modified().unwrap();
        fs::write(&file, "1").unwrap();
        assert!(inputs.hold(&given), "the same again");
        fs::write(&file, "2").unwrap();
        assert!(!inputs.hold(&given), "another content of the same length");
        fs::write(&file, "12").unwrap();
        fs::File::options().write(true).open(&file).unwrap().set_modified(then).unwrap();
        assert!(!inputs.hold(&given), "another length at the same time");
        fs::remove_file(&file).unwrap();
        assert!(!inputs.hold(&given));
        assert_eq!(Inputs::read(&text), None);
    }
}
