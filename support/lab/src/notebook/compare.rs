//! Compares a new run with the committed notebook: only small differences of numbers and pictures are allowed.

use std::fmt;

use serde_json::Value;

use crate::notebook::{has_tag, picture, text};

/// The largest differences that count as equal.
#[derive(Debug, Clone, Copy)]
pub struct Tolerance {
    /// Difference of a number, absolute or relative.
    pub number: f64,
    /// Share of a picture's pixels that differ.
    pub pixels: f64,
}

/// Tolerance for most cells.
const STRICT: Tolerance = Tolerance { number: 1e-4, pixels: 0.02 };
/// Tolerance for cells tagged `platform-dependent`.
const LOOSE: Tolerance = Tolerance { number: 0.05, pixels: 0.1 };

/// A place where two notebooks differ.
#[derive(Debug, PartialEq, Eq)]
pub struct Difference {
    /// Number of the cell, from 1.
    pub cell: usize,
    /// Committed output.
    pub expected: String,
    /// New output.
    pub got: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cell {}\n      expected: {}\n      got:      {}", self.cell, self.expected, self.got)
    }
}

/// Returns the first difference of every cell, of two normalised notebooks.
pub fn differences(expected: &Value, got: &Value) -> Vec<Difference> {
    let empty = Vec::new();
    let (expected, got) =
        (expected["cells"].as_array().unwrap_or(&empty), got["cells"].as_array().unwrap_or(&empty));
    let mut found = Vec::new();
    if expected.len() != got.len() {
        let count = |cells: &[Value]| format!("{} cells", cells.len());
        found.push(Difference {
            cell: expected.len().min(got.len()) + 1,
            expected: count(expected),
            got: count(got),
        });
    }
    for (index, (expected, got)) in expected.iter().zip(got).enumerate() {
        if let Some((expected, got)) = cell(expected, got) {
            found.push(Difference { cell: index + 1, expected, got });
        }
    }
    found
}

/// Checks whether two normalised notebooks have the same cells, outputs aside.
pub fn same_sources(a: &Value, b: &Value) -> bool {
    let bare = |notebook: &Value| -> Vec<Value> {
        let strip = |cell: &Value| {
            let mut cell = cell.clone();
            cell["outputs"] = Value::Null;
            cell
        };
        notebook["cells"].as_array().into_iter().flatten().map(strip).collect()
    };
    bare(a) == bare(b) && a["metadata"] == b["metadata"]
}

type Pair = (String, String);

fn cell(expected: &Value, got: &Value) -> Option<Pair> {
    let tolerance = if has_tag(expected, "platform-dependent") { LOOSE } else { STRICT };
    if text(&expected["source"]) != text(&got["source"]) {
        return Some(("the cell as committed".to_owned(), "another source".to_owned()));
    }
    let empty = Vec::new();
    let outputs = |cell: &Value| cell["outputs"].as_array().unwrap_or(&empty).clone();
    let (expected, got) = (outputs(expected), outputs(got));
    for at in 0..expected.len().max(got.len()) {
        let kinds = (kind(expected.get(at)), kind(got.get(at)));
        if kinds.0 != kinds.1 {
            return Some(kinds);
        }
        if let Some(pair) = output(&expected[at], &got[at], tolerance) {
            return Some(pair);
        }
    }
    None
}

/// Describes an output by its type with its stream or its MIME types.
fn kind(output: Option<&Value>) -> String {
    let Some(output) = output else { return "no further output".to_owned() };
    let mimes = output["data"].as_object().map(|data| data.keys().cloned().collect::<Vec<_>>().join(", "));
    let detail = mimes.or_else(|| output["name"].as_str().map(str::to_owned)).unwrap_or_default();
    format!("{} ({detail})", output["output_type"].as_str().unwrap_or_default())
}

fn output(expected: &Value, got: &Value, tolerance: Tolerance) -> Option<Pair> {
    if expected["output_type"] == "error" {
        let said = |output: &Value| format!("{}: {}", text(&output["ename"]), text(&output["evalue"]));
        return texts(&said(expected), &said(got), tolerance);
    }
    if expected["output_type"] == "stream" {
        return texts(&text(&expected["text"]), &text(&got["text"]), tolerance);
    }
    let has_png = expected["data"].get("image/png").is_some();
    for (mime, value) in expected["data"].as_object().into_iter().flatten() {
        let (value, other) = (text(value), text(&got["data"][mime]));
        let pair = match mime.as_str() {
            "image/png" => pictures(&value, &other, tolerance),
            // The PNG was made from the SVG, or is the last frame of a movie.
            "image/svg+xml" | "text/html" if has_png => None,
            _ => texts(&value, &other, tolerance),
        };
        if pair.is_some() {
            return pair;
        }
    }
    None
}

fn pictures(expected: &str, got: &str, tolerance: Tolerance) -> Option<Pair> {
    if expected == got {
        return None;
    }
    let compared = picture::bytes(expected).and_then(|e| picture::difference(&e, &picture::bytes(got)?));
    match compared {
        Ok(share) if share < tolerance.pixels => None,
        Ok(share) => {
            Some(("the committed figure".to_owned(), format!("{:.1} % of its pixels differ", share * 100.0)))
        }
        Err(error) => Some(("the committed figure".to_owned(), error.to_string())),
    }
}

/// Returns the first pair of lines that differ.
fn texts(expected: &str, got: &str, tolerance: Tolerance) -> Option<Pair> {
    if expected == got {
        return None;
    }
    let (mut left, mut right) = (expected.lines(), got.lines());
    loop {
        match (left.next(), right.next()) {
            (None, None) => return None,
            (Some(a), Some(b)) if same_line(a, b, tolerance) => {}
            (a, b) => return Some((shown(a), shown(b))),
        }
    }
}

