//! The errors of `cargo lab`, each with advice for the user.

use std::path::PathBuf;

/// The errors of `cargo lab`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Programs that set-up cannot install by itself.
    #[error("this is missing on your machine:\n{0}\nInstall it and call `cargo lab` again.")]
    MissingTools(String),
    /// A file or folder could not be read or written.
    #[error("cannot {doing} {}: {source}{}", path.display(), if is_full(source) { "; make room and call again" } else { "" })]
    File { doing: &'static str, path: PathBuf, source: std::io::Error },
    /// A program could not be started.
    #[error("cannot start {program}: {source}")]
    Start { program: String, source: std::io::Error },
    /// A program failed.
    #[error("{what} failed ({status}):\n{output}")]
    Failed { what: String, status: String, output: String },
    /// libtorch could not be downloaded.
    #[error("libtorch could not be fetched: {0}")]
    Libtorch(String),
    /// There is no pinned libtorch for this machine.
    #[error("no libtorch is known for {0}; install libtorch {1} yourself and name its folder in LIBTORCH")]
    NoLibtorch(String, String),
    /// environment.yml lacks an entry.
    #[error("environment.yml does not state a version of {0}; expected a line such as `  - {0} =1.2.3`")]
    NoVersion(String),
    /// No notebook has this name.
    #[error("no notebook is called `{asked}`; there are: {known}")]
    UnknownNotebook { asked: String, known: String },
    /// A file is not a notebook.
    #[error("{} is not a notebook: {problem}", path.display())]
    NotANotebook { path: PathBuf, problem: String },
    /// The picture in an output cannot be read.
    #[error("cannot read the picture: {0}")]
    Picture(String),
}

/// Shorthand for a result with this crate's error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

fn is_full(source: &std::io::Error) -> bool {
    source.kind() == std::io::ErrorKind::StorageFull
}

/// Adds the path and the operation to an I/O error.
pub trait At<T> {
    /// Adds the path and `doing`, which completes the sentence "cannot … <path>".
    fn at(self, doing: &'static str, path: &std::path::Path) -> Result<T>;
}

impl<T> At<T> for std::io::Result<T> {
    fn at(self, doing: &'static str, path: &std::path::Path) -> Result<T> {
        self.map_err(|source| Error::File { doing, path: path.to_path_buf(), source })
    }
}
