//! Names that evcxr's generated code needs at the root of the crate, and that a cell may redefine.
//!
//! A cell's own `Result` gets another name in the user's code, so that the name `Result` in generated code means the
//! standard library's.

use std::collections::BTreeSet;

use ra_ap_syntax::ast::{self, AstNode, HasName};
use ra_ap_syntax::{NodeOrToken, SyntaxKind, SyntaxNode, SyntaxToken};

use super::edits::Edits;
use super::session::Session;
use super::tree::range_of;

/// Prefix of the names that replace a user's type or constructor.
pub const RENAMED: &str = "EvcxrUser";

/// Needed names, and their modules in the standard library.
const NEEDED: [(&str, &str); 5] =
    [("Result", "result"), ("Ok", "result"), ("Err", "result"), ("From", "convert"), ("std", "")];

/// Checks whether generated code needs a name.
pub(super) fn is_needed(name: &str) -> bool {
    NEEDED.iter().any(|(needed, _)| *needed == name)
}

/// Checks whether a path refers to the standard library's item of that name.
pub(super) fn is_original(name: &str, path: &str) -> bool {
    let in_std = |root: &str| {
        NEEDED.iter().filter(|(needed, _)| *needed == name).any(|(needed, module)| {
            path == format!("{root}::{module}::{needed}")
                || path == format!("{root}::result::Result::{needed}")
        })
    };
    path == name || path.contains("::prelude::") || in_std("std") || in_std("core")
}

/// Modules of the standard library with a `Result` of their own.
const MODULES: [&str; 3] = ["std::fmt::*", "std::io::*", "std::thread::*"];

/// Returns the needed names that an import of all names of a module or enum includes.
pub(super) fn of_glob(path: &str, session: &Session) -> Vec<String> {
    if MODULES.contains(&path) {
        return vec!["Result".to_owned()];
    }
    let parent = path.trim_end_matches("::*").rsplit("::").next().unwrap_or_default();
    let parent = parent.strip_prefix(RENAMED).unwrap_or(parent);
    let variants = session.enums.get(parent).into_iter().flatten();
    variants.filter(|name| is_needed(name)).cloned().collect()
}

/// Returns the path of the original of a needed name.
pub(super) fn original(name: &str) -> String {
    match name {
        "Ok" | "Err" => format!("std::result::Result::{name}"),
        "From" => "std::convert::From".to_owned(),
        _ => "std::result::Result".to_owned(),
    }
}

/// Returns the name in the user's code for a needed name.
pub(super) fn renamed(name: &str) -> String {
    format!("{RENAMED}{}{}", name[..1].to_uppercase(), &name[1..])
}

/// Returns the needed names that items of a cell define.
pub(super) fn defined(statements: &[SyntaxNode]) -> BTreeSet<String> {
    let names = statements.iter().filter_map(|node| ast::Item::cast(node.clone())).filter_map(|item| {
        let name = match item {
            ast::Item::Const(item) => item.name(),
            ast::Item::Enum(item) => item.name(),
            ast::Item::Fn(item) => item.name(),
            ast::Item::Module(item) => item.name(),
            ast::Item::Static(item) => item.name(),
            ast::Item::Struct(item) => item.name(),
            ast::Item::Trait(item) => item.name(),
            ast::Item::TypeAlias(item) => item.name(),
            ast::Item::Union(item) => item.name(),
            _ => None,
        };
        name.map(|name| name.text().to_string())
    });
    names.filter(|name| is_needed(name)).collect()
}

/// Replaces `names` in the user's code.
pub(super) fn rename(statements: &[SyntaxNode], names: &BTreeSet<String>, edits: &mut Edits) {
    if names.is_empty() {
        return;
    }
    for statement in statements.iter().filter(|node| node.kind() != SyntaxKind::USE) {
        for token in statement.descendants_with_tokens().filter_map(NodeOrToken::into_token) {
            if names.contains(token.text()) && refers(&token, statement) && !in_other_module(&token) {
                edits.replace(range_of(token.text_range()), renamed(token.text()));
            }
        }
    }
}

/// Checks whether a token refers to an item at the root.
pub(super) fn refers(token: &SyntaxToken, statement: &SyntaxNode) -> bool {
    let Some(parent) = token.parent() else { return false };
    match parent.kind() {
        SyntaxKind::NAME => parent.parent().is_some_and(|item| {
            &item == statement || matches!(item.kind(), SyntaxKind::TYPE_PARAM | SyntaxKind::CONST_PARAM)
        }),
        SyntaxKind::NAME_REF => {
            let segment = parent.parent().and_then(ast::PathSegment::cast);
            let qualifier = segment.and_then(|segment| segment.syntax().parent()).and_then(ast::Path::cast);
            match qualifier {
                Some(path) if path.qualifier().is_some() => {
                    let before = path.qualifier().map(|path| path.syntax().text().to_string());
                    before.is_some_and(|before| matches!(before.trim(), "crate" | "self" | "super"))
                }
                Some(path) => !path.syntax().text().to_string().starts_with("::"),
                None => false,
            }
        }
        SyntaxKind::TOKEN_TREE => {
            let before = std::iter::successors(token.prev_token(), SyntaxToken::prev_token)
                .find(|token| !matches!(token.kind(), SyntaxKind::WHITESPACE | SyntaxKind::COMMENT));
            before.is_none_or(|before| !matches!(before.text(), ":" | "::" | "." | "$"))
        }
        _ => false,
    }
}

/// Checks whether a token is within a module that does not import the names around it.
fn in_other_module(token: &SyntaxToken) -> bool {
    let modules = token.parent_ancestors().filter_map(ast::Module::cast);
    modules
        .filter_map(|module| module.item_list())
        .any(|list| !list.syntax().text().to_string().contains("super::"))
}
