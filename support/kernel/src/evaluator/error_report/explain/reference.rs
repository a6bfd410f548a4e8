//! A borrow that would outlive its owner: in a variable that is kept for the next cell, or within one cell.

use std::ops::Range;

use super::super::cell_syntax::{CellSyntax, Let};
use super::super::diagnostic::Label;
use super::super::render::{help, write};
use super::scope::COPIED;
use super::{Explanation, Subject};

/// Part of evcxr's message, from which the variable's name is taken.
const OWN: &str = "contains a reference with a non-static lifetime";

/// Explains a function that returns a borrow of its own variable.
pub fn returned(subject: &Subject<'_>) -> Option<Explanation> {
    let error = subject.error;
    let (_, name) = error.message.split_once("referencing local variable `")?;
    let place = error.primary()?;
    let item = subject.cell.item_around(place.range.start)?;
    let name = name.trim_end_matches('`');
    Some(
        Explanation::new(format!("`{}` returns a borrow of its own `{name}`, which is gone when it ends", item.name))
            .advise(help(&format!(
                "Return the value itself: `{name}`, and its type after `->` (`String`, not `&str`; `Vec<f64>`, not `&[f64]`)."
            ))),
    )
}

/// Explains a variable that borrows and cannot be kept.
pub fn kept(subject: &Subject<'_>) -> Option<Explanation> {
    let error = subject.error;
    let name = if error.message.contains(OWN) {
        error.name()?.to_owned()
    } else if error.is(&["E0597", "E0505", "E0716", "E0515", "E0521", "E0310", "E0492", "E0502", "E0506"]) {
        match &error.stored {
            Some(name) => name.clone(),
            None => binding_of_temporary(subject)?,
        }
    } else {
        return None;
    };
    let Some(statement) = subject.cell.let_of(&name) else { return Some(without_statement(&name)) };
    let Some(value) = statement.value.clone() else { return Some(without_statement(&name)) };
    let source = source_of(subject, &statement, &value, &name);
    let headline = match &source {
        Source::Variable(from, _) => {
            format!("`{name}` borrows from `{from}`, and a borrow cannot be kept for the next cell")
        }
        Source::Temporary(range) => format!(
            "`{name}` borrows from `{}`, a value that is gone at the end of its line",
            subject.text(range)
        ),
        Source::Unknown => {
            format!("`{name}` borrows from another value, and a borrow cannot be kept for the next cell")
        }
    };
    let kind = subject.sources.layout.stored_type(&name);
    let mut explanation = Explanation::new(headline);
    if let Some(owned) = owned(subject.text(&value), kind)
        && statement.names.len() == 1
    {
        let pattern = statement.pattern;
        explanation = explanation.advise(write(&format!("let {pattern} = {owned};")));
    } else {
        let advice = "Make a value of its own of it: `.to_owned()` or `.clone()`, `.collect::<Vec<_>>()` for an iterator.";
        explanation = explanation.advise(help(advice));
    }
    let inline = if let Source::Temporary(_) = source {
        "Or give the value a name of its own, and use the borrow inside braces: `{ … }`.".to_owned()
    } else {
        format!(
            "Or keep the lines that need `{name}` in this cell, inside braces: `{{ let {name} = …; … }}`."
        )
    };
    Some(explanation.advise(help(&inline)).labelled(labels(&statement, &name, &source)))
}

/// The owner of the data that a variable borrows.
enum Source {
    Variable(String, Option<Range<usize>>),
    Temporary(Range<usize>),
    Unknown,
}

fn source_of(subject: &Subject<'_>, statement: &Let<'_>, value: &Range<usize>, name: &str) -> Source {
    if let Some(label) = subject.error.label("temporary value which is freed") {
        return Source::Temporary(label.range.clone());
    }
    let found = CellSyntax::idents_in(subject.cell, value);
    let variable = found.into_iter().find(|found| {
        let earlier = subject.cell.let_of(found).is_some_and(|made| made.range.start < statement.range.start);
        *found != name && (earlier || subject.case.names.made_by(found).is_some())
    });
    match variable {
        Some(from) => {
            let token = subject
                .cell
                .tokens
                .iter()
                .find(|token| token.range.start >= value.start && subject.text(&token.range) == from);
            Source::Variable(from.to_owned(), token.map(|token| token.range.clone()))
        }
        None => Source::Unknown,
    }
}

