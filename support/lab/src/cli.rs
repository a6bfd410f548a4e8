//! The command line.

use clap::{Parser, Subcommand};

use crate::setup::jupyter::Kernelspec;

/// Neural-network classification in Rust notebooks: sets up what is missing and opens JupyterLab.
#[derive(Debug, Parser)]
#[command(name = "cargo lab", bin_name = "cargo lab", version)]
pub struct Cli {
    /// Use libtorch's CUDA build (Linux x86_64; about 2.5 GB to download, 4 GB on disk)
    #[arg(long, global = true)]
    pub cuda: bool,

    /// Keep no spare kernels; each notebook loads its own
    #[arg(long, global = true)]
    pub no_spares: bool,

    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Set up what is missing and open JupyterLab on the notebooks (the default)
    Open {
        /// Passed on to JupyterLab, such as `--no-browser --port 8890`
        #[arg(last = true, value_name = "JUPYTERLAB ARGUMENTS")]
        jupyter: Vec<String>,
    },
    /// Run the notebooks; leaves HTML pages and every figure as PNG in target/site
    Run {
        /// Parts of notebook names, such as `regression` or `02`; all notebooks without one
        #[arg(value_name = "NAME")]
        names: Vec<String>,
        /// Write the outputs, and the links from notebook to notebook, back into notebooks/
        #[arg(long, conflicts_with = "kernel")]
        save: bool,
        /// The kernel that runs them
        #[arg(long, value_enum, default_value_t, value_name = "NAME")]
        kernel: Kernelspec,
        /// How many notebooks run side by side (default: what cores and memory carry)
        #[arg(long, short, value_parser = clap::value_parser!(u16).range(1..))]
        jobs: Option<u16>,
    },
    /// Prove the project: format, lints, the crates' tests, the notebooks against their outputs
    Test {
        /// How many notebooks run side by side (default: what cores and memory carry)
        #[arg(long, short, value_parser = clap::value_parser!(u16).range(1..))]
        jobs: Option<u16>,
    },
    /// Show what is installed, what is wrong, and how to mend it
    Doctor,
    /// Remove everything that set-up made (.lab) and the pages (target/site)
    Clean,
}

impl Default for Command {
    fn default() -> Self {
        Self::Open { jupyter: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn arguments_after_two_dashes_reach_jupyterlab() {
        let cli = Cli::parse_from(["cargo lab", "open", "--cuda", "--", "--no-browser", "--port", "8890"]);
        assert!(cli.cuda);
        match cli.command {
            Some(Command::Open { jupyter }) => assert_eq!(jupyter, ["--no-browser", "--port", "8890"]),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_outputs_of_the_default_kernel_are_saved() {
        let run = |arguments: &[&str]| Cli::try_parse_from([&["cargo lab", "run"], arguments].concat());
        let kernel = |cli: Cli| match cli.command {
            Some(Command::Run { kernel, .. }) => kernel,
            other => panic!("{other:?}"),
        };
        assert_eq!(kernel(run(&["--save"]).unwrap()), Kernelspec::Rust);
        assert_eq!(kernel(run(&["--kernel", "rust_evcxr"]).unwrap()), Kernelspec::EvcxrJupyter);
        assert!(run(&["--kernel", "rust_evcxr", "--save"]).is_err());
        assert!(run(&["--kernel", "python3"]).is_err());
    }

    #[test]
    fn zero_jobs_are_refused() {
        assert!(Cli::try_parse_from(["cargo lab", "run", "--jobs", "0"]).is_err());
    }
}
