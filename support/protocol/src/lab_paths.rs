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
    /// Makes the paths of the checkout at `repository`.
    pub fn new(repository: impl Into<PathBuf>) -> Self {
        Self { repository: repository.into() }
    }

    /// Makes the paths of the checkout to which the running binary, one of `.lab/kernel`, belongs.
    ///
    /// # Errors
    /// Fails if the binary is elsewhere.
    pub fn of_binary() -> io::Result<Self> {
        let binary = env::current_exe()?;
        Self::around(&binary).ok_or_else(|| {
            io::Error::new(io::ErrorKind::NotFound, format!("{} lies outside .lab/kernel", binary.display()))
        })
    }

    /// Makes the paths of the checkout to which a binary of `.lab/kernel` belongs.
    fn around(binary: &Path) -> Option<Self> {
        binary.ancestors().nth(3).map(Self::new)
    }

    /// Returns the repository's folder.
    pub fn repository(&self) -> &Path {
        &self.repository
    }

    /// Returns a path below the repository.
    pub fn at(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.repository.join(relative)
    }

    /// Returns the folder that set-up fills.
    pub fn lab(&self) -> PathBuf {
        self.at(".lab")
    }
}

/// Paths of sources.
impl LabPaths {
    /// Returns the path of the lock file, with the versions for all builds.
    pub fn lock_file(&self) -> PathBuf {
        self.at("Cargo.lock")
    }

    /// Returns the path of the repository's settings for cargo, which apply to cells as well.
    pub fn cargo_settings(&self) -> PathBuf {
        self.at(".cargo/config.toml")
    }

    /// Returns the folder of the crate that notebooks depend on, with links resolved.
    pub fn support(&self) -> PathBuf {
        let path = self.at("support");
        path.canonicalize().unwrap_or(path)
    }

    /// Returns the folder of the notebooks.
    pub fn notebooks(&self) -> PathBuf {
        self.at("notebooks")
    }

    /// Returns the path of a Python script of the package `lab`.
    pub fn script(&self, name: &str) -> PathBuf {
        self.at("support/lab/python").join(name)
    }

    /// Returns the folder of the exported pages.
    pub fn site(&self) -> PathBuf {
        self.at("target/site")
    }
}

/// Paths in `.lab` that set-up makes.
impl LabPaths {
    /// Returns the folder of the Python environment.
    pub fn venv(&self) -> PathBuf {
        self.at(".lab/python")
    }

    /// Returns the path of that environment's interpreter.
    pub fn venv_python(&self) -> PathBuf {
        self.at(".lab/python/bin/python")
    }

    /// Returns the folder in which Jupyter finds kernelspecs and templates.
    pub fn jupyter(&self) -> PathBuf {
        self.at(".lab/python/share/jupyter")
    }

    /// Returns the folder of Jupyter's own files: settings, workspaces, connection files.
    pub fn jupyter_home(&self) -> PathBuf {
        self.at(".lab/jupyter")
    }

    /// Returns the folder of Python packages that only tests need.
    pub fn test_packages(&self) -> PathBuf {
        self.at(".lab/tests")
    }

    /// Returns the folder of libtorch, which may be a link.
    pub fn libtorch(&self) -> PathBuf {
        self.at(".lab/libtorch")
    }

    /// Returns the libtorch that `LIBTORCH` names, or else the one of `.lab`.
    pub fn libtorch_in_use(&self) -> PathBuf {
        env::var_os("LIBTORCH").map_or_else(|| self.libtorch(), PathBuf::from)
    }

    /// Returns the path of a binary that set-up builds, by its name.
    pub fn binary(&self, name: &str) -> PathBuf {
        self.at(".lab/kernel").join(name)
    }

    /// Returns the path of the kernel, which is also the launcher that Jupyter starts.
    pub fn kernel(&self) -> PathBuf {
        self.binary("kernel")
    }

    /// Returns the path of the program that runs cells.
    pub fn runner(&self) -> PathBuf {
        self.binary("runner")
    }

    /// Returns the path of the kernel of the crate evcxr_jupyter.
    pub fn evcxr_jupyter(&self) -> PathBuf {
        self.binary("evcxr_jupyter")
    }

    /// Returns the folder that new kernels clone.
    pub fn warm(&self) -> PathBuf {
        self.at(".lab/warm")
    }

    /// Returns the path of the file that is written last into the warm folder: without it the folder is incomplete.
    pub fn warm_mark(&self) -> PathBuf {
        self.warm().join("ready")
    }

    /// Returns the path of the record of the last set-up of one part.
    pub fn state(&self, part: &str) -> PathBuf {
        self.at(".lab/state").join(part)
    }

    /// Returns the folder of unfinished downloads.
    pub fn downloads(&self) -> PathBuf {
        self.at(".lab/downloads")
    }

    /// Returns the path of the file that a set-up locks.
    pub fn setup_lock(&self) -> PathBuf {
        self.at(".lab/lock")
    }
}

/// Paths in `.lab` that running kernels make.
impl LabPaths {
    /// Returns the folder with one folder per running kernel.
    pub fn kernels(&self) -> PathBuf {
        self.at(".lab/kernels")
    }

    /// Returns the folder of the store of compiled cells.
    pub fn cells(&self) -> PathBuf {
        self.at(".lab/cells")
    }

    /// Returns the folder for sockets of preloaded kernels, with one folder per manager process.
    pub fn spares(&self) -> PathBuf {
        self.at(".lab/spares")
    }

    /// Returns the folder of evcxr's settings, separate from those in the user's home.
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
