//! The error type of the crate, which states what was expected and what was given.

use std::fmt;
use std::path::PathBuf;

/// An error of a call, with a message that helps to correct the call.
///
/// `{}` and `{:?}` print the same sentence, because a notebook shows an error that leaves a cell by
/// `?` through `{:?}`.
///
/// ```
/// use support::prelude::*;
/// let error = make_circles(0).build().unwrap_err();
/// assert_eq!(error.to_string(), "make_circles: n_samples should be at least 1, got 0");
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An argument outside its range.
    #[error("{op}: {name} should be {expected}, got {got}")]
    Argument {
        /// The function that was called.
        op: &'static str,
        /// The argument's name.
        name: &'static str,
        /// The expected range.
        expected: String,
        /// The value that was given.
        got: String,
    },
    /// An array or tensor of the wrong shape.
    #[error("{op}: expected {name} of shape {expected}, got {got}")]
    Shape {
        /// The function that was called.
        op: &'static str,
        /// The array's name.
        name: &'static str,
        /// The expected shape.
        expected: String,
        /// The shape that was given.
        got: String,
    },
    /// A tensor of the wrong dtype.
    #[error("{op}: expected {name} of dtype {expected}, got {got}")]
    Dtype {
        /// The function that was called.
        op: &'static str,
        /// The tensor's name.
        name: &'static str,
        /// The expected dtype.
        expected: String,
        /// The dtype that was given.
        got: String,
    },
    /// A tensor or argument on the wrong device.
    #[error("{op}: expected {name} on {expected}, got {got}")]
    Device {
        /// The function that was called.
        op: &'static str,
        /// The name of the tensor or argument on the wrong device.
        name: &'static str,
        /// The expected device.
        expected: String,
        /// The device that was given.
        got: String,
    },
    /// A NaN or an infinity among numbers.
    #[error("{op}: {name} should hold finite numbers only, got {value} at {at}")]
    NotFinite {
        /// The function that was called.
        op: &'static str,
        /// The name of the array or value that holds the number.
        name: &'static str,
        /// The number.
        value: f64,
        /// The number's position: row and column, or epoch.
        at: String,
    },
    /// Labels that do not fit the model or the loss.
    #[error("{op}: {problem}")]
    Labels {
        /// The function that was called.
        op: &'static str,
        /// A description of the mismatch.
        problem: String,
    },
    /// Parameters that a model cannot take or a file cannot hold.
    #[error("{op}: {problem}")]
    Parameters {
        /// The function that was called.
        op: &'static str,
        /// The parameters by name, with what was expected and what was given.
        problem: String,
    },
    /// A file that could not be read or written.
    #[error("{op}: {}: {source}", path.display())]
    File {
        /// The function that was called.
        op: &'static str,
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// A figure that could not be drawn.
    #[error("{op}: the figure could not be drawn: {problem}")]
    Figure {
        /// The function that was called.
        op: &'static str,
        /// The drawing library's message.
        problem: String,
    },
    /// An error inside libtorch: its first line, without the C++ frames.
    #[error("libtorch: {0}")]
    Torch(String),
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<tch::TchError> for Error {
    fn from(error: tch::TchError) -> Self {
        let text = match error {
            tch::TchError::Torch(text) => text,
            other => other.to_string(),
        };
        Error::Torch(first_line(&text))
    }
}

/// Returns the message of a libtorch error without the stack frames below it.
fn first_line(text: &str) -> String {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("unknown error");
    line.trim().to_string()
}

impl Error {
    /// Makes an [`Error::Argument`] from values that can be displayed.
    pub(crate) fn argument(
        op: &'static str,
        name: &'static str,
        expected: impl fmt::Display,
        got: impl fmt::Display,
    ) -> Self {
        Error::Argument { op, name, expected: expected.to_string(), got: got.to_string() }
    }

    /// Makes an [`Error::Shape`]; shapes are printed as lists.
    pub(crate) fn shape(
        op: &'static str,
        name: &'static str,
        expected: impl fmt::Display,
        got: impl fmt::Debug,
    ) -> Self {
        Error::Shape { op, name, expected: expected.to_string(), got: format!("{got:?}") }
    }
}

/// The result type of the crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Formats a number briefly, also where `{}` would print 300 digits.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if size.is_finite() && size != 0.0 && !(1e-5..1e16).contains(&size) {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_libtorch_error_keeps_its_message_and_loses_its_frames() {
        let error = tch::Tensor::zeros([2, 3], (tch::Kind::Float, tch::Device::Cpu))
            .f_matmul(&tch::Tensor::zeros([2, 3], (tch::Kind::Float, tch::Device::Cpu)))
            .map(drop)
            .unwrap_err();
        let text = Error::from(error).to_string();
        assert!(text.starts_with("libtorch: mat1 and mat2 shapes cannot be multiplied"), "{text}");
        assert!(!text.contains("frame #") && !text.contains('\n'), "{text}");
    }
}
