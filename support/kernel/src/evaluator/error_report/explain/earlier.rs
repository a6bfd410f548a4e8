//! An error in an item of an earlier cell, caused by this cell.

use ra_ap_parser::SyntaxKind::*;

use super::super::diagnostic::Label;
use super::super::render::help;
use super::{Explanation, Subject};
use crate::evaluator::cell_error::blue;

/// Explains an error in an earlier cell's item.
pub fn item(subject: &Subject<'_>) -> Option<Explanation> {
    let error = subject.error;
    if let Some(import) = import(subject) {
        return Some(import);
    }
    let in_cell = error.labels.iter().any(|label| label.primary);
    if in_cell || error.items.is_empty() || error.shown {
        return None;
    }
    let (line, label) = &error.items[0];
    let place = line.item.as_ref().map_or(String::new(), |item| format!(" in `{item}`,"));
    let mut explanation = Explanation::new(error.message.clone());
    explanation.advice.push(format!("{}{place} {}", blue("in an earlier cell:"), line.text));
    if !label.is_empty() {
        explanation.advice.push(format!("{}{label}", " ".repeat(5)));
    }
    let defines =
        |kind| matches!(kind, STRUCT_KW | ENUM_KW | TRAIT_KW | FN_KW | TYPE_KW | CONST_KW | IMPL_KW);
    let changed = subject.cell.tokens.iter().any(|token| defines(token.kind));
    let advice = match &line.item {
        Some(item) if changed => format!(
            "What this cell defines does not fit `{item}`: change one of them, and run `{item}`'s cell again."
        ),
        Some(item) => format!("Change `{item}` in its cell and run that cell again."),
        None => "Change it in its cell and run that cell again.".to_owned(),
    };
    explanation.advice.push(help(&advice));
    Some(explanation)
}

/// Explains an import that is not found. evcxr rewrites `use` lines, so the place may have to be found by name.
fn import(subject: &Subject<'_>) -> Option<Explanation> {
    let error = subject.error;
    if !error.is(&["E0432", "E0433"]) {
        return None;
    }
    let unknown_crate = |text: &str| text.contains("unlinked crate");
    let name = error.name()?;
    let root = name.split("::").next().unwrap_or(name);
    let last = name.rsplit("::").next().unwrap_or(name);
    let labels = if error.labels.is_empty() {
        let uses =
            |line: &&str| line.trim_start().starts_with("use ") && line.contains(root) && line.contains(last);
        let (number, line) = subject.case.code.lines().enumerate().find(|(_, line)| uses(line))?;
        let start: usize = subject.case.code.lines().take(number).map(|line| line.len() + 1).sum();
        let at = start + line.find(last)?;
        vec![Label { range: at..at + last.len(), text: "not found".into(), primary: true }]
    } else {
        error.labels.clone()
    };
    let known = matches!(root, "std" | "core" | "alloc" | "crate" | "self" | "super" | "support");
    let missing = unknown_crate(&error.message) || labels.iter().any(|label| unknown_crate(&label.text));
    if (missing || (error.is(&["E0432"]) && name == root)) && !known {
        let label = |label: Label| Label { text: "not loaded".into(), ..label };
        return Some(
            Explanation::new(format!("there is no crate or module `{root}` here"))
                .advise(help(&format!("If `{root}` is a crate, load it first: `:dep {root} = \"…\"`.")))
                .labelled(labels.into_iter().map(label).collect()),
        );
    }
    error.labels.is_empty().then(|| Explanation::new(error.message.clone()).labelled(labels))
}

#[cfg(test)]
mod tests {
    use super::super::trial::{compiled, text};
    use crate::evaluator::error_report::diagnostic::fixture::{error, generated, span};
    use crate::evaluator::names::Names;

    #[test]
    fn code_of_an_earlier_cell_is_shown_with_its_item() {
        let code = "struct P { y: f64 }";
        let source = generated(&format!("{code}\nfn get(p: &P) -> f64 {{ p.x }}\n"), "", "");
        let json =
            error("E0609", "no field `x` on type `&P`", &[span(&source, "x }", "unknown field", true)], &[]);
        let text = text(compiled(code, &source, &Names::default(), &json));
        assert!(
            text.starts_with(
                "no field `x` on type `&P`\nin an earlier cell: in `fn get`, fn get(p: &P) -> f64 { p.x }\n"
            ),
            "{text}"
        );
        assert!(text.contains("unknown field") && text.contains("does not fit `fn get`"), "{text}");
    }

    #[test]
    fn an_unknown_crate_is_to_be_loaded() {
        let code = "use rayon::prelude::*;\nuse nothing::x;";
        let source = generated("use nothing::x;\n", "", "");
        let json = error("E0432", "unresolved import `nothing`", &[], &[]);
        let text = text(compiled(code, &source, &Names::default(), &json));
        assert_eq!(
            text,
            "there is no crate or module `nothing` here\nhelp: If `nothing` is a crate, load it first: `:dep nothing = \"…\"`."
        );
    }
}
