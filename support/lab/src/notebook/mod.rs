//! Finds, reads and writes notebook files in nbformat's form.

pub mod browser;
pub mod compare;
pub mod execute;
pub mod figures;
pub mod kernel;
pub mod links;
pub mod normalise;
pub mod picture;
pub mod site;
pub mod verdicts;

use std::fs;
use std::path::{Path, PathBuf};

use protocol::LabPaths;
use serde::Serialize;
use serde_json::Value;

use crate::error::{At, Error, Result};

/// A notebook read from disk.
#[derive(Debug, Clone)]
pub struct Notebook {
    /// File name without the extension.
    pub name: String,
    /// Path of the file.
    pub path: PathBuf,
    /// Contents as JSON.
    pub contents: Value,
}

impl Notebook {
    /// Reads a notebook and checks that it has format 4.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).at("read", path)?;
        let wrong = |problem: String| Error::NotANotebook { path: path.to_path_buf(), problem };
        let contents: Value = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        if contents["nbformat"] != 4 || !contents["cells"].is_array() {
            return Err(wrong("expected nbformat 4 with a list of cells".to_owned()));
        }
        Ok(Self { name: name_of(path), path: path.to_path_buf(), contents })
    }
}

/// Returns the course's notebooks in reading order: all whose names begin with a number.
pub fn all(paths: &LabPaths) -> Result<Vec<PathBuf>> {
    let folder = paths.notebooks();
    let entries = fs::read_dir(&folder).at("read", &folder)?;
    let mut found: Vec<_> =
        entries.flatten().map(|entry| entry.path()).filter(|path| is_ours(path)).collect();
    found.sort();
    Ok(found)
}

fn is_ours(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "ipynb")
        && name_of(path).starts_with(|c: char| c.is_ascii_digit())
}

/// Returns the notebooks whose names contain one of `names`; all if `names` is empty.
pub fn choose(all: &[PathBuf], names: &[String]) -> Result<Vec<PathBuf>> {
    let asked = |name: &str| {
        name.strip_suffix(".ipynb").unwrap_or(name).rsplit('/').next().unwrap_or_default().to_owned()
    };
    for name in names {
        if !all.iter().any(|path| name_of(path).contains(&asked(name))) {
            let known = all.iter().map(|path| name_of(path)).collect::<Vec<_>>().join(", ");
            return Err(Error::UnknownNotebook { asked: name.clone(), known });
        }
    }
    let wanted =
        |path: &&PathBuf| names.is_empty() || names.iter().any(|name| name_of(path).contains(&asked(name)));
    Ok(all.iter().filter(wanted).cloned().collect())
}

fn name_of(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Returns a text that a notebook stores as one string or as a list of lines.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        _ => String::new(),
    }
}

/// Checks whether a cell has a tag.
pub fn has_tag(cell: &Value, tag: &str) -> bool {
    cell["metadata"]["tags"].as_array().is_some_and(|tags| tags.iter().any(|found| found == tag))
}

/// Formats JSON as nbformat does: keys sorted, one space per level, a newline at the end.
pub fn to_json(contents: &Value) -> String {
    let mut out = Vec::new();
    let mut writer =
        serde_json::Serializer::with_formatter(&mut out, serde_json::ser::PrettyFormatter::with_indent(b" "));
    // Writing a Value into memory cannot fail.
    let _ = contents.serialize(&mut writer);
    out.push(b'\n');
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course() -> Vec<PathBuf> {
        ["01_data", "04_regression_validation", "05_nonlinearity"]
            .map(|n| PathBuf::from(format!("{n}.ipynb")))
            .into()
    }

    #[test]
    fn names_match_by_their_parts() {
        let chosen = choose(&course(), &["regression".to_owned()]).unwrap();
        assert_eq!(chosen, [PathBuf::from("04_regression_validation.ipynb")]);
        assert_eq!(choose(&course(), &[]).unwrap().len(), 3);
        assert_eq!(choose(&course(), &["notebooks/01_data.ipynb".to_owned()]).unwrap().len(), 1);
    }

    #[test]
    fn an_unknown_name_lists_those_there_are() {
        let error = choose(&course(), &["01".to_owned(), "gan".to_owned()]).unwrap_err().to_string();
        assert!(error.contains("`gan`") && error.contains("01_data, 04_regression_validation"), "{error}");
    }

    #[test]
    fn the_json_is_nbformats() {
        let value = serde_json::json!({"b": [], "a": {"é": ["x\u{1b}\n"]}, "c": null});
        assert_eq!(
            to_json(&value),
            "{\n \"a\": {\n  \"é\": [\n   \"x\\u001b\\n\"\n  ]\n },\n \"b\": [],\n \"c\": null\n}\n"
        );
    }
}
