//! Completion and inspection, by rust-analyzer inside evcxr.

use evcxr::CommandContext;
use serde_json::{Map, Value, json};

/// Returns the content of a `complete_reply` for `cursor`, a number of characters.
pub fn complete(context: Option<&mut CommandContext>, code: &str, cursor: usize) -> Value {
    let nothing = json!({
        "status": "ok", "matches": [], "cursor_start": cursor, "cursor_end": cursor, "metadata": {},
    });
    let Some(found) = context.and_then(|context| context.completions(code, byte_of(code, cursor)).ok())
    else {
        return nothing;
    };
    let (start, end) = (char_of(code, found.start_offset), char_of(code, found.end_offset));
    let completions: Vec<_> =
        found.completions.iter().filter(|each| !each.code.to_lowercase().starts_with("evcxr_")).collect();
    let matches: Vec<&str> = completions.iter().map(|each| each.code.as_str()).collect();
    let types: Vec<Value> = completions
        .iter()
        .map(|each| {
            json!({ "text": each.code, "type": each.kind, "signature": each.label, "start": start, "end": end })
        })
        .collect();
    json!({
        "status": "ok", "matches": matches, "cursor_start": start, "cursor_end": end,
        "metadata": { "_jupyter_types_experimental": types },
    })
}

/// Returns the content of an `inspect_reply` for the name at `cursor`.
pub fn inspect(context: Option<&mut CommandContext>, code: &str, cursor: usize) -> Value {
    // evcxr answers for the name before the place it is given; a cursor inside a name means the whole name.
    let rest = code.chars().skip(cursor).take_while(|c| c.is_alphanumeric() || *c == '_').count();
    let found = context.and_then(|context| context.hover_at(code, byte_of(code, cursor + rest)).ok());
    match found.filter(|(plain, _)| plain != "No documentation found") {
        Some((plain, html)) => {
            let data = json!({ "text/plain": without_crate(&plain), "text/html": without_crate(&html) });
            json!({ "status": "ok", "found": true, "metadata": {}, "data": data })
        }
        None => json!({ "status": "ok", "found": false, "metadata": {}, "data": Map::new() }),
    }
}

/// Returns a description without the name of the crate in which cells are compiled: readers do not know it.
fn without_crate(text: &str) -> String {
    let crates = [
        "<pre><code class=\"language-rust\">ctx\n</code></pre>\n",
        "```rust\nctx\n```\n",
        "ctx\n\n",
        "ctx\n",
    ];
    let rest = crates.iter().find_map(|named| text.strip_prefix(named)).unwrap_or(text);
    rest.replace("ctx::", "").trim_start_matches('\n').to_owned()
}

fn byte_of(code: &str, cursor: usize) -> usize {
    code.char_indices().nth(cursor).map_or(code.len(), |(byte, _)| byte)
}

fn char_of(code: &str, byte: usize) -> usize {
    code.char_indices().take_while(|(at, _)| *at < byte).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_does_not_name_the_cells_crate() {
        assert_eq!(without_crate("ctx\n\nfn f() -> f64\n\nfast"), "fn f() -> f64\n\nfast");
        assert_eq!(
            without_crate("<pre><code class=\"language-rust\">ctx\n</code></pre>\n<p>x</p>"),
            "<p>x</p>"
        );
        assert_eq!(without_crate("let q: ctx::Q"), "let q: Q");
    }

    #[test]
    fn places_are_counted_in_characters() {
        let code = "let é = \"→\";";
        for cursor in 0..=code.chars().count() {
            assert_eq!(char_of(code, byte_of(code, cursor)), cursor);
        }
        assert_eq!(byte_of(code, 99), code.len());
    }
}
