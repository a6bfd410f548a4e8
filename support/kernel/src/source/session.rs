//! The definitions of a notebook's earlier cells.

use std::collections::{BTreeMap, BTreeSet};

use super::shape::{Shape, Uses};

/// Items, macros, implementations and imports of the cells that ran.
///
/// The kernel starts with `Session::default()`, and replaces it by the one from [`super::prepare`] when the cell has
/// run.
#[derive(Clone, Debug, Default)]
pub struct Session {
    /// Number of the current cell.
    pub(super) cell: u64,
    /// Items by the name under which evcxr keeps them.
    pub(super) items: BTreeMap<String, Slot>,
    /// Functions, constants and statics in modules of their own, because a type or module has the same name.
    pub(super) values: BTreeSet<String>,
    /// Variants of each enum.
    pub(super) enums: BTreeMap<String, Vec<String>>,
    pub(super) macros: BTreeMap<String, Macro>,
    pub(super) impls: Vec<Impl>,
    /// Imports that evcxr keeps for ever: `use a::*` and `use a as _`.
    pub(super) unnamed: BTreeSet<String>,
    /// Path of each imported name.
    pub(super) imports: BTreeMap<String, String>,
    /// Names of the user that generated code also needs, and that are replaced in the user's code.
    pub(super) renamed: BTreeSet<String>,
}

/// An item that evcxr keeps by its name.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub space: Space,
    /// Text on one line; that of a value has a visibility.
    pub text: String,
    /// Number of the cell that defined the item.
    pub cell: u64,
    /// Parts of the item, if it is a type.
    pub shape: Shape,
}

/// Namespaces that an item's name takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// A type or trait.
    Type,
    /// A module.
    Module,
    /// A function, constant or static.
    Value,
    /// A type with a constructor of the same name.
    Both,
    /// An import of unknown namespace.
    Import,
}

/// A macro of the notebook.
#[derive(Clone, Debug, Default)]
pub(super) struct Macro {
    /// True if the macro expands to items.
    pub makes_items: bool,
    /// Macros that its body calls.
    pub calls: BTreeSet<String>,
}

/// An implementation, or one associated item of it, or a block of foreign functions.
#[derive(Clone, Debug)]
pub(super) struct Impl {
    /// Name of the constant under which evcxr keeps the implementation.
    pub key: String,
    /// Path of the trait and its generic arguments.
    pub of_trait: Option<(Vec<String>, Vec<String>)>,
    /// Words of the type, generic parameters as `?0`, `?1`.
    pub of_type: Vec<String>,
    /// Names of the associated items; empty for a trait.
    pub names: BTreeSet<String>,
    /// Names and parts of the type that its text uses.
    pub uses: Uses,
    /// Number of the cell that defined the implementation.
    pub cell: u64,
}

impl Session {
    /// Checks whether a word names an item or import that can be used as a value.
    pub(super) fn names(&self, word: &str) -> bool {
        self.items.contains_key(word) || self.values.contains(word) || self.imports.contains_key(word)
    }

    /// Iterates over the names of the items and macros defined so far.
    #[cfg(test)]
    pub fn item_names(&self) -> impl Iterator<Item = &str> {
        let user = |name: &&str| !name.starts_with("evcxr_");
        self.items.keys().chain(&self.values).chain(self.macros.keys()).map(String::as_str).filter(user)
    }

    /// Records an import that evcxr keeps for ever; returns whether it is new.
    pub(super) fn import_once(&mut self, import: &str) -> bool {
        self.unnamed.insert(import.to_owned())
    }
}
