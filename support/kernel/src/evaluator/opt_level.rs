//! How much a cell is worth optimising. Most cells call the crates, which are optimised; the compiler takes half as
//! long over a cell when it does not try to make it faster.

use ra_ap_parser::{Edition, LexedStr, SyntaxKind};

/// Methods that go through many things without a closure to give them away.
const THROUGH: [&str; 9] =
    ["iter", "into_iter", "iter_mut", "chars", "bytes", "lines", "fold", "sum", "product"];

/// Whether a cell holds something that may run many times: a loop, a function, a closure given to a method.
pub fn is_worth(cell: &str) -> bool {
    let tokens = LexedStr::new(Edition::CURRENT, cell);
    let solid: Vec<(SyntaxKind, &str)> = (0..tokens.len())
        .map(|at| (tokens.kind(at), tokens.text(at)))
        .filter(|(kind, _)| !matches!(kind, SyntaxKind::WHITESPACE | SyntaxKind::COMMENT))
        .collect();
    let repeats = |&(kind, text): &(SyntaxKind, &str)| match kind {
        SyntaxKind::FOR_KW | SyntaxKind::WHILE_KW | SyntaxKind::LOOP_KW | SyntaxKind::FN_KW => true,
        SyntaxKind::IDENT => THROUGH.contains(&text),
        _ => false,
    };
    // `.map(|x| …)`, but not `Model::new(|vs| …)`.
    let method = |window: &[(SyntaxKind, &str)]| {
        window[0].0 == SyntaxKind::DOT
            && window[1].0 == SyntaxKind::IDENT
            && window[2].0 == SyntaxKind::L_PAREN
            && window[3].1.starts_with('|')
    };
    solid.iter().any(repeats) || solid.windows(4).any(method) || asks(cell)
}

/// Whether a cell says itself how it wants to be compiled.
fn asks(cell: &str) -> bool {
    cell.lines().any(|line| line.trim_start().starts_with(":opt"))
}

/// Whether the cells after this one compile code of its that is worth it: functions are kept, and so is `:opt`.
pub fn lasts(cell: &str) -> bool {
    asks(cell) || cell.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "fn")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_and_what_hides_one_are_worth_it() {
        for cell in [
            "for i in 0..9 { f(i) }",
            "while a { }",
            "loop {}",
            "fn f() {}",
            "let b = a.mapv(|x| x * 2.0);",
            "x.iter().max()",
            "(0..9u64).sum::<u64>()",
            ":opt 2",
        ] {
            assert!(is_worth(cell), "{cell}");
        }
    }

    #[test]
    fn calls_of_the_crates_are_not() {
        for cell in [
            "let model = Model::new(|vs| nn::seq().add(linear(vs / 0, 2, 5)))?;",
            "let history = fit(&model, &data, &TrainConfig { epochs: 9, ..Default::default() })?;",
            "plot_dataset(&circles)?",
            "\"for while\" // loop",
            ":dep support = { path = \"x\" }",
        ] {
            assert!(!is_worth(cell), "{cell}");
        }
    }

    #[test]
    fn functions_are_compiled_with_every_later_cell() {
        assert!(lasts("fn f() {\n    for i in 0..9 {}\n}") && lasts(":opt 1"));
        assert!(!lasts("for i in 0..9 {}") && !lasts("let fnord = 1;"));
    }
}
