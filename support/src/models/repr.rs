//! Prints a model as PyTorch does.
//!
//! Every tch module has a `Debug` form, derived or written; its pretty print is converted to PyTorch's form.

use std::fmt::Debug;

/// Converts `Name { field: Part, … }` to `Name(\n  (field): Part\n)`; the layers of an `nn::seq()` are numbered.
pub(super) fn pytorch(module: &dyn Debug) -> String {
    let text = format!("{module:#?}");
    // For each open brace: the next number in a list of layers, `None` in a struct.
    let mut open: Vec<Option<usize>> = Vec::new();
    let mut lines = Vec::new();
    for line in text.lines() {
        let line = line.trim().trim_end_matches(',');
        if line == "layers: [" {
            // nn::Sequential keeps its layers in a list of that name; PyTorch shows no such level.
            if let Some(last) = open.last_mut() {
                *last = Some(0);
            }
            continue;
        }
        match line {
            "]" => continue,
            "}" | ")" => {
                open.pop();
                lines.push(format!("{})", "  ".repeat(open.len())));
                continue;
            }
            _ => {}
        }
        let indent = "  ".repeat(open.len());
        let entry = match open.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("({}): {line}", *number - 1)
            }
            Some(None) => match line.split_once(": ") {
                Some((field, value)) => format!("({field}): {value}"),
                None => line.to_string(),
            },
            None => line.to_string(),
        };
        match entry.strip_suffix(" {") {
            Some(head) => {
                lines.push(format!("{indent}{head}("));
                open.push(None);
            }
            None => lines.push(format!("{indent}{entry}")),
        }
    }
    lines.join("\n")
}
