//! A variable that holds a closure: the report derives the type to write from the closure.

use ra_ap_parser::SyntaxKind::*;

use super::super::cell_syntax::CellSyntax;
use super::super::diagnostic::Label;
use super::super::render::{help, write};
use super::super::wording::short_type;
use super::{Explanation, Subject};

/// Part of evcxr's message for a closure, also for one inside another type.
const OWN: &str = "is a closure, which cannot be persisted";

/// The source text of a closure, in parts.
#[derive(Debug, PartialEq, Eq)]
struct Closure<'a> {
    /// Names and types between the bars.
    params: Vec<(&'a str, Option<&'a str>)>,
    result: Option<&'a str>,
    body: &'a str,
    /// Text of the closure without `move`.
    text: &'a str,
}

/// Explains a variable that holds a closure.
pub fn kept(subject: &Subject<'_>) -> Option<Explanation> {
    let name = if subject.error.message.contains(OWN) {
        subject.error.name()?
    } else if subject.error.is(&["E0373"]) {
        bound_to(subject)?
    } else {
        return None;
    };
    let headline =
        format!("`{name}` is a closure: to keep it for the next cell, it needs its type written down");
    let explanation = Explanation::new(headline);
    let found = subject.cell.let_of(name).and_then(|statement| Some((statement.value.clone()?, statement)));
    let Some((value, statement)) = found else {
        return Some(explanation.advise(help("Give it a type: `Box<dyn Fn(f64) -> f64>`.")));
    };
    let at = statement.names.iter().find(|(bound, _)| *bound == name).map(|(_, range)| range.clone());
    let label = at.map(|range| Label { range, text: "holds a closure".into(), primary: true });
    let explanation = explanation.labelled(label.into_iter().collect());
    let braces = help("Or use it in this cell only, inside braces: `{ … }`.");
    let Some(closure) = read(subject.text(&value)) else {
        return Some(
            explanation
                .advise(help(&format!("Write `let {name}: Box<dyn Fn(…) -> …> = Box::new(…);`.")))
                .advise(braces),
        );
    };
    let captured = captured(subject, &closure, name);
    let kinds: Vec<&str> = closure.params.iter().map(|(_, kind)| kind.unwrap_or("_")).collect();
    let result = result(subject, &closure);
    let arrow = if result == "()" { String::new() } else { format!(" -> {result}") };
    let signature = format!("({}){arrow}", kinds.join(", "));
    let text = closure.text;
    let pattern = statement.pattern;
    let line = if captured.is_empty() {
        format!("let {pattern}: fn{signature} = {text};")
    } else {
        let changes = captured.iter().any(|name| changes(closure.body, name));
        let (kind, pattern) = if changes && !pattern.starts_with("mut ") {
            ("FnMut", format!("mut {pattern}"))
        } else {
            (if changes { "FnMut" } else { "Fn" }, pattern.to_owned())
        };
        format!("let {pattern}: Box<dyn {kind}{signature}> = Box::new(move {text});")
    };
    let mut explanation = explanation.advise(write(&line));
    if kinds.contains(&"_") || result == "_" {
        explanation =
            explanation.advise(help("Put the types of its parameters and its result in place of `_`."));
    }
    if !captured.is_empty() {
        let names = super::super::wording::list(&captured);
        explanation = explanation
            .advise(help(&format!("It uses {names} from outside: that needs the box and `move`.")));
    }
    Some(explanation.advise(braces))
}

/// Returns the variable whose whole value is the closure that borrows from outside.
fn bound_to<'a>(subject: &'a Subject<'_>) -> Option<&'a str> {
    let start = subject.error.primary()?.range.start;
    let is_value = |value: &std::ops::Range<usize>| value.start == start;
    let statement =
        subject.cell.lets().into_iter().find(|statement| statement.value.as_ref().is_some_and(is_value))?;
    statement.names.first().map(|(name, _)| *name)
}

