//! Names implementations, so that evcxr keeps each under its own name.
//!
//! evcxr keeps an `impl` with the item before it, or for ever. A constant before each `impl` gives it a name: a trait
//! is implemented for a type once, and an associated item of a type exists once, so a later cell replaces only that.

use std::collections::{BTreeMap, BTreeSet};

use ra_ap_syntax::ast::{self, AstNode, HasAttrs, HasGenericParams, HasName};
use ra_ap_syntax::{NodeOrToken, SyntaxKind, SyntaxNode};

use super::edits::{Edits, Rank};
use super::session::{Impl, Session, Slot};
use super::shadow;
use super::shape::{Shape, Uses};
use super::tree::{compact, hash, place, words};

/// Attributes that may be repeated on each part of an `impl`.
const REPEATABLE: [&str; 5] = ["allow", "warn", "deny", "cfg", "doc"];

/// Returns the text of a constant that names the item after it.
pub(super) fn marker(key: &str) -> String {
    format!("#[allow(non_upper_case_globals, dead_code)] const {key}: () = (); ")
}

/// Registers the implementations of one cell.
#[derive(Default)]
pub(super) struct Impls {
    used: BTreeSet<String>,
}

impl Impls {
    /// Names an `impl`, and each associated item of it if it has no trait.
    pub fn add(&mut self, item: &ast::Impl, session: &mut Session, edits: &mut Edits) {
        let node = item.syntax();
        let generics = generics(item);
        let Some(of_type) = item.self_ty() else { return };
        let mut seen = BTreeMap::new();
        let of_type = normalise(&words(of_type.syntax()), &generics, &mut seen);
        let of_trait = item.trait_().map(|path| trait_key(&path, session, &generics, &mut seen));
        let items: Vec<ast::AssocItem> =
            item.assoc_item_list().map(|list| list.assoc_items().collect()).unwrap_or_default();
        let start = place(node).start;
        let name = of_type.first().cloned().unwrap_or_default();
        let uses = |node: &SyntaxNode, of_trait: Option<&str>| Uses::of(node, &name, of_trait);
        if of_trait.is_some() || !can_split(item) {
            let names = items.iter().filter(|_| of_trait.is_none()).map(assoc_name).collect();
            let uses = uses(node, of_trait.as_ref().and_then(|(path, _)| path.last()).map(String::as_str));
            let text = self.name(Entry { of_trait, of_type, names, uses }, session);
            edits.insert(start, Rank::OuterStart, text);
            return;
        }
        let header = header(node, &session.renamed);
        for (index, assoc) in items.iter().enumerate() {
            let names = BTreeSet::from([assoc_name(assoc)]);
            let uses = uses(assoc.syntax(), None);
            let text = self.name(Entry { of_trait: None, of_type: of_type.clone(), names, uses }, session);
            if index == 0 {
                edits.insert(start, Rank::OuterStart, text);
            } else {
                edits.insert(place(assoc.syntax()).start, Rank::OuterStart, format!("}} {text}{header} {{ "));
            }
        }
        if items.is_empty() {
            let (names, uses) = (BTreeSet::new(), Uses::default());
            let text = self.name(Entry { of_trait: None, of_type, names, uses }, session);
            edits.insert(start, Rank::OuterStart, text);
        }
    }

    /// Names a block of foreign functions, or another item without a name.
    pub fn add_unnamed(&mut self, node: &SyntaxNode, session: &mut Session, edits: &mut Edits) {
        let block = ast::ExternBlock::cast(node.clone()).and_then(|block| block.extern_item_list());
        let names: BTreeSet<String> = match block {
            Some(list) => list.extern_items().filter_map(|item| extern_name(&item)).collect(),
            None => BTreeSet::from([format!("{:x}", hash(&[&compact(node)]))]),
        };
        let of_type = vec!["extern".to_owned()];
        let text = self.name(Entry { of_trait: None, of_type, names, uses: Uses::default() }, session);
        edits.insert(place(node).start, Rank::OuterStart, text);
    }

