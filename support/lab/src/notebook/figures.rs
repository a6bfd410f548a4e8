//! Writes the figures of a notebook to files.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::error::{At, Result};
use crate::notebook::{has_tag, picture, text};

/// A PNG shown by a cell.
#[derive(Debug, Clone)]
pub struct Figure {
    /// Bytes of the file.
    pub png: Vec<u8>,
    /// True if the cell is tagged `cover`.
    pub is_cover: bool,
}

/// Returns all figures of a notebook in order.
pub fn figures(notebook: &Value) -> Result<Vec<Figure>> {
    let mut found = Vec::new();
    for cell in notebook["cells"].as_array().into_iter().flatten() {
        for output in cell["outputs"].as_array().into_iter().flatten() {
            if let Some(png) = output["data"].get("image/png") {
                found.push(Figure { png: picture::bytes(&text(png))?, is_cover: has_tag(cell, "cover") });
            }
        }
    }
    Ok(found)
}

/// Returns the index of the figure that represents the notebook: the last of the cell tagged `cover`, else the last.
pub fn cover(figures: &[Figure]) -> Option<usize> {
    figures.iter().rposition(|figure| figure.is_cover).or(figures.len().checked_sub(1))
}

/// Writes all figures as `<name>-<n>.png`.
pub fn write_all(figures: &[Figure], folder: &Path, name: &str) -> Result<()> {
    fs::create_dir_all(folder).at("create", folder)?;
    for (index, figure) in figures.iter().enumerate() {
        let path = folder.join(file_name(name, index));
        fs::write(&path, &figure.png).at("write", &path)?;
    }
    Ok(())
}

/// Returns the file name of a figure.
pub fn file_name(notebook: &str, index: usize) -> String {
    format!("{notebook}-{}.png", index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_cover_is_the_tagged_figure_else_the_last() {
        let cell = |tags: Value, png: &str| json!({ "metadata": { "tags": tags }, "outputs": [{ "data": { "image/png": png } }, { "text": "x" }] });
        let tagged = json!({ "cells": [cell(json!(["cover"]), "AAAA"), cell(json!([]), "BBBB")] });
        assert_eq!(cover(&figures(&tagged).unwrap()), Some(0));
        let plain = json!({ "cells": [cell(json!([]), "AAAA"), cell(json!([]), "BBBB")] });
        assert_eq!(cover(&figures(&plain).unwrap()), Some(1));
        assert_eq!(cover(&[]), None);
    }
}
