//! Normalises notebooks: no counts, no timing, no data that a second run would change.

use serde_json::{Map, Value, json};

use crate::notebook::text;

/// Metadata of Jupyter and its extensions about a cell's last run.
const NOISE: [&str; 5] = ["execution", "ExecuteTime", "collapsed", "scrolled", "trusted"];

/// Returns the normal form of a notebook. Sources, cell ids and tags are kept.
pub fn normalise(notebook: &Value) -> Value {
    let cells = notebook["cells"].as_array().map_or(&[][..], Vec::as_slice);
    let cells: Vec<Value> = cells.iter().enumerate().map(|(index, each)| cell(each, index)).collect();
    let mut metadata = json!({
        "kernelspec": { "display_name": "Rust", "language": "rust", "name": "rust" },
        "language_info": {
            "codemirror_mode": "rust", "file_extension": ".rs", "mimetype": "text/rust", "name": "rust",
            "pygments_lexer": "rust",
        },
    });
    if let Some(title) = notebook["metadata"].get("title") {
        metadata["title"] = title.clone();
    }
    json!({ "cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5 })
}

fn cell(cell: &Value, index: usize) -> Value {
    let kind = cell["cell_type"].as_str().unwrap_or("raw");
    let mut metadata = cell["metadata"].as_object().cloned().unwrap_or_default();
    metadata.retain(|name, _| !NOISE.contains(&name.as_str()));
    let id = cell["id"].as_str().map_or_else(|| format!("cell-{:02}", index + 1), str::to_owned);
    let mut normal =
        json!({ "cell_type": kind, "id": id, "metadata": metadata, "source": lines(&text(&cell["source"])) });
    if let Some(attachments) = cell.get("attachments") {
        normal["attachments"] = attachments.clone();
    }
    if kind == "code" {
        normal["execution_count"] = Value::Null;
        normal["outputs"] = Value::Array(outputs(&cell["outputs"]));
    }
    normal
}

fn outputs(outputs: &Value) -> Vec<Value> {
    let mut normal: Vec<Value> = Vec::new();
    for output in outputs.as_array().into_iter().flatten() {
        match output["output_type"].as_str() {
            Some("stream") => {
                let said = without_thread_ids(&text(&output["text"]));
                // The division of a text into messages depends on timing.
                match normal
                    .last_mut()
                    .filter(|l| l["output_type"] == "stream" && l["name"] == output["name"])
                {
                    Some(last) => last["text"] = lines(&(text(&last["text"]) + &said)),
                    None => normal.push(
                        json!({ "name": output["name"], "output_type": "stream", "text": lines(&said) }),
                    ),
                }
            }
            Some("error") => normal.push(json!({
                "ename": output["ename"],
                "evalue": without_thread_ids(&text(&output["evalue"])),
                "output_type": "error",
                "traceback": output["traceback"].as_array().into_iter().flatten().filter_map(Value::as_str)
                    .map(without_thread_ids).collect::<Vec<_>>(),
            })),
            Some(kind) => {
                let mut shown = json!({ "data": data(&output["data"]), "metadata": {}, "output_type": kind });
                if let Some(metadata) = output["metadata"].as_object() {
                    shown["metadata"] = metadata.clone().into();
                }
                if kind == "execute_result" {
                    shown["execution_count"] = Value::Null;
                }
                normal.push(shown);
            }
            None => {}
        }
    }
    normal
}

fn data(bundle: &Value) -> Value {
    let entries = bundle.as_object().cloned().unwrap_or_default();
    let normal = |(mime, value): (String, Value)| {
        let is_json = mime.contains("json");
        let value = match mime.as_str() {
            _ if is_json => value,
            // nbformat splits these into lines, and keeps the base64 of pictures whole.
            mime if mime.starts_with("text/") || mime == "image/svg+xml" => lines(&text(&value)),
            _ => text(&value).trim_end().into(),
        };
        (mime, value)
    };
    Value::Object(entries.into_iter().map(normal).collect::<Map<_, _>>())
}

/// Removes the number, which differs in each run, from `thread 'main' (4711) panicked at …`.
fn without_thread_ids(text: &str) -> String {
    let mut parts = text.split(") panicked at ");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let before = plain.trim_end_matches(|c: char| c.is_ascii_digit());
        match before.strip_suffix(" (").filter(|before| before.ends_with('\'')) {
            Some(before) => plain = format!("{before} panicked at {part}"),
            None => plain = format!("{plain}) panicked at {part}"),
        }
    }
    plain
}

/// Converts a text to a notebook's form: a list of lines, each with its line end.
pub fn lines(text: &str) -> Value {
    text.split_inclusive('\n').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panics_thread_number_is_dropped() {
        let said = "\nthread '<unnamed>' (26008) panicked at src/lib.rs:1:1:\nf(3) panicked at 4\n";
        assert_eq!(
            without_thread_ids(said),
            "\nthread '<unnamed>' panicked at src/lib.rs:1:1:\nf(3) panicked at 4\n"
        );
        assert_eq!(without_thread_ids("(1) panicked at x"), "(1) panicked at x");
    }

    #[test]
    fn what_a_run_leaves_behind_is_dropped() {
        let notebook = json!({
            "nbformat": 4, "nbformat_minor": 4, "metadata": { "kernelspec": { "name": "python3" }, "widgets": {} },
            "cells": [{
                "cell_type": "code", "id": "kept", "execution_count": 7, "source": "a\nb",
                "metadata": { "tags": ["cover"], "execution": { "iopub.execute_input": "2026" } },
                "outputs": [
                    { "output_type": "stream", "name": "stdout", "text": "x\n" },
                    { "output_type": "stream", "name": "stdout", "text": ["y", "z\n"] },
                    { "output_type": "stream", "name": "stderr", "text": "e" },
                    { "output_type": "execute_result", "execution_count": 7, "metadata": {}, "transient": { "display_id": "1" },
                      "data": { "text/plain": "p\nq", "image/png": "iVBO\n" } },
                ],
            }],
        });
        let normal = normalise(&notebook);
        let cell = &normal["cells"][0];
        assert_eq!(cell["id"], "kept");
        assert_eq!(cell["metadata"], json!({ "tags": ["cover"] }));
        assert_eq!(cell["source"], json!(["a\n", "b"]));
        assert_eq!(cell["execution_count"], Value::Null);
        assert_eq!(cell["outputs"][0]["text"], json!(["x\n", "yz\n"]));
        assert_eq!(cell["outputs"][1]["name"], "stderr");
        let shown = &cell["outputs"][2];
        assert_eq!(shown["execution_count"], Value::Null);
        assert_eq!(shown["data"], json!({ "text/plain": ["p\n", "q"], "image/png": "iVBO" }));
        assert!(shown.get("transient").is_none());
        assert_eq!(normal["metadata"]["kernelspec"]["name"], "rust");
        assert_eq!(normalise(&normal), normal);
    }
}
