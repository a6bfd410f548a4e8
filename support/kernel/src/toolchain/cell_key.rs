//! The key of a cache entry: a hash of all inputs of a compilation that are known before it. The files and variables
//! that the compiler reads besides are checked on a hit (`dep_info`).

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::dep_info::hex;
use super::lock_file;
use super::rustc_invocation::Call;

/// Version of keys and entries; changes when the meaning of either does.
const VERSION: &str = "2";
/// Placeholder for the kernel's folder name. Its parent stays: libraries find the standard library by a relative path.
const PLACE: &str = "\u{1}";
/// Variables with the compiler's prefix that do not change libraries. `rustup` counts its calls in the last one, so it
/// is set below `cargo lab` and not where a front end is started directly.
const IRRELEVANT: [&str; 4] = ["RUST_BACKTRACE", "RUST_LIB_BACKTRACE", "RUST_LOG", "RUST_RECURSION_COUNT"];

/// A hash that names a cache entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key([u8; 32]);

/// The inputs of a key, besides the call and the files in the kernel's folder.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// Source in canonical order.
    pub source: &'a str,
    /// Version of the compiler.
    pub compiler: &'a str,
    /// Hash of the sources of the crate `support`.
    pub support: &'a str,
    /// Path of the repository's settings for cargo.
    pub settings: Option<&'a Path>,
}

impl Key {
    /// Computes the key of a call in this folder.
    pub fn of(call: &Call, folder: &Path, parts: &Parts) -> Self {
        let mut key = Hasher(Sha256::new());
        key.list("version", [VERSION, std::env::consts::ARCH, std::env::consts::OS]);
        key.list("source", [parts.source]);
        // The kernel's binary changes the source before it is compiled (`patch_source`).
        key.list("kernel", [kernel()]);
        key.list("compiler", [&*call.program, parts.compiler]);
        key.list("support", [parts.support]);
        let args = call.without_incremental().args;
        key.list("arguments", args.iter().map(|arg| elsewhere(arg, folder)));
        key.list(
            "given",
            call.variables.iter().map(|(name, value)| format!("{name}={}", elsewhere(value, folder))),
        );
        key.list("environment", environment());
        key.list("manifest", sorted_lines(&folder.join("Cargo.toml")));
        key.list("lock", [lock_file::versions(folder)]);
        key.list("config", fs::read(folder.join(".cargo/config.toml")).ok());
        key.list("settings", parts.settings.and_then(|file| fs::read(file).ok()));
        for path in args.iter().filter_map(|arg| arg.strip_prefix("native=")) {
            key.list("native", native(Path::new(path), folder));
        }
        Self(key.0.finalize().into())
    }

    /// Parses a key from its name.
    pub fn of_name(name: &str) -> Option<Self> {
        let digits = name
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        Some(Self(digits.collect::<Option<Vec<u8>>>()?.try_into().ok()?))
    }

    /// Computes the key of a text.
    #[cfg(test)]
    pub fn of_text(text: &str) -> Self {
        Self(Sha256::digest(text).into())
    }

    /// Checks whether the key is one of the fixed sample of keys, one in `many`.
    pub fn is_one_of(&self, many: u8) -> bool {
        self.0[0].is_multiple_of(many)
    }

    /// Returns the key as a file name.
    pub fn name(&self) -> String {
        hex(&self.0)
    }
}

/// Identifies this binary by its size and time.
fn kernel() -> String {
    let found = std::env::current_exe().and_then(fs::metadata);
    found.map(|found| format!("{} {:?}", found.len(), found.modified().ok())).unwrap_or_default()
}

/// Hashes lists of texts, each with its length, so that no two lists hash alike.
struct Hasher(Sha256);

impl Hasher {
    fn list<T: AsRef<[u8]>>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        self.text(name.as_bytes());
        for value in values {
            self.0.update(b"+");
            self.text(value.as_ref());
        }
        self.0.update(b".");
    }

    fn text(&mut self, text: &[u8]) {
        self.0.update(text.len().to_le_bytes());
        self.0.update(text);
    }
}

