//! `?` on an error that the cell cannot return or after a plot, and `parse` without a type.

use super::super::diagnostic::Label;
use super::super::render::{help, write};
use super::super::wording::{between, short_type};
use super::{Explanation, Subject};

/// Explains an error at a `?`.
pub fn mark(subject: &Subject<'_>) -> Option<Explanation> {
    let error = subject.error;
    let message = &error.message;
    if message.contains("`!: ") || message.contains("for `!`") {
        return untyped(subject);
    }
    if !error.is(&["E0277"]) {
        return None;
    }
    if message.contains("`?` operator can only be used on `Result`s, not `Option`s") {
        return Some(on_option(subject));
    }
    if error.labels.iter().any(|label| label.text.contains("cannot be applied to type `Plot<")) {
        return after_plot(subject);
    }
    let from = between(message, "couldn't convert the error: `", ": std::fmt::Display` is not satisfied")
        .or_else(|| between(message, "couldn't convert the error: `", ": Display` is not satisfied"))
        .or_else(|| {
            between(message, "couldn't convert the error: `", "` is not satisfied")
                .filter(|text| text.contains("EvcxrUser"))
        })?;
    let kind = short_type(from);
    let own =
        ["struct", "enum"].iter().any(|keyword| subject.sources.layout.defines(&format!("{keyword} {kind}")));
    let mut explanation =
        Explanation::new(format!("`?` cannot report a `{kind}`: it has no text of its own (`Display`)"));
    if let Some(line) = before_mark(subject, ".map_err(|error| format!(\"{error:?}\"))") {
        explanation = explanation.advise(write(&line));
        explanation = explanation.advise(help(&format!("That needs `#[derive(Debug)]` on `{kind}`.")));
    }
    if own {
        explanation = explanation
            .advise(help(&format!("Or give it a text: `impl std::fmt::Display for {kind} {{ … }}`.")));
    }
    let primary = error.labels.iter().find(|label| subject.text(&label.range) == "?").or(error.primary());
    let label = primary.map(|label| Label {
        text: format!("the error is a `{kind}`"),
        primary: true,
        ..label.clone()
    });
    Some(explanation.labelled(label.into_iter().collect()))
}

fn on_option(subject: &Subject<'_>) -> Explanation {
    let mut explanation = Explanation::new("`?` needs a `Result` here, and this is an `Option`");
    if let Some(line) = before_mark(subject, ".ok_or(\"there is none\")") {
        explanation = explanation.advise(write(&line));
    }
    let place = subject.error.primary().cloned();
    let label = place.map(|label| Label { text: "this is an `Option`".into(), ..label });
    explanation
        .advise(help(
            "`.ok_or(…)` says what is wrong if there is none; `.unwrap_or(…)` gives a value instead.",
        ))
        .labelled(label.into_iter().collect())
}

/// Explains a `?` after a plot of `support`, which is drawn later and then may fail.
fn after_plot(subject: &Subject<'_>) -> Option<Explanation> {
    let place = subject.error.primary()?.clone();
    let plot = subject.text(&place.range).trim_end().strip_suffix('?')?.to_owned();
    let is_last = subject.case.code[place.range.end..].trim().is_empty();
    let kept = !is_last && subject.case.code[..place.range.start].trim_end().ends_with('=');
    let mut explanation = Explanation::new("a plot is not drawn yet, so there is nothing for `?` to return");
    let line = match (is_last, kept) {
        (true, _) => Some(plot).filter(|plot| !plot.contains('\n')),
        (_, true) => before_mark(subject, ".draw()"),
        _ => before_mark(subject, ".show()"),
    };
    explanation.advice.extend(line.map(|line| write(&line)));
    explanation = explanation.advise(help(match (is_last, kept) {
        (true, _) => {
            "As the last line of a cell a plot is drawn and shown without `?`; `.draw()?` returns the figure."
        }
        (_, true) => "`.draw()?` returns the figure.",
        _ => "`.show()?` draws it and shows it here; `.draw()?` returns the figure.",
    }));
    let label = Label { text: "this is a plot".into(), primary: true, ..place };
    Some(explanation.labelled(vec![label]))
}

