//! Versions of the notebook's own types. A redefined type has the same name in the next cell's crate, and often the
//! same `TypeId`, so a stored variable would be read as a wrong type. Variables of such types are therefore stored
//! under a version, a hash of all definitions that their type consists of.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use ra_ap_syntax::ast::{self, AstNode, HasName};
use ra_ap_syntax::{Edition, NodeOrToken, SourceFile, SyntaxKind, SyntaxNode};

/// Calls that evcxr generates for a variable, up to its type.
const CALLS: [&str; 3] = [
    "evcxr_variable_store.put_variable::<",
    "evcxr_variable_store.check_variable::<",
    "evcxr_variable_store.take_variable::<",
];
/// Text between the type and the variable's name.
const NAME: &str = ">(stringify!(";

/// Stores, checks and loads variables under versions; `function` is the offset of the cell's function.
pub fn with_versions(source: &str, function: usize) -> String {
    let definitions = definitions(&source[..function]);
    let (mut out, mut rest) = (source[..function].to_owned(), &source[function..]);
    if definitions.is_empty() {
        return source.to_owned();
    }
    let next = |text: &str| {
        CALLS.iter().filter_map(|call| Some((text.find(call)?, *call))).min_by_key(|(at, _)| *at)
    };
    while let Some((at, call)) = next(rest) {
        let (before, after) = rest.split_at(at + call.len());
        out.push_str(before);
        rest = after;
        let Some((kind, named)) = after.split_once(NAME) else { continue };
        let Some((name, tail)) = named.split_once(')') else { continue };
        let Some(version) = version(kind, &definitions) else { continue };
        out.push_str(&format!("crate::evcxr_kernel::Version<{kind}, {version}>{NAME}{name})"));
        rest = tail;
        if call == CALLS[0] {
            // `, name);`
            if let Some(after) = tail.strip_prefix(&format!(", {name})")) {
                out.push_str(&format!(", crate::evcxr_kernel::Version({name}))"));
                rest = after;
            }
        } else if call == CALLS[2]
            && let Some(after) = tail.strip_prefix(')')
        {
            out.push_str(").0");
            rest = after;
        }
    }
    out + rest
}

/// A definition: its text, and the names that it refers to.
#[derive(Default)]
struct Definition {
    text: String,
    names: Vec<String>,
}

/// Returns the definitions that a type may consist of, by name: types, constants and imports. Definitions of one name
/// (in modules) are merged.
fn definitions(items: &str) -> BTreeMap<String, Definition> {
    let file = SourceFile::parse(items, Edition::Edition2024).syntax_node();
    let mut found: BTreeMap<String, Definition> = BTreeMap::new();
    let mut add = |name: &str, node: &SyntaxNode| {
        let definition = found.entry(name.to_owned()).or_default();
        definition.text += &normalised(node);
        let names = node.descendants().filter_map(ast::NameRef::cast);
        definition.names.extend(names.map(|name| name.text().to_string()));
    };
    for node in file.descendants() {
        if let Some(tree) = ast::UseTree::cast(node.clone()).filter(|tree| tree.use_tree_list().is_none()) {
            let renamed = tree.rename().and_then(|rename| rename.name()).map(|name| name.text().to_string());
            let last = tree.path().and_then(|path| path.segment()).and_then(|segment| segment.name_ref());
            if let Some(name) = renamed.or(last.map(|name| name.text().to_string())) {
                add(&name, &node);
            }
            continue;
        }
        let name = match node.kind() {
            SyntaxKind::CONST => ast::Const::cast(node.clone()).and_then(|item| item.name()),
            SyntaxKind::STATIC => ast::Static::cast(node.clone()).and_then(|item| item.name()),
            SyntaxKind::STRUCT => ast::Struct::cast(node.clone()).and_then(|item| item.name()),
            SyntaxKind::ENUM => ast::Enum::cast(node.clone()).and_then(|item| item.name()),
            SyntaxKind::UNION => ast::Union::cast(node.clone()).and_then(|item| item.name()),
            SyntaxKind::TYPE_ALIAS => ast::TypeAlias::cast(node.clone()).and_then(|item| item.name()),
            _ => None,
        };
        if let Some(name) = name.filter(|name| name.text() != "EvcxrUserCodeError") {
            add(name.text(), &node);
        }
    }
    found
}

