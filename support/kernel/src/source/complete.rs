//! Checks whether a cell can run as it is, or its code is incomplete.

use ra_ap_syntax::SyntaxKind;

use super::tree::Tokens;
use super::{commands, syntax_errors};

/// Blanks per level of indentation.
const INDENT: usize = 4;

/// The result of the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// The cell can run.
    Complete,
    /// The cell has an error that more code does not correct.
    Invalid,
    /// The cell continues on a line with this indentation.
    Incomplete {
        /// Number of blanks.
        indent: usize,
    },
}

/// Checks whether `code` can run as it is.
pub fn is_complete(code: &str) -> Completeness {
    let rust = commands::without_commands(code);
    match syntax_errors::check(&rust) {
        Ok(_) => Completeness::Complete,
        Err(flaw) if flaw.unfinished => Completeness::Incomplete { indent: indent(&rust) },
        Err(_) => Completeness::Invalid,
    }
}

/// Returns the indentation of the line after an unfinished cell.
fn indent(code: &str) -> usize {
    let tokens = Tokens::of(code);
    if tokens.errors.iter().any(|(token, message)| syntax_errors::is_unterminated(token, message)) {
        return 0;
    }
    let depth = tokens.solid.iter().fold(0usize, |depth, token| match token.kind {
        SyntaxKind::L_PAREN | SyntaxKind::L_BRACK | SyntaxKind::L_CURLY => depth + 1,
        SyntaxKind::R_PAREN | SyntaxKind::R_BRACK | SyntaxKind::R_CURLY => depth.saturating_sub(1),
        _ => depth,
    });
    // An attribute has a line of its own; any other code continues further to the right.
    let continues = depth == 0 && tokens.solid.last().is_some_and(|token| token.kind != SyntaxKind::R_BRACK);
    INDENT * if continues { 1 } else { depth }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finished_code_is_complete() {
        for code in [
            "let x = 1; // first,",
            "1 + 1 // see a.",
            "2. * 3.",
            "assert!(\n    !false);",
            "let s = \"a\n:b\";",
            "!ls",
            "!ls -la | grep \"it's",
            ":dep x = \"1\"\nlet a = '{';",
            ":vars",
            "",
            "// (",
            "0..",
            "if a { 1 }",
            "let r = r#\"a \" b\"#;",
            "/* a /* b */ */ 1",
            "fn f<T>(t: T) -> T where T: Copy { t }",
            "let c = 'x';",
            "'outer: loop { break 'outer; }",
            "#[derive(Debug)]\nstruct X;",
            "let f = |x: f64| x + 1.0;",
            "x as f64",
            "x /* trailing + */",
            "return;",
            "!ready",
        ] {
            assert_eq!(is_complete(code), Completeness::Complete, "{code}");
        }
    }

    #[test]
    fn unfinished_code_is_incomplete() {
        for (code, indent) in [
            ("#[derive(Debug)]", 0),
            ("impl X for Y", 4),
            ("let x: &mut", 4),
            ("r#\"open", 0),
            ("let f = |x: f64|", 4),
            ("if a { 1 }\nelse", 4),
            ("x as", 4),
            ("fn f() {", 4),
            ("f(|x| {", 8),
            ("let s = \"abc", 0),
            ("/* more", 0),
            ("/* more /* nested */", 0),
            ("let x =", 4),
            ("1 +", 4),
            ("a &&", 4),
            ("a.", 4),
            ("std::", 4),
            ("let x", 4),
            ("let x = 1", 4),
            ("fn f<T>(t: T) -> T where T: Copy,", 4),
            ("fn f<T>(t: T) -> T where", 4),
            ("fn f() ->", 4),
            ("match x", 4),
            ("for x in", 4),
            ("use std::fmt", 4),
            ("pub", 4),
            ("let v = vec![1,", 4),
            ("struct X", 4),
            ("x = // later", 4),
            ("let c = &'a", 4),
        ] {
            assert_eq!(is_complete(code), Completeness::Incomplete { indent }, "{code}");
        }
    }

    #[test]
    fn wrong_code_is_invalid() {
        for code in ["}", "f(]", "(}", "let = 5;", "let a = 5 5;", "fn 5() {}"] {
            assert_eq!(is_complete(code), Completeness::Invalid, "{code}");
        }
    }
}
