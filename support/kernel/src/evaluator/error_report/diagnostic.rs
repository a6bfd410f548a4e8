//! An error message of the compiler or evcxr, with its places in the cell.

use std::ops::Range;

use evcxr::CompilationError;
use serde_json::Value;

use super::layout::{ItemLine, Layout};
use super::wording::{clean, is_machinery};

/// JSON field with the whole message: evcxr keeps only a part, so the stand-in for cargo adds the whole to each.
pub const WHOLE: &str = "whole";

/// Maps a place in the text that evcxr got to a place in the cell; line and column count from 1.
pub type Place<'a> = dyn Fn(usize, usize) -> Option<(usize, usize)> + 'a;

/// A range of the cell in bytes, and the message about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub range: Range<usize>,
    pub text: String,
    pub primary: bool,
}

/// A change of the cell that the compiler suggests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    pub message: String,
    pub parts: Vec<(Range<usize>, String)>,
    /// True if the compiler marks the suggestion as applicable.
    pub sure: bool,
}

/// An error or a warning.
#[derive(Clone, Debug, Default)]
pub struct Diagnostic {
    pub message: String,
    pub code: Option<String>,
    /// True for an error, false for a warning.
    pub is_error: bool,
    pub labels: Vec<Label>,
    /// Notes without a place.
    pub notes: Vec<String>,
    pub suggestions: Vec<Suggestion>,
    /// Variable that could not be stored for the next cell.
    pub stored: Option<String>,
    /// Variable of an earlier cell whose declaration the error points at.
    pub loaded: Option<String>,
    /// True if the cell's value could not be shown.
    pub shown: bool,
    /// Lines of earlier cells' items, each with its label.
    pub items: Vec<(ItemLine, String)>,
}

/// The sources that a diagnostic's places refer to.
pub struct Sources<'a> {
    /// Code of the cell.
    pub code: &'a str,
    pub layout: Layout<'a>,
    pub place: &'a Place<'a>,
}

impl Diagnostic {
    /// Makes an error without a place.
    pub fn plain(message: &str, code: &str) -> Self {
        Self { message: clean(message, code), is_error: true, ..Self::default() }
    }

    /// Converts an error from evcxr's form.
    pub fn of(error: &CompilationError, sources: &Sources<'_>) -> Self {
        if error.json.is_object() {
            return Self::from_json(&error.json, sources);
        }
        let mut found = Self::plain(&error.message(), sources.code);
        for message in error.spanned_messages() {
            let Some(span) = &message.span else { continue };
            let (start, end) = ((span.start_line, span.start_column), (span.end_line, span.end_column));
            if let Some(range) = sources.range(start, end) {
                found.labels.push(Label { range, text: message.label.clone(), primary: message.is_primary });
            }
        }
        found
    }

    /// Converts a message from the compiler's JSON.
    pub fn from_json(json: &Value, sources: &Sources<'_>) -> Self {
        let json = if json[WHOLE].is_object() { &json[WHOLE] } else { json };
        let mut found = Self::plain(json["message"].as_str().unwrap_or_default(), sources.code);
        found.code = json["code"]["code"].as_str().map(str::to_owned);
        found.is_error = json["level"].as_str().is_some_and(|level| level.starts_with("error"));
        for span in spans(json) {
            found.take(span, sources);
        }
        let children = json["children"].as_array();
        for child in children.into_iter().flatten() {
            found.take_child(child, sources);
        }
        found
    }

    fn take(&mut self, span: &Value, sources: &Sources<'_>) {
        let label = clean(span["label"].as_str().unwrap_or_default(), sources.code);
        let primary = span["is_primary"] == true;
        let Some(near) = in_generated(span) else { return };
        let first = near["text"][0]["text"].as_str().unwrap_or_default();
        self.shown |= first.contains("evcxr_send_text_plain");
        if let Some(range) = sources.range_of(near) {
            self.labels.push(Label { range, text: label, primary });
            return;
        }
        // A macro's span may be in evcxr's line while its argument is in the cell.
        let line = near["line_start"].as_u64().unwrap_or_default() as usize;
        let text = sources.layout.line(line).unwrap_or_default();
        let text = if text.is_empty() { near["text"][0]["text"].as_str().unwrap_or_default() } else { text };
        if text.contains("evcxr_send_text_plain") || text.contains("evcxr_display") {
            self.shown = true;
        } else if text.contains("put_variable::<") {
            self.stored = text.rsplit_once(", ").map(|(_, name)| name.trim_end_matches(");").to_owned());
        } else if text.starts_with("evcxr_variable_store(") {
            self.stored = super::wording::between(text, "(", ")").map(str::to_owned);
        } else if let Some((declared, _)) = text.split_once(" = evcxr_variable_store.take_variable") {
            self.loaded = Some(declared.trim_start_matches("let ").trim_start_matches("mut ").to_owned());
        } else if let Some(item) = sources.layout.item(line)
            && !self.items.iter().any(|(known, _)| *known == item)
        {
            self.items.push((item, label));
        }
    }

