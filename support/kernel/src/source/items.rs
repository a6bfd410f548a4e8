//! Rewrites items, so that a later cell can replace each and no other cell removes it.
//!
//! evcxr keeps one item under each name, whatever its namespace, and adds other text to the item before it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use ra_ap_syntax::ast::{self, AstNode, HasName, HasVisibility};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};

use super::edits::{Edits, Rank};
use super::impls::Impls;
use super::session::{Session, Slot, Space};
use super::shape::Shape;
use super::tree::{bare_start, compact, place, range_of};
use super::{Problem, imports, macros, shadow};

/// An item with a name.
struct Named {
    node: SyntaxNode,
    /// Name in the cell.
    name: String,
    /// Name under which evcxr keeps the item.
    key: String,
    name_at: Range<usize>,
    space: Space,
    public: bool,
}

/// Rewrites the items among `statements` and registers them.
pub(super) fn rewrite(
    cell: &str,
    statements: &[SyntaxNode],
    session: &mut Session,
    edits: &mut Edits,
    notes: &mut Vec<String>,
) -> Result<(), Problem> {
    let items: Vec<ast::Item> = statements.iter().filter_map(|node| ast::Item::cast(node.clone())).collect();
    let named: Vec<Named> = items.iter().filter_map(named).collect();
    twice(&named)?;
    session.renamed.extend(shadow::defined(statements));
    let spaces = |wanted: &[Space]| -> BTreeSet<String> {
        let found = named.iter().filter(|item| wanted.contains(&item.space));
        found.map(|item| item.name.clone()).collect()
    };
    let (types, modules) = (spaces(&[Space::Type, Space::Module]), spaces(&[Space::Module]));
    session.enums.extend(items.iter().filter_map(variants));
    for item in &items {
        match item {
            ast::Item::Use(item) => imports::rewrite(item, cell, &modules, session, edits),
            ast::Item::MacroRules(item) => macros::rewrite(item, session, edits),
            _ => {}
        }
    }
    let before: BTreeMap<String, Slot> = named
        .iter()
        .filter_map(|item| Some((item.key.clone(), session.items.get(&item.key)?.clone())))
        .collect();
    let mut impls = Impls::default();
    for item in &items {
        match item {
            ast::Item::Impl(item) => impls.add(item, session, edits),
            ast::Item::ExternBlock(item) => impls.add_unnamed(item.syntax(), session, edits),
            ast::Item::Const(item) if item.name().is_none() => {
                impls.add_unnamed(item.syntax(), session, edits)
            }
            ast::Item::Module(item) => macros::import_into(item, session, edits),
            ast::Item::Static(item) => notes.extend(item.name().map(|name| static_note(name.text()))),
            _ => {}
        }
    }
    for item in &named {
        let text = compact(&item.node);
        if let (Space::Type | Space::Both, Some(old)) = (item.space, before.get(&item.key))
            && old.text != text
        {
            let shape = Shape::of(&item.node);
            let (gone, names) = impls.redefined(&item.name, old, &shape, session);
            edits.insert(place(&item.node).start, Rank::OuterStart, gone);
            notes.extend(gone_note(&item.name, &names));
        }
        keep(item, &types, session, edits);
    }
    for statement in statements {
        notes.extend(macro_note(statement, session));
    }
    Ok(())
}

/// Registers an item. A value whose name a type or module also has moves into a module of its own.
fn keep(item: &Named, types: &BTreeSet<String>, session: &mut Session, edits: &mut Edits) {
    let (name, at) = (&item.key, place(&item.node));
    let module = format!("evcxr_value_{}", name.trim_start_matches("r#"));
    let held = session.items.get(name).map(|slot| slot.space);
    let text = if item.space == Space::Value { value_text(item) } else { compact(&item.node) };
    match item.space {
        Space::Value => {
            let meets = matches!(held, Some(Space::Type | Space::Module)) || types.contains(&item.name);
            if meets || session.values.contains(name) {
                let import = glob(&module, session);
                edits.insert(at.start, Rank::OuterStart, format!("{import}{}", opening(&module)));
                if !item.public {
                    edits.insert(bare_start(&item.node), Rank::Plain, "pub(crate) ");
                }
                edits.insert(at.end, Rank::OuterEnd, " }");
                session.values.insert(name.clone());
                return;
            }
        }
        Space::Both => {
            if session.values.remove(name) {
                edits.insert(at.start, Rank::OuterStart, format!("mod {module} {{}} "));
            }
        }
        Space::Type | Space::Module => {
            let slot = session
                .items
                .get(name)
                .filter(|slot| slot.space == Space::Value && slot.cell != session.cell);
            if let Some(text) = slot.map(|slot| slot.text.clone()) {
                let import = glob(&module, session);
                edits.insert(at.start, Rank::OuterStart, format!("{import}{}{text} }} ", opening(&module)));
                session.values.insert(name.clone());
            }
        }
        Space::Import => {}
    }
    session.imports.remove(&item.name);
    let shape = Shape::of(&item.node);
    session.items.insert(name.clone(), Slot { space: item.space, text, cell: session.cell, shape });
}

fn glob(module: &str, session: &mut Session) -> String {
    let import = format!("use {module}::*;");
    if session.import_once(&import) { format!("{import} ") } else { String::new() }
}

