//! The statements that evcxr writes to check, load and store a notebook's variables, one per variable. Their order has
//! no effect as long as their names differ.

use std::collections::HashSet;
use std::ops::Range;

/// First line of the function that evcxr generates for a check.
pub const ANALYSIS: &str = "async fn evcxr_analysis_wrapper(\n";
/// Maximum number of lines per statement: a type may take several.
const MOST_LINES: usize = 40;
/// Number of lines of the function in which the checks begin.
const MOST_HEAD: usize = 16;

/// A form of statement.
#[derive(Clone, Copy)]
enum Form {
    Check,
    Load,
    Store,
    Parameter,
    Use,
}

/// Returns the runs of such statements in the function at line `start`, each statement as its lines.
pub fn runs(lines: &[&str], start: usize) -> Vec<Vec<Range<usize>>> {
    let found = if lines.get(start + 1) == Some(&ANALYSIS) {
        let parameters = following(lines, start + 2, Form::Parameter);
        let close = parameters.last().map_or(start + 2, |last| last.end);
        let whole = lines.get(close).is_some_and(|line| line.starts_with(") -> "));
        vec![if whole { parameters } else { Vec::new() }, check_stores(lines, start)]
    } else {
        let mut found = stores(lines, start);
        let head = lines.iter().enumerate().skip(start).take(MOST_HEAD);
        if let Some((at, _)) = head.into_iter().find(|(_, line)| **line == "{let mut vars_ok = true;\n") {
            let checks = following(lines, at + 1, Form::Check);
            let close = checks.last().map_or(at + 1, |last| last.end);
            if lines.get(close) == Some(&"if !vars_ok {return evcxr_variable_store;}}\n") {
                found.extend([checks, following(lines, close + 1, Form::Load)]);
            }
        }
        found
    };
    found.into_iter().filter(|run| run.len() > 1 && names_differ(lines, run)).collect()
}

/// Returns the stores at the end of a cell's function: of the existing variables, and before them, inside the closure
/// that catches panics, of the new ones.
fn stores(lines: &[&str], start: usize) -> Vec<Vec<Range<usize>>> {
    let Some(end) = lines.len().checked_sub(2).filter(|end| *end > start) else { return Vec::new() };
    if lines.last() != Some(&"}\n") || !lines[end].ends_with("evcxr_variable_store\n") {
        return Vec::new();
    }
    let old = preceding(lines, start, end, Form::Store);
    let mut at = old.first().map_or(end, |first| first.start);
    let catch = [
        "}}\n",
        "    println!(\"EVCXR_PANIC_NOTIFICATION\");\n",
        "  Err(_) => {\n",
        "  Ok(_) => {}\n",
        "})) { \n",
    ];
    for expected in catch {
        if !step_over(lines, &mut at, expected) {
            return vec![old];
        }
    }
    // The cell's body may be a closure, for `?` and for `await`.
    if step_over(lines, &mut at, "});\n") {
        step_over(lines, &mut at, "Ok::<(), EvcxrUserCodeError>(())\n");
    } else {
        step_over(lines, &mut at, "Ok(())})();\n");
    }
    vec![old, preceding(lines, start, at, Form::Store)]
}

fn check_stores(lines: &[&str], start: usize) -> Vec<Range<usize>> {
    match lines {
        [.., "Ok(())\n", "}\n"] => preceding(lines, start, lines.len() - 2, Form::Use),
        _ => Vec::new(),
    }
}

fn step_over(lines: &[&str], at: &mut usize, expected: &str) -> bool {
    let found = at.checked_sub(1).filter(|above| lines.get(*above) == Some(&expected));
    if let Some(above) = found {
        *at = above;
    }
    found.is_some()
}

fn following(lines: &[&str], mut at: usize, form: Form) -> Vec<Range<usize>> {
    let mut run = Vec::new();
    while let Some(end) = (at + 1..=lines.len().min(at + MOST_LINES))
        .find(|end| name(&lines[at..*end].concat(), form).is_some())
    {
        run.push(at..end);
        at = end;
    }
    run
}

