//! Where things lie. Set-up writes below `.lab` only.

use std::env;
use std::path::{Path, PathBuf};

/// The folders of one checkout.
#[derive(Debug, Clone)]
pub struct Paths {
    /// The repository.
    pub root: PathBuf,
}

impl Paths {
    /// The checkout this binary was built from, also when it was moved since.
    pub fn of_this_repository() -> Self {
        let built = Path::new(env!("CARGO_MANIFEST_DIR"));
        let now = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).filter(|p| p.ends_with("support/lab"));
        let package = now.unwrap_or_else(|| built.to_path_buf());
        Self { root: package.ancestors().nth(2).unwrap_or(&package).to_path_buf() }
    }

    /// A path below the repository.
    pub fn at(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// The folder that set-up fills.
    pub fn lab(&self) -> PathBuf {
        self.at(".lab")
    }

    /// The Python environment that set-up makes.
    pub fn venv(&self) -> PathBuf {
        self.at(".lab/python")
    }

    /// The interpreter of that environment.
    pub fn venv_python(&self) -> PathBuf {
        self.at(".lab/python/bin/python")
    }

    /// Where Jupyter finds the kernel's description.
    pub fn jupyter(&self) -> PathBuf {
        self.at(".lab/python/share/jupyter")
    }

    /// libtorch, or a link to it.
    pub fn libtorch(&self) -> PathBuf {
        self.at(".lab/libtorch")
    }

    /// The kernel's binary.
    pub fn kernel(&self) -> PathBuf {
        self.at(".lab/kernel/kernel")
    }

    /// The folder that new kernels start from.
    pub fn warm(&self) -> PathBuf {
        self.at(".lab/warm")
    }

    /// Unfinished downloads.
    pub fn downloads(&self) -> PathBuf {
        self.at(".lab/downloads")
    }

    /// What set-up last did, one small file per part.
    pub fn state(&self, part: &str) -> PathBuf {
        self.at(".lab/state").join(part)
    }

    /// A Python helper of this package.
    pub fn script(&self, name: &str) -> PathBuf {
        self.at("support/lab/python").join(name)
    }

    /// The notebooks' folder.
    pub fn notebooks(&self) -> PathBuf {
        self.at("notebooks")
    }

    /// The exported pages.
    pub fn site(&self) -> PathBuf {
        self.at("target/site")
    }
}
