//! A cell that failed while it ran: its panic, or the error that it returned by `?`.

use super::Case;
use super::cell_syntax::CellSyntax;
use super::ending::losses;
use super::wording::{short_path, without_paths};
use crate::evaluator::cell_error::{CellError, blue};
use crate::evaluator::output_listener::CellFault;
use crate::evaluator::source_map::{self, Line};

/// Converts a fault to the error that the notebook shows.
pub fn failed(case: &Case<'_>, fault: &CellFault) -> CellError {
    let (name, message, place, caller) = match fault {
        CellFault::Panic { message, place, caller } => {
            ("Panic".to_owned(), message_of_panic(message), place.as_deref(), caller.as_deref())
        }
        CellFault::Error { kind, message, place } => {
            (short(kind.as_deref()), without_frames(message), place.as_deref(), None)
        }
        CellFault::Value { kind, message } => return value(case, kind, message),
        CellFault::NotLoaded { why } => {
            ("Crash".to_owned(), format!("the compiled cell could not be loaded: {why}"), None, None)
        }
    };
    let message = without_paths(&message, case.code);
    let lines = place.into_iter().chain(caller).find_map(|place| whereabouts(case, place));
    let below = lines.or_else(|| Some(format!("{} {}", blue("in"), short_path(place?)))).into_iter();
    let makes = !CellSyntax::new(case.code).lets().is_empty();
    CellError::new(&name, message, below.collect()).and(losses(case, makes))
}

/// Reports a cell whose last expression is an `Err`. Its variables are kept.
fn value(case: &Case<'_>, kind: &str, message: &str) -> CellError {
    let last = case.code.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).last();
    let line = last.map(|(index, text)| shown(&Line { number: index + 1, text: text.to_owned() }));
    let message = without_paths(&without_frames(message), case.code);
    CellError::new(&short(Some(kind)), message, line.into_iter().collect())
}

/// Formats the cell's line at a place, or that of a function from an earlier cell.
fn whereabouts(case: &Case<'_>, place: &str) -> Option<String> {
    let line = source_map::in_cell(place, case.generated, case.text).map(|line| {
        let number = (case.place)(line.number, 1).map_or(line.number, |(number, _)| number);
        let text = case.code.lines().nth(number - 1).map_or(line.text, str::to_owned);
        shown(&Line { number, text })
    });
    line.or_else(|| {
        let text = source_map::text(place, case.generated)?;
        Some(format!("{} {text}", blue("in an earlier cell:")))
    })
}

/// Formats a line of the cell with its number.
pub fn shown(line: &Line) -> String {
    format!("{} {}", blue(&format!("line {} of the cell:", line.number)), line.text.trim())
}

/// Shortens `support::error::Error` to `Error`, and a box to the name of its content.
fn short(kind: Option<&str>) -> String {
    let kind = kind.unwrap_or("Error").trim_start_matches('&');
    if let Some((_, inner)) = kind.split_once("boxed::Box<") {
        let inner = inner.strip_suffix('>').unwrap_or(inner).trim_start_matches("dyn ");
        return short(Some(inner.split(" + ").next().unwrap_or(inner)));
    }
    let plain = kind.split('<').next().unwrap_or(kind);
    match plain.rsplit("::").next() {
        Some(last) if !last.is_empty() => last.to_owned(),
        _ => "Error".to_owned(),
    }
}

/// Returns a panic's message. tch panics with libtorch's whole text, stack frames included, inside `Torch("…")`.
fn message_of_panic(message: &str) -> String {
    match message.split_once("Torch(\"") {
        Some((_, text)) => {
            let text =
                text.trim_end_matches("\")").replace("\\n", "\n").replace("\\\"", "\"").replace("\\'", "'");
            format!("libtorch: {}", without_frames(&text))
        }
        None => without_frames(message),
    }
}

