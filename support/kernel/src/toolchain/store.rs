//! The store of compiled cells: a folder with one file per cache entry, shared by all kernels. Files are written under
//! another name and renamed, so a reader never reads a partial entry.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::cell_key::Key;
use super::dep_info::hex;
use super::entry::Entry;

pub use protocol::variables::STORE;
/// Maximum total size of all entries in bytes.
pub const LIMIT: u64 = 500_000_000;
/// Suffix of an entry's file name.
const ENDING: &str = ".cell";
/// Suffix of a note's file name.
const NOTE: &str = ".known";
/// Prefix of the name of a file that is being written.
const PART: &str = "part-";
/// Average number of writes per search for entries to evict: a search among 5,000 takes 15 ms.
const WRITES: u8 = 16;
/// Age from which a file with the prefix was left by a process that died.
const ABANDONED: Duration = Duration::from_secs(600);

/// A store of compiled cells.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
    limit: u64,
    writes: u8,
}

impl Store {
    /// Returns the store that the environment names.
    pub fn of_kernel() -> Option<Self> {
        let folder = std::env::var_os(STORE).filter(|folder| !folder.is_empty())?;
        Some(Self { folder: folder.into(), limit: LIMIT, writes: WRITES })
    }

    /// Returns a store in this folder with this limit in bytes.
    #[cfg(test)]
    pub fn new(folder: &Path, limit: u64) -> Self {
        Self { folder: folder.to_path_buf(), limit, writes: 1 }
    }

    /// Returns the entry under a key, and marks it as used. A damaged entry is removed.
    pub fn get(&self, key: &Key) -> Option<Entry> {
        let path = self.path(key);
        let bytes = fs::read(&path).ok()?;
        let entry = Entry::decode(&bytes, key);
        if entry.is_none() {
            let _ = fs::remove_file(path);
        } else if let Ok(file) = fs::File::options().append(true).open(path) {
            let _ = file.set_modified(SystemTime::now());
        }
        entry
    }

    /// Stores an entry. Errors are ignored: the cell is compiled anyway.
    pub fn put(&self, key: &Key, entry: &Entry) {
        let Some(bytes) = entry.encode(key) else { return };
        if u64::try_from(bytes.len()).is_ok_and(|size| size < self.limit / 2) && self.make().is_ok() {
            self.write(&self.path(key), &bytes);
            if key.is_one_of(self.writes) {
                self.evict();
            }
        }
    }

    fn write(&self, path: &Path, bytes: &[u8]) {
        let part = self.folder.join(format!("{PART}{}", std::process::id()));
        if fs::write(&part, bytes).and_then(|()| fs::rename(&part, path)).is_err() {
            let _ = fs::remove_file(part);
        }
    }

    /// Returns a small value stored under a name, if it exists and is undamaged.
    pub fn get_note<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let path = self.folder.join(name.to_owned() + NOTE);
        let text = fs::read_to_string(&path).ok()?;
        let (sum, body) = text.split_once('\n')?;
        let whole = hex(&Sha256::digest(body)) == sum;
        let value = serde_json::from_str(body).ok().filter(|_| whole);
        if value.is_none() {
            let _ = fs::remove_file(path);
        } else if let Ok(file) = fs::File::options().append(true).open(path) {
            let _ = file.set_modified(SystemTime::now());
        }
        value
    }

    /// Stores a small value under a name.
    pub fn put_note<T: Serialize>(&self, name: &str, value: &T) {
        if let Ok(body) = serde_json::to_string(value)
            && self.make().is_ok()
        {
            let text = format!("{}\n{body}", hex(&Sha256::digest(&body)));
            self.write(&self.folder.join(name.to_owned() + NOTE), text.as_bytes());
        }
    }

    /// Makes the folder, readable by its user alone as the kernels' folders are: entries hold the cells' code.
    fn make(&self) -> std::io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)
    }

    fn path(&self, key: &Key) -> PathBuf {
        self.folder.join(key.name() + ENDING)
    }

    /// Removes the least recently used files until the rest is within the limit.
    fn evict(&self) {
        let mut files = files(&self.folder);
        let mut bytes: u64 = files.iter().map(|file| file.size).sum();
        for file in files.extract_if(.., |file| file.is_abandoned()) {
            bytes -= remove(&file);
        }
        if bytes <= self.limit {
            return;
        }
        // Removes a tenth more, so that not every write evicts.
        let wanted = self.limit - self.limit / 10;
        files.sort_by_key(|file| file.used);
        for file in files {
            if bytes <= wanted {
                break;
            }
            bytes -= remove(&file);
        }
    }
}