fn preceding(lines: &[&str], start: usize, mut end: usize, form: Form) -> Vec<Range<usize>> {
    let mut run = Vec::new();
    while let Some(at) = (start.max(end.saturating_sub(MOST_LINES))..end)
        .rev()
        .find(|at| name(&lines[*at..end].concat(), form).is_some())
    {
        run.push(at..end);
        end = at;
    }
    run.reverse();
    run
}

fn names_differ(lines: &[&str], run: &[Range<usize>]) -> bool {
    let texts: Vec<String> = run.iter().map(|part| lines[part.clone()].concat()).collect();
    let forms = [Form::Check, Form::Load, Form::Store, Form::Parameter, Form::Use];
    let names: HashSet<&str> =
        texts.iter().filter_map(|text| forms.iter().find_map(|f| name(text, *f))).collect();
    names.len() == run.len()
}

/// Returns the variable's name if the text is one statement of this form.
fn name(text: &str, form: Form) -> Option<&str> {
    let text = text.strip_suffix('\n')?;
    let (name, kind) = match form {
        Form::Check => {
            let (kind, name) = text
                .strip_prefix("vars_ok &= evcxr_variable_store.check_variable::<")?
                .rsplit_once(">(stringify!(")?;
            (name.strip_suffix("));")?, kind)
        }
        Form::Load => {
            let rest = text.strip_prefix("let ")?;
            let (name, rest) = rest
                .strip_prefix("mut ")
                .unwrap_or(rest)
                .split_once(" = evcxr_variable_store.take_variable::<")?;
            (name, rest.strip_suffix("));")?.strip_suffix(name)?.strip_suffix(">(stringify!(")?)
        }
        Form::Store => {
            let (kind, names) =
                text.strip_prefix("evcxr_variable_store.put_variable::<")?.rsplit_once(">(stringify!(")?;
            let (name, again) = names.strip_suffix(");")?.split_once("), ")?;
            (name, (name == again).then_some(kind)?)
        }
        Form::Parameter => {
            let (name, kind) = text.strip_suffix(',')?.split_once(": ")?;
            (name.strip_prefix("mut ").unwrap_or(name), kind)
        }
        Form::Use => (text.strip_prefix("evcxr_variable_store(")?.strip_suffix(");")?, ""),
    };
    (is_name(name) && is_plain_type(kind)).then_some(name)
}

fn is_name(text: &str) -> bool {
    let text = text.strip_prefix("r#").unwrap_or(text);
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Checks whether a text can only be a type: no string, comment or other statement may begin or end in it.
fn is_plain_type(text: &str) -> bool {
    !["\"", "//", "/*", "*/", "{", "}", "stringify!", "evcxr_"].iter().any(|odd| text.contains(odd))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_told_by_their_whole_text() {
        let is = |text: &str, form| name(&format!("{text}\n"), form).map(str::to_owned);
        assert_eq!(
            is("vars_ok &= evcxr_variable_store.check_variable::<i32>(stringify!(x));", Form::Check),
            Some("x".to_owned())
        );
        assert_eq!(
            is("let mut x = evcxr_variable_store.take_variable::<[f32; 3]>(stringify!(x));", Form::Load),
            Some("x".to_owned())
        );
        let put = "evcxr_variable_store.put_variable::<Vec<&'static str>>(stringify!(x), x);";
        assert_eq!(is(put, Form::Store), Some("x".to_owned()));
        assert_eq!(is("mut x: Vec<(i32, f32)>,", Form::Parameter), Some("x".to_owned()));
        for (odd, form) in [
            ("let x = evcxr_variable_store.take_variable::<i32>(stringify!(y));", Form::Load),
            ("evcxr_variable_store.put_variable::<i32>(stringify!(x), y);", Form::Store),
            (&*[put, put].join(" "), Form::Store),
            (&*put.replace("&'static str", "A<\"\">"), Form::Store),
            (&*format!("{put} // later"), Form::Store),
            ("evcxr_variable_store(f(x));", Form::Use),
        ] {
            assert_eq!(is(odd, form), None, "{odd}");
        }
    }
}
