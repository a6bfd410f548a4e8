//! Moves each macro into a module of its own, so that all cells can use it in any order of the items.

use std::collections::BTreeSet;

use ra_ap_syntax::ast::{self, AstNode, HasAttrs, HasModuleItem, HasName};
use ra_ap_syntax::{NodeOrToken, SyntaxKind, SyntaxNode, SyntaxToken};

use super::edits::{Edits, Rank};
use super::session::{Macro, Session};
use super::tree::{place, range_of};

/// Macros of the standard library; a glob import of one of these names would be ambiguous.
const STANDARD: [&str; 44] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "cfg",
    "column",
    "compile_error",
    "concat",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "env",
    "eprint",
    "eprintln",
    "file",
    "format",
    "format_args",
    "include",
    "include_bytes",
    "include_str",
    "is_x86_feature_detected",
    "line",
    "matches",
    "module_path",
    "option_env",
    "panic",
    "print",
    "println",
    "stringify",
    "thread_local",
    "todo",
    "try",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
    "concat_bytes",
    "concat_idents",
    "const_format_args",
    "log_syntax",
    "trace_macros",
    "addr_of",
    "pattern_type",
];

/// Attributes of the compiler; a macro of such a name cannot be imported by it from its module.
const ATTRIBUTES: [&str; 22] = [
    "allow",
    "automatically_derived",
    "bench",
    "cfg",
    "cfg_attr",
    "cold",
    "deny",
    "deprecated",
    "derive",
    "doc",
    "expect",
    "forbid",
    "ignore",
    "inline",
    "link",
    "must_use",
    "path",
    "repr",
    "should_panic",
    "test",
    "used",
    "warn",
];

/// Words that start an item.
const ITEMS: [&str; 12] = [
    "struct",
    "enum",
    "union",
    "fn",
    "impl",
    "trait",
    "mod",
    "static",
    "const",
    "type",
    "macro_rules",
    "use",
];

/// Registers a macro and puts it into a module of its own.
pub(super) fn rewrite(item: &ast::MacroRules, session: &mut Session, edits: &mut Edits) {
    let (Some(name), node) = (item.name(), item.syntax()) else { return };
    let text = name.text().to_string();
    let module = format!("evcxr_macro_{}", text.trim_start_matches("r#"));
    for attr in item.attrs().filter(|attr| attr.syntax().text().to_string().contains("macro_export")) {
        edits.replace(place(attr.syntax()), "");
    }
    let standard = STANDARD.contains(&text.as_str());
    let glob = format!("use {module}::*;");
    let import = if standard {
        format!("use {module}::{text}; ")
    } else if session.import_once(&glob) {
        format!("{glob} ")
    } else {
        String::new()
    };
    let export = if standard || ATTRIBUTES.contains(&text.as_str()) {
        edits.insert(range_of(name.syntax().text_range()).start, Rank::Plain, "evcxr_");
        format!("evcxr_{} as {text}", text.trim_start_matches("r#"))
    } else {
        text.clone()
    };
    let at = place(node);
    edits.insert(at.start, Rank::OuterStart, format!("{import}mod {module} {{ "));
    edits.insert(at.end, Rank::OuterEnd, format!(" #[allow(unused_imports)] pub(crate) use {export}; }}"));
    session.macros.insert(text, describe(node));
}

/// Describes what a macro expands to, as far as its text shows.
pub(super) fn describe(node: &SyntaxNode) -> Macro {
    let body = node.children().find(|child| child.kind() == SyntaxKind::TOKEN_TREE);
    let makes_items =
        body.is_some_and(|body| expansions(&body).iter().any(|expansion| has_items(expansion, 0)));
    Macro { makes_items, calls: calls(node, false) }
}

/// Returns the right sides of a macro's rules.
fn expansions(body: &SyntaxNode) -> Vec<SyntaxNode> {
    let sides = body.children().filter(|child| child.kind() == SyntaxKind::TOKEN_TREE);
    sides.enumerate().filter(|(index, _)| index % 2 == 1).map(|(_, side)| side).collect()
}

fn has_items(expansion: &SyntaxNode, depth: usize) -> bool {
    let children: Vec<_> = expansion
        .children_with_tokens()
        .filter(|child| !matches!(child.kind(), SyntaxKind::WHITESPACE | SyntaxKind::COMMENT))
        .collect();
    children.windows(2).any(|pair| match (&pair[0], &pair[1]) {
        // `$( … )*` repeats its content.
        (NodeOrToken::Token(first), NodeOrToken::Node(group)) if first.text() == "$" => {
            depth < 20 && has_items(group, depth + 1)
        }
        (NodeOrToken::Token(word), next) if ITEMS.contains(&word.text()) => match word.text() {
            "macro_rules" => true,
            "impl" => true,
            "use" | "static" => true,
            _ => matches!(next, NodeOrToken::Token(next) if next.kind() == SyntaxKind::IDENT || next.text() == "$"),
        },
        _ => false,
    })
}

/// Returns the macros that a node calls; without those in modules within the node if `here` is true.
fn calls(node: &SyntaxNode, here: bool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for token in node.descendants_with_tokens().filter_map(NodeOrToken::into_token) {
        let follows = token.next_token().is_some_and(|next| next.text() == "!");
        let within = || {
            token
                .parent_ancestors()
                .take_while(|parent| parent != node)
                .any(|parent| parent.kind() == SyntaxKind::MODULE)
        };
        if follows && is_word(&token) && !(here && within()) {
            found.insert(token.text().to_owned());
        }
    }
    found
}

fn is_word(token: &SyntaxToken) -> bool {
    token.kind() == SyntaxKind::IDENT
}

/// Imports the notebook's macros into each module that calls them.
pub(super) fn import_into(module: &ast::Module, session: &Session, edits: &mut Edits) {
    let Some(list) = module.item_list() else { return };
    let Some(first) = list.items().next() else { return };
    let own: BTreeSet<String> = list
        .items()
        .filter_map(|item| match item {
            ast::Item::MacroRules(item) => item.name().map(|name| name.text().to_string()),
            _ => None,
        })
        .collect();
    let mut wanted = calls(list.syntax(), true);
    let mut todo: Vec<String> = wanted.iter().cloned().collect();
    while let Some(next) = todo.pop() {
        for call in session.macros.get(&next).into_iter().flat_map(|found| &found.calls) {
            if wanted.insert(call.clone()) {
                todo.push(call.clone());
            }
        }
    }
    let imports: String = wanted
        .iter()
        .filter(|name| session.macros.contains_key(*name) && !own.contains(*name))
        .map(|name| format!("#[allow(unused_imports)] use crate::evcxr_macro_{name}::{name}; "))
        .collect();
    if !imports.is_empty() {
        edits.insert(place(first.syntax()).start, Rank::OuterStart, imports);
    }
    for item in list.items() {
        if let ast::Item::Module(inner) = item {
            import_into(&inner, session, edits);
        }
    }
}

/// Returns the name of the macro that a statement calls.
pub(super) fn called(statement: &SyntaxNode) -> Option<String> {
    let call = statement.descendants().find_map(ast::MacroCall::cast)?;
    // The call must be the whole statement.
    let whole = place(call.syntax());
    let at = place(statement);
    (whole.start == super::tree::bare_start(statement).max(at.start) && at.end - whole.end <= 1)
        .then(|| call.path().map(|path| path.syntax().text().to_string()))
        .flatten()
}
