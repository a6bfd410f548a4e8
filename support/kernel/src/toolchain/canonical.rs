//! Brings a generated source into canonical order. evcxr writes items and variables in the order of a hash table, which
//! differs between kernels; two sources that differ only in this order have the same canonical text.
//!
//! Only what evcxr generated is reordered: whole items before the cell's function, and the statements that check, load
//! and store variables, at the places where evcxr writes them. A source that is not understood keeps its order, so it
//! has a key of its own.

use std::ops::Range;

use ra_ap_syntax::{AstNode, Edition, NodeOrToken, SourceFile, SyntaxKind, ast};

use super::variable_statements as statements;

/// A source in canonical order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canonical {
    /// Lines of the source in canonical order.
    pub text: String,
    /// Line of the source (from 0) at each canonical position.
    pub order: Vec<usize>,
}

/// Brings a source into canonical order.
pub fn canonical(source: &str) -> Canonical {
    let lines: Vec<&str> = source.split_inclusive('\n').collect();
    let order = sorted(&lines).unwrap_or_else(|| (0..lines.len()).collect());
    let text = order.iter().filter_map(|&line| lines.get(line).copied()).collect();
    Canonical { text, order }
}

/// Returns the lines' canonical order; `None` if the source is not built as evcxr builds it.
fn sorted(lines: &[&str]) -> Option<Vec<usize>> {
    let start = function(lines)?;
    let before = lines.get(..start)?.concat();
    // A function found inside the user's text leaves an open brace before it, and is rejected here.
    let parsed = SourceFile::parse(&before, Edition::Edition2024);
    if !parsed.errors().is_empty() {
        return None;
    }
    let mut order: Vec<usize> = (0..lines.len()).collect();
    if let Some(items) = items(&parsed.tree(), &before) {
        let place = whole(&items);
        let items: Vec<_> = items.into_iter().map(|item| without_blank(item, lines)).collect();
        reorder(&mut order, lines, place, &items);
    }
    for run in statements::runs(lines, start) {
        reorder(&mut order, lines, whole(&run), &run);
    }
    Some(order)
}

/// Returns the line where the function that holds the cell begins.
fn function(lines: &[&str]) -> Option<usize> {
    lines.windows(2).rposition(|pair| match pair {
        ["#[unsafe(no_mangle)]\n", name] => name.starts_with("pub extern \"C\" fn run_user_code"),
        ["#[allow(unused_variables)]\n", name] => *name == statements::ANALYSIS,
        _ => false,
    })
}

/// Returns the lines of each top-level item, with comments before it; `None` if the items' order may matter.
fn items(file: &SourceFile, text: &str) -> Option<Vec<Range<usize>>> {
    let line_of = |offset: usize| text.as_bytes()[..offset].iter().filter(|byte| **byte == b'\n').count();
    let (mut items, mut next) = (Vec::new(), 0);
    for child in file.syntax().children_with_tokens() {
        let range = child.text_range();
        let (first, last) =
            (line_of(range.start().into()), line_of(usize::from(range.end()).saturating_sub(1)));
        match child {
            NodeOrToken::Token(token) => {
                let comment = token.kind() == SyntaxKind::COMMENT && token.text().starts_with("//");
                if !comment && token.kind() != SyntaxKind::WHITESPACE {
                    return None;
                }
            }
            NodeOrToken::Node(_) if first < next => return None,
            NodeOrToken::Node(node) if node.kind() == SyntaxKind::ATTR => {
                if !items.is_empty() {
                    return None;
                }
                next = last + 1;
            }
            NodeOrToken::Node(node) => {
                if !may_move(&node) {
                    return None;
                }
                items.push(next..last + 1);
                next = last + 1;
            }
        }
    }
    Some(items)
}

/// Returns the lines from the first part to the last.
fn whole(parts: &[Range<usize>]) -> Range<usize> {
    parts.first().map_or(0, |part| part.start)..parts.last().map_or(0, |part| part.end)
}

/// Returns an item without the empty lines before it, which belong to evcxr's code there.
fn without_blank(item: Range<usize>, lines: &[&str]) -> Range<usize> {
    let blank = |line: &usize| lines.get(*line).is_some_and(|text| text.trim().is_empty());
    item.clone().find(|line| !blank(line)).unwrap_or(item.start)..item.end
}

/// Checks whether an item means the same in any place. Macros apply only to code after them.
fn may_move(node: &ra_ap_syntax::SyntaxNode) -> bool {
    use SyntaxKind::{MACRO_CALL, MACRO_DEF, MACRO_RULES};
    ast::Item::can_cast(node.kind())
        && !matches!(node.kind(), MACRO_CALL | MACRO_DEF | MACRO_RULES)
        && !node.text().to_string().contains("macro_use")
}

