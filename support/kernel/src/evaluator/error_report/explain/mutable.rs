//! A variable of an earlier cell that was made without `mut`.

use super::super::diagnostic::Label;
use super::super::render::{help, write};
use super::{Explanation, Subject};

/// Explains a change of a variable that is not `mut`.
pub fn made_without_mut(subject: &Subject<'_>) -> Option<Explanation> {
    let error = subject.error;
    if !error.is(&["E0384", "E0596", "E0594"]) {
        return None;
    }
    let quoted = error.message.rsplit("variable `").next().filter(|_| error.message.contains("variable `"));
    let name = match quoted.and_then(|rest| rest.split('`').next()) {
        Some(name) => name,
        None => error.name()?,
    };
    let root = name.split(['.', '[']).next().unwrap_or(name).trim_start_matches('*');
    let made_here = subject.cell.let_of(root);
    let headline = format!("`{root}` cannot be changed: it was made without `mut`");
    let place = error.primary().cloned();
    let changed = place.map(|label| Label { text: "changed here".into(), primary: true, ..label });
    if let Some(statement) = made_here {
        let (_, range) = statement.names.iter().find(|(bound, _)| *bound == root)?;
        let made = Label { range: range.clone(), text: "made here".into(), primary: false };
        let text = subject.text(&statement.range);
        let at = range.start - statement.range.start;
        let line = format!("{}mut {}", &text[..at], &text[at..]);
        let explanation = Explanation::new(headline).labelled(changed.into_iter().chain([made]).collect());
        return Some(if line.lines().count() <= 4 {
            explanation.advise(write(&line))
        } else {
            explanation.advise(help(&format!("Make it with `let mut {root}`.")))
        });
    }
    let made = subject.case.names.made_by(root)?;
    Some(
        Explanation::new(headline)
            .advise(write(&format!("let mut {root} = {root};")))
            .advise(help(&format!(
                "before this line, or write `let mut {root} = …` in cell {}, which makes it.",
                made.cell
            )))
            .labelled(changed.into_iter().collect()),
    )
}

#[cfg(test)]
mod tests {
    use super::super::trial::{compiled, names, text};
    use crate::evaluator::error_report::diagnostic::fixture::{error, generated, span};

    fn changed(code: &str, part: &str, number: &str, message: &str) -> String {
        let source = generated("", code, "");
        let json = error(number, message, &[span(&source, part, "cannot borrow as mutable", true)], &[]);
        text(compiled(code, &source, &names(&[(3, "let items = vec![1];", &[("items", "Vec<i32>")])]), &json))
    }

    #[test]
    fn a_variable_of_an_earlier_cell_names_the_cell() {
        let message = "cannot borrow `items` as mutable, as it is not declared as mutable";
        let text = changed("items.push(2);", "items", "E0596", message);
        assert!(text.starts_with("`items` cannot be changed: it was made without `mut`\n"), "{text}");
        assert!(text.contains("write: let mut items = items;") && text.contains("in cell 3"), "{text}");
    }

    #[test]
    fn a_variable_of_this_cell_shows_its_line() {
        let text =
            changed("let z = 1;\nz = 2;", "z = 2", "E0384", "cannot assign twice to immutable variable `z`");
        assert!(text.ends_with("write: let mut z = 1;"), "{text}");
        let message = "cannot assign to `point.x`, as `point` is not declared as mutable";
        let text = changed("let point = p();\npoint.x = 2;", "point.x", "E0594", message);
        assert!(
            text.starts_with("`point` cannot be changed") && text.ends_with("write: let mut point = p();"),
            "{text}"
        );
    }
}
