use serde_json::{Value, json};

use super::diagnostic::fixture::{error, generated, span};
use super::*;

fn plain(lines: &[String]) -> String {
    let text = lines.join("\n");
    let mut pieces = text.split('\u{1b}');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| text + piece.split_once('m').map_or("", |(_, rest)| rest))
}

fn failure(code: &str, generated: &str, errors: &[Value]) -> CellError {
    let names = Names::default();
    let place = |line, column| Some((line, column));
    let case = Case {
        code,
        text: code,
        place: &place,
        generated,
        names: &names,
        killed: false,
        lost: &[],
        words: "",
    };
    let sources = sources(&case);
    let read: Vec<Diagnostic> = errors.iter().map(|json| Diagnostic::from_json(json, &sources)).collect();
    report(&case, &read)
}

fn warning(message: &str) -> Value {
    json!({ "level": "warning", "message": message, "code": { "code": "unused" }, "spans": [], "children": [] })
}

#[test]
fn warnings_are_neither_headline_nor_counted() {
    let code = "undefined_thing(1)";
    let source = generated("", code, "");
    let unknown = error(
        "E0425",
        "cannot find function `undefined_thing` in this scope",
        &[span(&source, "undefined_thing", "not found", true)],
        &[],
    );
    let failure = failure(code, &source, &[warning("unused macro definition: `twice`"), unknown]);
    assert_eq!(failure.value, "cannot find function `undefined_thing` in this scope");
    let text = plain(&failure.traceback);
    assert!(
        !text.contains("unused macro") && text.starts_with("[E0425] Error: cannot find function"),
        "{text}"
    );
}

#[test]
fn with_warnings_alone_the_cause_is_looked_for() {
    let value = |code: &str| failure(code, "", &[warning("unused variable: `x`")]).value;
    assert!(
        value("let step = |w: f64| w;").starts_with("`step` is a closure"),
        "{}",
        value("let step = |w: f64| w;")
    );
    assert!(value("let network = todo!(\"write\");").starts_with("`network` has no type: `todo!`"));
    assert_eq!(value("f();"), "the cell does not compile");
}

#[test]
fn the_mended_line_is_shown() {
    let code = "let n: f64 = 3;";
    let source = generated("", code, "");
    let mut place = span(&source, ";", "", true);
    place["column_end"] = place["column_start"].clone();
    place["suggested_replacement"] = json!(".0");
    place["suggestion_applicability"] = json!("MachineApplicable");
    let child = json!({ "level": "help", "message": "use a float literal", "spans": [place] });
    let mismatch = error(
        "E0308",
        "mismatched types",
        &[span(&source, "3", "expected `f64`, found integer", true)],
        &[child],
    );
    let text = plain(&failure(code, &source, &[mismatch]).traceback);
    assert!(text.ends_with("write: let n: f64 = 3.0;"), "{text}");
    assert!(text.contains("expected `f64`, found integer"), "{text}");
}

#[test]
fn evcxrs_machinery_is_not_shown() {
    let code = "let a = 1;";
    let source = generated("", code, "evcxr_variable_store.put_variable::<i32>(stringify!(a), a);");
    let odd = error(
        "E0999",
        "no method `put` in `ctx::evcxr_internal_runtime`",
        &[span(&source, "put_variable", "in src/lib.rs", true)],
        &[],
    );
    let failure = failure(code, &source, &[odd]);
    assert_eq!(failure.value, "the cell does not compile");
    assert!(!wording::is_machinery(&plain(&failure.traceback)), "{}", plain(&failure.traceback));
}

#[test]
fn several_errors_are_counted_and_those_in_the_cell_come_first() {
    let code = "let a: i32 = \"x\";\nlet b: i32 = \"y\";";
    let source = generated("", code, "");
    let at =
        |part: &str| error("E0308", "mismatched types", &[span(&source, part, "expected `i32`", true)], &[]);
    let failure = failure(
        code,
        &source,
        &[error("E0001", "elsewhere", &[], &[]), at("\"x\""), at("\"y\""), at("\"y\"")],
    );
    assert_eq!(failure.value, "mismatched types (and 1 more)");
    assert!(plain(&failure.traceback).contains("\"y\""));
}

#[test]
fn cargos_first_words_are_not_the_message() {
    let message = "    Updating crates.io index\nerror: no such thing\nlocation: y";
    assert_eq!(headline(&Diagnostic::plain(message, "")), "no such thing");
    assert_eq!(headline(&Diagnostic::plain("mismatched types", "")), "mismatched types");
}

#[test]
fn a_loop_that_stopped_says_so() {
    let told =
        CellReport { stopped: Some("fit stopped after epoch 4 of 9.".into()), ..CellReport::default() };
    let names = Names::default();
    let place = |line, column| Some((line, column));
    let case = Case {
        code: "",
        text: "",
        place: &place,
        generated: "",
        names: &names,
        killed: false,
        lost: &[],
        words: "",
    };
    let failure = from_cell(&case, &told).unwrap();
    assert_eq!(
        (failure.name.as_str(), failure.value.as_str()),
        ("Stopped", "fit stopped after epoch 4 of 9.")
    );
}

#[test]
fn a_lost_variable_says_why() {
    let failure = redefined(&["p".into()]);
    assert_eq!(
        failure.value,
        "`p` is lost: its type was defined again, and what was kept is of the old type"
    );
}
