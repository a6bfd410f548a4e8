//! Serves a notebook: by a spare kernel if there is one, else in a folder of this process.

use std::fs::File;
use std::future::Future;
use std::io::BufReader;
use std::os::unix::process::{CommandExt, parent_id};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use jupyter_protocol::ConnectionInfo;
use protocol::variables::{PARENT, WORKDIR};

use super::{child_env, preflight, workdir};
use crate::evaluator::{Evaluator, Workdir};
use crate::jupyter;
use crate::pool::client;
use protocol::LabPaths;

/// Interval between checks of the parent process.
const LOOK: Duration = Duration::from_millis(500);

/// Serves a notebook until Jupyter requests shutdown.
pub fn serve(lab: LabPaths, connection_file: &Path) -> Result<ExitCode> {
    match own_folder() {
        None => match client::claim(connection_file) {
            Some(code) => Ok(code),
            None => become_kernel(&lab),
        },
        Some(folder) => {
            let _held = workdir::hold(&folder)?;
            let evaluator = Evaluator::start(Workdir { lab: Arc::new(lab), folder })?;
            let runtime = runtime()?;
            let info = connection(connection_file)?;
            runtime.block_on(jupyter::serve(&info, &evaluator, parents_end()))?;
            evaluator.end();
            runtime.shutdown_timeout(Duration::from_millis(200));
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Returns the folder that the first stage made for this process, if this is the second.
pub fn own_folder() -> Option<PathBuf> {
    std::env::var_os(WORKDIR).map(PathBuf::from)
}

/// Makes a folder and starts this binary again in it. The loader reads its path when a process starts, so the path must
/// include libtorch by then.
pub fn become_kernel(lab: &LabPaths) -> Result<ExitCode> {
    // Read before the folder is cloned, which takes a moment.
    let parent = parent_id();
    let folder = match preflight::find(lab) {
        None => workdir::make(lab)?,
        Some(_) => workdir::make_empty(lab)?,
    };
    let mut kernel = child_env::again(lab, &folder)?;
    kernel.args(std::env::args_os().skip(1)).env(WORKDIR, &folder).env(PARENT, parent.to_string());
    let error = kernel.exec();
    Err(error).context("the kernel could not be started")
}

/// Reads a connection file.
pub fn connection(file: &Path) -> Result<ConnectionInfo> {
    let open = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_reader(BufReader::new(open))
        .with_context(|| format!("{} is no connection file", file.display()))
}

/// Makes the runtime for the protocol's tasks.
pub fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("no threads to be had")
}

/// Completes when the process that started this one has ended, also if it ended before this process was set up.
pub fn parents_end() -> impl Future<Output = ()> {
    let noted = std::env::var(PARENT).ok().and_then(|parent| parent.parse().ok());
    let parent = noted.unwrap_or_else(parent_id);
    async move {
        while parent_id() == parent {
            tokio::time::sleep(LOOK).await;
        }
    }
}