fn read(value: &str) -> Option<Closure<'_>> {
    let cell = CellSyntax::new(value);
    let start = usize::from(cell.kind(0) == MOVE_KW);
    if cell.kind(start) != PIPE {
        return None;
    }
    let end = (start + 1..cell.tokens.len()).find(|at| cell.kind(*at) == PIPE)?;
    let mut body = end + 1;
    let mut result = None;
    if cell.kind(body) == MINUS && cell.kind(body + 1) == R_ANGLE {
        let brace = (body..cell.tokens.len()).find(|at| cell.kind(*at) == L_CURLY)?;
        result = Some(&value[cell.span(body + 2, brace)]);
        body = brace;
    }
    let params = split(&value[cell.span(start + 1, end)]);
    let last = cell.tokens.len();
    Some(Closure {
        params,
        result,
        body: &value[cell.span(body, last)],
        text: &value[cell.span(start, last)],
    })
}

/// Splits `w: f64, (a, b): (i32, i32)` into names and types.
fn split(params: &str) -> Vec<(&str, Option<&str>)> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0i32, 0);
    for (at, c) in params.char_indices() {
        match c {
            '(' | '[' | '<' => depth += 1,
            ')' | ']' | '>' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&params[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&params[start..]);
    let parts = parts.into_iter().map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| match part.split_once(':') {
            Some((name, kind)) => (name.trim(), Some(kind.trim())),
            None => (part, None),
        })
        .collect()
}

/// Returns the variables from outside that the closure uses.
fn captured(subject: &Subject<'_>, closure: &Closure<'_>, name: &str) -> Vec<String> {
    let body = CellSyntax::new(closure.body);
    let own = |name: &str| closure.params.iter().any(|(param, _)| CellSyntax::new(param).mentions(name));
    let mut found: Vec<String> = Vec::new();
    let printed = |name: &str| body.mentions(name);
    let known = subject.cell.bound_names().into_iter().chain(subject.case.names.iter().map(|(name, _)| name));
    for name in known {
        let used = body.idents_in(&(0..closure.body.len())).contains(&name)
            || (printed(name) && closure.body.contains('"'));
        if used
            && !own(name)
            && !body.bound_names().contains(&name)
            && !found.iter().any(|known| known == name)
        {
            found.push(name.to_owned());
        }
    }
    found.retain(|found| found != name);
    found
}

/// Checks whether the body assigns to a variable or pushes to it.
fn changes(body: &str, name: &str) -> bool {
    let cell = CellSyntax::new(body);
    (0..cell.tokens.len()).any(|at| {
        let assigned = cell.kind(at + 1) == EQ && cell.kind(at + 2) != EQ
            || matches!(cell.kind(at + 1), PLUS | MINUS | STAR | SLASH | PERCENT) && cell.kind(at + 2) == EQ;
        let pushed = cell.kind(at + 1) == DOT && cell.text(at + 2).starts_with("push");
        cell.text(at) == name && (assigned || pushed)
    })
}