/// Returns a node's tokens without comments and attributes, except those that change a value's memory layout.
fn normalised(node: &SyntaxNode) -> String {
    let mut text = String::new();
    let mut walk = node.preorder_with_tokens();
    while let Some(event) = walk.next() {
        let ra_ap_syntax::WalkEvent::Enter(element) = event else { continue };
        match element {
            NodeOrToken::Node(node)
                if node.kind() == SyntaxKind::ATTR && !node.text().to_string().contains("repr") =>
            {
                walk.skip_subtree();
            }
            NodeOrToken::Token(token) if !token.kind().is_trivia() => {
                text += token.text();
                text.push(' ');
            }
            _ => {}
        }
    }
    text
}

/// Returns the version of a type; `None` if it uses none of the definitions.
fn version(kind: &str, definitions: &BTreeMap<String, Definition>) -> Option<u64> {
    let words = kind.split(|c: char| !c.is_alphanumeric() && c != '_');
    let (mut found, mut open): (BTreeSet<&str>, Vec<&str>) = (BTreeSet::new(), words.collect());
    while let Some(word) = open.pop() {
        if let Some((name, definition)) = definitions.get_key_value(word)
            && found.insert(name)
        {
            open.extend(definition.names.iter().map(String::as_str));
        }
    }
    if found.is_empty() {
        return None;
    }
    let mut hasher = DefaultHasher::new();
    found.iter().map(|name| (name, &definitions[*name].text)).for_each(|pair| pair.hash(&mut hasher));
    Some(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(items: &str, kind: &str) -> String {
        let function = format!(
            "fn run() {{\nvars_ok &= evcxr_variable_store.check_variable::<{kind}>(stringify!(q));\n\
             let mut q = evcxr_variable_store.take_variable::<{kind}>(stringify!(q));\n\
             evcxr_variable_store.put_variable::<{kind}>(stringify!(q), q);\n}}"
        );
        with_versions(&format!("{items}\n{function}"), items.len() + 1)
    }

    #[test]
    fn variables_of_the_notebooks_types_are_stored_under_a_version() {
        let text = of("struct Q(i32);", "Vec<Q>");
        assert_eq!(text.matches("crate::evcxr_kernel::Version<Vec<Q>, ").count(), 3, "{text}");
        assert!(
            text.contains(">(stringify!(q)).0;")
                && text.contains("(stringify!(q), crate::evcxr_kernel::Version(q));")
        );
        assert!(text.contains(">(stringify!(q));\nlet mut q"), "{text}");
    }

    #[test]
    fn constants_and_imports_belong_to_a_type_and_names_of_its_variants_do_not() {
        let array = |n: u32| of(&format!("const N: usize = {n}; struct A {{ v: [f64; N] }}"), "A");
        assert_ne!(array(3).split("Version<").nth(1), array(400).split("Version<").nth(1));
        let import = |path: &str| of(&format!("use {path} as P; struct S(P<i32>);"), "S");
        assert_ne!(
            import("std::rc::Rc").split("Version<").nth(1),
            import("std::sync::Arc").split("Version<").nth(1)
        );
        let shape = "enum Shape { Circle(f64) }";
        let more = format!("{shape} struct Circle {{ r: f64 }}");
        let version = |items: &str| of(items, "Shape").split("Version<").nth(1).map(str::to_owned);
        assert_eq!(version(shape), version(&more));
    }

    #[test]
    fn other_variables_are_stored_as_evcxr_does() {
        let text = of("struct Q(i32);\nfn f() {}", "Vec<f64>");
        assert!(!text.contains("Version"), "{text}");
    }

    #[test]
    fn a_version_changes_with_the_type_and_all_it_consists_of_and_with_nothing_else() {
        let same = of("#[derive(Debug)] struct Q(i32); struct R { q: Q }", "R");
        let version = |text: &str| {
            text.split("Version<R, ").nth(1).and_then(|rest| rest.split('>').next()).map(str::to_owned)
        };
        let first = version(&same);
        assert!(first.is_some());
        for alike in [
            "struct R { q: Q }\nstruct Q(i32);",
            "/// About Q.\n#[derive(Debug, Clone)] struct Q(i32); struct R { q: Q } fn new() {}",
        ] {
            assert_eq!(version(&of(alike, "R")), first, "{alike}");
        }
        for other in ["struct Q(f64); struct R { q: Q }", "#[repr(C)] struct Q(i32); struct R { q: Q }"] {
            assert_ne!(version(&of(other, "R")), first, "{other}");
        }
    }
}