fn opening(module: &str) -> String {
    format!("mod {module} {{ #[allow(unused_imports)] use super::*; ")
}

/// Returns the text of a value on one line, visible in the whole crate.
fn value_text(item: &Named) -> String {
    let text = compact(&item.node);
    if item.public {
        return text;
    }
    let attributes: Vec<String> = item
        .node
        .children_with_tokens()
        .filter_map(|child| child.into_node())
        .filter(|child| child.kind() == SyntaxKind::ATTR)
        .map(|attr| compact(&attr))
        .collect();
    // Attributes come first; documentation is among them once the text is on one line.
    let mut rest = text.as_str();
    while let Some(end) = rest.starts_with("#[doc = ").then(|| rest.find("\"] ")).flatten() {
        rest = &rest[end + 3..];
    }
    for attribute in &attributes {
        rest = rest.strip_prefix(attribute.as_str()).unwrap_or(rest).trim_start();
    }
    let head = &text[..text.len() - rest.len()];
    format!("{head}pub(crate) {rest}")
}

/// Rejects a cell that defines one name twice, of which evcxr would keep the last only.
fn twice(named: &[Named]) -> Result<(), Problem> {
    for (index, item) in named.iter().enumerate() {
        let meets = |other: &&Named| {
            let both = [item.space, other.space];
            let value = both.iter().all(|space| matches!(space, Space::Value | Space::Both));
            let of_type = both.iter().all(|space| !matches!(space, Space::Value));
            other.name == item.name && (value || of_type)
        };
        let conditional = item
            .node
            .children()
            .any(|child| child.kind() == SyntaxKind::ATTR && child.text().to_string().contains("cfg"));
        if named[..index].iter().any(|other| meets(&other)) && !conditional {
            return Err(Problem {
                range: Some(item.name_at.clone()),
                label: Some("defined again here".to_owned()),
                help: vec!["give one of them another name".to_owned()],
                ..Problem::compile(format!("this cell defines the name `{}` twice", item.name))
            });
        }
    }
    Ok(())
}

fn named(item: &ast::Item) -> Option<Named> {
    let (name, space, public) = match item {
        ast::Item::Const(item) => (item.name(), Space::Value, item.visibility()),
        ast::Item::Fn(item) => (item.name(), Space::Value, item.visibility()),
        ast::Item::Static(item) => (item.name(), Space::Value, item.visibility()),
        ast::Item::Enum(item) => (item.name(), Space::Type, item.visibility()),
        ast::Item::Trait(item) => (item.name(), Space::Type, item.visibility()),
        ast::Item::TypeAlias(item) => (item.name(), Space::Type, item.visibility()),
        ast::Item::Union(item) => (item.name(), Space::Type, item.visibility()),
        ast::Item::Module(item) => (item.name(), Space::Module, item.visibility()),
        ast::Item::Struct(item) => {
            let record = matches!(item.field_list(), Some(ast::FieldList::RecordFieldList(_)));
            (item.name(), if record { Space::Type } else { Space::Both }, item.visibility())
        }
        _ => return None,
    };
    let name = name?;
    let text = name.text().to_string();
    let key = if shadow::is_needed(&text) { shadow::renamed(&text) } else { text.clone() };
    let name_at = range_of(name.syntax().text_range());
    Some(Named { node: item.syntax().clone(), name: text, key, name_at, space, public: public.is_some() })
}

/// Returns the name and variants of an enum.
fn variants(item: &ast::Item) -> Option<(String, Vec<String>)> {
    let ast::Item::Enum(item) = item else { return None };
    let variants = item.variant_list().into_iter().flat_map(|list| list.variants().collect::<Vec<_>>());
    let names = variants.filter_map(|variant| variant.name()).map(|name| name.text().to_string());
    Some((item.name()?.text().to_string(), names.collect()))
}

/// Makes the note on implementations that were removed because their type changed.
fn gone_note(of_type: &str, names: &[String]) -> Option<String> {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    (!names.is_empty()).then(|| {
        format!(
            "`{of_type}` changed, and {} belonged to its earlier form; run the cell that implements it again",
            names.join(", ")
        )
    })
}

fn static_note(name: &str) -> String {
    format!(
        "the static `{name}` starts anew in each cell, because each cell is compiled to a library of its own; keep such a \
         value in a variable of the notebook and pass it to the functions that use it"
    )
}

/// Makes the note on a macro call whose items exist in this cell only.
fn macro_note(statement: &SyntaxNode, session: &Session) -> Option<String> {
    if !matches!(statement.kind(), SyntaxKind::EXPR_STMT | SyntaxKind::MACRO_EXPR) {
        return None;
    }
    let name = macros::called(statement)?;
    let last = name.rsplit("::").next().unwrap_or_default().trim().to_owned();
    if session.macros.get(&last).is_some_and(|found| found.makes_items) {
        return Some(format!(
            "the items that `{last}!` makes last for this cell only; write them without a macro to use them in later cells"
        ));
    }
    (last == "thread_local" || last == "lazy_static").then(|| {
        format!(
            "what `{last}!` defines lasts for this cell only; keep such a value in a variable of the notebook"
        )
    })
}

/// Checks whether a comment at the start of a cell documents an item.
pub(super) fn documents_item(statements: &[SyntaxNode]) -> bool {
    statements.first().is_some_and(|node| ast::Item::can_cast(node.kind()))
}
