//! Makes the report of a failed cell, in words for learners, from evcxr's answer and the cell's events.

pub mod cell_syntax;
mod diagnostic;
mod ending;
mod explain;
mod fault;
mod layout;
mod render;
mod wording;

use evcxr::{CompilationError, Error};

use self::cell_syntax::CellSyntax;
pub use self::diagnostic::WHOLE;
use self::diagnostic::{Diagnostic, Place, Sources};
use self::explain::{Explanation, Subject};
pub use self::fault::shown;
use self::layout::Layout;
use super::cell_error::{CellError, red};
use super::names::Names;
use super::output_listener::CellReport;
use crate::toolchain;

/// Maximum number of errors that are shown with a frame.
const FRAMES: usize = 3;

/// The data on a cell at its end from which reports are made.
pub struct Case<'a> {
    /// Code of the cell.
    pub code: &'a str,
    /// Text that evcxr got for the cell.
    pub text: &'a str,
    /// Maps a place in the text to a place in the cell: line and column from 1, in characters.
    pub place: &'a Place<'a>,
    /// Source that evcxr generated from the text.
    pub generated: &'a str,
    /// Registry of the notebook's variables before the cell.
    pub names: &'a Names,
    /// True if the interrupt ended the process.
    pub killed: bool,
    /// Names of variables that existed before the cell and no longer do.
    pub lost: &'a [String],
    /// Last lines that the process wrote on standard error before it ended.
    pub words: &'a str,
}

/// Returns the failure that the cell's own events report.
pub fn from_cell(case: &Case<'_>, report: &CellReport) -> Option<CellError> {
    if let Some(fault) = &report.fault {
        return Some(fault::failed(case, fault));
    }
    let sentence = report.stopped.as_ref()?;
    Some(CellError::new("Stopped", sentence, Vec::new()))
}

/// Returns the failure for an error of evcxr.
pub fn from_evcxr(case: &Case<'_>, told: &CellReport, error: &Error) -> CellError {
    match error {
        Error::CompilationErrors(errors) => compilation(case, errors),
        Error::SubprocessTerminated(_) => ending::crash(case, told.died.as_deref()),
        Error::TypeRedefinedVariablesLost(names) => redefined(names),
        Error::Message(message) => report(case, &[Diagnostic::plain(message, case.code)]),
    }
}

/// Reports variables that were lost because their type was redefined.
fn redefined(names: &[String]) -> CellError {
    let (verb, their) = if names.len() == 1 { ("is", "its type was") } else { ("are", "their types were") };
    let text = format!(
        "{} {verb} lost: {their} defined again, and what was kept is of the old type",
        wording::list(names)
    );
    CellError::new("Lost", text, Vec::new())
}

fn compilation(case: &Case<'_>, errors: &[CompilationError]) -> CellError {
    if errors.iter().any(|error| error.message().contains(toolchain::STOPPED)) {
        let what = "the cell was stopped while it was compiled; it did not run, and nothing was lost";
        return CellError::new("Interrupted", what, Vec::new());
    }
    let sources = sources(case);
    let read: Vec<Diagnostic> = errors.iter().map(|error| Diagnostic::of(error, &sources)).collect();
    report(case, &read)
}

fn sources<'a>(case: &'a Case<'a>) -> Sources<'a> {
    Sources { code: case.code, layout: Layout::new(case.generated, case.text), place: case.place }
}