    fn take_child(&mut self, child: &Value, sources: &Sources<'_>) {
        let message = clean(child["message"].as_str().unwrap_or_default(), sources.code);
        let spans: Vec<&Value> = spans(child).collect();
        let replaced: Vec<&Value> =
            spans.iter().copied().filter(|span| span["suggested_replacement"].is_string()).collect();
        if replaced.is_empty() {
            if spans.is_empty() && !is_machinery(&message) {
                self.notes.push(message);
            } else if let [span] = spans[..]
                && let Some(range) = in_generated(span).and_then(|span| sources.range_of(span))
            {
                self.labels.push(Label { range, text: message, primary: false });
            }
            for span in spans {
                let before = self.labels.len();
                self.take(span, sources);
                self.labels.truncate(before);
            }
            return;
        }
        let part = |span: &&Value| {
            let text = span["suggested_replacement"].as_str()?.to_owned();
            Some((sources.range_of(in_generated(span)?)?, text))
        };
        if replaced.iter().any(|span| in_generated(span).and_then(|span| sources.range_of(span)).is_none()) {
            for span in replaced {
                let (before, items) = (self.labels.len(), self.items.len());
                self.take(span, sources);
                self.labels.truncate(before);
                self.items.truncate(items);
            }
            return;
        }
        let parts: Vec<(Range<usize>, String)> = replaced.iter().filter_map(part).collect();
        let sure = replaced.iter().all(|span| span["suggestion_applicability"] == "MachineApplicable");
        if parts.len() == replaced.len() && !parts.iter().any(|(_, text)| is_machinery(text)) {
            self.suggestions.push(Suggestion { message, parts, sure });
        }
    }

    /// Returns the label with the error's place.
    pub fn primary(&self) -> Option<&Label> {
        self.labels.iter().find(|label| label.primary).or(self.labels.first())
    }

    /// Returns the first label whose text contains `part`.
    pub fn label(&self, part: &str) -> Option<&Label> {
        self.labels.iter().find(|label| label.text.contains(part))
    }

    /// Checks whether the error's code is one of `codes`.
    pub fn is(&self, codes: &[&str]) -> bool {
        self.code.as_deref().is_some_and(|code| codes.contains(&code))
    }

    /// Returns the name in backquotes in the message.
    pub fn name(&self) -> Option<&str> {
        super::wording::between(&self.message, "`", "`")
    }
}

fn spans(json: &Value) -> impl Iterator<Item = &Value> {
    json["spans"].as_array().into_iter().flatten()
}

/// Returns the span in the generated source, or the span there of the macro call that the span comes from.
fn in_generated(span: &Value) -> Option<&Value> {
    let has_place = span["text"].as_array().is_some_and(|lines| !lines.is_empty());
    // The file name `src/lib.rs` always means the generated source.
    if span["file_name"] == "src/lib.rs" && has_place {
        return Some(span);
    }
    let expansion = &span["expansion"]["span"];
    if expansion.is_object() { in_generated(expansion) } else { None }
}

impl<'a> Sources<'a> {
    /// Converts a span of the generated source to a range of the cell, without the part in evcxr's own lines.
    fn range_of(&self, span: &Value) -> Option<Range<usize>> {
        let number = |key: &str| span[key].as_u64().and_then(|n| usize::try_from(n).ok());
        let (first, last) = (number("line_start")?, number("line_end")?);
        let texts = span["text"].as_array()?;
        let text = |line: usize| texts.get(line - first)?["text"].as_str();
        let at = |line: usize, column: usize| self.layout.in_text(line, column, Some(text(line)?));
        let (start, end) = (at(first, number("column_start")?), at(last, number("column_end")?));
        let end_of = |line| at(line, text(line)?.trim_end().chars().count() + 1);
        let start = start.or_else(|| (first + 1..=last).find_map(|line| at(line, 1)))?;
        let end = end.or_else(|| (first..last).rev().find_map(end_of))?;
        self.range(start, end)
    }

    /// Converts places in the text that evcxr got to a range of the cell.
    fn range(&self, start: (usize, usize), end: (usize, usize)) -> Option<Range<usize>> {
        let start_at = self.offset((self.place)(start.0, start.1)?)?;
        if start == end {
            return Some(start_at..start_at);
        }
        // The end is exclusive; the character before it belongs to the cell.
        let (line, column) = (self.place)(end.0, end.1.saturating_sub(1).max(1))?;
        let last = self.offset((line, column))?;
        let past = self.code[last..].chars().next().map_or(0, |c| if c == '\n' { 0 } else { c.len_utf8() });
        (start_at <= last + past).then(|| start_at..last + past)
    }

