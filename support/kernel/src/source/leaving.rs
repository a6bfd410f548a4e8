//! Rewrites code that ends a cell early: `return` at the top level, and statements that never end.

use std::ops::Range;

use ra_ap_syntax::ast::{self, AstNode, HasArgList, HasName};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};

use super::Problem;
use super::edits::{Edits, Rank};
use super::tree::{place, range_of};

/// Macros that never return.
const DIVERGING: [&str; 4] = ["panic", "todo", "unimplemented", "unreachable"];

/// Comment before the names of variables to store at an early end; the kernel replaces it by evcxr's statements for
/// them.
pub const KEEP: &str = "/*evcxr_keep ";

/// Returns an expression that ends the cell, whatever the function around it returns: evcxr's returns `()` until a cell
/// first uses `?`, and a `Result` from then on. The variables `names` are stored. Those that the cell did not reach are
/// missing from the store, which the next cell reports to evcxr.
fn leave(names: &[String]) -> String {
    format!(
        "return {{ {KEEP}{}*/ trait Leave {{ fn leave() -> Self; }} impl Leave for () {{ fn leave() {{}} }} \
         impl<E> Leave for ::core::result::Result<(), E> {{ fn leave() -> Self {{ ::core::result::Result::Ok(()) }} }} \
         <_ as Leave>::leave() }}",
        names.join(" ")
    )
}

