//! From evcxr's answer and what the relay told to how the cell failed.

use ariadne::sources;
use evcxr::{CompilationError, Error, Theme};

use super::cell_error::{CellError, blue, red};
use super::output_listener::{CellFault, CellReport};
use super::source_map::{self, Line};
use crate::toolchain;

/// What was known when the cell ended.
pub struct Case<'a> {
    /// The cell.
    pub code: &'a str,
    /// The source that evcxr made of it.
    pub generated: &'a str,
    /// Names of variables that there were before and are no more.
    pub lost: &'a [String],
    /// Whether the stop button ended the process.
    pub killed: bool,
}

/// How it failed, by what the cell said of itself.
pub fn from_cell(case: &Case<'_>, told: &CellReport) -> Option<CellError> {
    if let Some(said) = &told.fault {
        let (name, message, place, caller) = match said {
            CellFault::Panic { message, place, caller } => {
                ("Panic".to_owned(), message_of_panic(message), place.as_deref(), caller.as_deref())
            }
            CellFault::Error { kind, message, place } => {
                (short(kind.as_deref()), without_frames(message), place.as_deref(), None)
            }
            CellFault::NotLoaded { why } => {
                ("Crash".to_owned(), format!("the compiled cell could not be loaded: {why}"), None, None)
            }
        };
        let lines = place.into_iter().chain(caller).find_map(|place| whereabouts(case, place));
        let below = lines.or_else(|| elsewhere(place?)).into_iter();
        return Some(CellError::new(&name, message, below.collect()).and(losses(case)));
    }
    let sentence = told.stopped.as_ref()?;
    Some(CellError::new("Stopped", sentence, Vec::new()))
}

/// The cell's line at a place, or that of a function from an earlier cell.
fn whereabouts(case: &Case<'_>, place: &str) -> Option<String> {
    let line = source_map::in_cell(place, case.generated, case.code).map(|line| shown(&line));
    line.or_else(|| {
        let text = source_map::text(place, case.generated)?;
        Some(format!("{} {text}", blue("in an earlier cell:")))
    })
}

/// How it failed, by what evcxr says.
pub fn from_evcxr(case: &Case<'_>, told: &CellReport, error: &Error) -> CellError {
    match error {
        Error::CompilationErrors(errors) => compilation(case, errors),
        Error::SubprocessTerminated(_) if case.killed => CellError::new(
            "Interrupted",
            "the cell did not stop when asked, so its process was ended",
            gone(case),
        ),
        Error::SubprocessTerminated(_) => {
            let how = told.died.as_deref().unwrap_or("it is gone");
            CellError::new("Crash", format!("the process that ran the cell ended: {how}"), gone(case))
        }
        Error::TypeRedefinedVariablesLost(names) => {
            CellError::new("Lost", format!("the types of {} were redefined", names.join(", ")), Vec::new())
        }
        Error::Message(message) => {
            let mut lines = message.lines();
            let first = lines.next().unwrap_or("unknown error").to_owned();
            CellError::new("CompileError", first, lines.map(str::to_owned).collect())
        }
    }
}

fn compilation(case: &Case<'_>, errors: &[CompilationError]) -> CellError {
    if errors.iter().any(|error| error.message().contains(toolchain::STOPPED)) {
        let what = "the cell was stopped while it was compiled; it did not run, and nothing was lost";
        return CellError::new("Stopped", what, Vec::new());
    }
    let first =
        errors.first().map_or_else(|| "it does not compile".to_owned(), |error| headline(&error.message()));
    let more = match errors.len() {
        0 | 1 => String::new(),
        n => format!(" (and {} more)", n - 1),
    };
    let below = errors.iter().flat_map(|error| lines(case.code, error));
    let mut failure = CellError::new("CompileError", first + &more, below.collect());
    if errors.len() == 1 && failure.traceback.len() > 1 {
        // The report says the message itself.
        failure.traceback.remove(0);
    }
    failure
}

/// The line that says what is wrong: cargo says first what it does.
fn headline(message: &str) -> String {
    let lines = || message.lines().map(str::trim);
    let error = lines().find_map(|line| line.strip_prefix("error: "));
    error.or_else(|| lines().find(|line| !line.is_empty())).unwrap_or_default().to_owned()
}

/// The compiler's report on the cell, with its lines.
fn lines(code: &str, error: &CompilationError) -> Vec<String> {
    let name = "cell".to_owned();
    if error.is_from_user_code()
        && let Some(report) = error.build_report(name.clone(), code.to_owned(), Theme::Light)
    {
        let mut text = Vec::new();
        if report.write(sources([(name, code)]), &mut text).is_ok() {
            return String::from_utf8_lossy(&text).lines().map(str::to_owned).collect();
        }
    }
    // What is no fault of the cell's, such as the linker's, is told in the compiler's own words.
    let rendered = error.rendered();
    if !error.is_from_user_code() && !rendered.is_empty() {
        return rendered.lines().map(str::to_owned).collect();
    }
    let mut lines = vec![format!("{}: {}", red("error"), error.message())];
    for message in error.spanned_messages() {
        if let Some(span) = &message.span {
            let text = code.lines().nth(span.start_line - 1).unwrap_or_default();
            lines.push(shown(&Line { number: span.start_line, text: text.to_owned() }));
        }
        lines.push(message.label.clone());
    }
    lines.extend(error.help().into_iter().map(|help| format!("help: {help}")));
    lines
}

