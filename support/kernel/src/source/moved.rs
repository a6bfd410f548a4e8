//! Assignments to variables that an earlier cell moved away.

use std::collections::BTreeSet;

use ra_ap_syntax::SyntaxNode;
use ra_ap_syntax::ast::{self, AstNode, HasName};

use super::Known;
use super::edits::{Edits, Rank};
use super::tree::place;

/// Turns `name = value;` into `let mut name: Type = value;` where `name` was moved away.
pub(super) fn rewrite(statements: &[SyntaxNode], known: &Known, edits: &mut Edits) {
    let mut defined: BTreeSet<String> = BTreeSet::new();
    for statement in statements {
        if let Some(binding) = ast::LetStmt::cast(statement.clone()) {
            let names = binding.pat().into_iter().flat_map(|pattern| {
                pattern.syntax().descendants().filter_map(ast::IdentPat::cast).collect::<Vec<_>>()
            });
            defined.extend(names.filter_map(|name| name.name()).map(|name| name.text().to_string()));
            continue;
        }
        let Some((name, target)) = assigned(statement) else { continue };
        let Some((of_type, _)) = known.moved.get(&name) else { continue };
        if known.variables.contains_key(&name) || !defined.insert(name) {
            continue;
        }
        let at = place(target.syntax());
        edits.insert(at.start, Rank::OuterStart, "let mut ");
        edits.insert(at.end, Rank::InnerEnd, format!(": {of_type}"));
    }
}

/// Name and place of the variable that a statement assigns to.
fn assigned(statement: &SyntaxNode) -> Option<(String, ast::Expr)> {
    let expression = ast::ExprStmt::cast(statement.clone())?.expr()?;
    let ast::Expr::BinExpr(assignment) = expression else { return None };
    if !matches!(assignment.op_kind(), Some(ast::BinaryOp::Assignment { op: None })) {
        return None;
    }
    let target = assignment.lhs()?;
    let ast::Expr::PathExpr(path) = &target else { return None };
    let name = path.path()?.as_single_name_ref()?.text().to_string();
    Some((name, target))
}
