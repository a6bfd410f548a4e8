//! Formats a report as text: the frame around the cell's lines, the carets, and the lines below.

use std::ops::Range;

use ariadne::{Color, ColorGenerator, Config, IndexType, Report, ReportKind, sources};

use super::diagnostic::{Diagnostic, Label, Suggestion};
use crate::evaluator::cell_error::blue;

/// Name of the cell in a frame.
const CELL: &str = "cell";

/// Returns the frame around the lines that the labels name; empty if no label has a text.
pub fn frame(code: &str, diagnostic: &Diagnostic, labels: &[Label]) -> Vec<String> {
    let Some(first) = labels.iter().find(|label| label.primary).or(labels.first()) else { return Vec::new() };
    let config = Config::default().with_index_type(IndexType::Byte);
    let mut report = Report::build(ReportKind::Error, (CELL, first.range.clone()))
        .with_config(config)
        .with_message(&diagnostic.message);
    if let Some(code) = &diagnostic.code {
        report = report.with_code(code);
    }
    let mut colors = ColorGenerator::new();
    // ariadne draws a separate frame for a label that is above the label before it.
    let mut labels: Vec<&Label> = labels.iter().collect();
    labels.sort_by_key(|label| label.range.start);
    for label in labels {
        let text = if label.text.is_empty() && label.primary { "here" } else { label.text.as_str() };
        if text.is_empty() {
            continue;
        }
        // Light backgrounds need dark colours.
        let color = match colors.next() {
            Color::Fixed(x) => Color::Fixed(255 - x),
            other => other,
        };
        let shown = ariadne::Label::new((CELL, label.range.clone()));
        report = report.with_label(shown.with_message(text).with_color(color).with_order(10));
    }
    let mut text = Vec::new();
    match report.finish().write(sources([(CELL, code)]), &mut text) {
        Ok(()) => String::from_utf8_lossy(&text).lines().map(|line| line.trim_end().to_owned()).collect(),
        Err(_) => Vec::new(),
    }
}

/// Returns the lines that a suggestion changes, as they would read; `None` for more than six lines.
pub fn mended(code: &str, suggestion: &Suggestion) -> Option<String> {
    let start = suggestion.parts.iter().map(|(range, _)| range.start).min()?;
    let end = suggestion.parts.iter().map(|(range, _)| range.end).max()?;
    let lines = lines_around(code, &(start..end));
    let mut parts = suggestion.parts.clone();
    parts.sort_by_key(|(range, _)| range.start);
    let (mut text, mut at) = (String::new(), lines.start);
    for (range, replacement) in parts {
        text += code.get(at..range.start)?;
        text += &replacement;
        at = range.end;
    }
    text += code.get(at..lines.end)?;
    let text = text.trim_end();
    (text.lines().count() <= 6).then(|| dedented(text))
}

/// Returns the lines below a report that show a suggestion.
pub fn advice(code: &str, suggestion: &Suggestion) -> Vec<String> {
    let Some(mended) = mended(code, suggestion) else { return vec![help(&suggestion.message)] };
    let message = suggestion.message.trim_end_matches(':');
    if suggestion.sure { vec![write(&mended)] } else { vec![format!("{}: {mended}", help(message))] }
}

/// Formats a line as `write: …`.
pub fn write(text: &str) -> String {
    format!("{} {text}", blue("write:"))
}

/// Formats a line as `help: …`.
pub fn help(text: &str) -> String {
    format!("{} {text}", blue("help:"))
}

/// Returns the range of the lines that contain a range, without the last line end.
fn lines_around(code: &str, range: &Range<usize>) -> Range<usize> {
    let start = code[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = code[range.end..].find('\n').map_or(code.len(), |at| range.end + at);
    start..end
}

/// Returns the number of the line at an offset, from 1.
pub fn line_of(code: &str, offset: usize) -> usize {
    code[..offset.min(code.len())].matches('\n').count() + 1
}

/// Removes the blanks that all lines of a text begin with.
fn dedented(text: &str) -> String {
    let blanks = |line: &str| line.len() - line.trim_start().len();
    let least = text.lines().filter(|line| !line.trim().is_empty()).map(blanks).min().unwrap_or(0);
    text.lines().map(|line| line.get(least..).unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(lines: &[String]) -> String {
        let mut out = String::new();
        let mut skip = false;
        for c in lines.join("\n").chars() {
            match c {
                '\u{1b}' => skip = true,
                'm' if skip => skip = false,
                _ if skip => {}
                c => out.push(c),
            }
        }
        out
    }

    /// Returns the line of carets below the first line that contains `text`.
    fn underline(report: &str, text: &str) -> String {
        let lines: Vec<&str> = report.lines().collect();
        let at = lines.iter().position(|line| line.contains(text)).unwrap();
        lines[at + 1].to_owned()
    }

    fn report(code: &str, part: &str) -> String {
        let start = code.find(part).unwrap();
        let label = Label { range: start..start + part.len(), text: "wrong".into(), primary: true };
        let diagnostic = Diagnostic {
            message: "mismatched types".into(),
            code: Some("E0308".into()),
            is_error: true,
            ..Diagnostic::default()
        };
        plain(&frame(code, &diagnostic, &[label]))
    }

    #[test]
    fn the_mark_stands_under_the_part_also_behind_other_alphabets() {
        for (code, before) in [
            ("let n: i32 = \"ten\";", 13),
            ("let größe: i32 = \"ten\";", 17),
            ("let 数: i32 = \"ten\";", 14),
            ("\tlet n: i32 = \"ten\";", 17),
        ] {
            let report = report(code, "\"ten\"");
            let marks = underline(&report, "\"ten\"");
            let bar = marks.find(['│', '·']).unwrap() + '│'.len_utf8() + 1;
            let blank = marks[bar..].chars().take_while(|c| *c == ' ').count();
            assert_eq!(blank, before, "{report}");
            assert!(report.starts_with("[E0308] Error: mismatched types"), "{report}");
        }
    }

    #[test]
    fn a_suggestion_reads_as_the_mended_line() {
        let code = "let a = 1;\n    let n: f64 = 3;";
        let at = code.len() - 1;
        let suggestion =
            Suggestion { message: "use a float".into(), parts: vec![(at..at, ".0".into())], sure: true };
        assert_eq!(mended(code, &suggestion).as_deref(), Some("let n: f64 = 3.0;"));
        assert_eq!(plain(&advice(code, &suggestion)), "write: let n: f64 = 3.0;");
        let two = vec![(0..3, "const".into()), (8..9, "2".into())];
        let suggestion = Suggestion { message: "try".into(), parts: two, sure: false };
        assert_eq!(plain(&advice(code, &suggestion)), "help: try: const a = 2;");
    }
}