/// Replaces the name of the kernel's folder in a text.
fn elsewhere(text: &str, folder: &Path) -> String {
    let (Some(name), Some(parent)) = (folder.to_str(), folder.parent().and_then(Path::to_str)) else {
        return text.to_owned();
    };
    let (mut replaced, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(name) {
        let (before, after) = (&rest[..at], &rest[at + name.len()..]);
        replaced += before;
        if after.starts_with(|c: char| c.is_alphanumeric() || "-_.".contains(c)) {
            replaced += name;
        } else {
            replaced += &format!("{parent}/{PLACE}");
        }
        rest = after;
    }
    replaced + rest
}

/// Returns the environment variables that the compiler reads.
fn environment() -> Vec<String> {
    let all = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
    let mut found: Vec<String> = all
        .filter(|(name, _)| is_compilers(name))
        .map(|(name, value)| format!("{name}={}", value.display()))
        .collect();
    found.sort();
    found
}

/// Checks whether an environment variable may change the compiler's output.
fn is_compilers(name: &str) -> bool {
    name.starts_with("RUST") && !name.starts_with("RUSTUP") && !IRRELEVANT.contains(&name)
}

/// Returns the manifest's sorted lines; evcxr writes dependencies in the order of a hash table.
fn sorted_lines(manifest: &Path) -> Vec<String> {
    let mut lines: Vec<String> =
        fs::read_to_string(manifest).unwrap_or_default().lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

/// Returns names and sizes of the libraries in a folder, and also times where cargo did not build them.
fn native(path: &Path, folder: &Path) -> Vec<String> {
    let inside = path.starts_with(folder);
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let mut found: Vec<String> = entries
        .filter_map(|entry| {
            let data = fs::metadata(entry.path()).ok()?;
            let time = data.modified().ok().filter(|_| !inside);
            data.is_file().then(|| format!("{} {} {time:?}", entry.file_name().display(), data.len()))
        })
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use super::*;

    /// Makes a kernel's folder with the files that a key depends on.
    fn kernel(lab: &Path, name: &str) -> PathBuf {
        let folder = lab.join("kernels").join(name);
        fs::create_dir_all(folder.join(".cargo")).unwrap();
        fs::create_dir_all(folder.join("target/out")).unwrap();
        fs::write(folder.join("target/out/libshim.a"), "1").unwrap();
        fs::write(folder.join("Cargo.toml"), "[dependencies]\na = 1\nb = 2\n").unwrap();
        fs::write(folder.join("Cargo.lock"), "1").unwrap();
        fs::write(folder.join(".cargo/config.toml"), "1").unwrap();
        folder
    }

    fn call(lab: &Path, folder: &Path) -> Call {
        let args = format!(
            "--crate-name ctx -C opt-level=2 --out-dir {0}/target -C incremental={0}/target/incremental -L \
             native={0}/target/out -L native={1}/libtorch",
            folder.display(),
            lab.display()
        );
        Call {
            program: "rustc".into(),
            args: args.split_whitespace().map(str::to_owned).collect(),
            variables: BTreeMap::from([("CARGO_MANIFEST_DIR".into(), folder.display().to_string())]),
        }
    }

    const PARTS: Parts = Parts { source: "fn f() {}", compiler: "rustc 1", support: "abc", settings: None };

    #[test]
    fn two_kernels_have_one_key() {
        let lab = tempfile::tempdir().unwrap();
        let (one, other) = (kernel(lab.path(), "12"), kernel(lab.path(), "123"));
        fs::write(other.join("Cargo.toml"), "[dependencies]\nb = 2\na = 1\n").unwrap();
        let key = Key::of(&call(lab.path(), &one), &one, &PARTS);
        assert_eq!(key, Key::of(&call(lab.path(), &other), &other, &PARTS));
        let inside = call(lab.path(), &one.join("x"));
        assert_ne!(key, Key::of(&inside, &one, &PARTS));
        // At another depth the standard library is at another relative path.
        let deep = kernel(&lab.path().join("deep"), "12");
        assert_ne!(key, Key::of(&call(lab.path(), &deep), &deep, &PARTS));
    }

    #[test]
    fn all_that_a_build_depends_on_changes_the_key() {
        let lab = tempfile::tempdir().unwrap();
        let folder = kernel(lab.path(), "12");
        let first = call(lab.path(), &folder);
        let settings = lab.path().join("settings");
        fs::create_dir(lab.path().join("libtorch")).unwrap();
        let mut seen = vec![Key::of(&first, &folder, &PARTS)];
        let mut new = |call: &Call, parts: &Parts, what: &str| {
            let key = Key::of(call, &folder, parts);
            assert!(!seen.contains(&key), "{what} does not change the key");
            seen.push(key);
        };
        new(&first, &Parts { source: "fn g() {}", ..PARTS }, "the source");
        new(&first, &Parts { compiler: "rustc 2", ..PARTS }, "the compiler");
        new(&first, &Parts { support: "abd", ..PARTS }, "support");
        new(&first.clone().in_haste(true), &PARTS, "the level of optimisation");
        new(&first.clone().checking(), &Parts { source: "fn h() {}", ..PARTS }, "the source of a check");
        let mut other = first.clone();
        other.args.push("--extern=a=liba-1.rlib".into());
        new(&other, &PARTS, "a dependency");
        let mut other = first.clone();
        other.variables.insert("CARGO_PKG_NAME".into(), "x".into());
        new(&other, &PARTS, "a variable");
        let other = Call { program: "/other/rustc".into(), ..first.clone() };
        new(&other, &PARTS, "the compiler's place");
        for name in ["Cargo.toml", "Cargo.lock", ".cargo/config.toml", "target/out/libshim.a"] {
            fs::write(folder.join(name), "23").unwrap();
            new(&first, &PARTS, name);
        }
        fs::write(lab.path().join("libtorch/libtorch_cpu.so"), "1").unwrap();
        new(&first, &PARTS, "libtorch");
        for text in ["1", "2"] {
            fs::write(&settings, text).unwrap();
            new(&first, &Parts { settings: Some(&settings), ..PARTS }, "a setting");
        }
    }

    #[test]
    fn how_a_kernel_was_started_changes_no_key() {
        for name in ["RUST_RECURSION_COUNT", "RUSTUP_TOOLCHAIN", "RUST_BACKTRACE", "CARGO", "PATH"] {
            assert!(!is_compilers(name), "{name}");
        }
        for name in ["RUSTFLAGS", "RUSTC_BOOTSTRAP", "RUST_MIN_STACK", "RUST_TARGET_PATH"] {
            assert!(is_compilers(name), "{name}");
        }
    }

    #[test]
    fn only_whole_names_are_replaced() {
        let folder = Path::new("/lab/kernels/12");
        assert_eq!(
            elsewhere("a=/lab/kernels/12/t:/lab/kernels/12", folder),
            "a=/lab/kernels/\u{1}/t:/lab/kernels/\u{1}"
        );
        assert_eq!(elsewhere("/lab/kernels/123/t", folder), "/lab/kernels/123/t");
    }
}
