//! A variable whose type cannot be written down, or is not known.

use super::super::cell_syntax::Let;
use super::super::diagnostic::Label;
use super::super::render::{help, write};
use super::super::wording::{between, short_type};
use super::{Explanation, Subject};

/// Parts of the names of iterator types.
const ITERATORS: [&str; 9] = [
    "std::iter::",
    "core::iter::",
    "Iterator<",
    "::Iter<",
    "::Split",
    "::Lines",
    "::Chars",
    "::Drain<",
    "::Windows<",
];

/// Returns the type from evcxr's message for a type that has no name.
fn nameless<'a>(subject: &'a Subject<'_>) -> Option<&'a str> {
    let message = &subject.error.message;
    message.split_once(" has type `")?.1.split_once("` which cannot be persisted").map(|(kind, _)| kind)
}

/// Explains an iterator, a future, or another value behind `impl Trait`.
pub fn iterator(subject: &Subject<'_>) -> Option<Explanation> {
    let kind = nameless(subject)?;
    let name = subject.error.name()?;
    let statement = subject.cell.let_of(name);
    let value = statement.as_ref().and_then(|statement| statement.value.clone());
    let value = value.map_or("…", |range| subject.text(&range).trim());
    let labels = labels(&statement, name);
    let trait_name = kind.strip_prefix("impl ").map(short_type);
    if kind.contains("Future<") && kind.starts_with("impl ") {
        return Some(
            Explanation::new(format!("`{name}` is a future: it cannot be kept for the next cell"))
                .advise(help("Await it in the cell that makes it: keep the value, not the future."))
                .advise(write(&format!("let {name} = {value}.await;")))
                .labelled(labels),
        );
    }
    if ITERATORS.iter().any(|part| kind.contains(part)) {
        let item = between(kind, "Iterator<Item = ", ">").filter(|_| kind.starts_with("impl "));
        let item = item.map_or("_".to_owned(), short_type);
        let explanation =
            Explanation::new(format!("`{name}` is an iterator whose type has no name: it cannot be kept for the next cell"))
                .advise(write(&format!("let {name}: Vec<{item}> = {value}.collect();")))
                .advise(help(&format!("That keeps its items. Or use it in this cell only, where it is needed: `for x in {value} {{ … }}`.")));
        return Some(explanation.labelled(labels));
    }
    let explanation =
        Explanation::new(format!("`{name}` has a type without a name: it cannot be kept for the next cell"));
    let written = written(kind);
    let explanation = match trait_name.filter(|_| written.is_none()) {
        None if written.is_some() => {
            let kind = written.unwrap_or_default();
            explanation.advise(write(&format!("let {name}: {kind} = {value};")))
        }
        Some(of) => explanation.advise(write(&format!("let {name}: Box<dyn {of}> = Box::new({value});"))),
        None => explanation
            .advise(help(&format!("It is a `{}`: keep what you need of it instead.", short_type(kind)))),
    };
    Some(explanation.advise(help("Or use it in this cell only, inside braces: `{ … }`.")).labelled(labels))
}

/// Returns the type to write for a box or list of closures, which differs from the type that the compiler infers.
fn written(kind: &str) -> Option<String> {
    let (outer, _) = kind.split_once("<impl Fn")?;
    let kind = short_type(kind);
    match outer.rsplit("::").next()? {
        "Box" | "Rc" | "Arc" => Some(kind.replacen("<impl ", "<dyn ", 1)),
        "Vec" if kind.contains("<impl Fn(") => Some(kind.replacen("<impl Fn(", "<fn(", 1)),
        _ => None,
    }
}

/// Explains a variable whose value is never made: `todo!()`, `panic!()`.
pub fn never(subject: &Subject<'_>) -> Option<Explanation> {
    if !subject.error.message.contains("Couldn't automatically determine type") {
        return None;
    }
    let name = subject.error.name()?;
    let statement = subject.cell.let_of(name)?;
    let value = subject.text(&statement.value.clone()?).trim().to_owned();
    let call = value
        .split('!')
        .next()
        .filter(|call| ["todo", "panic", "unimplemented", "unreachable"].contains(call))?;
    let labels = labels(&Some(statement), name);
    Some(
        Explanation::new(format!(
            "`{name}` has no type: `{call}!` stands where its value should be, and never gives one"
        ))
        .advise(help(&format!(
            "Write the value in its place, or say what it will be: `let {name}: f64 = {value};`."
        )))
        .labelled(labels),
    )
}