/// Sorts parts of the source by their text; other lines of the range follow.
fn reorder(order: &mut [usize], lines: &[&str], place: Range<usize>, parts: &[Range<usize>]) {
    let between = |line: &usize| !parts.iter().any(|part| part.contains(line));
    let rest: Vec<usize> = place.clone().filter(between).collect();
    let text = |part: &Range<usize>| lines.get(part.clone()).map(<[&str]>::concat).unwrap_or_default();
    let mut sorted: Vec<(String, Range<usize>)> =
        parts.iter().map(|part| (text(part), part.clone())).collect();
    sorted.sort_by(|a, b| a.0.cmp(&b.0));
    let target = order.get_mut(place).unwrap_or_default();
    for (place, line) in target.iter_mut().zip(sorted.into_iter().flat_map(|(_, part)| part).chain(rest)) {
        *place = line;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "#![allow(unused_imports, unused_mut, dead_code)]\n";

    fn cell(items: &[&str], old: &[(&str, &str)], new: &[&str], user: &str) -> String {
        let list = |f: &dyn Fn(&(&str, &str)) -> String| old.iter().map(f).collect::<String>();
        format!(
            "{HEAD}{}#[unsafe(no_mangle)]\npub extern \"C\" fn run_user_code_7(\nmut evcxr_variable_store: *mut \
             evcxr_internal_runtime::VariableStore)\n  -> *mut evcxr_internal_runtime::VariableStore {{\nif \
             evcxr_variable_store.is_null() {{\n  evcxr_variable_store = create();\n}}\nlet evcxr_variable_store = \
             unsafe {{&mut *evcxr_variable_store}};\n{{let mut vars_ok = true;\n{}if !vars_ok {{return \
             evcxr_variable_store;}}}}\n{}match std::panic::catch_unwind(\n  std::panic::AssertUnwindSafe(||{{\n{user}\n{}}})) \
             {{ \n  Ok(_) => {{}}\n  Err(_) => {{\n    println!(\"EVCXR_PANIC_NOTIFICATION\");\n}}}}\n{}evcxr_variable_store\n}}\n",
            items.concat(),
            list(&|(n, t)| format!(
                "vars_ok &= evcxr_variable_store.check_variable::<{t}>(stringify!({n}));\n"
            )),
            list(&|(n, t)| format!(
                "let {n} = evcxr_variable_store.take_variable::<{t}>(stringify!({n}));\n"
            )),
            new.iter()
                .map(|n| format!("evcxr_variable_store.put_variable::<i32>(stringify!({n}), {n});\n"))
                .collect::<String>(),
            list(&|(n, t)| format!("evcxr_variable_store.put_variable::<{t}>(stringify!({n}), {n});\n")),
        )
    }

    const ITEMS: [&str; 4] = [
        "use a::b;\n",
        "// One.\nstruct P {\n    x: i32,\n}\n",
        "impl P {}\n",
        "fn f() -> i32 {\n    1\n}\n",
    ];

    #[test]
    fn generated_parts_have_one_order() {
        let one = cell(&ITEMS, &[("x", "i32"), ("y", "Vec<f32>")], &["u", "v"], "let u = x;\nlet v = y;");
        let [a, b, c, d] = ITEMS;
        let other =
            cell(&[d, b, a, c], &[("y", "Vec<f32>"), ("x", "i32")], &["v", "u"], "let u = x;\nlet v = y;");
        assert_ne!(one, other);
        let (first, second) = (canonical(&one), canonical(&other));
        assert_eq!(first.text, second.text);
        let (one, other): (Vec<_>, Vec<_>) = (one.lines().collect(), other.lines().collect());
        for (from, to) in first.order.iter().zip(&second.order) {
            assert_eq!(one[*from], other[*to]);
        }
    }

    #[test]
    fn empty_lines_between_items_do_not_matter() {
        let [a, b, c, d] = ITEMS;
        let spaced = |text: &str| format!("{text}\n");
        let (b, c) = (spaced(b), spaced(c));
        let one = canonical(&cell(&[a, &b, &c, d], &[], &[], ""));
        let other = canonical(&cell(&[&c, d, &b, a], &[], &[], ""));
        assert_eq!(one.text, other.text);
        let leading = |text: &str| format!("\n{text}");
        let first = canonical(&cell(&[&leading(a), d], &[], &[], ""));
        let last = canonical(&cell(&[d, &leading(a)], &[], &[], ""));
        assert_eq!(first.text, last.text);
    }

    #[test]
    fn the_users_lines_keep_their_order() {
        let (first, second) = ("print!(\"1\");", "print!(\"2\");");
        let one = canonical(&cell(&ITEMS, &[], &[], &format!("{first}\n{second}")));
        let other = canonical(&cell(&ITEMS, &[], &[], &format!("{second}\n{first}")));
        assert_ne!(one.text, other.text);
        // Also when they look like generated ones: as text, or twice for one name.
        let put = |n: &str| format!("evcxr_variable_store.put_variable::<i32>(stringify!({n}), {n});\n");
        let quoted =
            |a: &str, b: &str| canonical(&cell(&ITEMS, &[], &["u"], &format!("f(\"\n{a}{b}\");"))).text;
        assert_ne!(quoted(&put("a"), &put("b")), quoted(&put("b"), &put("a")));
        let twice = |a: &str, b: &str| {
            canonical(&cell(&ITEMS, &[], &["u"], &format!("{a}{b}").replace("i32", "u"))).text
        };
        assert_ne!(twice(&put("u"), "g();\n"), twice("g();\n", &put("u")));
    }

    #[test]
    fn a_changed_type_changes_the_text() {
        let one = canonical(&cell(&ITEMS, &[("x", "i32"), ("y", "u8")], &[], "x"));
        let other = canonical(&cell(&ITEMS, &[("x", "u8"), ("y", "i32")], &[], "x"));
        assert_ne!(one.text, other.text);
    }

    #[test]
    fn types_of_several_lines_move_as_a_whole() {
        let wide = ("y", "Vec<(\n    i32,\n    f32,\n)>");
        let one = canonical(&cell(&[], &[("x", "i32"), wide], &[], "x"));
        let other = canonical(&cell(&[], &[wide, ("x", "i32")], &[], "x"));
        assert_eq!(one.text, other.text);
    }

    #[test]
    fn macros_keep_the_items_order() {
        let (rules, call) = ("macro_rules! m {\n    () => { 1 };\n}\n", "fn f() -> i32 { m!() }\n");
        let one = canonical(&cell(&[rules, call], &[("x", "i32"), ("y", "u8")], &[], "x"));
        let other = canonical(&cell(&[call, rules], &[("y", "u8"), ("x", "i32")], &[], "x"));
        assert_ne!(one.text, other.text);
        let same = canonical(&cell(&[rules, call], &[("y", "u8"), ("x", "i32")], &[], "x"));
        assert_eq!(one.text, same.text);
    }

    #[test]
    fn a_check_has_one_order_too() {
        let source = |items: [&str; 2], vars: [&str; 2]| {
            let [a, b] = vars;
            format!(
                "{HEAD}{}fn evcxr_variable_store<T: 'static>(_: T) {{}}\n#[allow(unused_variables)]\nasync fn \
                 evcxr_analysis_wrapper(\nmut {a}: i32,\n{b}: Vec<i32>,\n) -> Result<(), EvcxrUserCodeError> {{\nlet z = \
                 1;\nevcxr_variable_store({a});\nevcxr_variable_store({b});\nOk(())\n}}\n",
                items.concat()
            )
        };
        let text = source([ITEMS[0], ITEMS[1]], ["x", "y"]);
        let swapped = text
            .replace("mut x: i32,\ny: Vec<i32>,\n", "y: Vec<i32>,\nmut x: i32,\n")
            .replace(
                "evcxr_variable_store(x);\nevcxr_variable_store(y);",
                "evcxr_variable_store(y);\nevcxr_variable_store(x);",
            )
            .replace(&[ITEMS[0], ITEMS[1]].concat(), &[ITEMS[1], ITEMS[0]].concat());
        assert_ne!(text, swapped);
        assert_eq!(canonical(&text).text, canonical(&swapped).text);
        assert_ne!(canonical(&text).text, canonical(&source([ITEMS[0], ITEMS[1]], ["y", "x"])).text);
    }

    #[test]
    fn odd_sources_keep_their_order() {
        let broken = format!("fn a( {{\n{}", cell(&[], &[("x", "i32"), ("y", "u8")], &[], "x"));
        let whole = cell(
            &ITEMS,
            &[("y", "i32"), ("x", "u8")],
            &["u", "t"],
            "\"é\n#[unsafe(no_mangle)]\npub extern \"C\" fn run_user_code_1(\n",
        );
        for source in [
            "",
            "\n\n",
            "fn f() {}",
            "é",
            "#[unsafe(no_mangle)]\npub extern \"C\" fn run_user_code_1(",
            &broken,
            &whole,
        ] {
            let found = canonical(source);
            assert_eq!(found.text, source);
            assert!(found.order.iter().copied().eq(0..source.split_inclusive('\n').count()));
        }
        // A source cut at any place causes no panic and loses no line.
        let source = cell(&ITEMS, &[("x", "i32"), ("y", "u8")], &["u", "v"], "let u = x;");
        for (end, _) in source.char_indices() {
            let mut order = canonical(&source[..end]).order;
            order.sort_unstable();
            assert!(order.into_iter().eq(0..source[..end].split_inclusive('\n').count()));
        }
    }
}