/// Rewrites each `return` at the top level.
pub(super) fn returns(statements: &[SyntaxNode], edits: &mut Edits) -> Result<(), Problem> {
    let mut names: Vec<String> = Vec::new();
    for statement in statements {
        let mut found = Vec::new();
        find(statement, &mut found);
        for expression in &found {
            rewrite(expression, &names, edits)?;
        }
        let pattern = ast::LetStmt::cast(statement.clone()).and_then(|binding| binding.pat());
        let bound = pattern.into_iter().flat_map(|pattern| {
            pattern.syntax().descendants().filter_map(ast::IdentPat::cast).collect::<Vec<_>>()
        });
        for name in bound.filter_map(|bound| bound.name()).map(|name| name.text().to_string()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    Ok(())
}

/// Finds `return` expressions that end the cell, not a function, closure or future within it.
fn find(node: &SyntaxNode, found: &mut Vec<ast::ReturnExpr>) {
    let mut walk = node.preorder();
    while let Some(event) = walk.next() {
        let ra_ap_syntax::WalkEvent::Enter(node) = event else { continue };
        let other = ast::Item::can_cast(node.kind())
            || node.kind() == SyntaxKind::CLOSURE_EXPR
            || ast::BlockExpr::cast(node.clone()).is_some_and(|block| block.async_token().is_some());
        if other {
            walk.skip_subtree();
        } else if let Some(expression) = ast::ReturnExpr::cast(node) {
            found.push(expression);
        }
    }
}

fn rewrite(expression: &ast::ReturnExpr, names: &[String], edits: &mut Edits) -> Result<(), Problem> {
    let at = place(expression.syntax());
    let value = match expression.expr() {
        None => {
            edits.replace(at, leave(names));
            return Ok(());
        }
        Some(value) => value,
    };
    let text: String = value.syntax().text().to_string().split_whitespace().collect();
    if text == "()" || text == "Ok(())" || text.ends_with("::Ok(())") {
        edits.replace(at, leave(names));
        return Ok(());
    }
    if let ast::Expr::CallExpr(call) = &value
        && let Some(callee) = call.expr()
        && let Some(list) = call.arg_list()
        && callee.syntax().text().to_string().split("::").last() == Some("Err")
        && let (Some(argument), 1) = (list.args().next(), list.args().count())
    {
        // `?` converts the error itself.
        let inner = match &argument {
            ast::Expr::MethodCallExpr(call) if call.name_ref().is_some_and(|name| name.text() == "into") => {
                call.receiver().map_or_else(|| place(argument.syntax()), |error| place(error.syntax()))
            }
            _ => place(argument.syntax()),
        };
        let (before, after) =
            ("match ::core::result::Result::<::core::convert::Infallible, _>::Err(", ")? {}");
        edits.replace(at.start..inner.start, before);
        edits.replace(inner.end..at.end, after);
        return Ok(());
    }
    Err(Problem {
        range: Some(at),
        label: Some("a value is returned here".to_owned()),
        help: vec![
            "`return;` ends the cell, `return Err(…);` ends it as failed".to_owned(),
            "the last line of a cell, without `;`, is what it shows".to_owned(),
        ],
        ..Problem::compile("a cell cannot return a value".to_owned())
    })
}

/// Rewrites statements that never end, so that those after them are not unreachable code. Returns the names of
/// variables that stay undefined, and the end of their statement.
pub(super) fn diverging(statements: &[SyntaxNode], edits: &mut Edits) -> Vec<(String, usize)> {
    let mut missing = Vec::new();
    for statement in statements {
        if let Some(binding) = ast::LetStmt::cast(statement.clone()) {
            let Some(value) = binding.initializer().filter(diverges) else { continue };
            let (at, inner) = (place(statement), place(value.syntax()));
            if let Some(of_type) = binding.ty().filter(|of_type| !has_hole(of_type)) {
                let of_type = super::tree::compact(of_type.syntax());
                edits.insert(inner.start, Rank::Plain, format!("(|| -> {of_type} {{ "));
                edits.insert(inner.end, Rank::InnerEnd, " })()");
                continue;
            }
            edits.replace(bare(statement)..inner.start, "if true { ");
            edits.replace(inner.end..at.end, " };");
            let names = binding.pat().into_iter().flat_map(|pattern| {
                pattern.syntax().descendants().filter_map(ast::IdentPat::cast).collect::<Vec<_>>()
            });
            let names = names.filter_map(|name| name.name()).map(|name| name.text().to_string());
            missing.extend(names.map(|name| (name, at.end)));
        } else {
            let value = match ast::ExprStmt::cast(statement.clone()) {
                Some(statement) => statement.expr(),
                None => ast::Expr::cast(statement.clone()),
            };
            let Some(value) = value.filter(diverges) else { continue };
            let (at, inner) = (place(statement), place(value.syntax()));
            edits.insert(inner.start, Rank::Plain, "if true { ");
            edits.replace(inner.end..at.end, " };");
        }
    }
    missing
}

fn bare(statement: &SyntaxNode) -> usize {
    super::tree::bare_start(statement)
}

/// Checks whether an expression never ends, by its form.
pub(super) fn diverges(expression: &ast::Expr) -> bool {
    match expression {
        ast::Expr::MacroExpr(call) => {
            let path = call.macro_call().and_then(|call| call.path());
            let name = path.and_then(|path| path.segment()).and_then(|segment| segment.name_ref());
            name.is_some_and(|name| DIVERGING.contains(&name.text()))
        }
        ast::Expr::CallExpr(call) => {
            let text = call.expr().map(|callee| callee.syntax().text().to_string()).unwrap_or_default();
            text.ends_with("process::exit") || text.ends_with("process::abort")
        }
        ast::Expr::ParenExpr(inner) => inner.expr().is_some_and(|inner| diverges(&inner)),
        _ => false,
    }
}

fn has_hole(of_type: &ast::Type) -> bool {
    of_type
        .syntax()
        .descendants()
        .any(|node| matches!(node.kind(), SyntaxKind::INFER_TYPE | SyntaxKind::IMPL_TRAIT_TYPE))
}

/// Returns the statements that use an undefined variable, or one defined by such a statement.
pub(super) fn using(statements: &[SyntaxNode], missing: &[(String, usize)]) -> Vec<Range<usize>> {
    let tokens = |node: &SyntaxNode| {
        node.descendants_with_tokens().filter_map(|token| token.into_token()).collect::<Vec<_>>()
    };
    let mut gone: Vec<(String, usize)> = missing.to_vec();
    let mut found = Vec::new();
    for statement in statements.iter().filter(|node| !ast::Item::can_cast(node.kind())) {
        let at = place(statement);
        let uses = tokens(statement).iter().any(|token| {
            gone.iter().any(|(name, end)| *end <= range_of(token.text_range()).start && name == token.text())
        });
        if uses {
            let names =
                statement.descendants().filter_map(ast::IdentPat::cast).filter_map(|name| name.name());
            gone.extend(names.map(|name| (name.text().to_string(), at.end)));
            found.push(at);
        }
    }
    found
}