/// Explains a variable whose type cannot be inferred, or is private.
pub fn unknown(subject: &Subject<'_>) -> Option<Explanation> {
    let message = &subject.error.message;
    let private = message.contains("but that's private");
    if !private && !message.contains("Couldn't automatically determine type") {
        return None;
    }
    let name = subject.error.name()?;
    let statement = subject.cell.let_of(name);
    let value = statement.as_ref().and_then(|statement| statement.value.clone());
    let value = value.map_or("…", |range| subject.text(&range).trim());
    let labels = labels(&statement, name);
    let pattern = statement.as_ref().map_or(name, |statement| statement.pattern);
    let headline = if private {
        let kind =
            between(message, "rustc suggested type ", ", but").map_or_else(|| "…".to_owned(), short_type);
        format!(
            "`{name}` is a `{kind}`, a type that is private where it is defined: it cannot be kept for the next cell"
        )
    } else {
        format!("the type of `{name}` cannot be told from this line")
    };
    Some(
        Explanation::new(headline)
            .advise(write(&format!("let {pattern}: … = {value};")))
            .advise(help(
                "Put its type in place of `…`; or use it in this cell only, inside braces: `{ … }`.",
            ))
            .labelled(labels),
    )
}

fn labels(statement: &Option<Let<'_>>, name: &str) -> Vec<Label> {
    let names = statement.iter().flat_map(|statement| &statement.names);
    let bound = names.filter(|(bound, _)| *bound == name).take(1);
    bound
        .map(|(_, range)| Label {
            range: range.clone(),
            text: "would be kept for the next cell".into(),
            primary: true,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::trial::{said, text};
    use crate::evaluator::names::Names;

    fn words(code: &str, message: &str) -> String {
        text(said(code, "", &Names::default(), message))
    }

    fn of_type(code: &str, name: &str, kind: &str) -> String {
        words(
            code,
            &format!("The variable `{name}` has type `{kind}` which cannot be persisted.\nYou might …"),
        )
    }

    #[test]
    fn an_iterator_is_collected() {
        let kind = "std::iter::Filter<std::ops::Range<i32>, impl FnMut(&i32) -> bool>";
        let text = of_type("let evens = (0..10).filter(|n| n % 2 == 0);", "evens", kind);
        assert!(text.starts_with("`evens` is an iterator whose type has no name"), "{text}");
        assert!(
            text.contains("write: let evens: Vec<_> = (0..10).filter(|n| n % 2 == 0).collect();"),
            "{text}"
        );
        let text = of_type("let odds = odd();", "odds", "impl Iterator<Item = u32>");
        assert!(text.contains("write: let odds: Vec<u32> = odd().collect();"), "{text}");
    }

    #[test]
    fn other_nameless_types_are_boxed_or_awaited() {
        let text = of_type("let shape = make();", "shape", "impl geometry::Shape");
        assert!(text.contains("write: let shape: Box<dyn Shape> = Box::new(make());"), "{text}");
        let text = of_type("let fut = async { 1 };", "fut", "impl Future<Output = i32>");
        assert!(text.contains("write: let fut = async { 1 }.await;"), "{text}");
    }

    #[test]
    fn closures_in_boxes_and_lists_have_a_type() {
        let text = of_type("let g = Box::new(|x: i32| x + 1);", "g", "Box<impl Fn(i32) -> i32>");
        assert!(text.contains("write: let g: Box<dyn Fn(i32) -> i32> = Box::new(|x: i32| x + 1);"), "{text}");
        let text = of_type("let l = vec![|x: i32| x];", "l", "Vec<impl Fn(i32) -> i32>");
        assert!(text.contains("write: let l: Vec<fn(i32) -> i32> = vec![|x: i32| x];"), "{text}");
    }

    #[test]
    fn a_value_that_is_yet_to_be_written_says_so() {
        let message =
            "Couldn't automatically determine type of variable `network`.\nPlease give it an explicit type.";
        let text = words("let network = todo!(\"write the network\");", message);
        assert!(
            text.starts_with("`network` has no type: `todo!` stands where its value should be"),
            "{text}"
        );
        let text = words("let network = build();", message);
        assert!(text.starts_with("the type of `network` cannot be told from this line"), "{text}");
        assert!(text.contains("write: let network: … = build();"), "{text}");
    }

    #[test]
    fn a_private_type_is_named() {
        let message = "Failed to determine type of variable `x`. rustc suggested type a::b::Hidden, but that's private. Sometimes";
        assert!(words("let x = f();", message).starts_with("`x` is a `Hidden`, a type that is private"));
    }
}