/// Returns the variable of the `let` statement in which a temporary value is dropped too early.
fn binding_of_temporary(subject: &Subject<'_>) -> Option<String> {
    let place = subject.error.label("temporary value which is freed")?.range.start;
    let statement = subject.cell.lets().into_iter().find(|statement| statement.range.contains(&place))?;
    statement.names.first().map(|(name, _)| (*name).to_owned())
}

fn labels(statement: &Let<'_>, name: &str, source: &Source) -> Vec<Label> {
    let bound = statement.names.iter().find(|(bound, _)| *bound == name);
    let mut labels = Vec::new();
    if let Some((_, range)) = bound {
        labels.push(Label {
            range: range.clone(),
            text: "would be kept for the next cell".into(),
            primary: true,
        });
    }
    match source {
        Source::Variable(from, Some(range)) => {
            labels.push(Label {
                range: range.clone(),
                text: format!("borrows from `{from}`"),
                primary: false,
            });
        }
        Source::Temporary(range) => {
            labels.push(Label {
                range: range.clone(),
                text: "gone at the end of this line".into(),
                primary: false,
            });
        }
        _ => {}
    }
    labels
}

fn without_statement(name: &str) -> Explanation {
    Explanation::new(format!("`{name}` borrows from a value that is gone before `{name}` is"))
        .advise(help("Make it own its value (`.to_owned()`, `.clone()`), or put the lines that need it inside braces: `{ … }`."))
}

/// Returns the expression with the method call that makes an owned value of it; `None` if the method is not known.
fn owned(value: &str, kind: Option<&str>) -> Option<String> {
    let kind = kind.unwrap_or_default().trim();
    let referred = kind.strip_prefix('&').map(|rest| rest.trim_start_matches("mut ").trim());
    let method = match referred {
        Some(inner) if inner.starts_with('[') => ".to_vec()",
        Some("str" | "std::path::Path" | "Path" | "std::ffi::OsStr") => ".to_owned()",
        Some(inner) if value.trim().starts_with('&') && COPIED.contains(&inner) => "",
        Some(_) => ".clone()",
        None if kind.contains("ViewRepr<") || kind.contains("ArrayView") => ".to_owned()",
        None if is_option_of_reference(kind) && kind.contains("&str") => ".map(str::to_owned)",
        None if is_option_of_reference(kind) && !kind.contains("&[") && !kind.contains("(&") => ".cloned()",
        None if kind.starts_with("Vec<&str>") || kind.starts_with("alloc::vec::Vec<&str>") => {
            let start = value.trim().rfind(".collect").filter(|_| value.trim().ends_with("()"));
            let items =
                start.map_or(format!("{}.into_iter()", value.trim()), |at| value.trim()[..at].to_owned());
            return Some(format!("{items}.map(str::to_owned).collect::<Vec<String>>()"));
        }
        None if kind.starts_with("std::borrow::Cow<") || kind.starts_with("Cow<") => ".into_owned()",
        // A plot of `support` borrows what it shows; a figure does not.
        None if kind.contains("Plot<") => ".draw()?",
        None => return None,
    };
    let value = value.trim();
    // `&list[0]` is copied as `list[0].clone()`.
    let stripped = value.strip_prefix('&').map(|rest| rest.strip_prefix("mut ").unwrap_or(rest));
    let simple = stripped.is_none_or(|rest| !rest.contains(" as ") && !rest.starts_with('*'));
    simple.then(|| {
        let body = stripped.filter(|_| referred.is_some()).unwrap_or(value);
        let operators = [" + ", " - ", " * ", " / ", "..", "||", "&&", "match ", "if "];
        let wrapped = operators.iter().any(|operator| body.contains(operator)) && !body.contains('[');
        if wrapped { format!("({body}){method}") } else { format!("{body}{method}") }
    })
}