/// Makes the report on messages of the compiler or evcxr, without warnings, which evcxr may count as errors.
fn report(case: &Case<'_>, read: &[Diagnostic]) -> CellError {
    let (sources, cell) = (sources(case), CellSyntax::new(case.code));
    let guessed;
    let mut errors: Vec<&Diagnostic> = Vec::new();
    for error in read.iter().filter(|error| error.is_error) {
        let known = |other: &&Diagnostic| other.message == error.message && other.labels == error.labels;
        if !errors.iter().any(known) {
            errors.push(error);
        }
    }
    if errors.is_empty() {
        guessed = without_error(&cell);
        errors.push(&guessed);
    }
    // Errors in the cell come first: errors elsewhere often follow from them.
    let place = |error: &Diagnostic| error.primary().map_or(usize::MAX, |label| label.range.start);
    errors.sort_by_key(|error| (error.labels.is_empty() && error.items.is_empty(), place(error)));
    let explained: Vec<Option<Explanation>> = errors
        .iter()
        .map(|error| explain::explain(&Subject { case, cell: &cell, sources: &sources, error }))
        .collect();
    let headline = explained[0].as_ref().map_or_else(|| headline(errors[0]), |words| words.headline.clone());
    // One cause often has several errors with the same explanation.
    let mut seen: Vec<&str> = Vec::new();
    let (mut below, mut framed) = (Vec::new(), false);
    for (error, words) in errors.iter().zip(&explained) {
        let title = words.as_ref().map_or(error.message.as_str(), |words| &words.headline);
        let twice = words.is_some() && seen.contains(&title);
        let aside = words.is_none() && !seen.is_empty() && error.labels.is_empty();
        if twice || aside {
            continue;
        }
        let first = seen.is_empty();
        seen.push(title);
        if seen.len() > FRAMES {
            continue;
        }
        let found = lines(case.code, error, words.as_ref());
        framed |= first && found.framed;
        if !first && !found.framed {
            below.push(format!("{}: {title}", red("error")));
        }
        below.extend(found.lines);
    }
    let more = match seen.len() {
        0 | 1 => String::new(),
        n => format!(" (and {} more)", n - 1),
    };
    let mut failure = CellError::new("CompileError", headline + &more, below);
    if framed && more.is_empty() {
        // The frame begins with the message.
        failure.traceback.remove(0);
    }
    failure
}

/// Guesses the error if evcxr failed to find a variable's type and returned only warnings.
fn without_error(cell: &CellSyntax<'_>) -> Diagnostic {
    let untyped = cell.lets().into_iter().filter(|statement| statement.kind.is_none());
    for statement in untyped {
        let (Some((name, _)), Some(value)) = (statement.names.first(), &statement.value) else { continue };
        let value = cell.code[value.clone()].trim_start();
        let value = value.strip_prefix("move").map_or(value, str::trim_start);
        if value.starts_with('|') {
            let message = format!("The variable `{name}` is a closure, which cannot be persisted.");
            return Diagnostic { message, is_error: true, ..Diagnostic::default() };
        }
        if ["todo!", "panic!", "unimplemented!", "unreachable!"].iter().any(|call| value.starts_with(call)) {
            return unknown(name);
        }
    }
    let last = cell.lets().into_iter().rev().find(|statement| statement.kind.is_none());
    match last.and_then(|statement| statement.names.first().map(|(name, _)| *name)) {
        Some(name) => unknown(name),
        None => Diagnostic::plain("the cell does not compile", cell.code),
    }
}

fn unknown(name: &str) -> Diagnostic {
    let message = format!("Couldn't automatically determine type of variable `{name}`.");
    Diagnostic { message, is_error: true, ..Diagnostic::default() }
}

/// Returns the line that states the error, after cargo's progress lines.
fn headline(error: &Diagnostic) -> String {
    let lines = || error.message.lines().map(str::trim);
    let found = lines().find_map(|line| line.strip_prefix("error: "));
    let found = found.or_else(|| lines().find(|line| !line.is_empty())).unwrap_or_default();
    if found.starts_with("linking with") {
        return "the cell was compiled, and could not be linked".to_owned();
    }
    if wording::is_machinery(found) || found.is_empty() {
        return "the cell does not compile".to_owned();
    }
    found.to_owned()
}

/// The lines of a report.
struct Lines {
    lines: Vec<String>,
    /// True if the lines begin with a frame, whose first line is the message.
    framed: bool,
}

/// Returns the frame and the lines below it.
fn lines(code: &str, error: &Diagnostic, words: Option<&Explanation>) -> Lines {
    let labels = words.and_then(|words| words.labels.as_ref()).unwrap_or(&error.labels);
    let message = words.map_or_else(|| headline(error), |words| words.headline.clone());
    let mut lines = render::frame(code, &Diagnostic { message, ..error.clone() }, labels);
    let framed = !lines.is_empty();
    match words {
        Some(words) => lines.extend(words.advice.iter().cloned()),
        None => {
            let details = error.message.lines().skip(1).map(str::trim_end).filter(|line| !line.is_empty());
            lines.extend(details.filter(|line| !wording::is_machinery(line)).map(str::to_owned));
            // Unmet bounds follow from a type that is not known.
            let aside = |note: &str| {
                let noise = ["cannot satisfy", "the following other types implement"];
                noise.iter().any(|start| note.starts_with(start)) || note.ends_with("on by default")
            };
            let told = error.notes.iter().filter(|note| !aside(note));
            lines.extend(told.map(|note| format!("note: {note}")));
            for suggestion in &error.suggestions {
                lines.extend(render::advice(code, suggestion));
            }
        }
    }
    Lines { lines, framed }
}

#[cfg(test)]
mod tests;
