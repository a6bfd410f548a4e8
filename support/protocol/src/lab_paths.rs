//! The layout of a checkout: the repository, and the folder `.lab` that set-up fills.

use std::env;
use std::io;
use std::path::{Path, PathBuf};

/// Paths in one checkout, all absolute if the repository's is. Set-up writes below `.lab` only.
///
/// ```text
/// .lab/python, jupyter, tests     Python environment, Jupyter's own files, packages for tests
/// .lab/libtorch                   libtorch, or a link to it
/// .lab/kernel/{kernel, …}         the kernel's binaries
/// .lab/warm                       a kernel's folder in which everything is compiled; new kernels clone it
/// .lab/kernels/<pid>              the folder of a running kernel
/// .lab/cells                      compiled cells
/// .lab/spares/<pid>               sockets of preloaded kernels
/// .lab/evcxr                      evcxr's settings
/// .lab/state, downloads, lock     records of set-up, unfinished downloads, its lock
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabPaths {
    repository: PathBuf,
}

impl LabPaths {
    /// Paths in the checkout at `repository`.
    pub fn new(repository: impl Into<PathBuf>) -> Self {
        Self { repository: repository.into() }
    }

    /// Paths in the checkout to which the running binary, one of `.lab/kernel`, belongs.
    ///
    /// # Errors
    /// The binary lies elsewhere.
    pub fn of_binary() -> io::Result<Self> {
        let binary = env::current_exe()?;
        Self::around(&binary).ok_or_else(|| {
            io::Error::new(io::ErrorKind::NotFound, format!("{} lies outside .lab/kernel", binary.display()))
        })
    }

    /// Paths in the checkout to which a binary of `.lab/kernel` belongs.
    fn around(binary: &Path) -> Option<Self> {
        binary.ancestors().nth(3).map(Self::new)
    }

    /// The repository's folder.
    pub fn repository(&self) -> &Path {
        &self.repository
    }

    /// A path below the repository.
    pub fn at(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.repository.join(relative)
    }

    /// The folder that set-up fills.
    pub fn lab(&self) -> PathBuf {
        self.at(".lab")
    }
}

/// Sources.
impl LabPaths {
    /// The versions that everything is built with.
    pub fn lock_file(&self) -> PathBuf {
        self.at("Cargo.lock")
    }

    /// The repository's settings for cargo, which hold for cells as well.
    pub fn cargo_settings(&self) -> PathBuf {
        self.at(".cargo/config.toml")
    }

    /// The crate that notebooks depend on, without links on the way to it.
    pub fn support(&self) -> PathBuf {
        let path = self.at("support");
        path.canonicalize().unwrap_or(path)
    }

    /// The folder of the notebooks.
    pub fn notebooks(&self) -> PathBuf {
        self.at("notebooks")
    }

    /// A Python helper of the package `lab`.
    pub fn script(&self, name: &str) -> PathBuf {
        self.at("support/lab/python").join(name)
    }

    /// The exported pages.
    pub fn site(&self) -> PathBuf {
        self.at("target/site")
    }
}

/// The parts of `.lab` that set-up makes.
impl LabPaths {
    /// The Python environment.
    pub fn venv(&self) -> PathBuf {
        self.at(".lab/python")
    }

    /// The interpreter of that environment.
    pub fn venv_python(&self) -> PathBuf {
        self.at(".lab/python/bin/python")
    }

    /// The folder in which Jupyter finds kernelspecs and templates.
    pub fn jupyter(&self) -> PathBuf {
        self.at(".lab/python/share/jupyter")
    }

    /// Jupyter's own files: settings, workspaces, connection files.
    pub fn jupyter_home(&self) -> PathBuf {
        self.at(".lab/jupyter")
    }

    /// Python packages that only tests need.
    pub fn test_packages(&self) -> PathBuf {
        self.at(".lab/tests")
    }

    /// libtorch, or a link to it.
    pub fn libtorch(&self) -> PathBuf {
        self.at(".lab/libtorch")
    }

    /// The libtorch that `LIBTORCH` names, or else the one of `.lab`.
    pub fn libtorch_in_use(&self) -> PathBuf {
        env::var_os("LIBTORCH").map_or_else(|| self.libtorch(), PathBuf::from)
    }

    /// A binary that set-up builds, by its name.
    pub fn binary(&self, name: &str) -> PathBuf {
        self.at(".lab/kernel").join(name)
    }

    /// The kernel, which is also the launcher that Jupyter starts.
    pub fn kernel(&self) -> PathBuf {
        self.binary("kernel")
    }

    /// The program that runs cells.
    pub fn runner(&self) -> PathBuf {
        self.binary("runner")
    }

    /// The kernel of the crate evcxr_jupyter.
    pub fn evcxr_jupyter(&self) -> PathBuf {
        self.binary("evcxr_jupyter")
    }

    /// The folder that new kernels clone.
    pub fn warm(&self) -> PathBuf {
        self.at(".lab/warm")
    }

    /// The file that is written last into the warm folder: without it the folder is not finished.
    pub fn warm_mark(&self) -> PathBuf {
        self.warm().join("ready")
    }

    /// The record of the last set-up of one part.
    pub fn state(&self, part: &str) -> PathBuf {
        self.at(".lab/state").join(part)
    }

    /// Unfinished downloads.
    pub fn downloads(&self) -> PathBuf {
        self.at(".lab/downloads")
    }

    /// The file that a set-up locks.
    pub fn setup_lock(&self) -> PathBuf {
        self.at(".lab/lock")
    }
}

/// The parts of `.lab` that running kernels make.
impl LabPaths {
    /// The folders of running kernels, one for each.
    pub fn kernels(&self) -> PathBuf {
        self.at(".lab/kernels")
    }

    /// The store of compiled cells.
    pub fn cells(&self) -> PathBuf {
        self.at(".lab/cells")
    }

    /// The sockets of preloaded kernels, a folder for each process that keeps some.
    pub fn spares(&self) -> PathBuf {
        self.at(".lab/spares")
    }

    /// evcxr's settings, kept apart from those in the user's home.
    pub fn evcxr_config(&self) -> PathBuf {
        self.at(".lab/evcxr")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binary_finds_its_checkout() {
        let paths = LabPaths::new("/course");
        for binary in [paths.kernel(), paths.runner(), paths.evcxr_jupyter()] {
            assert_eq!(LabPaths::around(&binary), Some(paths.clone()));
        }
        assert_eq!(LabPaths::around(Path::new("/kernel")), None);
    }

    #[test]
    fn all_that_set_up_and_kernels_write_lies_in_lab() {
        let paths = LabPaths::new("/course");
        let written = [
            paths.venv(),
            paths.jupyter(),
            paths.jupyter_home(),
            paths.test_packages(),
            paths.libtorch(),
            paths.kernel(),
            paths.warm_mark(),
            paths.state("kernel"),
            paths.downloads(),
            paths.setup_lock(),
            paths.kernels(),
            paths.cells(),
            paths.spares(),
            paths.evcxr_config(),
        ];
        for path in written {
            assert!(path.starts_with(paths.lab()) && path != paths.lab(), "{}", path.display());
        }
    }
}
