//! One compilation of a cell: looked up in the store before it, and stored after it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use super::canonical::{Canonical, canonical};
use super::cell_key::{Key, Parts};
use super::dep_info::Inputs;
use super::direct_rustc;
use super::entry::Entry;
use super::fingerprints::Fingerprints;
use super::known_cells::LAST_KEY;
use super::message_lines::Moved;
use super::patch_source::ORIGINAL;
use super::rustc_invocation::Call;
use super::store::Store;

/// File in the kernel's folder with the source of the last library. Line numbers of panics refer to it; evcxr's
/// `src/lib.rs` may have the same items in another order.
pub const COMPILED: &str = "compiled.rs";
/// Source that evcxr wrote.
const SOURCE: &str = "src/lib.rs";

/// A compilation with its key in the store.
pub struct Reuse {
    store: Store,
    key: Key,
    folder: PathBuf,
    source: String,
    canonical: Canonical,
    given: BTreeMap<String, String>,
    dep_info: PathBuf,
}

/// The result of a compilation.
pub struct Outcome<'a> {
    pub success: bool,
    pub messages: &'a [Value],
    /// `None` if the call builds no library.
    pub library: Option<&'a Path>,
    pub time: Duration,
}

/// The result of an earlier compilation, from the store.
pub struct Recalled {
    pub success: bool,
    pub messages: Vec<Value>,
}

impl Reuse {
    /// Prepares a call in `folder`, with the hash `glance` of `support` from when the call was found to be valid.
    /// `None` if there is no store, or an input of the key cannot be read.
    pub fn of(call: &Call, folder: &Path, store: Store, glance: u64) -> Option<Self> {
        let original = fs::read_to_string(folder.join(ORIGINAL)).ok().filter(|_| call.links());
        let source = original.or_else(|| fs::read_to_string(folder.join(SOURCE)).ok())?;
        let canonical = canonical(&source);
        let path = |name| std::env::var_os(name).map(PathBuf::from);
        let mut known = Fingerprints::load(folder);
        let compiler = known.compiler(&call.program)?;
        let support = known.support(path(direct_rustc::SUPPORT).as_deref(), glance)?;
        known.save(folder);
        let settings = path(direct_rustc::SETTINGS);
        let parts = Parts {
            source: &canonical.text,
            compiler: &compiler,
            support: &support,
            settings: settings.as_deref(),
        };
        let key = Key::of(call, folder, &parts);
        let dep_info = call.dep_info()?;
        Some(Self {
            store,
            key,
            folder: folder.into(),
            source,
            canonical,
            given: call.variables.clone(),
            dep_info,
        })
    }

    /// Takes the result from the store. The library becomes a new file: the loader would take a second link to one file
    /// for the same library.
    pub fn recall(&self, library: Option<&Path>) -> Option<Recalled> {
        let mut entry = self.store.get(&self.key)?;
        if !entry.inputs.hold(&self.given) {
            return None;
        }
        let (ours, theirs) = (self.canonical.order.as_slice(), entry.order.as_slice());
        if entry.source != self.source {
            let moved = Moved::between((&entry.source, theirs), (&self.source, ours))?;
            entry.messages.iter_mut().try_for_each(|message| moved.translate(message))?;
        }
        if let (Some(path), true) = (library, entry.success) {
            let _ = fs::remove_file(path);
            fs::write(path, entry.library?).ok()?;
            fs::write(self.folder.join(COMPILED), &entry.source).ok()?;
            self.note_key();
        }
        Some(Recalled { success: entry.success, messages: entry.messages })
    }

    /// Removes the last compilation's list of inputs, so that the next one cannot use it.
    pub fn begin(&self) {
        let _ = fs::remove_file(self.folder.join(LAST_KEY));
        let _ = fs::remove_file(&self.dep_info);
    }

    /// Stores the result of the compilation.
    pub fn keep(&self, outcome: &Outcome) {
        if outcome.success || may_be_repeated(outcome.messages) {
            let kept = self.entry(outcome).map(|entry| self.store.put(&self.key, &entry));
            if outcome.library.is_some() && kept.is_some() {
                self.note_key();
            }
        }
    }

    /// Writes the key of the last library's entry, for `known_cells`.
    fn note_key(&self) {
        let _ = fs::write(self.folder.join(LAST_KEY), self.key.name());
    }

    fn entry(&self, outcome: &Outcome) -> Option<Entry> {
        let inputs = Inputs::read(&fs::read_to_string(&self.dep_info).ok()?)?;
        let library = match outcome.library {
            Some(path) if outcome.success => Some(fs::read(path).ok()?),
            _ => None,
        };
        Some(Entry {
            source: self.source.clone(),
            order: self.canonical.order.clone(),
            messages: outcome.messages.to_vec(),
            success: outcome.success,
            inputs,
            milliseconds: outcome.time.as_millis().try_into().unwrap_or(u64::MAX),
            library,
        })
    }
}

/// Copies the source that a library was compiled from, if it is the one that evcxr wrote.
pub fn compiled(folder: &Path) {
    let copied = fs::copy(folder.join(ORIGINAL), folder.join(COMPILED));
    let _ = copied.or_else(|_| fs::copy(folder.join(SOURCE), folder.join(COMPILED)));
}

/// Codes of errors that may disappear without a change of the cell: no file for a module, and a crate that is missing,
/// damaged or of another compiler.
const OF_FILES: [&str; 10] =
    ["E0583", "E0460", "E0461", "E0462", "E0463", "E0464", "E0514", "E0519", "E0523", "E0786"];

/// Checks whether errors depend on the source alone. One without a code may be about a missing file or variable, which
/// the compiler does not list among its inputs, or about the compiler itself.
fn may_be_repeated(messages: &[Value]) -> bool {
    let errors = messages.iter().map(|message| &message["message"]).filter(|message| {
        let text = message["message"].as_str().unwrap_or_default();
        message["level"].as_str().is_some_and(|level| level.starts_with("error"))
            && !text.starts_with("aborting due to")
    });
    let mut codes = errors.map(|message| message["code"]["code"].as_str()).peekable();
    codes.peek().is_some() && codes.all(|code| code.is_some_and(|code| !OF_FILES.contains(&code)))
}

#[cfg(test)]
#[path = "reuse_tests.rs"]
mod tests;