fn shown(line: Option<&str>) -> String {
    line.map_or_else(|| "(no further line)".to_owned(), |line| line.chars().take(300).collect())
}

fn same_line(a: &str, b: &str, tolerance: Tolerance) -> bool {
    let (a, b) = (tokens(a), tokens(b));
    a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| same_token(a, b, tolerance))
}

fn same_token(a: &str, b: &str, tolerance: Tolerance) -> bool {
    // Whole numbers are counts: they must be equal.
    let is_fraction =
        |text: &str| text.contains(['.', 'e', 'E']) || text.contains("inf") || text.contains("NaN");
    match (a.parse::<f64>(), b.parse::<f64>()) {
        _ if a == b => true,
        (Ok(x), Ok(y)) if is_fraction(a) || is_fraction(b) => {
            (x - y).abs() <= tolerance.number * x.abs().max(y.abs()).max(1.0)
        }
        _ => false,
    }
}

/// Splits a line into words and numbers; the number of blanks between them depends on the numbers' lengths.
fn tokens(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = line.trim();
    while let Some(first) = rest.chars().next() {
        let length = match number(rest) {
            0 if first.is_alphanumeric() || first == '_' => word(rest),
            0 => first.len_utf8(),
            length => length,
        };
        found.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    found
}

/// Returns the length of the word at the start: `model_0` is a word, not a number.
fn word(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())
}

/// Returns the length of the number at the start of a text, or 0.
fn number(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits =
        |from: usize| bytes[from.min(bytes.len())..].iter().take_while(|b| b.is_ascii_digit()).count();
    let sign = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    let whole = digits(sign);
    if whole == 0 {
        return 0;
    }
    let mut end = sign + whole;
    if bytes.get(end) == Some(&b'.') {
        end += 1 + digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let exponent_sign = usize::from(matches!(bytes.get(end + 1), Some(b'-' | b'+')));
        let exponent = digits(end + 1 + exponent_sign);
        if exponent > 0 {
            end += 1 + exponent_sign + exponent;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notebook::picture::tests::square;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use serde_json::json;

    fn notebook(outputs: Value, tags: Value) -> Value {
        json!({ "cells": [{ "cell_type": "code", "source": ["x"], "metadata": { "tags": tags }, "outputs": outputs }] })
    }

    fn printed(text: &str, tags: Value) -> Value {
        notebook(json!([{ "output_type": "stream", "name": "stdout", "text": [text] }]), tags)
    }

    fn differ(a: &str, b: &str) -> bool {
        !differences(&printed(a, json!([])), &printed(b, json!([]))).is_empty()
    }

    #[test]
    fn fractions_may_differ_a_little() {
        assert!(!differ("loss: 0.69312 | acc: 50.00%", "loss: 0.69316 | acc: 50.00%"));
        assert!(differ("loss: 0.69312", "loss: 0.69412"));
        assert!(!differ("1234567.8", "1234567.9"));
        assert!(!differ("[ 0.00001, 2]", "[-0.00001, 2]"));
        assert!(!differ("lr 1e-5", "lr 1.1e-5"));
        assert!(differ("NaN", "0.5"));
    }

    #[test]
    fn whole_numbers_words_and_lines_may_not() {
        assert!(differ("epoch 100", "epoch 101"));
        assert!(differ("model_1 0.5", "model_2 0.5"));
        assert!(differ("a\nb", "a"));
        assert!(differ("2021-10", "2021-11"));
        assert!(differ("f(0.5)", "g(0.5)"));
        assert!(differ("0.5", "0.5 0.5"));
    }

    #[test]
    fn a_tag_allows_more() {
        let tags = json!(["platform-dependent"]);
        assert!(differences(&printed("0.51", tags.clone()), &printed("0.55", tags.clone())).is_empty());
        assert!(!differences(&printed("0.51", tags.clone()), &printed("0.58", tags)).is_empty());
    }

    #[test]
    fn a_difference_names_the_cell_and_the_line() {
        let found = differences(&printed("same\nloss 0.5", json!([])), &printed("same\nloss 0.6", json!([])));
        assert_eq!(found, [Difference { cell: 1, expected: "loss 0.5".into(), got: "loss 0.6".into() }]);
    }

    #[test]
    fn a_lost_output_and_another_type_are_differences() {
        let shown =
            |mime: &str| json!([{ "output_type": "display_data", "metadata": {}, "data": { mime: "1" } }]);
        let none = notebook(json!([]), json!([]));
        assert_eq!(differences(&notebook(shown("text/plain"), json!([])), &none).len(), 1);
        assert_eq!(differences(&none, &notebook(shown("text/plain"), json!([]))).len(), 1);
        let html = notebook(shown("text/html"), json!([]));
        assert_eq!(differences(&notebook(shown("text/plain"), json!([])), &html).len(), 1);
    }

    #[test]
    fn figures_are_compared_by_sight_and_by_their_sentence() {
        let figure = |others: usize, sentence: &str, svg: &str| {
            let png = STANDARD.encode(square(20, [255; 3], others));
            let data = json!({ "image/png": png, "image/svg+xml": svg, "text/plain": sentence });
            notebook(json!([{ "output_type": "display_data", "metadata": {}, "data": data }]), json!([]))
        };
        let first = figure(0, "A loss of 0.5", "<svg/>");
        assert!(differences(&first, &figure(7, "A loss of 0.50001", "<svg />")).is_empty());
        assert_eq!(differences(&first, &figure(8, "A loss of 0.5", "<svg/>")).len(), 1);
        assert_eq!(differences(&first, &figure(0, "A loss of 0.7", "<svg/>")).len(), 1);
    }
}