/// Returns the result's type: the declared one, or that of arithmetic on parameters of one type; else `_`.
fn result(subject: &Subject<'_>, closure: &Closure<'_>) -> String {
    if let Some(declared) = closure.result {
        return declared.to_owned();
    }
    let inner = closure.body.trim();
    let inner = inner.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(inner).trim();
    if inner.is_empty()
        || inner.ends_with(';')
        || inner.starts_with("println!")
        || inner.starts_with("print!")
    {
        return "()".to_owned();
    }
    let body = CellSyntax::new(inner);
    let mut kinds = Vec::new();
    for at in 0..body.tokens.len() {
        match body.kind(at) {
            PLUS | MINUS | STAR | SLASH | PERCENT | L_PAREN | R_PAREN | INT_NUMBER | FLOAT_NUMBER => {}
            TRUE_KW | FALSE_KW => kinds.push("bool".to_owned()),
            IDENT => {
                let name = body.text(at);
                let own = closure.params.iter().find(|(param, _)| *param == name).map(|(_, kind)| *kind);
                let kind = match own {
                    Some(kind) => kind.map(str::to_owned),
                    None => subject.case.names.made_by(name).map(|made| short_type(&made.kind)),
                };
                kinds.extend(
                    kind.map(|kind| kind.trim_start_matches('&').to_owned()).or(Some("_".to_owned())),
                );
            }
            L_ANGLE | R_ANGLE if !matches!(body.kind(at + 1), L_ANGLE | R_ANGLE | COLON) => {
                return "bool".to_owned();
            }
            EQ if body.kind(at + 1) == EQ => return "bool".to_owned(),
            AMP if body.kind(at + 1) == AMP => return "bool".to_owned(),
            PIPE if body.kind(at + 1) == PIPE => return "bool".to_owned(),
            BANG if at == 0 => return "bool".to_owned(),
            _ => return "_".to_owned(),
        }
    }
    kinds.dedup();
    match &kinds[..] {
        [one] => one.clone(),
        _ => "_".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::trial::{compiled, names, said, text};
    use super::*;
    use crate::evaluator::error_report::diagnostic::fixture::{error, generated, span};

    fn advice(code: &str, name: &str) -> String {
        let names = names(&[(1, "let lr = 0.1; let log = vec![1];", &[("lr", "f64"), ("log", "Vec<i32>")])]);
        let message =
            format!("The variable `{name}` is a closure, which cannot be persisted.\nYou can however …");
        let text = text(said(code, "", &names, &message));
        assert!(text.starts_with(&format!("`{name}` is a closure: ")), "{text}");
        text
    }

    #[test]
    fn a_closure_that_takes_nothing_from_outside_is_a_function() {
        let text = advice("let step = |w: f64, g: f64| w - 0.1 * g;", "step");
        assert!(
            text.contains("write: let step: fn(f64, f64) -> f64 = |w: f64, g: f64| w - 0.1 * g;"),
            "{text}"
        );
        let text = advice("let big = |x: f64| x > 1.0;", "big");
        assert!(text.contains("let big: fn(f64) -> bool = |x: f64| x > 1.0;"), "{text}");
        let text = advice("let len = |v: &Vec<i32>| -> usize { v.len() };", "len");
        assert!(
            text.contains("let len: fn(&Vec<i32>) -> usize = |v: &Vec<i32>| -> usize { v.len() };"),
            "{text}"
        );
        let text = advice("let say = || println!(\"hi\");", "say");
        assert!(text.contains("let say: fn() = || println!(\"hi\");"), "{text}");
    }

    #[test]
    fn a_closure_that_uses_a_variable_is_boxed() {
        let text = advice("let step = move |w: f64, g: f64| { w - lr * g };", "step");
        let line =
            "write: let step: Box<dyn Fn(f64, f64) -> f64> = Box::new(move |w: f64, g: f64| { w - lr * g });";
        assert!(text.contains(line) && text.contains("It uses `lr` from outside"), "{text}");
        let text = advice("let note = |n: i32| { log.push(n); };", "note");
        assert!(
            text.contains("let mut note: Box<dyn FnMut(i32)> = Box::new(move |n: i32| { log.push(n); });"),
            "{text}"
        );
    }

    #[test]
    fn a_closure_that_borrows_is_boxed_too() {
        let code = "let step = |w: f64| w * lr;";
        let source = generated("", code, "");
        let message = "closure may outlive the current function, but it borrows `lr`";
        let json = error("E0373", message, &[span(&source, "|w: f64|", "may outlive", true)], &[]);
        let names = names(&[(1, "let lr = 0.1;", &[("lr", "f64")])]);
        let text = text(compiled(code, &source, &names, &json));
        assert!(
            text.contains("let step: Box<dyn Fn(f64) -> f64> = Box::new(move |w: f64| w * lr);"),
            "{text}"
        );
    }

    #[test]
    fn what_is_not_written_is_left_open() {
        let text = advice("let half = |x| x / 2.0;", "half");
        assert!(
            text.contains("let half: fn(_) -> _ = |x| x / 2.0;") && text.contains("in place of `_`"),
            "{text}"
        );
        let text = advice("let root = |x: f64| x.sqrt();", "root");
        assert!(text.contains("let root: fn(f64) -> _ = |x: f64| x.sqrt();"), "{text}");
    }

    #[test]
    fn parameters_are_split_at_their_commas() {
        assert_eq!(split("(a, b): (i32, i32), c"), [("(a, b)", Some("(i32, i32)")), ("c", None)]);
        assert_eq!(split(""), []);
    }
}