/// A file of the store.
struct StoredFile {
    path: PathBuf,
    size: u64,
    used: SystemTime,
}

impl StoredFile {
    fn is_abandoned(&self) -> bool {
        let part = self.path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PART));
        part && self.used.elapsed().is_ok_and(|age| age > ABANDONED)
    }
}

fn files(folder: &Path) -> Vec<StoredFile> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let found = entry.metadata().ok()?;
            Some(StoredFile { path: entry.path(), size: found.len(), used: found.modified().ok()? })
        })
        .collect()
}

/// Removes a file; returns the bytes freed. Another kernel may have removed it.
fn remove(file: &StoredFile) -> u64 {
    let _ = fs::remove_file(&file.path);
    file.size
}

#[cfg(test)]
mod tests {
    use super::super::entry::tests::entry;
    use super::*;

    fn aged(store: &Store, key: &Key, seconds: u64) {
        let file = fs::File::options().append(true).open(store.path(key)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(seconds)).unwrap();
    }

    #[test]
    fn a_damaged_entry_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let (store, key) = (Store::new(folder.path(), LIMIT), Key::of_text("a"));
        assert_eq!(store.get(&key), None);
        store.put(&key, &entry(1000));
        assert_eq!(store.get(&key), Some(entry(1000)));
        let mut bytes = fs::read(store.path(&key)).unwrap();
        bytes.truncate(bytes.len() - 1);
        fs::write(store.path(&key), bytes).unwrap();
        assert_eq!(store.get(&key), None);
        assert!(!store.path(&key).exists());
    }

    #[test]
    fn the_least_recently_used_entries_are_evicted() {
        let folder = tempfile::tempdir().unwrap();
        let keys: Vec<Key> = (0..20).map(|n| Key::of_text(&n.to_string())).collect();
        let size = u64::try_from(entry(1000).encode(&keys[0]).unwrap().len()).unwrap();
        let store = Store::new(folder.path(), 10 * size + size / 2);
        for (key, age) in keys.iter().zip((0..9).rev()) {
            store.put(key, &entry(1000));
            aged(&store, key, 100 + age);
        }
        assert!(store.get(&keys[0]).is_some(), "within the limit nothing goes");
        fs::write(folder.path().join("part-1"), "x").unwrap();
        store.put(&keys[10], &entry(1000));
        store.put(&keys[11], &entry(1000));
        assert!(store.get(&keys[0]).is_some(), "it was used after the others");
        assert!(store.get(&keys[11]).is_some(), "it is the newest");
        assert!(store.get(&keys[1]).is_none() && store.get(&keys[2]).is_none(), "they were the oldest");
        let left = files(folder.path());
        let (entries, bytes) = (left.len(), left.iter().map(|file| file.size).sum::<u64>());
        assert!(entries == 10 && bytes <= 9 * size + size / 2 + 1, "{entries} entries, {bytes} bytes");
    }

    #[test]
    fn files_left_behind_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path(), LIMIT);
        for (name, age) in [("part-1", 0), ("part-2", 1000)] {
            fs::write(folder.path().join(name), "x").unwrap();
            let file = fs::File::options().append(true).open(folder.path().join(name)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
        }
        store.put(&Key::of_text("a"), &entry(10));
        assert!(folder.path().join("part-1").exists() && !folder.path().join("part-2").exists());
    }

    #[test]
    fn kernels_write_and_read_at_the_same_time() {
        let folder = tempfile::tempdir().unwrap();
        let (store, key) = (Store::new(folder.path(), LIMIT), Key::of_text("a"));
        store.put(&key, &entry(100_000));
        std::thread::scope(|scope| {
            scope.spawn(|| (0..20).for_each(|_| store.put(&key, &entry(100_000))));
            for _ in 0..40 {
                assert!(store.get(&key).is_some());
            }
        });
    }
}
