//! Loads a model's parameters from a file, all or none.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Error as IoError, ErrorKind};
use std::path::Path;

use safetensors::SafeTensors;
use safetensors::tensor::{SafeTensorError, TensorView};
use tch::{Kind, Tensor};

use super::model::Model;
use super::values::{self, list};
use crate::error::{Error, Result};

const OP: &str = "load";

/// File endings of other formats, whose parameters must first be converted in Python.
const OTHER_FORMATS: [&str; 9] = ["pt", "pth", "bin", "ckpt", "pkl", "npz", "npy", "ot", "h5"];

impl Model {
    /// Loads the parameters of a `.safetensors` file that [`Model::save`] or PyTorch wrote.
    ///
    /// As with PyTorch's `load_state_dict`, the file must hold all parameters of the model and no others, in their
    /// shapes. Floating-point numbers are converted to the model's dtype. Device and gradients stay as they are; the
    /// state of the optimizer is reset. If loading fails, the model is unchanged.
    ///
    /// # Errors
    /// No such file; a file of another format, cut short or damaged; missing or additional names; another shape;
    /// integers; a number that is NaN, infinite or out of the range of the model's dtype.
    ///
    /// ```
    /// use support::prelude::*;
    /// let file = std::env::temp_dir().join("doc_load.safetensors");
    /// seq().add(linear(2, 1)).build()?.save(&file)?;
    /// let mut wider = seq().add(linear(2, 5)).build()?;
    /// let error = wider.load(&file).unwrap_err().to_string();
    /// assert!(error.contains("`0.weight` has the shape [1, 2], expected [5, 2]"));
    /// # std::fs::remove_file(file).ok();
    /// # Ok::<(), Error>(())
    /// ```
    pub fn load(&mut self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let bytes = read(path).map_err(|source| Error::File { op: OP, path: path.into(), source })?;
        let file = SafeTensors::deserialize(&bytes).map_err(|error| {
            let source = IoError::new(ErrorKind::InvalidData, damage(&bytes, &error));
            Error::File { op: OP, path: path.into(), source }
        })?;
        let file: BTreeMap<String, TensorView<'_>> = file.tensors().into_iter().collect();
        let unfit = |problems: Vec<String>| {
            let problem = format!("{} does not fit the model: {}", path.display(), problems.join("; "));
            Error::Parameters { op: OP, problem }
        };
        let parameters = self.named_parameters();
        let problems = misfits(&file, &parameters);
        if !problems.is_empty() {
            return Err(unfit(problems));
        }
        let (values, problems) = values_for(&parameters, &file)?;
        if !problems.is_empty() {
            return Err(unfit(problems));
        }
        let _still = tch::no_grad_guard();
        for ((_, mut parameter), values) in parameters.into_iter().zip(values) {
            parameter.f_copy_(&values)?;
        }
        self.reset_optimizer();
        Ok(())
    }
}

/// Reads a regular file; refuses the endings of other formats and files too large for the memory.
fn read(path: &Path) -> Result<Vec<u8>, IoError> {
    let about = fs::metadata(path)?;
    let refuse = |problem: String| Err(IoError::new(ErrorKind::InvalidInput, problem));
    if !about.is_file() {
        let what = if about.is_dir() { "a folder" } else { "a device or a pipe" };
        return refuse(format!("{what}, where a `.safetensors` file is expected"));
    }
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    if OTHER_FORMATS.contains(&ending.as_str()) {
        return refuse(format!("`.{ending}` is another format; {IN_PYTORCH}"));
    }
    let bytes = u128::from(about.len());
    if let Some(free) = crate::memory::too_little_for(bytes) {
        let (bytes, free) = (crate::memory::in_words(bytes), crate::memory::in_words(free));
        return refuse(format!("a file of {bytes}, where {free} of memory are free"));
    }
    fs::read(path)
}

const IN_PYTORCH: &str = "`.safetensors` is read, which PyTorch writes with \
     `safetensors.torch.save_file(model.state_dict(), \"model.safetensors\")`";

/// Describes why `bytes` are not a `.safetensors` file.
fn damage(bytes: &[u8], error: &SafeTensorError) -> String {
    if bytes.is_empty() {
        return "an empty file, where a `.safetensors` file is expected".to_string();
    }
    // torch.save and numpy.savez write a zip archive; old versions of torch.save wrote a bare pickle.
    if bytes.starts_with(b"PK") || bytes.starts_with(&[0x80, 2]) {
        return format!("a file of another format; {IN_PYTORCH}");
    }
    match error {
        SafeTensorError::HeaderTooSmall
        | SafeTensorError::InvalidHeaderLength
        | SafeTensorError::MetadataIncompleteBuffer => {
            format!("no whole `.safetensors` file: cut short or of another format ({} bytes)", bytes.len())
        }
        SafeTensorError::InvalidOffset(name) => {
            format!("a damaged `.safetensors` file: wrong offsets for `{name}`")
        }
        SafeTensorError::TensorInvalidInfo | SafeTensorError::ValidationOverflow => {
            "a damaged `.safetensors` file: shapes and bytes do not agree".to_string()
        }
        _ => format!("no `.safetensors` file; {IN_PYTORCH}"),
    }
}

/// Lists the names, shapes and dtypes in which the file differs from the model.
fn misfits(file: &BTreeMap<String, TensorView<'_>>, parameters: &[(String, Tensor)]) -> Vec<String> {
    let mut problems = Vec::new();
    let missing: Vec<&String> =
        parameters.iter().map(|(name, _)| name).filter(|&name| !file.contains_key(name)).collect();
    if !missing.is_empty() {
        problems.push(format!("missing in the file: {}", list(&missing)));
    }
    let extra: Vec<&String> =
        file.keys().filter(|&key| parameters.iter().all(|(name, _)| name != key)).collect();
    if !extra.is_empty() {
        problems.push(format!("not in the model: {}", list(&extra)));
    }
    for (name, parameter) in parameters {
        let Some(view) = file.get(name) else { continue };
        let shape: Vec<i64> = view.shape().iter().map(|&n| n as i64).collect();
        let problem = match Kind::try_from(view.dtype()) {
            Ok(kind) => values::misfit(&shape, kind, parameter),
            Err(_) => Some(format!("is of dtype {:?}, expected {:?}", view.dtype(), parameter.kind())),
        };
        problems.extend(problem.map(|problem| format!("`{name}` {problem}")));
    }
    problems
}

/// Converts the file's numbers to the dtypes and devices of `parameters`; also returns a description of each failure.
fn values_for(
    parameters: &[(String, Tensor)],
    file: &BTreeMap<String, TensorView<'_>>,
) -> Result<(Vec<Tensor>, Vec<String>)> {
    let (mut values, mut problems) = (Vec::new(), Vec::new());
    for (name, parameter) in parameters {
        let Some(view) = file.get(name) else { continue };
        let source = Tensor::f_from_data_size(view.data(), &parameter.size(), Kind::try_from(view.dtype())?)?;
        let value = match values::not_finite(&source)? {
            Some(problem) => Err(problem),
            None => values::converted(&source, parameter)?,
        };
        match value {
            Ok(value) => values.push(value),
            Err(problem) => problems.push(format!("`{name}` {problem}")),
        }
    }
    Ok((values, problems))
}
