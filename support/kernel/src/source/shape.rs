//! The parts of a type, and those that an implementation uses.
//!
//! An implementation in an earlier cell that names a removed field would otherwise prevent any change of its type.

use std::collections::BTreeSet;

use ra_ap_syntax::SyntaxNode;
use ra_ap_syntax::ast::{self, AstNode, HasGenericParams, HasName};

use super::tree::words;

/// Parts of a type that its implementations name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// Fields or variants.
    parts: BTreeSet<String>,
    /// Traits that are derived.
    derives: BTreeSet<String>,
    generics: usize,
}

/// The names that an implementation uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Uses {
    names: BTreeSet<String>,
    /// True if the implementation lists all fields of a value.
    literal: bool,
    /// Name of the trait.
    of_trait: Option<String>,
}

impl Shape {
    /// Returns the parts of the type that a node defines.
    pub fn of(node: &SyntaxNode) -> Self {
        let parts = match ast::Item::cast(node.clone()) {
            Some(ast::Item::Struct(item)) => fields(item.field_list()),
            Some(ast::Item::Enum(item)) => {
                let variants =
                    item.variant_list().into_iter().flat_map(|list| list.variants().collect::<Vec<_>>());
                variants.filter_map(|variant| Some(variant.name()?.text().to_string())).collect()
            }
            _ => BTreeSet::new(),
        };
        let derives = node.children().filter_map(ast::Attr::cast).flat_map(|attr| words(attr.syntax()));
        let derives = derives.skip_while(|word| word != "derive").collect();
        let generics =
            ast::AnyHasGenericParams::cast(node.clone()).and_then(|item| item.generic_param_list());
        let generics = generics.map_or(0, |list| list.generic_params().count());
        Self { parts, derives, generics }
    }

    /// Checks whether an implementation for the `old` form does not fit this one, as far as names show.
    pub fn breaks(&self, old: &Shape, uses: &Uses) -> bool {
        let gone = old.parts.difference(&self.parts).any(|part| uses.names.contains(part));
        let more = uses.literal && self.parts.difference(&old.parts).next().is_some();
        let twice = uses.of_trait.as_ref().is_some_and(|name| self.derives.contains(name));
        gone || more || twice || self.generics != old.generics
    }
}

impl Uses {
    /// Returns the names that the text of an implementation of `of_type` uses.
    pub fn of(node: &SyntaxNode, of_type: &str, of_trait: Option<&str>) -> Self {
        let literal = node.descendants().filter_map(ast::RecordExpr::cast).any(|value| {
            let path = value.path().map(|path| path.syntax().text().to_string()).unwrap_or_default();
            // `..` takes the other fields from another value.
            let rest = value.record_expr_field_list().is_some_and(|list| list.dotdot_token().is_some());
            (path == "Self" || path == of_type) && !rest
        });
        Self { names: words(node).into_iter().collect(), literal, of_trait: of_trait.map(str::to_owned) }
    }
}

fn fields(list: Option<ast::FieldList>) -> BTreeSet<String> {
    match list {
        Some(ast::FieldList::RecordFieldList(list)) => {
            list.fields().filter_map(|field| Some(field.name()?.text().to_string())).collect()
        }
        Some(ast::FieldList::TupleFieldList(list)) => {
            list.fields().enumerate().map(|(index, _)| index.to_string()).collect()
        }
        None => BTreeSet::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::Tree;
    use super::*;

    fn breaks(old: &str, new: &str, implementation: &str) -> bool {
        let node = |code: &str| Tree::parse(code).statements().remove(0);
        let of_trait = implementation.contains(" for ").then_some("Debug");
        let uses = Uses::of(&node(implementation), "Ring", of_trait);
        Shape::of(&node(new)).breaks(&Shape::of(&node(old)), &uses)
    }

    #[test]
    fn an_impl_that_names_what_is_gone_does_not_fit() {
        let (old, new) = ("struct Ring { radius: f64 }", "struct Ring { width: f64 }");
        assert!(breaks(old, new, "impl Ring { fn area(&self) -> f64 { self.radius } }"));
        assert!(!breaks(old, new, "impl Ring { fn area(&self) -> f64 { 3.0 } }"));
        assert!(breaks("enum Ring { A, B }", "enum Ring { A }", "impl Ring { fn b() -> Ring { Ring::B } }"));
        let wider = "struct Ring { radius: f64, name: u8 }";
        assert!(breaks(old, wider, "impl Ring { fn new() -> Self { Self { radius: 1.0 } } }"));
        assert!(!breaks(old, wider, "impl Ring { fn area(&self) -> f64 { self.radius } }"));
        assert!(breaks(old, "struct Ring<T> { radius: T }", "impl Ring { fn a() {} }"));
        assert!(breaks(old, "#[derive(Debug)] struct Ring { radius: f64 }", "impl Debug for Ring {}"));
    }
}
