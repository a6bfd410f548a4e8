//! Caches the identities of the compiler and of the crate `support` in the kernel's folder: calling the compiler takes
//! 30 ms, reading the crate's sources a few.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::dep_info::hex;
use super::{direct_rustc, real_tools};

/// Name of the file in the kernel's folder.
const FILE: &str = "fingerprints.json";

/// Cached identities, and the state of the files for which they are valid.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprints {
    compiler: Option<Known>,
    support: Option<Known>,
    #[serde(skip)]
    changed: bool,
}

/// An identity, and the names, sizes and times of the files that it was computed from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    files: String,
    identity: String,
}

impl Fingerprints {
    /// Loads the identities that are stored in this folder.
    pub fn load(folder: &Path) -> Self {
        let text = fs::read(folder.join(FILE)).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    /// Stores the identities there, if one is new.
    pub fn save(&self, folder: &Path) {
        if self.changed
            && let Ok(text) = serde_json::to_vec(self)
        {
            let _ = fs::write(folder.join(FILE), text);
        }
    }

    /// Returns the compiler's version with the state of its files.
    pub fn compiler(&mut self, program: &str) -> Option<String> {
        let files = parts(Path::new(program));
        if let Some(known) = self.compiler.as_ref().filter(|known| files.as_ref() == Some(&known.files)) {
            return Some(known.identity.clone());
        }
        let path = std::env::var_os(real_tools::REAL_PATH);
        let mut command = Command::new(program);
        command.arg("-vV").stdin(Stdio::null()).envs(path.map(|path| ("PATH", path)));
        let output = command.output().ok().filter(|output| output.status.success())?;
        let identity = String::from_utf8(output.stdout).ok()?;
        // A stand-in such as rustup's may call another compiler later, so it is called each time.
        if let Some(files) = files {
            let identity = identity + &files;
            self.compiler = Some(Known { files, identity: identity.clone() });
            self.changed = true;
            return Some(identity);
        }
        Some(identity)
    }

    /// Returns the hash of the crate in this folder; `None` if its files no longer match `glance`.
    pub fn support(&mut self, folder: Option<&Path>, glance: u64) -> Option<String> {
        let Some(folder) = folder else { return Some(String::new()) };
        let files = glance.to_string();
        if let Some(known) = self.support.as_ref().filter(|known| known.files == files) {
            return Some(known.identity.clone());
        }
        let mut hasher = Sha256::new();
        for path in direct_rustc::sources(folder) {
            let text = fs::read(&path).ok()?;
            let name = path.strip_prefix(folder).ok()?.to_str()?;
            hasher.update(format!("{name}\0{}\0", text.len()));
            hasher.update(text);
        }
        if direct_rustc::glance_at(folder) != glance {
            return None;
        }
        let identity = hex(&hasher.finalize());
        self.support = Some(Known { files, identity: identity.clone() });
        self.changed = true;
        Some(identity)
    }
}

/// Returns names, sizes and times of the compiler and its libraries; `None` if it is not part of a toolchain.
fn parts(program: &Path) -> Option<String> {
    let program = program.canonicalize().ok()?;
    let root = program.parent()?.parent()?;
    if !root.join("lib/rustlib").is_dir() {
        return None;
    }
    let libraries = fs::read_dir(root.join("lib")).ok()?.flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = libraries.filter(|path| path.is_file()).chain([program]).collect();
    files.sort();
    let described = files.iter().map(|path| {
        let data = fs::metadata(path).ok()?;
        Some(format!("{} {} {:?}\n", path.display(), data.len(), data.modified().ok()?))
    });
    described.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crates_content_counts_and_not_its_times() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("src")).unwrap();
        let file = folder.path().join("src/lib.rs");
        let identity = |known: &mut Fingerprints| {
            known.support(Some(folder.path()), direct_rustc::glance_at(folder.path())).unwrap()
        };
        fs::write(&file, "1").unwrap();
        let mut known = Fingerprints::default();
        let first = identity(&mut known);
        assert!(known.changed);
        known.save(folder.path());
        assert_eq!(Fingerprints::load(folder.path()).support, known.support);
        let then = fs::metadata(&file).unwrap().modified().unwrap();
        fs::File::options()
            .append(true)
            .open(&file)
            .unwrap()
            .set_modified(then - std::time::Duration::from_secs(9))
            .unwrap();
        assert_eq!(identity(&mut known), first);
        fs::write(&file, "2").unwrap();
        assert_ne!(identity(&mut known), first);
        assert_eq!(known.support(Some(folder.path()), 7), None, "it changed since the glance");
    }

    #[test]
    fn a_toolchains_compiler_is_asked_once() {
        let output = Command::new("rustc").args(["--print", "sysroot"]).output().unwrap();
        let rustc = Path::new(String::from_utf8(output.stdout).unwrap().trim()).join("bin/rustc");
        let mut known = Fingerprints::default();
        let first = known.compiler(rustc.to_str().unwrap()).unwrap();
        assert!(first.contains("commit-hash") && known.compiler.is_some());
        let stored = known.compiler.as_mut().unwrap();
        stored.identity.push_str("kept");
        assert_eq!(known.compiler(rustc.to_str().unwrap()).unwrap(), first.clone() + "kept");
        known.compiler.as_mut().unwrap().files.push('x');
        assert_eq!(known.compiler(rustc.to_str().unwrap()).unwrap(), first, "another compiler is asked anew");
        assert_eq!(known.compiler("/no/such/rustc"), None);
    }
}
