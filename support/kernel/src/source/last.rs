//! The last expression of a cell, whose value is shown.

use ra_ap_syntax::ast::{self, AstNode};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};

use super::edits::{Edits, Rank};
use super::leaving;
use super::tree::{bare_start, place};

/// Code around the last expression of a cell when the crate `support` is loaded.
pub const WRAP: (&str, &str) = ("support::show_value!(", ")");

/// Code around it otherwise: a type's own `evcxr_display` is preferred to `{:?}`, and `()` is not shown.
const WRAP_PLAIN: (&str, &str) = (
    "match &(",
    ") { value => { trait EvcxrShow { fn evcxr_display(&self); } \
     impl<T: ::core::fmt::Debug + ?Sized> EvcxrShow for &T { fn evcxr_display(&self) { \
     if ::core::any::type_name::<T>() != \"()\" { \
     let text = ::std::format!(\"\\n{:?}\", self).replace(\"\\nEVCXR_END\", \"\\n EVCXR_END\"); \
     ::std::println!(\"EVCXR_BEGIN_CONTENT text/plain{text}\\nEVCXR_END_CONTENT\") } } } \
     value.evcxr_display(); #[derive(Debug)] struct EvcxrDone; \
     impl EvcxrDone { fn evcxr_display(&self) {} } EvcxrDone } }",
);

/// Macros whose value is `()`.
const UNIT: [&str; 11] = [
    "println",
    "print",
    "eprintln",
    "eprint",
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "thread_local",
];

/// Wraps the last statement if it is an expression; ends it with `;` if its value is `()` by its form.
pub(super) fn rewrite(statements: &[SyntaxNode], support: bool, edits: &mut Edits) {
    let Some(last) = statements.last() else { return };
    let Some(expression) = ast::Expr::cast(last.clone()) else { return };
    let at = place(last);
    if leaving::diverges(&expression) {
        // `leaving` has rewritten it.
    } else if is_unit(&expression, 0) {
        edits.insert(at.end, Rank::OuterEnd, ";");
    } else {
        let (before, after) = if support { WRAP } else { WRAP_PLAIN };
        edits.insert(bare_start(last).max(at.start), Rank::OuterStart, before);
        edits.insert(at.end, Rank::OuterEnd, after);
    }
}

/// Checks whether the value is `()` by the form of the expression.
fn is_unit(expression: &ast::Expr, depth: usize) -> bool {
    if depth > 100 {
        return false;
    }
    let unit = |expression: &ast::Expr| is_unit(expression, depth + 1);
    match expression {
        ast::Expr::ForExpr(_) | ast::Expr::WhileExpr(_) => true,
        ast::Expr::LoopExpr(found) => !gives_value(found),
        ast::Expr::IfExpr(found) => match found.else_branch() {
            None => true,
            Some(ast::ElseBranch::Block(other)) => {
                found.then_branch().is_some_and(|block| is_unit_block(&block, depth))
                    && is_unit_block(&other, depth)
            }
            Some(ast::ElseBranch::IfExpr(other)) => {
                found.then_branch().is_some_and(|block| is_unit_block(&block, depth))
                    && unit(&ast::Expr::IfExpr(other))
            }
        },
        ast::Expr::BlockExpr(block) => is_unit_block(block, depth),
        ast::Expr::MatchExpr(found) => {
            let arms: Vec<ast::MatchArm> =
                found.match_arm_list().map(|list| list.arms().collect()).unwrap_or_default();
            !arms.is_empty() && arms.iter().all(|arm| arm.expr().is_some_and(|value| unit(&value)))
        }
        ast::Expr::BinExpr(found) => {
            matches!(found.op_kind(), Some(ast::BinaryOp::Assignment { .. }))
        }
        ast::Expr::MacroExpr(found) => {
            let path = found.macro_call().and_then(|call| call.path());
            let name = path.and_then(|path| path.segment()).and_then(|segment| segment.name_ref());
            name.is_some_and(|name| UNIT.contains(&name.text()))
        }
        ast::Expr::TupleExpr(found) => found.fields().next().is_none(),
        ast::Expr::ParenExpr(found) => found.expr().is_some_and(|inner| unit(&inner)),
        ast::Expr::ReturnExpr(_) | ast::Expr::BreakExpr(_) | ast::Expr::ContinueExpr(_) => true,
        ast::Expr::LetExpr(_) => true,
        _ => false,
    }
}

fn is_unit_block(block: &ast::BlockExpr, depth: usize) -> bool {
    if block.modifier().is_some_and(|modifier| !matches!(modifier, ast::BlockModifier::Unsafe(_))) {
        return false;
    }
    match block.tail_expr() {
        None => true,
        Some(tail) => is_unit(&tail, depth + 1) || leaving::diverges(&tail),
    }
}

/// Checks whether a loop ends with `break value`.
fn gives_value(found: &ast::LoopExpr) -> bool {
    let breaks = found.syntax().descendants().filter_map(ast::BreakExpr::cast);
    breaks.filter(|found| found.syntax().kind() == SyntaxKind::BREAK_EXPR).any(|found| found.expr().is_some())
}
