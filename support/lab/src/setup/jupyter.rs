//! Writes Jupyter's files in `.lab`: the kernelspecs, its settings, and the variables that point to them.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use clap::ValueEnum;
use protocol::LabPaths;
use serde_json::{Value, json};

use crate::error::Result;
use crate::stamp::write_whole;

/// A kernel that set-up installs for Jupyter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Kernelspec {
    /// The kernel of this project
    #[default]
    #[value(name = "rust")]
    Rust,
    /// The kernel of the crate evcxr_jupyter as it is
    #[value(name = "rust_evcxr")]
    EvcxrJupyter,
}

impl Kernelspec {
    /// All kernelspecs, the default first.
    pub const ALL: [Self; 2] = [Self::Rust, Self::EvcxrJupyter];

    /// Returns the name in notebooks and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::EvcxrJupyter => "rust_evcxr",
        }
    }

    /// Returns the name that JupyterLab shows.
    pub fn display_name(self) -> &'static str {
        match self {
            Self::Rust => "Rust",
            Self::EvcxrJupyter => "Rust (evcxr_jupyter)",
        }
    }

    /// Returns the description in Jupyter's format. Both kernels get interrupts as messages, as evcxr_jupyter requires.
    fn description(self, paths: &LabPaths) -> Value {
        let kernel = paths.kernel();
        let argv = match self {
            Self::Rust => json!([kernel, "--control_file", "{connection_file}"]),
            Self::EvcxrJupyter => json!([kernel, "--evcxr_jupyter", "--control_file", "{connection_file}"]),
        };
        json!({
            "argv": argv,
            "display_name": self.display_name(),
            "language": "rust",
            "interrupt_mode": "message",
            "env": {},
            // JupyterLab checks this before it offers the variable panel.
            "metadata": { "debugger": self == Self::Rust },
        })
    }
}

/// Name of the template for exported pages.
const EXPORT: &str = "figures";

/// Writes the kernelspecs and settings where they are missing or differ.
pub fn describe(paths: &LabPaths) -> Result<()> {
    for kernel in Kernelspec::ALL {
        let file = paths.jupyter().join(format!("kernels/{}/kernel.json", kernel.name()));
        write_if_other(&file, &kernel.description(paths))?;
    }
    // JupyterLab fetches no news, and does not ask the user about them.
    let settings = json!({
        "@jupyterlab/apputils-extension:notification": { "checkForUpdates": false, "fetchNews": "false" },
        "@jupyterlab/extensionmanager-extension:plugin": { "enabled": false },
    });
    let config = paths.jupyter_home().join("config");
    write_if_other(&config.join("labconfig/default_setting_overrides.json"), &settings)?;
    // Template for JupyterLab's export and for nbconvert by itself.
    let template = paths.jupyter().join("nbconvert/templates").join(EXPORT);
    let mimetypes = json!({ "base_template": "lab", "mimetypes": { "text/html": true } });
    write_if_other(&template.join("conf.json"), &mimetypes)?;
    write_text(&template.join("index.html.j2"), include_str!("../../python/export.html.j2"))?;
    for program in ["server", "nbconvert"] {
        let chosen = json!({ "HTMLExporter": { "template_name": EXPORT } });
        write_if_other(&config.join(format!("jupyter_{program}_config.json")), &chosen)?;
    }
    Ok(())
}

fn write_if_other(path: &Path, value: &Value) -> Result<()> {
    write_text(path, &format!("{value:#}\n"))
}

fn write_text(path: &Path, wanted: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|found| found == wanted) {
        Ok(())
    } else {
        write_whole(path, wanted)
    }
}

/// Returns the variables that keep Jupyter's files inside `.lab` and point Jupyter to the kernel.
pub fn variables(paths: &LabPaths) -> Vec<(&'static str, OsString)> {
    let more = env::var_os("JUPYTER_PATH").filter(|path| !path.is_empty());
    let path = env::join_paths([paths.jupyter()].into_iter().chain(more.iter().flat_map(env::split_paths)));
    let at = |folder: &str| paths.jupyter_home().join(folder).into_os_string();
    vec![
        ("JUPYTER_PATH", path.unwrap_or_else(|_| paths.jupyter().into_os_string())),
        ("JUPYTER_CONFIG_DIR", at("config")),
        ("JUPYTER_DATA_DIR", at("data")),
        ("JUPYTER_RUNTIME_DIR", at("runtime")),
        ("JUPYTERLAB_WORKSPACES_DIR", at("workspaces")),
        ("IPYTHONDIR", at("ipython")),
        ("JUPYTER_PREFER_ENV_PATH", "1".into()),
        ("JUPYTER_PLATFORM_DIRS", "0".into()),
        ("PYTHONDONTWRITEBYTECODE", "1".into()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernelspecs_have_the_names_of_the_command_line() {
        for kernel in Kernelspec::ALL {
            let value = kernel.to_possible_value().unwrap();
            assert_eq!(value.get_name(), kernel.name());
        }
        assert_eq!(Kernelspec::ALL[0], Kernelspec::default());
    }

    #[test]
    fn the_kernels_description_follows_a_moved_repository() {
        for _ in 0..2 {
            let root = tempfile::tempdir().unwrap();
            let paths = LabPaths::new(root.path());
            describe(&paths).unwrap();
            for (name, last) in [("rust", 2), ("rust_evcxr", 3)] {
                let file = paths.jupyter().join(format!("kernels/{name}/kernel.json"));
                let spec: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
                assert_eq!(spec["argv"][0], paths.kernel().to_str().unwrap());
                assert_eq!(spec["argv"][last], "{connection_file}");
            }
        }
    }

    #[test]
    fn jupyter_writes_inside_lab_only() {
        let paths = LabPaths::new("/r");
        for (name, value) in variables(&paths) {
            let inside = value.to_string_lossy().starts_with("/r/.lab/");
            assert!(inside || ["1", "0"].contains(&&*value.to_string_lossy()), "{name} leads outside");
        }
    }
}
