//! A cell that is not finished: a bracket that stays open, a missing `;`, an end in mid-expression.

use ra_ap_parser::SyntaxKind::{BYTE_STRING, CHAR, STRING};

use super::super::cell_syntax::CellSyntax;
use super::super::diagnostic::Label;
use super::super::render::{help, write};
use super::{Explanation, Subject};

/// Explains a cell at whose end the compiler reads evcxr's code behind the cell.
pub fn cell(subject: &Subject<'_>) -> Option<Explanation> {
    let message = &subject.error.message;
    let syntax = subject.error.code.is_none();
    let in_cell = !subject.error.labels.is_empty();
    if message.contains("missing a semicolon") {
        return Some(semicolon(subject).unwrap_or_else(|| {
            Explanation::new("a `;` is missing").advise(help("A `let` line ends with `;`."))
        }));
    }
    if syntax && message.starts_with("expected `;`, found") {
        return semicolon(subject);
    }
    let unclosed = message.contains("delimiter") || message.contains("unterminated");
    if unclosed || (!in_cell && (syntax || message.contains("the end of the cell"))) {
        let ending = || ending(subject, message).filter(|_| !in_cell);
        return quote(subject).or_else(|| bracket(subject.cell)).or_else(ending);
    }
    None
}

/// Explains the first `let` line without its `;`.
fn semicolon(subject: &Subject<'_>) -> Option<Explanation> {
    let code = subject.case.code;
    let suggested = subject
        .error
        .suggestions
        .iter()
        .find(|suggestion| suggestion.parts.iter().all(|(_, text)| text == ";"));
    let at = match suggested {
        Some(suggestion) => suggestion.parts.first()?.0.start,
        None => open_let(subject.cell)?,
    };
    let start = code[..at].rfind('\n').map_or(0, |at| at + 1);
    let number = subject.line(at);
    let label = Label { range: at..at, text: "`;` is missing here".into(), primary: true };
    Some(
        Explanation::new(format!("a `;` is missing at the end of line {number}"))
            .advise(write(&format!("{};", code[start..at].trim())))
            .labelled(vec![label]),
    )
}

/// Returns the end of the first line of a `let` statement that lacks its `;`, or that spans several lines.
fn open_let(cell: &CellSyntax<'_>) -> Option<usize> {
    let statement = cell.lets().into_iter().find(|statement| {
        let text = &cell.code[statement.range.clone()];
        !statement.ended || text.contains('\n')
    })?;
    let text = &cell.code[statement.range.clone()];
    let first = text.lines().next().unwrap_or_default().trim_end();
    Some(statement.range.start + first.len())
}

/// Explains a text without its closing quote, to which the compiler counts the rest of the cell.
fn quote(subject: &Subject<'_>) -> Option<Explanation> {
    if !subject.error.message.contains("unterminated") || !subject.error.message.contains("quote") {
        return None;
    }
    let last = subject.cell.tokens.iter().rfind(|token| matches!(token.kind, STRING | BYTE_STRING | CHAR))?;
    let number = subject.line(last.range.start);
    let first = last.range.start..last.range.start + 1;
    let label = Label { range: first, text: "begins here".into(), primary: true };
    Some(
        Explanation::new(format!("a text is never closed: it begins on line {number}"))
            .advise(help("Add the `\"` at its end."))
            .labelled(vec![label]),
    )
}

fn bracket(cell: &CellSyntax<'_>) -> Option<Explanation> {
    let (range, opens) = cell.odd_bracket()?;
    let text = &cell.code[range.clone()];
    let (headline, said) = if opens {
        (format!("`{text}` is never closed"), "opened here")
    } else {
        (format!("`{text}` closes nothing"), "nothing is open here")
    };
    let closing = match text {
        "(" => ")",
        "[" => "]",
        _ => "}",
    };
    let advice = if opens {
        format!("Add the `{closing}` that belongs to it.")
    } else {
        "Leave it out, or add what it closes.".to_owned()
    };
    let label = Label { range, text: said.into(), primary: true };
    Some(Explanation::new(headline).advise(help(&advice)).labelled(vec![label]))
}

/// Explains a cell that ends where more code must follow.
fn ending(subject: &Subject<'_>, message: &str) -> Option<Explanation> {
    let last = subject.cell.tokens.last()?;
    let code = subject.case.code;
    let text = if code[..last.range.end].ends_with("::") { "::" } else { &code[last.range.clone()] };
    let goes_on = message.contains("expected") || message.contains("the end of the cell");
    goes_on.then(|| {
        let label = Label { range: last.range.clone(), text: "something must follow".into(), primary: true };
        Explanation::new(format!("the cell is not finished: something must follow `{text}`"))
            .labelled(vec![label])
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::trial::{compiled, said, text};
    use crate::evaluator::names::Names;

    fn words(code: &str, message: &str) -> String {
        text(said(code, "", &Names::default(), message))
    }

    #[test]
    fn an_open_bracket_is_named() {
        let text = words("let total = 5;\nprintln!(\"{total}\"", "mismatched closing delimiter: `}`");
        assert!(text.starts_with("`(` is never closed\n") && text.contains("Add the `)`"), "{text}");
        assert!(words("match 1 {", "mismatched closing delimiter: `)`").starts_with("`{` is never closed"));
        assert!(words("a }", "unexpected closing delimiter: `}`").starts_with("`}` closes nothing"));
    }

    #[test]
    fn an_open_text_is_named() {
        let text = words("let a = 1;\nlet b = \"abc;\nf(b)", "unterminated double quote string");
        assert_eq!(text, "a text is never closed: it begins on line 2\nhelp: Add the `\"` at its end.");
    }

    #[test]
    fn an_end_in_mid_expression_is_named() {
        assert_eq!(
            words("1 +", "expected expression, found `)`"),
            "the cell is not finished: something must follow `+`"
        );
        let message = "cannot find function `evcxr_variable_store` in crate `std`";
        assert_eq!(words("let a = std::", message), "the cell is not finished: something must follow `::`");
    }

    #[test]
    fn a_missing_semicolon_shows_its_line() {
        let text = words("let a = 5\nif a == 5 { f(); }", "Looks like you're missing a semicolon");
        assert_eq!(text, "a `;` is missing at the end of line 1\nwrite: let a = 5;");
    }

    #[test]
    fn the_compilers_own_place_for_a_semicolon_is_taken() {
        let code = "f()\nlet x = 1\nlet y = 2;";
        let source = format!("#![allow(x)]\n#[unsafe(no_mangle)]\n{code}\n");
        let place = json!({ "file_name": "src/lib.rs", "line_start": 4, "line_end": 4, "column_start": 10, "column_end": 10,
            "is_primary": true, "label": null, "text": [{ "text": "let x = 1" }], "suggested_replacement": ";",
            "suggestion_applicability": "MachineApplicable" });
        let child = json!({ "level": "help", "message": "add `;` here", "spans": [place] });
        let json = json!({ "level": "error", "message": "expected `;`, found keyword `let`", "code": null, "spans": [],
            "children": [child] });
        let text = text(compiled(code, &source, &Names::default(), &json));
        assert_eq!(text, "a `;` is missing at the end of line 2\nwrite: let x = 1;");
    }
}
