//! Panics of tch, caught and turned into errors.
//!
//! tch's short forms (`x.relu()`, `nn::linear`) unwrap libtorch's result: an error becomes a panic whose text ends in
//! pages of C++ frames.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind, set_hook, take_hook};
use std::sync::Once;

use crate::error::{Error, Result};

/// A panic that was caught.
pub(super) enum Fault {
    /// A panic of tch: the first line of libtorch's message.
    Torch(String),
    /// A panic of other code, such as a user's `forward`.
    Other(Box<dyn Any + Send>),
}

/// Runs `work` and catches its panics; panics of tch are not printed.
pub(super) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Fault> {
    install_hook();
    let before = QUIET.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    QUIET.set(before);
    outcome.map_err(|payload| match text_of(&*payload).and_then(tch_words) {
        Some(line) => Fault::Torch(line),
        None => Fault::Other(payload),
    })
}

impl Fault {
    /// Returns the fault as an error of `op`; `name` is the code that panicked.
    pub fn error(self, op: &'static str, name: &'static str) -> Error {
        match self {
            Fault::Torch(line) => Error::Torch(line),
            Fault::Other(payload) => {
                let text = text_of(&*payload).unwrap_or("one without words");
                Error::argument(op, name, "free of panics", format!("the panic `{text}`"))
            }
        }
    }

    /// Returns a fault of tch as an error; resumes a panic of other code, with its own place and message.
    pub fn torch_error(self) -> Error {
        match self {
            Fault::Torch(line) => Error::Torch(line),
            Fault::Other(payload) => resume_unwind(payload),
        }
    }
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Installs a panic hook that does not print panics of tch that [`caught`] will catch.
fn install_hook() {
    static ONCE: Once = Once::new();
    // A panicking thread must not change the hook, such as one whose destructor calls a model.
    if ONCE.is_completed() || std::thread::panicking() {
        return;
    }
    ONCE.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |info| {
            let quiet = QUIET.try_with(Cell::get).unwrap_or(false);
            if !(quiet && text_of(info.payload()).and_then(tch_words).is_some()) {
                before(info);
            }
        }));
    });
}

fn text_of(payload: &(dyn Any + Send)) -> Option<&str> {
    payload.downcast_ref::<String>().map(String::as_str).or_else(|| payload.downcast_ref::<&str>().copied())
}

/// Returns the first line of libtorch's message in the text of a panic of tch; `None` for other panics.
fn tch_words(text: &str) -> Option<String> {
    if text.starts_with("sub name cannot contain") || text.starts_with("variable name cannot contain") {
        return Some(text.to_string());
    }
    let error = text.strip_prefix("called `Result::unwrap()` on an `Err` value: ")?;
    // The error in its `{:?}` form: a variant of `TchError` around quoted, escaped text.
    let (variant, quoted) = error.split_once("(\"")?;
    if !["Torch", "Convert", "FileFormat", "Kind", "Shape"].contains(&variant) {
        return None;
    }
    let line = quoted.split("\\n").next().unwrap_or(quoted);
    Some(line.trim_end_matches("\")").replace("\\\"", "\"").trim().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_tch_is_one_line_and_other_panics_keep_their_words() {
        let x = tch::Tensor::zeros([2, 3], (tch::Kind::Float, tch::Device::Cpu));
        let Err(Fault::Torch(line)) = caught(|| x.matmul(&x)) else { panic!("no fault of tch") };
        assert!(line.starts_with("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)"), "{line}");
        let Err(fault @ Fault::Other(_)) = caught(|| panic!("mine")) else { panic!("taken for one of tch") };
        let text = fault.error("forward", "the network").to_string();
        assert_eq!(text, "forward: the network should be free of panics, got the panic `mine`");
    }
}
