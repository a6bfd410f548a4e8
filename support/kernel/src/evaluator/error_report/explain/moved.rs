//! A variable that was moved: in this cell, or by an earlier one.

use super::super::diagnostic::Label;
use super::super::render::help;
use super::super::wording::short_type;
use super::{Explanation, Subject};
use crate::evaluator::names::Cause;

/// Explains a name that is undefined because an earlier cell moved or redefined it.
pub fn in_an_earlier_cell(subject: &Subject<'_>) -> Option<Explanation> {
    if !subject.error.is(&["E0425"]) {
        return None;
    }
    let name = subject.error.name()?;
    let gone = subject.case.names.gone(name)?;
    let again = gone.made.map_or(format!("Make `{name}` again."), |cell| {
        format!("Run cell {cell} again, which makes `{name}`.")
    });
    let taker = gone.cell;
    let explanation = match gone.cause {
        Cause::Moved => Explanation::new(format!("`{name}` is no longer there: cell {taker} moved it"))
            .advise(help(&again))
            .advise(help(&format!(
                "To keep it, lend it in cell {taker} (`&{name}`) or give a copy away (`{name}.clone()`)."
            ))),
        Cause::Redefined => Explanation::new(format!(
            "`{name}` is no longer there: its type `{}` was defined again, and it was a value of the old one",
            short_type(&gone.kind)
        ))
        .advise(help(&again)),
        Cause::NotReached => {
            let maker = gone.made.map_or("its cell".to_owned(), |cell| format!("cell {cell}"));
            Explanation::new(format!("`{name}` was never made: {maker} ended before it came to it"))
                .advise(help(&format!("Run {maker} again so that it does not return before `let {name}`.")))
        }
        Cause::Ended => Explanation::new(format!(
            "`{name}` is no longer there: the process that held it ended in cell {taker}"
        ))
        .advise(help(&again)),
    };
    let label = match gone.cause {
        Cause::Moved => format!("moved by cell {taker}"),
        _ => "is no longer there".to_owned(),
    };
    Some(explanation.labelled(relabelled(subject, &label)))
}

fn relabelled(subject: &Subject<'_>, text: &str) -> Vec<Label> {
    let first = subject.error.primary().into_iter();
    first.map(|label| Label { text: text.to_owned(), ..label.clone() }).collect()
}

/// Explains a value that is used after it was moved.
pub fn in_this_cell(subject: &Subject<'_>) -> Option<Explanation> {
    let error = subject.error;
    if !error.is(&["E0382"]) {
        return None;
    }
    let name = error.message.split_once("moved value: `")?.1.strip_suffix('`')?;
    let used = error.primary()?;
    let taken =
        error.labels.iter().find(|label| label.text.contains("moved") && !label.text.contains("after move"));
    let taken = taken.filter(|label| !label.text.contains("move occurs"));
    let Some(taken) = taken else {
        let headline = format!("`{name}` is used after it was moved");
        return Some(Explanation::new(headline).advise(help(&lend(name))));
    };
    let lines = (subject.line(taken.range.start), subject.line(used.range.start));
    let looped = taken.text.contains("previous iteration");
    let headline = match lines {
        _ if looped => {
            format!("`{name}` is moved in the first round of the loop and is not there in the second")
        }
        (first, then) if first == then => format!("`{name}` is used after it was moved"),
        (first, then) => format!("`{name}` is used on line {then} after line {first} moved it"),
    };
    let (what, advice) = if taken.text.contains("into closure") {
        let advice = format!(
            "Let the closure have a copy (`let copy = {name}.clone();` before it), or leave out `move`."
        );
        ("moved into the closure here", advice)
    } else if taken.text.contains("into_iter") {
        ("the loop takes it here", format!("Loop over `&{name}`: then it is only lent."))
    } else if taken.text.contains("operator") {
        let advice =
            format!("Lend it (`&{name}`: tensors, arrays), or give a copy away (`{name}.clone()`: texts).");
        ("the operator takes it", advice)
    } else if taken.text.contains("method call") {
        ("this call takes it", format!("Call it on a copy: `{name}.clone()`."))
    } else {
        ("moved here", lend(name))
    };
    let labels = vec![
        Label { text: what.to_owned(), primary: false, ..taken.clone() },
        Label { text: "used here, when it is gone".to_owned(), primary: true, ..used.clone() },
    ];
    let labels = if looped { labels[..1].to_vec() } else { labels };
    Some(Explanation::new(headline).advise(help(&advice)).labelled(labels))
}