    /// Removes implementations of the `old` form of a type, and returns their names: those of the cell that defined it,
    /// unless this cell has them too, and those of other cells that do not fit the new form.
    pub fn redefined(
        &self,
        name: &str,
        old: &Slot,
        shape: &Shape,
        session: &mut Session,
    ) -> (String, Vec<String>) {
        let now = session.cell;
        let gone = |entry: &Impl| {
            entry.cell != now
                && entry.of_type.first().is_some_and(|word| word == name)
                && (entry.cell == old.cell || shape.breaks(&old.shape, &entry.uses))
        };
        let (mut text, mut names) = (String::new(), Vec::new());
        for entry in session.impls.iter().filter(|entry| gone(entry)) {
            text.push_str(&marker(&entry.key));
            let of_trait = entry.of_trait.as_ref().and_then(|(path, _)| path.last().cloned());
            names.extend(of_trait.into_iter().chain(entry.names.iter().cloned()));
        }
        session.impls.retain(|entry| !gone(entry));
        (text, names)
    }

    /// Returns the constant for an entry, and those that remove the entries which it replaces under other names.
    fn name(&mut self, new: Entry, session: &mut Session) -> String {
        let now = session.cell;
        let same = |old: &Impl| old.cell != now && new.replaces(old);
        let mut keys: Vec<String> =
            session.impls.iter().filter(|old| same(old)).map(|old| old.key.clone()).collect();
        session.impls.retain(|old| !same(old));
        keys.retain(|key| !self.used.contains(key));
        let mut key = if keys.is_empty() { new.key() } else { keys.remove(0) };
        while !self.used.insert(key.clone()) {
            key.push('_');
        }
        let text = keys.iter().map(|key| marker(key)).chain([marker(&key)]).collect();
        let Entry { of_trait, of_type, names, uses } = new;
        session.impls.push(Impl { key, of_trait, of_type, names, uses, cell: now });
        text
    }
}

struct Entry {
    of_trait: Option<(Vec<String>, Vec<String>)>,
    of_type: Vec<String>,
    names: BTreeSet<String>,
    uses: Uses,
}

impl Entry {
    fn key(&self) -> String {
        let mut parts: Vec<&str> = Vec::new();
        if let Some((path, arguments)) = &self.of_trait {
            parts.extend(path.iter().chain(arguments).map(String::as_str));
        }
        parts.push("for");
        parts.extend(self.of_type.iter().map(String::as_str));
        parts.push("::");
        parts.extend(self.names.iter().map(String::as_str));
        format!("evcxr_impl_{:016x}", hash(&parts))
    }

    /// Checks whether both implementations cannot exist at the same time.
    fn replaces(&self, old: &Impl) -> bool {
        let traits = match (&self.of_trait, &old.of_trait) {
            (None, None) => !self.names.is_disjoint(&old.names),
            (Some((path, arguments)), Some((old_path, old_arguments))) => {
                (path.ends_with(old_path) || old_path.ends_with(path)) && overlap(arguments, old_arguments)
            }
            _ => false,
        };
        traits && overlap(&self.of_type, &old.of_type)
    }
}

/// Checks whether two types are the same for some choice of their parameters. A parameter alone is the same as another
/// parameter only.
fn overlap(one: &[String], other: &[String]) -> bool {
    let alone = |words: &[String]| words.len() == 1 && words[0].starts_with('?');
    alone(one) == alone(other) && unify(one, other, 0)
}

fn unify(one: &[String], other: &[String], depth: usize) -> bool {
    if depth > 200 {
        return false;
    }
    match (one.split_first(), other.split_first()) {
        (None, None) => true,
        (Some((a, one)), Some((b, other))) if a == b => unify(one, other, depth + 1),
        (Some((a, rest)), Some(_)) if a.starts_with('?') => {
            let taken = argument(other);
            taken > 0 && unify(rest, &other[taken..], depth + 1)
        }
        (Some(_), Some((b, rest))) if b.starts_with('?') => {
            let taken = argument(one);
            taken > 0 && unify(&one[taken..], rest, depth + 1)
        }
        _ => false,
    }
}

/// Returns the number of words of the generic argument at the start.
fn argument(words: &[String]) -> usize {
    let mut depth = 0i32;
    for (index, word) in words.iter().enumerate() {
        match word.as_str() {
            "<" | "(" | "[" => depth += 1,
            ">" | ")" | "]" | "," if depth == 0 => return index,
            ">" | ")" | "]" => depth -= 1,
            _ => {}
        }
    }
    words.len()
}