/// A line of the cell, with its number.
pub fn shown(line: &Line) -> String {
    format!("{} {}", blue(&format!("line {} of the cell:", line.number)), line.text.trim())
}

/// A place in a library, without the way to it on this machine.
fn elsewhere(place: &str) -> Option<String> {
    let place = match place.split_once("/registry/src/") {
        Some((_, rest)) => rest.split_once('/').map_or(rest, |(_, rest)| rest).to_owned(),
        None => place.rsplit('/').take(3).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("/"),
    };
    Some(format!("{} {place}", blue("in")))
}

fn losses(case: &Case<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if !case.lost.is_empty() {
        lines.push(format!("Lost with it: {}.", names(case.lost)));
    }
    if case.code.lines().any(|line| line.trim_start().starts_with("let ")) {
        lines.push("Variables that this cell made are not kept; all others are.".to_owned());
    }
    lines
}

fn gone(case: &Case<'_>) -> Vec<String> {
    let what = if case.lost.is_empty() {
        "There were no variables to lose.".to_owned()
    } else {
        format!("All variables are gone: {}.", names(case.lost))
    };
    vec![
        what,
        "Types, functions and imports are kept; run the cells that made the variables again.".to_owned(),
    ]
}

fn names(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// `support::error::Error` as `Error`.
fn short(kind: Option<&str>) -> String {
    let kind = kind.unwrap_or("Error");
    let plain = kind.split('<').next().unwrap_or(kind).trim_start_matches('&');
    match plain.rsplit("::").next() {
        Some(last) if !last.is_empty() => last.to_owned(),
        _ => "Error".to_owned(),
    }
}

/// tch panics with libtorch's whole text, stack frames and all, inside `Torch("…")`.
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

/// What libtorch says, without where in its sources it says so.
fn without_frames(message: &str) -> String {
    let is_frame = |line: &&str| {
        let line = line.trim_start();
        line.starts_with("Exception raised from ") || line.starts_with("frame #")
    };
    let kept: Vec<&str> = message.lines().take_while(|line| !is_frame(line)).collect();
    kept.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case<'a>(code: &'a str, generated: &'a str, lost: &'a [String]) -> Case<'a> {
        Case { code, generated, lost, killed: false }
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
        let said =
            CellFault::Panic { message: "no 7".into(), place: Some("src/lib.rs:2:9".into()), caller: None };
        let told = CellReport { fault: Some(said), ..CellReport::default() };
        let failure = from_cell(&case(code, &generated, &["v".into()]), &told).unwrap();
        assert_eq!((failure.name.as_str(), failure.value.as_str()), ("Panic", "no 7"));
        let text = failure.traceback.join("\n");
        assert!(text.contains("line 1 of the cell:") && text.contains("let a = v[7];"), "{text}");
        assert!(text.contains("Lost with it: `v`."), "{text}");
    }

    #[test]
    fn a_panic_in_a_library_names_the_line_that_called_it() {
        let code = "let a = zeros();\na.matmul(&a)";
        let generated = format!("fn run() {{\n{code}\n}}\nfn helper() {{\n    boom()\n}}");
        let told = |caller: &str| {
            let place = Some("/x/registry/src/y/tch-0.26.0/src/t.rs:1:1".into());
            let said = CellFault::Panic { message: "x".into(), place, caller: Some(caller.into()) };
            CellReport { fault: Some(said), ..CellReport::default() }
        };
        let text = |caller| from_cell(&case(code, &generated, &[]), &told(caller)).unwrap().traceback.join("\n");
        assert!(text("src/lib.rs:3:2").contains("line 2 of the cell:"), "{}", text("src/lib.rs:3:2"));
        assert!(text("src/lib.rs:6:2").contains("in an earlier cell:"), "{}", text("src/lib.rs:6:2"));
    }

    #[test]
    fn cargos_first_words_are_not_the_message() {
        let message = "    Updating crates.io index\nerror: no matching package named `x` found\nlocation: y";
        assert_eq!(headline(message), "no matching package named `x` found");
        assert_eq!(headline("mismatched types"), "mismatched types");
    }

    #[test]
    fn an_error_is_called_by_its_type() {
        for (kind, name) in [
            ("support::error::Error", "Error"),
            ("core::str::error::Utf8Error", "Utf8Error"),
            ("alloc::boxed::Box<dyn core::error::Error>", "Box"),
            ("&str", "str"),
        ] {
            assert_eq!(short(Some(kind)), name);
        }
        assert_eq!(short(None), "Error");
    }

    #[test]
    fn a_place_in_a_library_is_shown_without_the_way_to_it() {
        let said = CellFault::Panic {
            message: "x".into(),
            place: Some("/home/me/.cargo/registry/src/x-1/tch-0.26.0/src/wrap.rs:3:1".into()),
            caller: None,
        };
        let told = CellReport { fault: Some(said), ..CellReport::default() };
        let text = from_cell(&case("f()", "f()", &[]), &told).unwrap().traceback.join("\n");
        assert!(text.contains(" tch-0.26.0/src/wrap.rs:3:1") && !text.contains("/home"), "{text}");
    }

    #[test]
    fn a_loop_that_stopped_says_so() {
        let told =
            CellReport { stopped: Some("fit stopped after epoch 4 of 9.".into()), ..CellReport::default() };
        let failure = from_cell(&case("", "", &[]), &told).unwrap();
        assert_eq!(
            (failure.name.as_str(), failure.value.as_str()),
            ("Stopped", "fit stopped after epoch 4 of 9.")
        );
    }
}
