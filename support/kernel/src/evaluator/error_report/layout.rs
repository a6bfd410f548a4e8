//! Maps places in the source that evcxr generated to the cell and to the items of earlier cells.

use std::ops::Range;

/// First lines of evcxr's own source behind the items.
const OWN: [&str; 4] = [
    "struct EvcxrUserCodeError {}",
    "mod evcxr_internal_runtime {",
    "#[unsafe(no_mangle)]",
    "fn evcxr_variable_store<T: 'static>(_: T) {}",
];

/// The generated source, and the text from which evcxr made it.
pub struct Layout<'a> {
    generated: Vec<&'a str>,
    text: Vec<&'a str>,
    /// Lines of items and imports, from this cell and earlier ones.
    items: Range<usize>,
}

/// A line of an item from an earlier cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemLine {
    pub text: String,
    /// Item that contains the line, such as `fn area`.
    pub item: Option<String>,
}

impl<'a> Layout<'a> {
    pub fn new(generated: &'a str, text: &'a str) -> Self {
        let generated: Vec<&str> = generated.lines().collect();
        let is_own = |line: &&str| OWN.contains(&line.trim());
        let end = generated.iter().position(is_own).unwrap_or(generated.len());
        Self { generated, text: text.lines().collect(), items: 1.min(end)..end }
    }

    /// Maps a line and a column of the generated source to a place in the text, all from 1, columns in characters.
    /// `None` if the line is not from the text, or differs from `reads`.
    pub fn in_text(&self, line: usize, column: usize, reads: Option<&str>) -> Option<(usize, usize)> {
        let index = line.checked_sub(1)?;
        let here = self.generated.get(index)?.trim_end();
        let own = ["evcxr_variable_store", "evcxr_internal_runtime", "EvcxrUserCodeError"];
        if here.is_empty()
            || here.trim() == ").evcxr_display();"
            || own.iter().any(|own| here.contains(own))
            || reads.is_some_and(|reads| reads.trim_end() != here)
        {
            return None;
        }
        let candidates = self.candidates(here);
        let score = |(row, offset): (usize, usize)| self.neighbours(index, row, offset);
        let best = candidates.iter().map(|place| score(*place)).max()?;
        let best: Vec<&(usize, usize)> = candidates.iter().filter(|place| score(**place) == best).collect();
        let earlier = self.generated[..index].iter().filter(|line| line.trim_end() == here).count();
        let (row, offset) = **best.get(earlier).or(best.last())?;
        Some((row + 1, self.text[row][..offset].chars().count() + column))
    }

    /// Returns the places at which a line of the text has `here` as whole statements: line from 0, offset in bytes.
    fn candidates(&self, here: &str) -> Vec<(usize, usize)> {
        let ends = |text: &str| text.is_empty() || text.ends_with([';', '}', ']']) || text.ends_with("*/");
        let mut found = Vec::new();
        for (row, line) in self.text.iter().enumerate() {
            for (offset, _) in line.match_indices(here) {
                let (before, after) = (line[..offset].trim_end(), line[offset + here.len()..].trim_start());
                if ends(before) && (after.is_empty() || ends(here)) {
                    found.push((row, offset));
                }
            }
        }
        found
    }

    /// Returns the number of neighbouring lines that are equal in both sources.
    fn neighbours(&self, index: usize, row: usize, offset: usize) -> usize {
        let line = |lines: &[&str], at: usize| lines.get(at).map(|line| line.trim_end().to_owned());
        let whole = |at: usize| {
            let (here, there) = (line(&self.generated, index + at), line(&self.text, row + at));
            here.is_some() && here == there
        };
        let below = (1..).take_while(|at| whole(*at)).count();
        let above = |at: &usize| {
            let (Some(index), Some(row)) = (index.checked_sub(*at), row.checked_sub(*at)) else {
                return false;
            };
            line(&self.generated, index) == line(&self.text, row)
        };
        below + if offset == 0 { (1..).take_while(above).count() } else { 0 }
    }

    /// Returns the text of a line and its item, if the line is among the items and imports.
    pub fn item(&self, line: usize) -> Option<ItemLine> {
        let index = line.checked_sub(1)?;
        if !self.items.contains(&index) {
            return None;
        }
        let text = self.generated[index].trim();
        let lines = self.generated[self.items.start..=index].iter().rev();
        // An import belongs to no item.
        let item = lines.take_while(|line| !line.starts_with("use ")).find_map(|line| item_of(line));
        (!text.is_empty()).then(|| ItemLine { text: text.to_owned(), item })
    }

