//! Spare kernels: loaded while nobody waits, handed to the next notebook. The kernel's binary keeps them; see
//! `support/kernel/src/spare`.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use protocol::LabPaths;
use protocol::variables;

use crate::error::{At, Error, Result};
use crate::process;
use crate::setup::jupyter;

/// How long spares may take to be there; without them it goes on all the same.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// At hand.
    pub spare: usize,
    /// With those that serve notebooks.
    pub most: usize,
}

/// The keeper of the spares; dropping this ends it and them.
#[derive(Debug)]
pub struct Spares {
    keeper: Option<Child>,
    folder: Option<PathBuf>,
    watched: bool,
}

impl Spares {
    /// None, for notebooks that somebody watches or not.
    pub fn none(watched: bool) -> Self {
        Self { keeper: None, folder: None, watched }
    }

    /// Keeps them for notebooks in a folder, until this process ends, also when it becomes another program.
    pub fn keep(paths: &LabPaths, notebooks: &Path, wanted: Wanted, watched: bool) -> Result<Self> {
        let mut spares = Self { keeper: None, folder: Some(folder(paths)?), watched };
        let mut command = process::command(paths, paths.kernel());
        command.arg("--spares").args([wanted.spare, wanted.most].map(|n| n.to_string()));
        command.envs(jupyter::variables(paths)).envs(spares.variables()).env_remove("LIBTORCH");
        command.current_dir(notebooks).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let program = paths.kernel().display().to_string();
        spares.keeper = Some(command.spawn().map_err(|source| Error::Start { program, source })?);
        Ok(spares)
    }

    /// Waits until so many can be called, ready or not: a kernel that finds none loads by itself.
    pub fn wait(&self, count: usize) {
        let begun = Instant::now();
        let there = || self.folder.iter().flat_map(fs::read_dir).flatten().count();
        while there() < count && begun.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// What kernels find in their environment.
    pub fn variables(&self) -> Vec<(&'static str, OsString)> {
        let folder = self.folder.iter().map(|folder| (variables::SPARES, folder.clone().into_os_string()));
        folder.chain((!self.watched).then(|| (variables::UNWATCHED, "1".into()))).collect()
    }
}

impl Drop for Spares {
    fn drop(&mut self) {
        if let Some(keeper) = &mut self.keeper {
            let _ = keeper.kill();
            let _ = keeper.wait();
        }
        if let Some(folder) = &self.folder {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// A folder for this process's spares, in which nobody else may look; the folders of processes that are gone go.
fn folder(paths: &LabPaths) -> Result<PathBuf> {
    let all = paths.spares();
    for entry in fs::read_dir(&all).into_iter().flatten().flatten() {
        let process = Path::new("/proc").join(entry.file_name());
        // Where there is no /proc, an empty folder of a dead process does no harm.
        if Path::new("/proc/self").exists() && !process.exists() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    let folder = all.join(std::process::id().to_string());
    let _ = fs::remove_dir_all(&folder);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).at("create", &folder)?;
    Ok(folder)
}
