//! Sockets in the spares' folder. The name shows whether the kernel is ready or still loading.

use std::fs;
use std::io;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

/// Prefix of a loaded kernel's socket name.
const READY: &str = "ready-";
/// Prefix of a loading kernel's socket name.
const SOON: &str = "soon-";

/// The socket of a spare.
pub struct Address {
    folder: PathBuf,
    path: PathBuf,
    listener: UnixListener,
}

impl Address {
    /// Listens under the name of a kernel that is loading.
    pub fn new(folder: &Path) -> io::Result<Self> {
        let path = folder.join(format!("{SOON}{}", std::process::id()));
        let _ = fs::remove_file(&path);
        let listener = within(folder, &path, |name| UnixListener::bind(name))?;
        Ok(Self { folder: folder.to_path_buf(), path, listener })
    }

    /// Renames the socket to that of a ready kernel.
    pub fn ready(&mut self) -> io::Result<()> {
        let ready = self.folder.join(format!("{READY}{}", std::process::id()));
        fs::rename(&self.path, &ready)?;
        self.path = ready;
        Ok(())
    }

    /// Waits for the next connection, then removes the socket. Another process may have connected first.
    pub fn accept(self) -> io::Result<UnixStream> {
        let (stream, _) = self.listener.accept()?;
        Ok(stream)
    }
}

impl Drop for Address {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Removes this process's socket under either name.
pub fn remove(folder: &Path) {
    for start in [READY, SOON] {
        let _ = fs::remove_file(folder.join(format!("{start}{}", std::process::id())));
    }
}

/// Connects to the spares in a folder, ready ones first, until one answers.
pub fn call<T>(folder: &Path, mut talk: impl FnMut(UnixStream) -> Option<T>) -> Option<T> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths.into_iter().find_map(|path| {
        let named = |start| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(start));
        if !(named(READY) || named(SOON)) {
            return None;
        }
        talk(within(folder, &path, |name| UnixStream::connect(name)).ok()?)
    })
}

/// Calls `act` with a socket's name in its folder: the system limits the path to about a hundred bytes.
fn within<T>(folder: &Path, path: &Path, act: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<T> {
    let here = std::env::current_dir()?;
    std::env::set_current_dir(folder)?;
    let done = act(Path::new(path.file_name().unwrap_or_default()));
    std::env::set_current_dir(here)?;
    done
}