fn is_option_of_reference(kind: &str) -> bool {
    ["Option<&", "core::option::Option<&", "std::option::Option<&"]
        .iter()
        .any(|start| kind.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::super::trial::{compiled, names, said, text};
    use crate::evaluator::error_report::diagnostic::fixture::{error, generated, span};
    use crate::evaluator::names::Names;

    fn own(code: &str, name: &str, kind: &str) -> String {
        let store = format!("evcxr_variable_store.put_variable::<{kind}>(stringify!({name}), {name});");
        let names = names(&[(
            1,
            "let circles = f(); let texts = g();",
            &[("circles", "Dataset"), ("texts", "Vec<String>")],
        )]);
        let message = format!(
            "The variable `{name}` contains a reference with a non-static lifetime so\ncan't be persisted."
        );
        text(said(code, &generated("", code, &store), &names, &message))
    }

    #[test]
    fn a_column_names_its_table_and_the_copy_to_write() {
        let kind = "ndarray::prelude::ArrayBase<ndarray::ViewRepr<&f64>, ndarray::prelude::Dim<[usize; 1]>>";
        let text = own("let first = circles.x.column(0);", "first", kind);
        assert!(
            text.starts_with(
                "`first` borrows from `circles`, and a borrow cannot be kept for the next cell\n"
            ),
            "{text}"
        );
        assert!(text.contains("write: let first = circles.x.column(0).to_owned();"), "{text}");
        assert!(text.contains("inside braces"), "{text}");
    }

    #[test]
    fn each_kind_of_borrow_has_its_copy() {
        for (value, kind, owned) in [
            ("&texts.len()", "&usize", "texts.len()"),
            ("&texts", "&Vec<String>", "texts.clone()"),
            ("&texts[0][..]", "&str", "texts[0][..].to_owned()"),
            ("&texts[1..]", "&[String]", "texts[1..].to_vec()"),
            ("plot_dataset(&texts)", "support::plot::Plot<'_>", "plot_dataset(&texts).draw()?"),
            ("texts.iter().max()", "core::option::Option<&String>", "texts.iter().max().cloned()"),
            (
                "texts[0].split(' ').collect()",
                "Vec<&str>",
                "texts[0].split(' ').map(str::to_owned).collect::<Vec<String>>()",
            ),
        ] {
            let text = own(&format!("let part = {value};"), "part", kind);
            assert!(text.contains(&format!("write: let part = {owned};")), "{text}");
        }
    }

    #[test]
    fn two_at_once_get_no_copy_but_braces() {
        let text = own("let (a, b) = texts.split_at(1);", "a", "&[String]");
        assert!(text.starts_with("`a` borrows from `texts`") && !text.contains("write:"), "{text}");
    }

    #[test]
    fn a_temporary_value_is_shown() {
        let code = "let s = String::from(\"abc\").as_str();";
        let source = generated("", code, "evcxr_variable_store.put_variable::<&str>(stringify!(s), s);");
        let label = "creates a temporary value which is freed while still in use";
        let spans = [span(&source, "String::from(\"abc\")", label, true)];
        let json = error("E0716", "temporary value dropped while borrowed", &spans, &[]);
        let text = text(compiled(code, &source, &Names::default(), &json));
        assert!(text.starts_with("`s` borrows from `String::from(\"abc\")`, a value that is gone"), "{text}");
        assert!(text.contains("write: let s = String::from(\"abc\").as_str().to_owned();"), "{text}");
    }

    #[test]
    fn a_borrow_that_a_function_returns_names_the_function() {
        let code = "fn f() -> &'static str { let s = String::new(); s.as_str() }";
        let source = generated(&format!("{code}\n"), "", "");
        let json = error(
            "E0515",
            "cannot return value referencing local variable `s`",
            &[span(&source, "s.as_str()", "x", true)],
            &[],
        );
        let text = text(compiled(code, &source, &Names::default(), &json));
        assert!(text.starts_with("`f` returns a borrow of its own `s`"), "{text}");
    }

    #[test]
    fn a_variable_without_a_value_of_its_own_is_named() {
        let text = own("let r; { let inner = 5; r = &inner; }", "r", "&i32");
        assert!(text.starts_with("`r` borrows from a value that is gone before `r` is\n"), "{text}");
    }
}