fn generics(item: &ast::Impl) -> Vec<String> {
    let params = item.generic_param_list().map(|list| list.generic_params().collect::<Vec<_>>());
    let name = |param: ast::GenericParam| match param {
        ast::GenericParam::ConstParam(param) => param.name().map(|name| name.text().to_string()),
        ast::GenericParam::TypeParam(param) => param.name().map(|name| name.text().to_string()),
        ast::GenericParam::LifetimeParam(param) => param.lifetime().map(|name| name.text().to_string()),
    };
    params.unwrap_or_default().into_iter().filter_map(name).collect()
}

fn normalise(words: &[String], generics: &[String], seen: &mut BTreeMap<String, usize>) -> Vec<String> {
    let word = |word: &String| {
        if !generics.contains(word) {
            return word.clone();
        }
        let next = seen.len();
        format!("?{}", seen.entry(word.clone()).or_insert(next))
    };
    words.iter().map(word).collect()
}

fn trait_key(
    path: &ast::Type,
    session: &Session,
    generics: &[String],
    seen: &mut BTreeMap<String, usize>,
) -> (Vec<String>, Vec<String>) {
    let text = words(path.syntax());
    let end = text.iter().position(|word| word == "<").unwrap_or(text.len());
    let skipped = ["::", "crate", "self", "super", "!"];
    let mut names: Vec<String> =
        text[..end].iter().filter(|word| !skipped.contains(&word.as_str())).cloned().collect();
    if let Some(full) = names.first().and_then(|first| session.imports.get(first)) {
        let full: Vec<String> = full.split("::").map(str::to_owned).collect();
        names.splice(0..1, full);
    }
    if let Some(first) = names.first_mut()
        && matches!(first.as_str(), "core" | "alloc")
    {
        *first = "std".to_owned();
    }
    (names, normalise(&text[end..], generics, seen))
}

fn assoc_name(item: &ast::AssocItem) -> String {
    let name = match item {
        ast::AssocItem::Const(item) => item.name(),
        ast::AssocItem::Fn(item) => item.name(),
        ast::AssocItem::TypeAlias(item) => item.name(),
        ast::AssocItem::MacroCall(_) => None,
    };
    name.map_or_else(|| format!("!{:x}", hash(&[&compact(item.syntax())])), |name| name.text().to_string())
}

fn extern_name(item: &ast::ExternItem) -> Option<String> {
    let name = match item {
        ast::ExternItem::Fn(item) => item.name(),
        ast::ExternItem::Static(item) => item.name(),
        ast::ExternItem::TypeAlias(item) => item.name(),
        ast::ExternItem::MacroCall(_) => None,
    };
    name.map(|name| name.text().to_string())
}

/// Checks whether an `impl` may be split into several with one associated item each.
fn can_split(item: &ast::Impl) -> bool {
    let repeatable = |attr: ast::Attr| {
        let text = words(attr.syntax());
        text.iter().any(|word| REPEATABLE.contains(&word.as_str()))
            && !text.iter().any(|word| word == "expect")
    };
    let inner = item
        .assoc_item_list()
        .is_some_and(|list| list.syntax().children().any(|child| child.kind() == SyntaxKind::ATTR));
    item.attrs().all(repeatable) && !inner
}

/// Returns the text before the `{` of an `impl`, on one line, without documentation.
fn header(node: &SyntaxNode, renamed: &BTreeSet<String>) -> String {
    let mut out = String::new();
    let parts = node.children_with_tokens().take_while(|child| child.kind() != SyntaxKind::ASSOC_ITEM_LIST);
    let tokens = parts.flat_map(|part| match part {
        NodeOrToken::Token(token) => vec![token],
        NodeOrToken::Node(part) => {
            part.descendants_with_tokens().filter_map(NodeOrToken::into_token).collect()
        }
    });
    for token in tokens {
        match token.kind() {
            SyntaxKind::WHITESPACE | SyntaxKind::COMMENT if out.is_empty() || out.ends_with(' ') => {}
            SyntaxKind::WHITESPACE | SyntaxKind::COMMENT => out.push(' '),
            _ if renamed.contains(token.text()) && shadow::refers(&token, node) => {
                out.push_str(&shadow::renamed(token.text()));
            }
            _ => out.push_str(token.text()),
        }
    }
    out.trim().to_owned()
}
