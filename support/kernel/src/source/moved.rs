//! Rewrites assignments to variables that were moved, by an earlier cell or earlier in this one.

use std::collections::BTreeSet;

use ra_ap_syntax::SyntaxNode;
use ra_ap_syntax::ast::{self, AstNode, HasName};

use super::Known;
use super::edits::{Edits, Rank};
use super::tree::place;

/// Turns `name = value;` into `let mut name: Type = value;` where `name` was moved; evcxr drops a variable that a cell
/// moves, even if the cell assigns it again.
pub(super) fn rewrite(statements: &[SyntaxNode], known: &Known, edits: &mut Edits) {
    let (mut defined, mut given): (BTreeSet<String>, BTreeSet<String>) = Default::default();
    for statement in statements {
        if let Some(binding) = ast::LetStmt::cast(statement.clone()) {
            let names = binding.pat().into_iter().flat_map(|pattern| {
                pattern.syntax().descendants().filter_map(ast::IdentPat::cast).collect::<Vec<_>>()
            });
            given.extend(binding.initializer().and_then(|value| path(&value)));
            defined.extend(names.filter_map(|name| name.name()).map(|name| name.text().to_string()));
            continue;
        }
        let Some((name, target)) = assigned(statement) else { continue };
        let of_type = match known.variables.get(&name) {
            Some(of_type) => Some(of_type).filter(|_| given.contains(&name)),
            None => known.moved.get(&name).map(|(of_type, _)| of_type),
        };
        let Some(of_type) = of_type.filter(|_| defined.insert(name.clone())) else { continue };
        let at = place(target.syntax());
        edits.insert(at.start, Rank::OuterStart, "let mut ");
        edits.insert(at.end, Rank::InnerEnd, format!(": {of_type}"));
    }
}

/// Returns the name and place of the variable that a statement assigns to.
fn assigned(statement: &SyntaxNode) -> Option<(String, ast::Expr)> {
    let expression = ast::ExprStmt::cast(statement.clone())?.expr()?;
    let ast::Expr::BinExpr(assignment) = expression else { return None };
    if !matches!(assignment.op_kind(), Some(ast::BinaryOp::Assignment { op: None })) {
        return None;
    }
    let target = assignment.lhs()?;
    Some((path(&target)?, target))
}

/// Returns the single name that an expression consists of.
fn path(expression: &ast::Expr) -> Option<String> {
    let ast::Expr::PathExpr(path) = expression else { return None };
    Some(path.path()?.as_single_name_ref()?.text().to_string())
}
