//! Rewrites imports: `use` in all forms, of which evcxr keeps some in a changed form and drops others.

use std::collections::BTreeSet;

use ra_ap_syntax::AstNode;
use ra_ap_syntax::ast::{self, HasName};

use super::edits::{Edits, Rank};
use super::session::{Session, Slot, Space};
use super::shadow;
use super::shape::Shape;
use super::tree::place;

/// One imported name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Import {
    /// Path with `::` between its parts; ends in `*` for all names of a module.
    pub path: String,
    /// Name in the cell; `None` for `*` and `_`.
    pub name: Option<String>,
}

impl Import {
    fn text(&self) -> String {
        let last = self.path.rsplit("::").next().unwrap_or_default();
        match &self.name {
            None if last == "*" => format!("use {};", self.path),
            None => format!("use {} as _;", self.path),
            Some(name) if name == last => format!("use {};", self.path),
            Some(name) => format!("use {} as {name};", self.path),
        }
    }
}

/// Returns the single imports of a `use`, and true if evcxr handles each of them correctly.
pub(super) fn expand(tree: &ast::UseTree) -> (Vec<Import>, bool) {
    let (mut found, mut right) = (Vec::new(), true);
    walk(tree, &[], &mut found, &mut right, 0);
    (found, right)
}

fn walk(tree: &ast::UseTree, prefix: &[String], found: &mut Vec<Import>, right: &mut bool, depth: usize) {
    if depth > 100 {
        return;
    }
    let own = tree.path().map(|path| names(&path)).unwrap_or_default();
    let ends_in_self = own.last().is_some_and(|last| last == "self");
    if tree.path().is_none() || (ends_in_self && (tree.rename().is_some() || tree.use_tree_list().is_some()))
    {
        *right = false;
    }
    let mut path: Vec<String> = prefix.to_vec();
    path.extend(own.into_iter().filter(|name| name != "self"));
    if let Some(list) = tree.use_tree_list() {
        for sub in list.use_trees() {
            walk(&sub, &path, found, right, depth + 1);
        }
    } else if tree.star_token().is_some() {
        if ends_in_self {
            *right = false;
        }
        path.push("*".to_owned());
        found.push(Import { path: path.join("::"), name: None });
    } else if let Some(last) = path.last().cloned() {
        let name = match tree.rename() {
            None => Some(last),
            Some(rename) => rename.name().map(|name| name.text().to_string()),
        };
        found.push(Import { path: path.join("::"), name });
    }
}

fn names(path: &ast::Path) -> Vec<String> {
    let mut names = Vec::new();
    let mut next = Some(path.clone());
    while let Some(path) = next {
        if let Some(segment) = path.segment() {
            names.push(segment.syntax().text().to_string().trim_start_matches("::").trim().to_owned());
        }
        next = path.qualifier();
    }
    names.reverse();
    names
}

/// Registers an import, and rewrites it where evcxr needs another form. `modules` are those this cell defines.
pub(super) fn rewrite(
    item: &ast::Use,
    cell: &str,
    modules: &BTreeSet<String>,
    session: &mut Session,
    edits: &mut Edits,
) {
    let Some(tree) = item.use_tree() else { return };
    let (imports, mut right) = expand(&tree);
    let mut lines = Vec::new();
    for mut import in imports {
        let first = import.path.split("::").next().unwrap_or_default().to_owned();
        if session.renamed.contains(&first) {
            import.path = format!("{}{}", shadow::renamed(&first), &import.path[first.len()..]);
            right = false;
        }
        let Some(name) = import.name.clone() else {
            let text = import.text();
            for name in shadow::of_glob(&import.path, session) {
                // The original keeps its name, for generated code.
                let module = import.path.trim_end_matches('*');
                lines.push(format!("use {};", shadow::original(&name)));
                lines.push(format!("use {module}{name} as {};", shadow::renamed(&name)));
                session.renamed.insert(name);
                right = false;
            }
            if import.path == "*" || !session.import_once(&text) {
                right = false;
            } else {
                lines.push(text);
            }
            continue;
        };
        if shadow::is_needed(&name) && !shadow::is_original(&name, &import.path) {
            session.renamed.insert(name.clone());
            import.name = Some(shadow::renamed(&name));
            right = false;
        } else if shadow::is_needed(&name) {
            session.renamed.remove(&name);
        }
        let module = session.items.get(&name).is_some_and(|slot| slot.space == Space::Module);
        session.imports.insert(name.clone(), import.path.clone());
        if module || modules.contains(&name) {
            // evcxr keeps one item per name; the module stays, the import moves to a module of its own.
            right = false;
            let local = session.items.contains_key(&first) || modules.contains(&first);
            let path = if local { format!("super::{}", import.path) } else { import.path.clone() };
            let glob = format!("use evcxr_import_{name}::*;");
            if session.import_once(&glob) {
                lines.push(glob);
            }
            lines.push(format!("mod evcxr_import_{name} {{ pub(crate) use {path} as {name}; }}"));
            continue;
        }
        let slot =
            Slot { space: Space::Import, text: String::new(), cell: session.cell, shape: Shape::default() };
        session.items.insert(import.name.clone().unwrap_or(name), slot);
        lines.push(import.text());
    }
    if !right {
        let at = place(item.syntax());
        let ends = cell.get(at.clone()).unwrap_or_default().matches('\n').count();
        edits.insert(at.start, Rank::OuterStart, lines.join(" "));
        edits.replace(at, "\n".repeat(ends));
    }
}
