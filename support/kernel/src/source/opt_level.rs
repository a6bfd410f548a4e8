//! Decides whether a cell needs optimisation. Most cells call crates that are optimised already; the compiler takes
//! half as long for a cell without optimisation.

use ra_ap_syntax::ast::{self, AstNode, HasArgList};
use ra_ap_syntax::{NodeOrToken, SyntaxKind, SyntaxNode};

/// Methods that visit each element of a collection without a closure in the call.
const THROUGH: [&str; 9] =
    ["iter", "into_iter", "iter_mut", "chars", "bytes", "lines", "fold", "sum", "product"];

/// Checks whether code may run many times: it has a loop, a function, or a closure given to a method.
pub(super) fn needs_optimisation(root: &SyntaxNode) -> bool {
    root.descendants_with_tokens().any(|element| match element {
        NodeOrToken::Node(node) => match node.kind() {
            SyntaxKind::FOR_EXPR | SyntaxKind::WHILE_EXPR | SyntaxKind::LOOP_EXPR => true,
            SyntaxKind::FN => is_written(&node),
            SyntaxKind::METHOD_CALL_EXPR => ast::MethodCallExpr::cast(node).is_some_and(repeats),
            _ => false,
        },
        // The arguments of a macro are tokens only.
        NodeOrToken::Token(token) => {
            let within = token.parent().is_some_and(|parent| parent.kind() == SyntaxKind::TOKEN_TREE);
            within
                && match token.kind() {
                    SyntaxKind::FOR_KW | SyntaxKind::WHILE_KW | SyntaxKind::LOOP_KW | SyntaxKind::FN_KW => {
                        true
                    }
                    SyntaxKind::IDENT => THROUGH.contains(&token.text()),
                    _ => false,
                }
        }
    })
}

/// Checks whether later cells compile functions of these statements again, because evcxr keeps them.
pub(super) fn keeps_functions(root: &SyntaxNode) -> bool {
    root.descendants().any(|node| match node.kind() {
        SyntaxKind::FN => is_written(&node),
        SyntaxKind::MACRO_RULES => true,
        _ => false,
    })
}

/// Checks whether a function is part of the cell, not the one around it that the parser needs.
fn is_written(node: &SyntaxNode) -> bool {
    node.parent().is_some_and(|parent| parent.kind() != SyntaxKind::SOURCE_FILE)
}

fn repeats(call: ast::MethodCallExpr) -> bool {
    let through = call.name_ref().is_some_and(|name| THROUGH.contains(&name.text()));
    let closure = || {
        let mut arguments = call.arg_list().into_iter().flat_map(|list| list.args().collect::<Vec<_>>());
        arguments.any(|argument| matches!(argument, ast::Expr::ClosureExpr(_)))
    };
    through || closure()
}

#[cfg(test)]
mod tests {
    use super::super::tree::Tree;
    use super::*;

    fn worth(code: &str) -> bool {
        needs_optimisation(Tree::parse(code).root())
    }

    #[test]
    fn loops_and_what_hides_one_are_worth_it() {
        for code in [
            "for i in 0..9 { f(i) }",
            "while a { }",
            "loop {}",
            "fn f() {}",
            "impl X { fn f(&self) {} }",
            "let b = a.mapv(|x| x * 2.0);",
            "let b = a.zip(c, |x, y| x * y);",
            "x.iter().max()",
            "(0..9u64).sum::<u64>()",
            "println!(\"{}\", v.iter().max())",
        ] {
            assert!(worth(code), "{code}");
        }
    }

    #[test]
    fn calls_of_the_crates_are_not() {
        for code in [
            "let model = seq().add(linear(2, 5)).build()?;",
            "let history = fit(&model, &data, &TrainConfig { epochs: 9, ..Default::default() })?;",
            "plot_dataset(&circles)",
            "\"for while\" // loop",
            "let step: fn(f64) -> f64 = double;",
        ] {
            assert!(!worth(code), "{code}");
        }
    }

    #[test]
    fn functions_are_compiled_with_every_later_cell() {
        let keeps = |code| keeps_functions(Tree::parse(code).root());
        assert!(keeps("fn f() {\n    for i in 0..9 {}\n}") && keeps("impl X { fn f() {} }"));
        assert!(!keeps("for i in 0..9 {}") && !keeps("let fnord = 1;"));
    }
}