    fn offset(&self, (line, column): (usize, usize)) -> Option<usize> {
        let mut start = 0;
        for (number, text) in self.code.split('\n').enumerate() {
            if number + 1 == line {
                let within = text.char_indices().map(|(at, _)| at).chain([text.len()]).nth(column - 1);
                return Some(start + within.unwrap_or(text.len()));
            }
            start += text.len() + 1;
        }
        None
    }
}

#[cfg(test)]
pub mod fixture {
    use serde_json::json;

    use super::*;

    /// Makes a span on one line of a generated source: the first occurrence of `part`.
    pub fn span(generated: &str, part: &str, label: &str, primary: bool) -> Value {
        let (number, line) =
            generated.lines().enumerate().find(|(_, line)| line.contains(part)).expect("no such part");
        let start = line[..line.find(part).unwrap()].chars().count() + 1;
        json!({
            "file_name": "src/lib.rs", "line_start": number + 1, "line_end": number + 1, "column_start": start,
            "column_end": start + part.chars().count(), "is_primary": primary, "label": label,
            "text": [{ "text": line }],
        })
    }

    /// Makes an error in the compiler's JSON.
    pub fn error(code: &str, message: &str, spans: &[Value], children: &[Value]) -> Value {
        json!({ "level": "error", "message": message, "code": { "code": code }, "spans": spans, "children": children })
    }

    /// Returns a source as evcxr generates it from a cell without items.
    pub fn generated(items: &str, cell: &str, after: &str) -> String {
        format!(
            "#![allow(x)]\n{items}#[unsafe(no_mangle)]\npub extern \"C\" fn run_user_code_1(\n{cell}\n{after}\n}}\n"
        )
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::fixture::{error, generated, span};
    use super::*;

    fn read(code: &str, generated: &str, json: &Value) -> Diagnostic {
        let layout = Layout::new(generated, code);
        Diagnostic::from_json(json, &Sources { code, layout, place: &|line, column| Some((line, column)) })
    }

    #[test]
    fn labels_lie_in_the_cell_also_behind_wide_letters() {
        let code = "let a = 1;\nlet größe: i32 = \"zehn\";";
        let source = generated("", code, "");
        let json = error("E0308", "mismatched types", &[span(&source, "\"zehn\"", "no", true)], &[]);
        let found = read(code, &source, &json);
        assert_eq!(&code[found.labels[0].range.clone()], "\"zehn\"");
        assert!(found.is_error && found.is(&["E0308"]));
    }

    #[test]
    fn a_suggestion_is_read_with_its_certainty() {
        let code = "let n: f64 = 3;";
        let source = generated("", code, "");
        let mut place = span(&source, ";", "", true);
        place["column_end"] = place["column_start"].clone();
        place["suggested_replacement"] = json!(".0");
        place["suggestion_applicability"] = json!("MachineApplicable");
        let child = json!({ "level": "help", "message": "use a float literal", "spans": [place] });
        let found = read(code, &source, &error("E0308", "mismatched types", &[], &[child]));
        let suggestion = Suggestion {
            message: "use a float literal".into(),
            parts: vec![(14..14, ".0".into())],
            sure: true,
        };
        assert_eq!(found.suggestions, [suggestion]);
    }

    #[test]
    fn evcxrs_own_lines_tell_of_what_the_error_is() {
        let code = "let s = f();\ns";
        let after = "evcxr_variable_store.put_variable::<&str>(stringify!(s), s);\n\
                     evcxr_send_text_plain(&format!(\"{:?}\",&(\n";
        let source = generated("fn f() -> &'static str { q }\n", code, after);
        let own =
            |part: &str| read(code, &source, &error("E0597", "m", &[span(&source, part, "", true)], &[]));
        assert_eq!(own("put_variable").stored.as_deref(), Some("s"));
        assert!(own("evcxr_send_text_plain").shown);
        let (item, _) = &own("q }").items[0];
        assert_eq!(
            (item.text.as_str(), item.item.as_deref()),
            ("fn f() -> &'static str { q }", Some("fn f"))
        );
    }

    #[test]
    fn a_span_that_ends_in_evcxrs_line_is_cut() {
        let code = "two(1)";
        let source = generated("", code, ")));");
        let mut place = span(&source, "(1)", "argument #2 is missing", false);
        place["line_end"] = json!(5);
        place["column_end"] = json!(2);
        place["text"] = json!([{ "text": "two(1)" }, { "text": ")));" }]);
        let found = read(code, &source, &error("E0061", "m", &[place], &[]));
        assert_eq!(found.labels.first().map(|label| label.range.clone()), Some(3..6));
    }

    #[test]
    fn the_whole_message_is_taken_where_evcxr_kept_a_part() {
        let whole = error("E0061", "this function takes 2 arguments", &[], &[]);
        let part =
            json!({ "level": "note", "message": "function defined here", "spans": [], "whole": whole });
        let found = read("two(1)", "", &part);
        assert_eq!((found.message.as_str(), found.is_error), ("this function takes 2 arguments", true));
    }
}
