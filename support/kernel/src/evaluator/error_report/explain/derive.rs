//! A value that cannot be shown, at the end of a cell or in `{:?}`.

use super::super::diagnostic::Label;
use super::super::render::{help, write};
use super::super::wording::{between, short_type};
use super::{Explanation, Subject};

/// Explains a value without `Debug`, as the cell's value or printed with `{:?}`.
pub fn not_shown(subject: &Subject<'_>) -> Option<Explanation> {
    let error = subject.error;
    let lacks_debug = error.message.contains("doesn't implement `Debug`");
    let lacks_display = error.message.contains("method named `evcxr_display`")
        || error.message.contains("the method `evcxr_display` exists");
    if !error.is(&["E0277", "E0599"]) || !(lacks_debug || lacks_display) {
        return None;
    }
    let kind = if lacks_display {
        let message = &error.message;
        let found = between(message, "for ", " in the current").or_else(|| between(message, "for ", ", but"));
        // evcxr calls the method on a reference to the value.
        found?.split('`').nth(1)?.trim_start_matches('&')
    } else {
        error.name()?
    };
    let labels = labels(subject);
    if kind == "closure" {
        return Some(
            Explanation::new("a closure cannot be shown")
                .advise(help("Call it with its arguments, or end the line with `;`."))
                .labelled(labels),
        );
    }
    if let Some(function) = between(kind, "{", "}").filter(|_| kind.contains('(')) {
        let name = function.rsplit("::").next().unwrap_or(function);
        return Some(
            Explanation::new(format!("`{name}` is a function, which cannot be shown"))
                .advise(help(&format!("Call it: `{name}(…)`. Or end the line with `;`.")))
                .labelled(labels),
        );
    }
    let short = short_type(kind);
    let shown = error.shown || lacks_display;
    let headline = if shown {
        format!("`{short}` cannot be shown")
    } else {
        format!("`{short}` cannot be printed with `{{:?}}`")
    };
    let plain = short.split('<').next().unwrap_or(&short);
    let own = ["struct", "enum", "union"]
        .iter()
        .find(|keyword| subject.sources.layout.defines(&format!("{keyword} {plain}")));
    let end = if shown { " Or end the line with `;`." } else { "" };
    let explanation = match own {
        Some(keyword) => Explanation::new(format!(
            "{headline}: add `#[derive(Debug)]` to it{}",
            if shown { ", or end the line with `;`" } else { "" }
        ))
        .advise(write(&format!("#[derive(Debug)] {keyword} {plain} …"))),
        None => Explanation::new(format!("{headline}: its type has no `Debug`"))
            .advise(help(&format!("Show a part of it, such as a field or a number.{end}"))),
    };
    Some(explanation.labelled(labels))
}

/// Returns the error's labels, or a label on the last statement if the error is in evcxr's code around it.
fn labels(subject: &Subject<'_>) -> Vec<Label> {
    let primary: Vec<Label> = subject.error.labels.iter().filter(|label| label.primary).cloned().collect();
    if !primary.is_empty() && !subject.error.shown {
        return primary;
    }
    let Some(last) = subject.cell.tokens.last() else { return Vec::new() };
    let code = subject.case.code;
    let start = code[..last.range.end].rfind('\n').map_or(0, |at| at + 1);
    let blanks = code[start..].len() - code[start..].trim_start().len();
    let after = code[start..last.range.end].rfind(';').map_or(start + blanks, |at| {
        let rest = &code[start + at + 1..];
        start + at + 1 + (rest.len() - rest.trim_start().len())
    });
    let range = after.min(last.range.end)..last.range.end;
    vec![Label { range, text: "the cell's value".into(), primary: true }]
}

#[cfg(test)]
mod tests {
    use super::super::trial::{compiled, text};
    use crate::evaluator::error_report::diagnostic::fixture::{error, generated, span};
    use crate::evaluator::names::Names;

    fn shown(code: &str, items: &str, kind: &str) -> String {
        let after = "evcxr_send_text_plain(&format!(\"{:?}\",&(\n";
        let source = generated(items, code, after);
        let spans = [span(&source, "evcxr_send_text_plain", "x", true)];
        let json = error("E0277", &format!("`{kind}` doesn't implement `Debug`"), &spans, &[]);
        text(compiled(code, &source, &Names::default(), &json))
    }

    #[test]
    fn a_type_of_the_notebook_is_told_to_derive() {
        let text = shown("let a = 1;\nBadge(\"new\")", "struct Badge(&'static str);\n", "Badge");
        assert!(
            text.starts_with(
                "`Badge` cannot be shown: add `#[derive(Debug)]` to it, or end the line with `;`"
            ),
            "{text}"
        );
        assert!(text.contains("write: #[derive(Debug)] struct Badge …"), "{text}");
    }

    #[test]
    fn a_type_of_a_crate_cannot_be_changed() {
        let text = shown("f()", "", "other::Handle<i32>");
        assert!(text.starts_with("`Handle<i32>` cannot be shown: its type has no `Debug`"), "{text}");
    }

    #[test]
    fn a_function_wants_to_be_called() {
        let text = shown("helper", "", "fn() -> i32 {helper}");
        assert!(text.starts_with("`helper` is a function, which cannot be shown\n"), "{text}");
        assert!(text.contains("`helper(…)`"), "{text}");
        let text = shown("|x: i32| x", "", "{closure@src/lib.rs:136:1: 136:9}");
        assert!(text.starts_with("a closure cannot be shown\n"), "{text}");
    }

    #[test]
    fn printing_is_told_from_showing() {
        let code = "println!(\"{:?}\", Badge(1));";
        let source = generated("struct Badge(i32);\n", code, "");
        let json =
            error("E0277", "`Badge` doesn't implement `Debug`", &[span(&source, "Badge(1)", "x", true)], &[]);
        let text = text(compiled(code, &source, &Names::default(), &json));
        assert!(
            text.starts_with("`Badge` cannot be printed with `{:?}`: add `#[derive(Debug)]` to it\n"),
            "{text}"
        );
    }
}
