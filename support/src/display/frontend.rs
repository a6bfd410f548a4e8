//! The connection to the notebook: the features of the running kernel, and output to it.

use std::env;
use std::path::PathBuf;

use protocol::content_block::{self, Heading, Verb, mime};
use protocol::variables;

use crate::error::Error;

/// The connection of a cell to its kernel. No other code reads the kernel's environment, so that a test can replace it.
#[derive(Clone, Debug)]
pub(crate) struct Frontend {
    /// True if output is shown while the cell runs.
    pub(crate) live: bool,
    /// True if output is live and somebody watches the cell run.
    pub(crate) watched: bool,
    /// The file that exists after the stop button was pressed.
    pub(crate) stop_file: Option<PathBuf>,
    /// Collects the output instead of standard output.
    #[cfg(test)]
    pub(crate) paper: Option<std::rc::Rc<std::cell::RefCell<String>>>,
}

impl Frontend {
    /// Returns the frontend of the running cell.
    pub(crate) fn here() -> Self {
        let is_set = |name| env::var_os(name).is_some_and(|value| value == "1");
        let live = is_set(variables::LIVE);
        Self {
            live,
            watched: live && !is_set(variables::UNWATCHED),
            stop_file: env::var_os(variables::STOP_FILE).map(PathBuf::from),
            #[cfg(test)]
            paper: None,
        }
    }

    /// Prints `text`, which ends in a newline, in one write, so that no other thread can print a line inside a block.
    pub(crate) fn print(&self, text: &str) {
        #[cfg(test)]
        if let Some(paper) = &self.paper {
            return paper.borrow_mut().push_str(text);
        }
        print!("{text}");
    }

    /// Returns whether the stop button was pressed since the cell began.
    pub(crate) fn stop_requested(&self) -> bool {
        self.stop_file.as_ref().is_some_and(|file| file.exists())
    }

    /// Tells the kernel that the cell obeys the stop request; `sentence` is shown to the reader.
    pub(crate) fn stopped(&self, sentence: &str) {
        self.control(mime::STOPPED, Verb::Stopped, sentence);
    }

    /// Tells the kernel that the cell's value is an error of type `kind` with the message `text`. Outside this
    /// project's kernel, the message is printed to standard error, as evcxr does for an error that leaves a cell by `?`.
    pub(super) fn failed(&self, kind: &str, text: &str) {
        if self.live {
            self.control(mime::FAILED, Verb::Failed, &format!("{kind}\n{text}"));
        } else {
            eprintln!("{text}");
        }
    }

    /// Does the same for an error of this crate.
    pub(super) fn failed_with(&self, error: &Error) {
        self.failed(std::any::type_name::<Error>(), &error.to_string());
    }

    /// Sends a control block to this project's kernel only, because other programs would show the block as output.
    pub(super) fn control(&self, mime: &str, verb: Verb, content: &str) {
        if self.live {
            let mut block = String::new();
            content_block::write(&mut block, &Heading::single(mime, verb), content);
            self.print(&block);
        }
    }
}