/// Returns the line of the `?` with `added` before the `?`.
fn before_mark(subject: &Subject<'_>, added: &str) -> Option<String> {
    let error = subject.error;
    let place = error.labels.iter().find(|label| subject.text(&label.range).ends_with('?'))?;
    let at = place.range.end - 1;
    let code = subject.case.code;
    let start = code[..at].rfind('\n').map_or(0, |at| at + 1);
    let end = code[at..].find('\n').map_or(code.len(), |end| at + end);
    Some(format!("{}{added}{}", code[start..at].trim_start(), &code[at..end]))
}

/// Explains a call whose result type is unknown: the compiler then infers `!`, the type without values.
fn untyped(subject: &Subject<'_>) -> Option<Explanation> {
    let place = subject.error.primary()?;
    let call = subject.text(&place.range);
    if !matches!(call, "parse" | "collect" | "sum" | "product" | "into") {
        return None;
    }
    let code = subject.case.code;
    let end = place.range.end;
    let start = code[..end].rfind('\n').map_or(0, |at| at + 1);
    let line_end = code[end..].find('\n').map_or(code.len(), |at| end + at);
    let example = if call == "collect" { "Vec<_>" } else { "f64" };
    let line = format!("{}::<{example}>{}", code[start..end].trim_start(), &code[end..line_end]);
    let label = Label { text: "which type is this to give?".into(), ..place.clone() };
    Some(
        Explanation::new(format!("nothing says which type `{call}` is to give"))
            .advise(write(&line))
            .advise(help(&format!("Put the type you want in place of `{example}`.")))
            .labelled(vec![label]),
    )
}

#[cfg(test)]
mod tests {
    use super::super::trial::{compiled, text};
    use crate::evaluator::error_report::diagnostic::fixture::{error, generated, span};
    use crate::evaluator::names::Names;

    fn at(code: &str, items: &str, part: &str, message: &str) -> String {
        let source = generated(items, code, "");
        let json = error("E0277", message, &[span(&source, part, "x", true)], &[]);
        text(compiled(code, &source, &Names::default(), &json))
    }

    #[test]
    fn an_option_is_made_a_result() {
        let message = "the `?` operator can only be used on `Result`s, not `Option`s, in a closure that returns `Result`";
        let text = at("let word = w();\nlet m = word?;", "", "?", message);
        assert!(text.starts_with("`?` needs a `Result` here, and this is an `Option`\n"), "{text}");
        assert!(text.contains("write: let m = word.ok_or(\"there is none\")?;"), "{text}");
    }

    #[test]
    fn a_plot_needs_no_question_mark() {
        let message = "the `?` operator can only be applied to values that implement `Try`";
        let explained = |code: &str| {
            let source = generated("", code, "");
            let label = "the `?` operator cannot be applied to type `Plot<'_>`";
            let json = error("E0277", message, &[span(&source, "plot_dataset(&data)?", label, true)], &[]);
            text(compiled(code, &source, &Names::default(), &json))
        };
        let last = explained("let a = 1;\nplot_dataset(&data)?");
        assert!(
            last.starts_with("a plot is not drawn yet, so there is nothing for `?` to return\n"),
            "{last}"
        );
        assert!(
            last.contains("write: plot_dataset(&data)\n") && last.contains("shown without `?`"),
            "{last}"
        );
        let kept = explained("let figure = plot_dataset(&data)?;");
        assert!(
            kept.contains("`.draw()?` returns the figure")
                && kept.contains("write: let figure = plot_dataset(&data).draw()?;"),
            "{kept}"
        );
        let between = explained("plot_dataset(&data)?;");
        assert!(between.contains("write: plot_dataset(&data).show()?;"), "{between}");
    }

    #[test]
    fn an_error_without_text_is_given_one() {
        let message = "`?` couldn't convert the error: `MyErr: std::fmt::Display` is not satisfied";
        let text = at("let r = fails()?;", "struct MyErr;\n", "fails()?", message);
        assert!(text.starts_with("`?` cannot report a `MyErr`: it has no text of its own"), "{text}");
        assert!(text.contains("write: let r = fails().map_err(|error| format!(\"{error:?}\"))?;"), "{text}");
        assert!(text.contains("impl std::fmt::Display for MyErr"), "{text}");
    }

    #[test]
    fn parse_without_a_type_asks_for_one() {
        let text =
            at("let n = \"12\".parse()?;", "", "parse", "the trait bound `!: FromStr` is not satisfied");
        assert!(text.starts_with("nothing says which type `parse` is to give\n"), "{text}");
        assert!(text.contains("write: let n = \"12\".parse::<f64>()?;"), "{text}");
    }
}
