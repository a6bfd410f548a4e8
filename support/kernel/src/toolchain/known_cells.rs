//! Cells that some kernel ran before, after the same cells. Their libraries are in the store with the variables that
//! they leave, so they can run before evcxr is loaded.
//!
//! A notebook's history is a hash: of all that builds depend on at first, then of the last hash and the cell. A cell is
//! recorded only if it ran to its end without a fault, so a history determines the state that it leaves.

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

/// File with the key of the last library that was built, in the kernel's folder.
pub const LAST_KEY: &str = "last_key";

/// The result of a history's last cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    /// Key of the cell's library.
    cell: String,
    /// Variables of the notebook and their types after the cell.
    variables: BTreeMap<String, String>,
}

/// A known cell, ready to run.
#[derive(Debug)]
pub struct KnownCell {
    /// Path of the cell's library, a separate file.
    pub library: PathBuf,
    /// Variables of the notebook and their types after the cell.
    pub variables: BTreeMap<String, String>,
    history: String,
}

/// The history of one notebook.
#[derive(Debug)]
pub struct KnownCells {
    store: Option<Store>,
    folder: PathBuf,
    support: PathBuf,
    /// State of the sources of `support` for which the hashes are valid.
    sources: u64,
    call: Option<Call>,
    start: Option<String>,
    /// `None` once a cell ran whose state a hash cannot determine.
    history: Option<String>,
    libraries: usize,
}

impl KnownCells {
    /// Makes the history for the kernel in this folder, with the crate and the settings that its cells are built with.
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

    /// Returns the next cell, if it is known.
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
        // Written beside the other libraries: they find the standard library by a relative path.
        let library = call.library()?.with_file_name(format!("libknown_{}.so", self.libraries));
        fs::write(&library, entry.library?).ok()?;
        fs::write(self.folder.join(COMPILED), &entry.source).ok()?;
        Some(KnownCell { library, variables: record.variables, history })
    }

    /// Records that a known cell ran to its end without a fault.
    pub fn ran(&mut self, cell: &KnownCell) {
        self.history = Some(cell.history.clone());
    }

    /// Stores a cell that was built for this run and ran to its end without a fault; later kernels know it.
    pub fn record(&mut self, text: &str, optimise: bool, variables: &BTreeMap<String, String>) {
        let same = direct_rustc::glance_at(&self.support) == self.sources;
        let cell = fs::read_to_string(self.folder.join(LAST_KEY)).ok().filter(|_| same);
        let history = self.after(text, optimise).filter(|_| cell.is_some());
        if let (Some(store), Some(history), Some(cell)) = (&self.store, &history, cell) {
            store.put_note(history, &Record { cell, variables: variables.clone() });
        }
        self.history = history;
    }

    /// Ends the history: a cell ran after which no cell is known.
    pub fn lose(&mut self) {
        self.history = None;
    }

    /// Restarts the history when the notebook is cleared.
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

/// Returns the hash of all that builds depend on; `None` if the hash cannot cover an input, such as settings of evcxr
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
