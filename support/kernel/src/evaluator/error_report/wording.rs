//! Wording of reports: short forms of types, and no paths of this machine or names of evcxr's generated code.

/// Parts of evcxr's generated code and messages that readers do not know.
const MACHINERY: [&str; 6] = ["evcxr", "Evcxr", "run_user_code", "persist", "src/lib.rs", "STDERR"];

/// Checks whether a text names evcxr's generated code.
pub fn is_machinery(text: &str) -> bool {
    MACHINERY.iter().any(|word| text.contains(word)) || names_crate(text)
}

/// Checks whether a text names the crate `ctx`, which evcxr makes of a cell.
fn names_crate(text: &str) -> bool {
    text.contains("crate `ctx`") || text.contains("`ctx` (")
}

/// Removes paths of this machine and evcxr's names from a message. Paths that occur in `code`, the cell, stay.
pub fn clean(message: &str, code: &str) -> String {
    let mut text = without_paths(message, code);
    while let Some(start) = text.find("{closure@")
        && let Some(end) = text[start..].find('}')
    {
        text.replace_range(start..=start + end, "closure");
    }
    for (own, plain) in [
        ("Result<(), EvcxrUserCodeError>", "Result"),
        ("EvcxrUserCodeError", "the cell's error"),
        ("<end of input>", "the end of the cell"),
        ("`evcxr_variable_store`", "the end of the cell"),
        ("evcxr_variable_store", "the end of the cell"),
        (" in crate `ctx`", ""),
        ("ctx::", ""),
        ("in a closure that returns `Result`", "in a cell"),
        ("src/lib.rs", "the cell"),
    ] {
        text = text.replace(own, plain);
    }
    text
}

/// Shortens `/home/me/.cargo/registry/src/x/tch-0.26.0/src/wrap.rs` to `tch-0.26.0/src/wrap.rs`, like `short_path`.
pub fn without_paths(text: &str, code: &str) -> String {
    let ends =
        |c: char| c.is_whitespace() || matches!(c, '`' | '"' | '\'' | '(' | ')' | '<' | '>' | ',' | ';');
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(ends) {
        let word = piece.trim_end_matches(ends);
        let is_path = word.starts_with('/') && word[1..].contains('/') && !word.starts_with("//");
        if is_path && !code.contains(word) {
            out += &short_path(word);
            out += &piece[word.len()..];
        } else {
            out += piece;
        }
    }
    out
}

/// Shortens the path of a source to the part below the registry, or to its last three parts.
pub fn short_path(path: &str) -> String {
    match path.split_once("/registry/src/") {
        Some((_, rest)) => rest.split_once('/').map_or(rest, |(_, rest)| rest).to_owned(),
        None => path.rsplit('/').take(3).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("/"),
    }
}

/// Shortens `alloc::vec::Vec<core::string::String>` to `Vec<String>`.
pub fn short_type(kind: &str) -> String {
    let mut out = String::with_capacity(kind.len());
    let mut word = String::new();
    let mut rest = kind.chars().peekable();
    while let Some(c) = rest.next() {
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
        } else if c == ':' && rest.peek() == Some(&':') && !word.is_empty() {
            rest.next();
            word.clear();
        } else {
            out += &word;
            word.clear();
            out.push(c);
        }
    }
    out + &word
}

/// Formats names in backquotes, with commas.
pub fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Formats execution counts: `cell 3`, `cells 3 and 5`, `cells 3, 5 and 8`.
pub fn cells(counts: &[u32]) -> String {
    match counts {
        [] => "no cell".to_owned(),
        [one] => format!("cell {one}"),
        [before @ .., last] => {
            let before: Vec<String> = before.iter().map(u32::to_string).collect();
            format!("cells {} and {last}", before.join(", "))
        }
    }
}

/// Returns the text after `before` and up to the next `after`.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_the_machine_are_cut_and_those_of_the_cell_stay() {
        let text =
            "unable to update /srv/x/lab/foo (see `/home/me/.cargo/registry/src/i-1/tch-0.1/src/a.rs`)";
        assert_eq!(without_paths(text, ""), "unable to update x/lab/foo (see `tch-0.1/src/a.rs`)");
        assert_eq!(without_paths("no /nowhere/foo", "path = \"/nowhere/foo\""), "no /nowhere/foo");
        assert_eq!(without_paths("1 / 2, a/b // c", ""), "1 / 2, a/b // c");
    }

    #[test]
    fn evcxrs_names_are_not_shown() {
        let text = "cannot find function `evcxr_variable_store` in crate `ctx`";
        assert_eq!(clean(text, ""), "cannot find function the end of the cell");
        assert_eq!(clean("within this `{closure@src/lib.rs:1:2: 1:9}`", ""), "within this `closure`");
        assert!(is_machinery(text) && !is_machinery("mismatched types"));
    }

    #[test]
    fn types_are_short() {
        assert_eq!(short_type("alloc::vec::Vec<core::option::Option<&str>>"), "Vec<Option<&str>>");
        assert_eq!(short_type("Box<dyn std::ops::Fn(f64) -> f64>"), "Box<dyn Fn(f64) -> f64>");
    }

    #[test]
    fn cells_are_counted_up() {
        assert_eq!(cells(&[3]), "cell 3");
        assert_eq!(cells(&[3, 5, 8]), "cells 3, 5 and 8");
        assert_eq!(between("type `x` which", "`", "`"), Some("x"));
    }
}
