//! Sockets in the spares' folder. A name says whether its kernel is ready or soon will be.

use std::fs;
use std::io;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

/// A loaded kernel's socket begins with this …
const READY: &str = "ready-";
/// … and one that is being loaded with this.
const SOON: &str = "soon-";

/// Where a spare listens.
pub struct Address {
    folder: PathBuf,
    path: PathBuf,
    listener: UnixListener,
}

impl Address {
    /// Listens, as one that will be ready soon.
    pub fn new(folder: &Path) -> io::Result<Self> {
        let path = folder.join(format!("{SOON}{}", std::process::id()));
        let _ = fs::remove_file(&path);
        let listener = within(folder, &path, |name| UnixListener::bind(name))?;
        Ok(Self { folder: folder.to_path_buf(), path, listener })
    }

    /// From now on it is ready.
    pub fn ready(&mut self) -> io::Result<()> {
        let ready = self.folder.join(format!("{READY}{}", std::process::id()));
        fs::rename(&self.path, &ready)?;
        self.path = ready;
        Ok(())
    }

    /// Waits for the next who calls. Another may have been quicker; nobody else finds the socket afterwards.
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

/// Takes this process's socket away, whatever its name is by now.
pub fn remove(folder: &Path) {
    for start in [READY, SOON] {
        let _ = fs::remove_file(folder.join(format!("{start}{}", std::process::id())));
    }
}

/// Calls the spares in a folder, those that are ready first, until one answers.
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

/// Does something with a socket by its name alone: the system allows a hundred characters, and a folder may have more.
fn within<T>(folder: &Path, path: &Path, act: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<T> {
    let here = std::env::current_dir()?;
    std::env::set_current_dir(folder)?;
    let done = act(Path::new(path.file_name().unwrap_or_default()));
    std::env::set_current_dir(here)?;
    done
}
