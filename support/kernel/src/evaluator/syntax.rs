//! What evcxr would pass over in silence.

use ra_ap_parser::{Edition, LexedStr, SyntaxKind};

use super::source_map::Line;

/// A `let` without a name, such as `let = 1;`: evcxr drops the statement and calls the cell a success.
pub fn nameless_let(cell: &str) -> Option<Line> {
    let tokens = LexedStr::new(Edition::CURRENT, cell);
    let mut after_let = None;
    for at in 0..tokens.len() {
        match tokens.kind(at) {
            SyntaxKind::WHITESPACE | SyntaxKind::COMMENT => {}
            SyntaxKind::LET_KW => after_let = Some(tokens.text_start(at)),
            SyntaxKind::EQ | SyntaxKind::SEMICOLON | SyntaxKind::COLON if after_let.is_some() => {
                let number = cell[..after_let?].matches('\n').count() + 1;
                let text = cell.lines().nth(number - 1).unwrap_or_default().to_owned();
                return Some(Line { number, text });
            }
            _ => after_let = None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_let_needs_a_name() {
        assert_eq!(nameless_let("let a = 1;\nlet = 2;").map(|line| line.number), Some(2));
        assert_eq!(nameless_let("let : i32 = 2;").map(|line| line.number), Some(1));
        for cell in
            ["let a = 1;", "let (a, b) = (1, 2);", "if let Some(x) = y {}", "\"let = 1\"", "// let = 1", ""]
        {
            assert_eq!(nameless_let(cell), None, "{cell}");
        }
    }
}
