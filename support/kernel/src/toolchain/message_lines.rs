//! Translates the lines in the compiler's messages to another order of the same source.

use serde_json::Value;

/// Source that cells are compiled from, as the compiler names it.
const SOURCE: &str = "src/lib.rs";

/// A map from lines (from 0) and byte offsets of the compiled source to another source.
pub struct Moved {
    /// Line of the other source for each line of the compiled source.
    pub lines: Vec<usize>,
    /// Offset of each line in the compiled source, and in the other.
    pub offsets: (Vec<usize>, Vec<usize>),
}

impl Moved {
    /// Makes the map from the sources and the lines' order in each; `None` if they do not have the same lines.
    pub fn between(compiled: (&str, &[usize]), other: (&str, &[usize])) -> Option<Self> {
        let (ours, theirs): (Vec<_>, Vec<_>) =
            (compiled.0.split_inclusive('\n').collect(), other.0.split_inclusive('\n').collect());
        if [ours.len(), compiled.1.len(), other.1.len()].iter().any(|length| *length != theirs.len()) {
            return None;
        }
        let mut lines = vec![usize::MAX; ours.len()];
        for (&from, &to) in compiled.1.iter().zip(other.1) {
            if ours.get(from)? != theirs.get(to)? {
                return None;
            }
            lines[from] = to;
        }
        Some(Self { lines, offsets: (offsets(&ours), offsets(&theirs)) })
    }

    /// Translates all spans of a message; `None` if a span covers lines that are apart in the other source.
    pub fn translate(&self, message: &mut Value) -> Option<()> {
        match message {
            Value::Array(values) => values.iter_mut().try_for_each(|value| self.translate(value)),
            Value::Object(fields) => {
                if fields.get("file_name").and_then(Value::as_str) == Some(SOURCE)
                    && let Some(first) = fields.get("line_start").and_then(Value::as_u64)
                    && let Some(last) = fields.get("line_end").and_then(Value::as_u64)
                {
                    let ((first, start), (last, end)) = (self.line(first)?, self.line(last)?);
                    let old = |name: &str| fields.get(name).and_then(Value::as_u64);
                    let apart = last.checked_sub(first)? != old("line_end")? - old("line_start")?;
                    if apart {
                        return None;
                    }
                    let bytes = [("byte_start", start), ("byte_end", end)]
                        .map(|(name, by)| (name, old(name).and_then(|at| at.checked_add_signed(by))));
                    for (name, value) in
                        [("line_start", Some(first)), ("line_end", Some(last))].into_iter().chain(bytes)
                    {
                        if let (Some(value), Some(field)) = (value, fields.get_mut(name)) {
                            *field = value.into();
                        }
                    }
                }
                fields.values_mut().try_for_each(|value| self.translate(value))
            }
            _ => Some(()),
        }
    }

    /// Returns the other source's line, and the distance its start moved, for a compiled line; both count from 1.
    fn line(&self, line: u64) -> Option<(u64, i64)> {
        let from = usize::try_from(line).ok()?.checked_sub(1)?;
        // An error at the very end is one line after the last.
        let to = if from == self.lines.len() { from } else { *self.lines.get(from)? };
        let by = |at: usize, offsets: &[usize]| i64::try_from(*offsets.get(at)?).ok();
        let moved = by(to, &self.offsets.1)? - by(from, &self.offsets.0)?;
        Some((u64::try_from(to).ok()? + 1, moved))
    }
}

/// Returns the offset of each line, and the end.
fn offsets(lines: &[&str]) -> Vec<usize> {
    let ends = lines.iter().scan(0, |at, line| {
        *at += line.len();
        Some(*at)
    });
    std::iter::once(0).chain(ends).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const COMPILED: &str = "a\nbb\nccc\nd\n";
    const OTHER: &str = "ccc\na\nbb\nd\n";

    fn moved() -> Moved {
        Moved::between((COMPILED, &[0, 1, 2, 3]), (OTHER, &[1, 2, 0, 3])).unwrap()
    }

    fn span(first: u64, last: u64, start: u64, end: u64) -> Value {
        json!({ "file_name": "src/lib.rs", "line_start": first, "line_end": last, "byte_start": start, "byte_end": end })
    }

    #[test]
    fn spans_at_all_depths_follow_the_lines() {
        let mut message = json!({
            "message": "no", "spans": [span(3, 3, 5, 8)],
            "children": [{ "spans": [{ "file_name": "<m macros>", "line_start": 3, "expansion": { "span": span(1, 2, 0, 4) } }] }],
        });
        moved().translate(&mut message).unwrap();
        assert_eq!(message["spans"][0], span(1, 1, 0, 3));
        assert_eq!(message["children"][0]["spans"][0]["expansion"]["span"], span(2, 3, 4, 8));
        assert_eq!(message["children"][0]["spans"][0]["line_start"], 3);
        let mut end = span(5, 5, 11, 11);
        moved().translate(&mut end).unwrap();
        assert_eq!(end, span(5, 5, 11, 11));
    }

    #[test]
    fn a_span_that_falls_apart_is_refused() {
        assert_eq!(moved().translate(&mut span(2, 3, 2, 8)), None);
        assert_eq!(moved().translate(&mut span(9, 9, 2, 8)), None);
    }

    #[test]
    fn other_lines_are_refused() {
        assert!(Moved::between((COMPILED, &[0, 1, 2, 3]), ("ccc\na\nbx\nd\n", &[1, 2, 0, 3])).is_none());
        assert!(Moved::between((COMPILED, &[0, 1, 2]), (OTHER, &[1, 2, 0, 3])).is_none());
        assert!(Moved::between((COMPILED, &[0, 1, 2, 9]), (OTHER, &[1, 2, 0, 3])).is_none());
    }
}