/// Returns a text up to the first line with a stack frame of libtorch or the standard library.
fn without_frames(message: &str) -> String {
    let is_frame = |line: &&str| {
        let line = line.trim_start();
        line.starts_with("Exception raised from ")
            || line.starts_with("frame #")
            || line.starts_with("stack backtrace:")
            || line.starts_with("note: run with `RUST_BACKTRACE")
    };
    let kept: Vec<&str> = message.lines().take_while(|line| !is_frame(line)).collect();
    kept.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::explain::trial::names;
    use super::*;

    fn text(code: &str, generated: &str, lost: &[String], fault: &CellFault) -> String {
        let names = names(&[]);
        let place = |line, column| Some((line, column));
        let case = Case {
            code,
            text: code,
            place: &place,
            generated,
            names: &names,
            killed: false,
            lost,
            words: "",
        };
        failed(&case, fault).traceback.join("\n")
    }

    fn panic(message: &str, place: &str, caller: Option<&str>) -> CellFault {
        CellFault::Panic {
            message: message.into(),
            place: Some(place.into()),
            caller: caller.map(str::to_owned),
        }
    }

    #[test]
    fn libtorchs_frames_are_left_out() {
        let text = "called `Result::unwrap()` on an `Err` value: Torch(\"mat1 and mat2 shapes cannot be multiplied \
                    (2x3 and 2x3)\\nException raised from meta at ../x.cpp:1 (most recent call first):\\nframe #0: y\\n\")";
        assert_eq!(
            message_of_panic(text),
            "libtorch: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)"
        );
        assert_eq!(message_of_panic("index out of bounds"), "index out of bounds");
    }

    #[test]
    fn a_panic_names_its_line_and_what_is_lost() {
        let code = "let a = v[7];\na";
        let generated = format!("fn run() {{\n{code}\n}}");
        let text = text(code, &generated, &["v".into()], &panic("no 7", "src/lib.rs:2:9", None));
        assert!(text.contains("Panic") && text.contains("no 7"), "{text}");
        assert!(text.contains("line 1 of the cell:") && text.contains("let a = v[7];"), "{text}");
        assert!(text.contains("Lost with it: `v`."), "{text}");
        assert!(text.contains("Variables that this cell made are not kept"), "{text}");
    }

    #[test]
    fn a_panic_in_a_library_names_the_line_that_called_it() {
        let code = "let a = zeros();\na.matmul(&a)";
        let generated = format!("fn run() {{\n{code}\n}}\nfn helper() {{\n    boom()\n}}");
        let place = "/x/registry/src/y/tch-0.26.0/src/t.rs:1:1";
        let text = |caller| text(code, &generated, &[], &panic("x", place, Some(caller)));
        assert!(text("src/lib.rs:3:2").contains("line 2 of the cell:"), "{}", text("src/lib.rs:3:2"));
        assert!(text("src/lib.rs:6:2").contains("in an earlier cell:"), "{}", text("src/lib.rs:6:2"));
    }

    #[test]
    fn an_error_is_called_by_its_type() {
        for (kind, name) in [
            ("support::error::Error", "Error"),
            ("core::str::error::Utf8Error", "Utf8Error"),
            ("alloc::boxed::Box<dyn core::error::Error>", "Error"),
            ("alloc::boxed::Box<dyn core::error::Error + core::marker::Send>", "Error"),
            ("alloc::boxed::Box<core::num::ParseIntError>", "ParseIntError"),
            ("&str", "str"),
        ] {
            assert_eq!(short(Some(kind)), name);
        }
        assert_eq!(short(None), "Error");
    }

    #[test]
    fn a_place_in_a_library_is_shown_without_the_way_to_it() {
        let place = "/home/me/.cargo/registry/src/x-1/tch-0.26.0/src/wrap.rs:3:1";
        let text = text("f()", "f()", &[], &panic("not in /home/me/data/x.csv", place, None));
        assert!(text.contains(" tch-0.26.0/src/wrap.rs:3:1") && !text.contains("/home"), "{text}");
    }

    #[test]
    fn a_backtrace_is_never_shown() {
        let message = "boom\nstack backtrace:\n   0: std::x\nnote: run with `RUST_BACKTRACE=full`";
        assert_eq!(without_frames(message), "boom");
    }
}
