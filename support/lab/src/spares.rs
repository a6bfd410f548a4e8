//! Spare kernels: loaded in advance, and passed to the next notebook. The kernel's binary manages them; see
//! `support/kernel/src/pool`.

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

/// Maximum time to wait for spares; notebooks then run without them.
const PATIENCE: Duration = Duration::from_secs(5);

/// The numbers of kernels to keep.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// Number of spares that are ready.
    pub spare: usize,
    /// Maximum number of kernels, with those that serve notebooks.
    pub most: usize,
}

/// A handle to the manager of the spares; dropping it ends the manager and the spares.
#[derive(Debug)]
pub struct Spares {
    keeper: Option<Child>,
    folder: Option<PathBuf>,
    watched: bool,
}

impl Spares {
    /// Keeps no spares; `watched` is false for notebooks that run unattended.
    pub fn none(watched: bool) -> Self {
        Self { keeper: None, folder: None, watched }
    }

    /// Keeps spares for notebooks in a folder, until this process ends, also if it becomes another program.
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

    /// Waits until `count` spares have sockets, ready or not: a kernel that finds none loads by itself.
    pub fn wait(&self, count: usize) {
        let begun = Instant::now();
        let there = || self.folder.iter().flat_map(fs::read_dir).flatten().count();
        while there() < count && begun.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Returns the environment variables for kernels.
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

/// Makes a folder for this process's spares, for its user alone; removes the folders of processes that have ended.
fn folder(paths: &LabPaths) -> Result<PathBuf> {
    let all = paths.spares();
    for entry in fs::read_dir(&all).into_iter().flatten().flatten() {
        let process = Path::new("/proc").join(entry.file_name());
        // Where there is no /proc, an empty folder of an ended process does no harm.
        if Path::new("/proc/self").exists() && !process.exists() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    let folder = all.join(std::process::id().to_string());
    let _ = fs::remove_dir_all(&folder);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).at("create", &folder)?;
    Ok(folder)
}