fn lend(name: &str) -> String {
    format!("Lend it where it is moved (`&{name}`), or give a copy away (`{name}.clone()`).")
}

#[cfg(test)]
mod tests {
    use super::super::trial::{compiled, names, text};
    use crate::evaluator::error_report::diagnostic::fixture::{error, generated, span};
    use crate::evaluator::names::{Names, Ran};

    fn lost(names: &Names, name: &str) -> String {
        let source = generated("", name, "");
        let json = error(
            "E0425",
            &format!("cannot find value `{name}` in this scope"),
            &[span(&source, name, "", true)],
            &[],
        );
        text(compiled(name, &source, names, &json))
    }

    #[test]
    fn a_variable_that_a_cell_moved_names_the_cell() {
        let left: &[(&str, &str)] = &[("logits", "tch::Tensor")];
        let names = names(&[(5, "let logits = f();", left), (21, "formula - logits", &[])]);
        let text = lost(&names, "logits");
        assert!(text.starts_with("`logits` is no longer there: cell 21 moved it\n"), "{text}");
        assert!(
            text.contains("Run cell 5 again")
                && text.contains("`&logits`")
                && text.contains("`logits.clone()`"),
            "{text}"
        );
    }

    #[test]
    fn a_variable_whose_type_changed_says_so() {
        let names = names(&[(1, "let q = Q(1);", &[("q", "Q")]), (3, "6 * 7", &[])]);
        assert!(lost(&names, "q").contains("its type `Q` was defined again"));
    }

    #[test]
    fn a_variable_that_a_crash_took_says_so() {
        let mut names = names(&[(1, "let a = 1;", &[("a", "i32")])]);
        let before = [("a".to_owned(), "i32".to_owned())].into();
        names.after_cell(&Ran { count: 4, code: "exit()", ended: true }, &before, &Default::default());
        let text = lost(&names, "a");
        assert!(
            text.contains("the process that held it ended in cell 4") && text.contains("Run cell 1 again"),
            "{text}"
        );
    }

    fn used_twice(code: &str, first: &str, label: &str) -> String {
        let source = generated("", code, "");
        let spans = [
            span(&source, first, label, false),
            span(&source, "v.len()", "value borrowed here after move", true),
        ];
        text(compiled(
            code,
            &source,
            &Names::default(),
            &error("E0382", "borrow of moved value: `v`", &spans, &[]),
        ))
    }

    #[test]
    fn a_value_used_after_its_move_names_both_lines() {
        let text = used_twice("let v = vec![1];\nlet w = v;\nv.len()", "w = v", "value moved here");
        assert!(text.starts_with("`v` is used on line 3 after line 2 moved it\n"), "{text}");
        assert!(text.contains("`&v`") && text.contains("`v.clone()`"), "{text}");
    }

    #[test]
    fn a_loop_that_takes_its_list_is_told_to_borrow_it() {
        let label = "`v` moved due to this implicit call to `.into_iter()`";
        let text = used_twice("for x in v {}\nv.len()", "in v", label);
        assert!(text.contains("Loop over `&v`"), "{text}");
        let text = used_twice("let f = move || v; v.len()", "move || v", "value moved into closure here");
        assert!(text.contains("leave out `move`"), "{text}");
    }
}
