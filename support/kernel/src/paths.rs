//! Where things lie, as seen from this binary: `.lab/kernel/kernel`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folder `.lab` that set-up made.
pub struct LabPaths(PathBuf);

impl LabPaths {
    /// Finds the folder from where this binary lies.
    pub fn find() -> Result<Self> {
        let exe = std::env::current_exe().context("this program does not know where it lies")?;
        let lab = exe.parent().and_then(Path::parent).context("this program lies outside .lab/kernel")?;
        Ok(Self(lab.to_path_buf()))
    }

    /// The repository.
    pub fn repository(&self) -> PathBuf {
        self.0.parent().unwrap_or(&self.0).to_path_buf()
    }

    /// libtorch, or a link to it.
    pub fn libtorch(&self) -> PathBuf {
        std::env::var_os("LIBTORCH").map_or_else(|| self.0.join("libtorch"), PathBuf::from)
    }

    /// The program that runs cells.
    pub fn runner(&self) -> PathBuf {
        self.0.join("kernel/runner")
    }

    /// The folder that kernels clone.
    pub fn warm(&self) -> PathBuf {
        self.0.join("warm")
    }

    /// Written last by `--prepare`: a warm folder without it is not finished.
    pub fn warm_mark(&self) -> PathBuf {
        self.warm().join("ready")
    }

    /// One folder a running kernel.
    pub fn kernels(&self) -> PathBuf {
        self.0.join("kernels")
    }

    /// evcxr's own settings, kept apart from those in the user's home.
    pub fn evcxr_config(&self) -> PathBuf {
        self.0.join("evcxr")
    }

    /// The versions that everything is built with.
    pub fn lock_file(&self) -> PathBuf {
        self.repository().join("Cargo.lock")
    }

    /// The repository's settings for cargo, which hold for cells as well.
    pub fn cargo_settings(&self) -> PathBuf {
        self.repository().join(".cargo/config.toml")
    }

    /// The crate that notebooks depend on, without links on the way to it.
    pub fn support(&self) -> PathBuf {
        let path = self.repository().join("support");
        path.canonicalize().unwrap_or(path)
    }
}