    /// Checks whether a line among the items and imports begins this item.
    pub fn defines(&self, keyword_and_name: &str) -> bool {
        self.generated[self.items.clone()]
            .iter()
            .any(|line| item_of(line).as_deref() == Some(keyword_and_name))
    }

    /// Returns a line of the generated source.
    pub fn line(&self, line: usize) -> Option<&'a str> {
        self.generated.get(line.checked_sub(1)?).copied()
    }

    /// Returns the type under which a variable is stored.
    pub fn stored_type(&self, name: &str) -> Option<&'a str> {
        let end = format!(">(stringify!({name}), {name});");
        let find = |line: &&'a str| line.split_once("put_variable::<")?.1.strip_suffix(&end);
        self.generated.iter().find_map(find)
    }
}

/// Returns the item that begins on a line, such as `fn area`.
fn item_of(line: &str) -> Option<String> {
    if line.starts_with([' ', '\t']) {
        return None;
    }
    let words = line.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    let mut words = words.skip_while(|word| matches!(*word, "pub" | "crate" | "unsafe" | "async"));
    let keyword = words.next()?;
    match keyword {
        "impl" => Some(line.split('{').next()?.trim().to_owned()),
        "fn" | "struct" | "enum" | "trait" | "const" | "static" | "type" | "mod" | "union" => {
            Some(format!("{keyword} {}", words.next()?))
        }
        "macro_rules" => Some(format!("macro_rules! {}", words.next()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "let v = vec![1];\nfn g(s: i32) -> i32 {\n    s\n}\nf(v); f(v);\n}";
    const GENERATED: &str = "#![allow(x)]\nfn area(r: f64) -> f64 {\n    pi * r\n}\nfn g(s: i32) -> i32 {\n    s\n}\n\
                             #[unsafe(no_mangle)]\npub extern \"C\" fn run(\nlet v = vec![1];\nf(v); \nf(v);\n}\n\
                             evcxr_variable_store.put_variable::<Vec<i32>>(stringify!(v), v);\n}";

    #[test]
    fn a_place_is_found_in_the_text() {
        let layout = Layout::new(GENERATED, TEXT);
        assert_eq!(layout.in_text(10, 5, Some("let v = vec![1];")), Some((1, 5)));
        assert_eq!(layout.in_text(6, 5, None), Some((3, 5)));
        assert_eq!(layout.in_text(11, 3, None), Some((5, 3)));
        assert_eq!(layout.in_text(12, 3, None), Some((5, 9)));
        assert_eq!(layout.in_text(9, 1, None), None);
        assert_eq!(layout.in_text(14, 1, None), None);
        assert_eq!(layout.in_text(10, 5, Some("let w = 1;")), None);
    }

    #[test]
    fn a_part_of_a_statement_is_no_match() {
        let layout = Layout::new("#![allow(x)]\nfn f() -> i32 {\na + b\n}\n", "let c = a + b;");
        assert_eq!(layout.in_text(3, 1, None), None);
        let line = ItemLine { text: "a + b".into(), item: Some("fn f".into()) };
        assert_eq!(layout.item(3), Some(line));
    }

    #[test]
    fn an_item_is_named_and_evcxrs_own_source_is_none() {
        let layout = Layout::new(GENERATED, TEXT);
        let line = ItemLine { text: "pi * r".into(), item: Some("fn area".into()) };
        assert_eq!(layout.item(3), Some(line));
        assert_eq!(layout.item(9), None);
        assert!(layout.defines("fn area") && !layout.defines("fn run"));
        assert_eq!(item_of("impl Shape for Ring {").as_deref(), Some("impl Shape for Ring"));
        assert_eq!(item_of("pub(crate) struct Ring;").as_deref(), Some("struct Ring"));
    }

    #[test]
    fn the_type_of_a_stored_variable_is_known() {
        assert_eq!(Layout::new(GENERATED, TEXT).stored_type("v"), Some("Vec<i32>"));
        assert_eq!(Layout::new(GENERATED, TEXT).stored_type("w"), None);
    }
}
