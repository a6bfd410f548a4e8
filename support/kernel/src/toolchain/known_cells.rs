//! Cells that are known: run before, by some kernel, after the same cells. Their libraries are in the store, and so is
//! which variables they leave, so that they can run before evcxr is loaded.
//!
//! A notebook's history is a hash: of all that builds depend on at first, then of the last hash and the cell. A cell is
//! recorded only if it ran to its end without a fault, so a history says what state it leaves.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::cell_key::{Key, Parts};
use super::dep_info::hex;
use super::direct_rustc;
use super::fingerprints::Fingerprints;
use super::reuse::COMPILED;
use super::rustc_invocation::Call;
use super::store::Store;

/// The key of the last library that was built, in the kernel's folder.
pub const LAST_KEY: &str = "last_key";

/// What a history's last cell left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    /// The key of its library.
    cell: String,
    /// The notebook's variables and their types after it.
    variables: BTreeMap<String, String>,
}

/// A known cell, ready to run.
#[derive(Debug)]
pub struct KnownCell {
    /// Its library, a file of its own.
    pub library: PathBuf,
    /// The notebook's variables and their types after it.
    pub variables: BTreeMap<String, String>,
    history: String,
}

/// The history of one notebook.
#[derive(Debug)]
pub struct KnownCells {
    store: Option<Store>,
    folder: PathBuf,
    support: PathBuf,
    /// The state of the sources of `support` that the hashes stand for.
    sources: u64,
    call: Option<Call>,
    start: Option<String>,
    /// `None` once something ran whose state cannot be told from a hash.
    history: Option<String>,
    libraries: usize,
}

impl KnownCells {
    /// For the kernel that works in this folder, with the crate and the settings that its cells are built with.
    pub fn new(folder: &Path, support: &Path, settings: &Path) -> Self {
        let store = Store::of_kernel();
        let call = direct_rustc::last_call(folder);
        let start = call.as_ref().and_then(|call| start(call, folder, support, settings));
        let history = start.clone().filter(|_| store.is_some());
        Self {
            store,
            folder: folder.to_path_buf(),
            support: support.to_path_buf(),
            sources: direct_rustc::glance_at(support),
            call,
            start,
            history,
            libraries: 0,
        }
    }

    /// The next cell, if it is known.
    pub fn find(&mut self, text: &str, optimise: bool) -> Option<KnownCell> {
        if direct_rustc::glance_at(&self.support) != self.sources {
            self.lose();
        }
        let history = self.after(text, optimise)?;
        let store = self.store.as_ref()?;
        let record: Record = store.get_note(&history)?;
        let call = self.call.as_ref()?;
        let entry = store.get(&Key::of_name(&record.cell)?)?;
        if !entry.success || !entry.inputs.hold(&call.variables) {
            return None;
        }
        self.libraries += 1;
        // Beside the other libraries: they find the standard library by a relative path.
        let library = call.library()?.with_file_name(format!("libknown_{}.so", self.libraries));
        fs::write(&library, entry.library?).ok()?;
        fs::write(self.folder.join(COMPILED), &entry.source).ok()?;
        Some(KnownCell { library, variables: record.variables, history })
    }

    /// The known cell ran to its end without a fault.
    pub fn ran(&mut self, cell: &KnownCell) {
        self.history = Some(cell.history.clone());
    }

    /// A cell that was built for this run ran to its end without a fault: it is known from now on.
    pub fn record(&mut self, text: &str, optimise: bool, variables: &BTreeMap<String, String>) {
        let same = direct_rustc::glance_at(&self.support) == self.sources;
        let cell = fs::read_to_string(self.folder.join(LAST_KEY)).ok().filter(|_| same);
        let history = self.after(text, optimise).filter(|_| cell.is_some());
        if let (Some(store), Some(history), Some(cell)) = (&self.store, &history, cell) {
            store.put_note(history, &Record { cell, variables: variables.clone() });
        }
        self.history = history;
    }

    /// Something ran after which cells are not known.
    pub fn lose(&mut self) {
        self.history = None;
    }

    /// The notebook is cleared.
    pub fn reset(&mut self) {
        self.history = self.start.clone();
    }

    fn after(&self, text: &str, optimise: bool) -> Option<String> {
        let history = self.history.as_ref()?;
        let mut hash = Sha256::new();
        for part in [history.as_str(), if optimise { "optimised" } else { "" }, text] {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        Some(hex(&hash.finalize()))
    }
}

/// The hash of all that builds depend on. `None` if there is something that it cannot hold, such as settings of evcxr's
/// that run code.
fn start(call: &Call, folder: &Path, support: &Path, settings: &Path) -> Option<String> {
    let settings_of_evcxr = std::env::var_os("EVCXR_CONFIG_DIR").map(PathBuf::from);
    for folder in [Some(PathBuf::new()), settings_of_evcxr].into_iter().flatten() {
        if ["evcxr.toml", "init.evcxr", "prelude.rs"].iter().any(|file| folder.join(file).exists()) {
            return None;
        }
    }
    let mut known = Fingerprints::load(folder);
    let compiler = known.compiler(&call.program)?;
    let support = known.support(Some(support), direct_rustc::glance_at(support))?;
    known.save(folder);
    let parts = Parts { source: "", compiler: &compiler, support: &support, settings: Some(settings) };
    Some(Key::of(call, folder, &parts).name())
}
