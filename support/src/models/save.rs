//! Saves a model's parameters in a `.safetensors` file.

use std::borrow::Cow;
use std::fs::{self, File, OpenOptions};
use std::io::{Error as IoError, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use safetensors::{Dtype, View};

use super::model::Model;
use super::values::{self, Values};
use crate::error::{Error, Result};

const OP: &str = "save";

impl Model {
    /// Saves the parameters, in their dtype, under PyTorch's names. The file loads in PyTorch unchanged:
    /// `model.load_state_dict(safetensors.torch.load_file("model.safetensors"))`.
    ///
    /// The file gets its name only when it is complete: if saving fails, an earlier file of that name is unchanged.
    ///
    /// # Errors
    /// A name that does not end in `.safetensors`; a parameter that is NaN or infinite; a folder that is not
    /// there; a file or folder that may not be written; a full disk.
    ///
    /// ```
    /// use support::prelude::*;
    /// let file = std::env::temp_dir().join("doc_save.safetensors");
    /// let model = seq().add(linear(2, 1)).build()?;
    /// model.save(&file)?;
    /// let mut other = seq().add(linear(2, 1)).build()?;
    /// other.load(&file)?;
    /// assert_eq!(Snapshot::of(&other, 0)?, Snapshot::of(&model, 0)?);
    /// assert!(model.save("model.pt").is_err());
    /// # std::fs::remove_file(file).ok();
    /// # Ok::<(), Error>(())
    /// ```
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let ending = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("safetensors"));
        if !ending {
            let expected = "a file name that ends in `.safetensors`, the format that load and PyTorch read";
            return Err(Error::argument(OP, "path", expected, format!("`{}`", path.display())));
        }
        let bytes = self.safetensors()?;
        replace(path, &bytes).map_err(|(path, source)| Error::File { op: OP, path, source })
    }

    /// Returns all parameters as the bytes of a `.safetensors` file.
    fn safetensors(&self) -> Result<Vec<u8>> {
        let unfit = |problem: String| Error::Parameters { op: OP, problem };
        let mut named = Vec::new();
        for (name, parameter) in self.named_parameters() {
            if name == "__metadata__" {
                return Err(unfit(format!("`{name}` is a name that the format keeps for itself")));
            }
            if let Some(problem) = values::not_finite(&parameter)? {
                return Err(unfit(format!("`{name}` {problem}: such a file could not be loaded")));
            }
            let values = Values::of(&parameter)?;
            let dtype = Dtype::try_from(values.kind)
                .map_err(|_| unfit(format!("`{name}` is of dtype {:?}, which is not saved", values.kind)))?;
            named.push((
                name,
                Entry { dtype, shape: values.shape.iter().map(|&n| n as usize).collect(), values },
            ));
        }
        safetensors::serialize(named, &None).map_err(|error| unfit(error.to_string()))
    }
}

/// One tensor of the file.
struct Entry {
    dtype: Dtype,
    shape: Vec<usize>,
    values: Values,
}

impl View for Entry {
    fn dtype(&self) -> Dtype {
        self.dtype
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.values.bytes)
    }

    fn data_len(&self) -> usize {
        self.values.bytes.len()
    }
}

/// Writes a file in the folder of `path`, then renames it to `path`. An error includes the path that caused it.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), (PathBuf, IoError)> {
    // A link stays a link: the file that the link points to is replaced.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let about = |path: &Path| {
        let path = path.to_path_buf();
        move |source| (path, source)
    };
    if !folder.is_dir() {
        return Err(about(folder)(IoError::new(ErrorKind::NotFound, "no such folder")));
    }
    let before = fs::metadata(path).ok();
    if let Some(before) = &before {
        if !before.is_file() {
            let problem = if before.is_dir() { "a folder" } else { "a device or a pipe" };
            let problem = format!("{problem}, where a file is expected");
            return Err(about(path)(IoError::new(ErrorKind::InvalidInput, problem)));
        }
        // Renaming does not check whether the old file may be written.
        OpenOptions::new().write(true).open(path).map_err(about(path))?;
    }
    let (mut file, beside) = create_in(folder).map_err(about(folder))?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| match &before {
        Some(before) => file.set_permissions(before.permissions()),
        None => Ok(()),
    });
    drop(file);
    written.and_then(|()| fs::rename(&beside, path)).map_err(|source| {
        // Removes the temporary file; if that fails too, the first error is returned.
        let _ = fs::remove_file(&beside);
        about(path)(source)
    })
}

/// Creates a new file in `folder`, under a name that no other file has.
fn create_in(folder: &Path) -> Result<(File, PathBuf), IoError> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    loop {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let beside = folder.join(format!(".{}-{count}.safetensors.tmp", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).open(&beside) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            outcome => return Ok((outcome?, beside)),
        }
    }
}
