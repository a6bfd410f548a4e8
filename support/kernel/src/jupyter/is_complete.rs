//! Whether a cell could be run as it is, or its writer is still in the middle of it.

use ra_ap_parser::{Edition, LexedStr, SyntaxKind};
use serde_json::{Value, json};

/// The content of an `is_complete_reply`.
pub fn is_complete(code: &str) -> Value {
    match look(code) {
        State::Complete => json!({ "status": "complete" }),
        State::Invalid => json!({ "status": "invalid" }),
        State::Incomplete(depth) => json!({ "status": "incomplete", "indent": "    ".repeat(depth) }),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    Complete,
    Invalid,
    /// With so many brackets open.
    Incomplete(usize),
}

fn look(code: &str) -> State {
    // evcxr's commands are no Rust.
    let rust: String = code
        .lines()
        .map(|line| if line.trim_start().starts_with([':', '!']) { "\n".into() } else { format!("{line}\n") })
        .collect();
    let tokens = LexedStr::new(Edition::CURRENT, &rust);
    let mut open = Vec::new();
    for at in 0..tokens.len() {
        match tokens.kind(at) {
            kind @ (SyntaxKind::L_PAREN | SyntaxKind::L_BRACK | SyntaxKind::L_CURLY) => open.push(kind),
            kind @ (SyntaxKind::R_PAREN | SyntaxKind::R_BRACK | SyntaxKind::R_CURLY) => {
                let closes = match kind {
                    SyntaxKind::R_PAREN => SyntaxKind::L_PAREN,
                    SyntaxKind::R_BRACK => SyntaxKind::L_BRACK,
                    _ => SyntaxKind::L_CURLY,
                };
                if open.pop() != Some(closes) {
                    return State::Invalid;
                }
            }
            _ => {}
        }
    }
    match tokens.errors().next() {
        // A string or a comment that goes on.
        Some((_, error)) if error.contains("Missing trailing") => State::Incomplete(open.len()),
        Some(_) => State::Invalid,
        None if !open.is_empty() => State::Incomplete(open.len()),
        None if goes_on(&rust) => State::Incomplete(1),
        None => State::Complete,
    }
}

/// Whether the last token asks for more, such as `let x =`.
fn goes_on(code: &str) -> bool {
    let last = code.trim_end();
    let operator = ["=", "+", "-", "*", "/", ",", ".", "&&", "||", "->", "=>", "::"];
    operator.iter().any(|end| last.ends_with(end)) && !last.ends_with("*/") && !last.ends_with("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_judged_by_their_brackets_and_strings() {
        for code in
            ["1 + 1", "let x = 1;", "fn f() { g() }", "", ":dep x = \"1\"\nlet a = '{';", "// (", "0.."]
        {
            assert_eq!(look(code), State::Complete, "{code}");
        }
        for (code, depth) in
            [("fn f() {", 1), ("f(|x| {", 2), ("let s = \"abc", 0), ("/* more", 0), ("let x =", 1)]
        {
            assert_eq!(look(code), State::Incomplete(depth), "{code}");
        }
        for code in ["}", "f(]", "(}"] {
            assert_eq!(look(code), State::Invalid, "{code}");
        }
        assert_eq!(is_complete("if a {")["indent"], "    ");
    }
}
