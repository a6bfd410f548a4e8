//! A function, constant or static that names a variable of the notebook.

use super::super::cell_syntax::Item;
use super::super::diagnostic::Label;
use super::super::render::{help, write};
use super::super::wording::short_type;
use super::{Explanation, Subject};

/// Types that are copied rather than borrowed.
pub const COPIED: [&str; 17] = [
    "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize", "f32", "f64",
    "bool", "char", "&str",
];

/// Explains a variable named inside an item, where the notebook's variables are not in scope.
pub fn variable_in_item(subject: &Subject<'_>) -> Option<Explanation> {
    let error = subject.error;
    if !error.is(&["E0425", "E0434", "E0435"]) {
        return None;
    }
    let place = error.primary()?;
    let name = match error.name() {
        Some(name) if error.is(&["E0425"]) => name,
        _ => subject.text(&place.range),
    };
    let item = subject.cell.item_around(place.range.start);
    // `let n = 3; [0; n]`: an array's length is a constant as well.
    let item = match item {
        Some(item) => item,
        None if error.is(&["E0435"]) => return Some(array(subject, name)),
        None => return None,
    };
    if !subject.is_variable(name) && !error.is(&["E0434", "E0435"]) {
        return None;
    }
    let of_notebook = subject.is_variable(name);
    let headline = if of_notebook {
        let kind = if item.keyword == "fn" { "functions" } else { "constants" };
        format!("`{}` cannot see `{name}`: {kind} do not see the notebook's variables", item.name)
    } else {
        format!("`{}` cannot see `{name}`: a function does not see the variables around it", item.name)
    };
    let label = Label { text: "a variable from outside".into(), ..place.clone() };
    let explanation = Explanation::new(headline).labelled(vec![label]);
    Some(if item.keyword == "fn" {
        as_argument(subject, explanation, &item, name)
    } else {
        constant(explanation, &item, name)
    })
}

fn as_argument(subject: &Subject<'_>, explanation: Explanation, item: &Item<'_>, name: &str) -> Explanation {
    let kind = subject.case.names.made_by(name).map(|made| short_type(&made.kind));
    let copied = kind.as_deref().is_none_or(|kind| COPIED.contains(&kind));
    let kind = match kind {
        Some(kind) if copied => kind,
        Some(kind) => format!("&{}", kind.trim_start_matches('&')),
        None => "…".to_owned(),
    };
    let call = if copied { name.to_owned() } else { format!("&{name}") };
    let advised = explanation.advise(help(&format!("Pass `{name}` as an argument.")));
    let head = subject.text(&item.range).split('{').next().unwrap_or_default().trim();
    let Some(open) = head.find('(') else { return advised };
    let Some(close) = closing(head, open) else { return advised };
    let params = head[open + 1..close].trim().trim_end_matches(',');
    let (before, after) = (&head[..=open], &head[close..]);
    let comma = if params.is_empty() { "" } else { ", " };
    let method =
        params.trim_start_matches(['&', '\'']).starts_with("self") || params.starts_with("&mut self");
    let called = match (method, params.contains(',')) {
        (true, false) => format!(".{}({call})", item.name),
        (true, true) => format!(".{}(…, {call})", item.name),
        (false, _) if params.is_empty() => format!("{}({call})", item.name),
        (false, _) => format!("{}(…, {call})", item.name),
    };
    advised
        .advise(write(&format!("{before}{params}{comma}{name}: {kind}{after} {{ … }}")))
        .advise(help(&format!("Then call it so: `{called}`.")))
}

/// Returns the place of the bracket that closes the one at `open`.
fn closing(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0;
    text[open..].char_indices().find_map(|(at, c)| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        (depth == 0).then_some(open + at)
    })
}

fn constant(explanation: Explanation, item: &Item<'_>, name: &str) -> Explanation {
    explanation.advise(help(&format!(
        "A constant is known before any cell runs: write its value out, or make a variable with `let {} = {name};`.",
        item.name.to_lowercase()
    )))
}

fn array(subject: &Subject<'_>, name: &str) -> Explanation {
    let place = subject.error.primary().cloned();
    let label = place.map(|label| Label { text: "known only when the cell runs".into(), ..label });
    Explanation::new(format!("an array's length must be a constant, and `{name}` is a variable"))
        .advise(help(&format!("Use a list that can have any length: `vec![…; {name}]`.")))
        .labelled(label.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::super::trial::{Earlier, compiled, names, text};
    use crate::evaluator::error_report::diagnostic::fixture::{error, generated, span};

    const EARLIER: Earlier<'_> =
        (1, "let hidden = 10;", &[("hidden", "i32"), ("circles", "support::data::Dataset")]);

    fn seen(code: &str, name: &str, number: &str) -> String {
        let source = generated(&format!("{code}\n"), "", "");
        let message = match number {
            "E0425" => format!("cannot find value `{name}` in this scope"),
            _ => "can't capture dynamic environment in a fn item".to_owned(),
        };
        let json = error(number, &message, &[span(&source, name, "not found", true)], &[]);
        text(compiled(code, &source, &names(&[EARLIER]), &json))
    }

    #[test]
    fn a_function_gets_the_variable_as_an_argument() {
        let text = seen("fn width() -> i64 { hidden }", "hidden", "E0425");
        assert!(
            text.starts_with("`width` cannot see `hidden`: functions do not see the notebook's variables\n"),
            "{text}"
        );
        assert!(text.contains("write: fn width(hidden: i32) -> i64 { … }"), "{text}");
        assert!(text.contains("Then call it so: `width(hidden)`."), "{text}");
    }

    #[test]
    fn a_large_variable_is_lent() {
        let text = seen("fn rows(n: usize) -> usize { n + circles.len() }", "circles", "E0425");
        assert!(text.contains("write: fn rows(n: usize, circles: &Dataset) -> usize { … }"), "{text}");
        assert!(text.contains("Then call it so: `rows(…, &circles)`."), "{text}");
    }

    #[test]
    fn a_method_gets_it_behind_self() {
        let text = seen("impl L { fn run(&self) -> i32 { self.w * hidden } }", "hidden", "E0425");
        assert!(text.contains("write: fn run(&self, hidden: i32) -> i32 { … }"), "{text}");
        assert!(text.contains("`.run(hidden)`"), "{text}");
    }

    #[test]
    fn a_constant_is_told_to_hold_a_value() {
        let text = seen("const WIDTH: i64 = hidden;", "hidden", "E0425");
        assert!(text.contains("constants do not see the notebook's variables"), "{text}");
        assert!(text.contains("`let width = hidden;`"), "{text}");
    }

    #[test]
    fn a_function_inside_another_does_not_see_its_variables() {
        let text = seen("fn outer() { let qq = 1; fn inner() -> i32 { qq + 1 } }", "qq + 1", "E0434");
        assert!(text.starts_with("`inner` cannot see `qq + 1`: a function does not see"), "{text}");
    }

    #[test]
    fn a_name_that_nobody_knows_is_left_to_the_compiler() {
        let code = "fn f() -> i64 { unknown }";
        let source = generated(&format!("{code}\n"), "", "");
        let json = error(
            "E0425",
            "cannot find value `unknown` in this scope",
            &[span(&source, "unknown", "", true)],
            &[],
        );
        assert_eq!(compiled(code, &source, &names(&[EARLIER]), &json), None);
    }
}
