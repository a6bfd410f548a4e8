//! Finds syntax errors, unfinished code and code that is not Rust before evcxr compiles a cell.

use std::ops::Range;

use ra_ap_syntax::SyntaxKind;

use super::Problem;
use super::tree::{Token, Tokens, Tree};

/// Depth of brackets beyond which a cell is not parsed.
const DEEPEST: usize = 200;

/// Number of tokens in one expression beyond which a cell is not parsed.
const LONGEST: usize = 1500;

/// Number of operators and keywords in one expression beyond which a cell is not parsed.
const OPERATORS: usize = 400;

/// A syntax error of a cell.
#[derive(Clone, Debug)]
pub(super) struct Flaw {
    pub problem: Problem,
    /// True if more code could correct the error.
    pub unfinished: bool,
}

/// Parses `code`, which is Rust only; returns the first flaw if there is one.
pub(super) fn check(code: &str) -> Result<Tree, Box<Flaw>> {
    let tokens = Tokens::of(code);
    let flaw = unterminated(&tokens)
        .or_else(|| brackets(&tokens))
        .or_else(|| too_long(&tokens))
        .or_else(|| bad_token(&tokens));
    if let Some(flaw) = flaw.or_else(|| nameless_let(&tokens)) {
        return Err(Box::new(flaw));
    }
    let tree = Tree::parse(code);
    match tree.errors.first() {
        Some((at, message)) => Err(Box::new(parse_error(&tokens, at, message))),
        None => Ok(tree),
    }
}

fn flaw(message: String, range: Range<usize>, label: &str, unfinished: bool) -> Flaw {
    let label = (!label.is_empty()).then(|| label.to_owned());
    Flaw { problem: Problem { range: Some(range), label, ..Problem::compile(message) }, unfinished }
}

/// Finds a string, character or comment without an end.
fn unterminated(tokens: &Tokens) -> Option<Flaw> {
    let (token, _) = tokens.errors.iter().find(|(token, message)| is_unterminated(token, message))?;
    let text = token.text;
    let hashes = text.trim_start_matches(['b', 'c', 'r']);
    let hashes = &hashes[..hashes.len() - hashes.trim_start_matches('#').len()];
    let (what, end, more) = match token.kind {
        SyntaxKind::COMMENT => ("comment", "*/".to_owned(), true),
        SyntaxKind::CHAR | SyntaxKind::BYTE => ("character", "'".to_owned(), false),
        _ => ("string", format!("\"{hashes}"), true),
    };
    let opening = text.find(['"', '\'', '*']).map_or(1, |at| at + 1).min(text.len());
    let range = token.at..token.at + opening;
    Some(flaw(format!("this {what} is never closed"), range, &format!("`{end}` is missing"), more))
}

/// Checks whether a token lacks its end.
pub(super) fn is_unterminated(token: &Token, message: &str) -> bool {
    let raw = || token.text.trim_start_matches(['b', 'c', 'r', '#']).starts_with('"');
    message.contains("Missing trailing") || (message.contains("raw string") && raw())
}

/// Finds a bracket without its counterpart, or brackets nested too deeply.
fn brackets(tokens: &Tokens) -> Option<Flaw> {
    let mut open: Vec<&Token> = Vec::new();
    for token in &tokens.solid {
        match token.kind {
            SyntaxKind::L_PAREN | SyntaxKind::L_BRACK | SyntaxKind::L_CURLY => open.push(token),
            SyntaxKind::R_PAREN | SyntaxKind::R_BRACK | SyntaxKind::R_CURLY => {
                let text = token.text;
                let Some(opening) = open.pop() else {
                    return Some(flaw(format!("this `{text}` closes nothing"), token.range(), "", false));
                };
                if closing(opening.text) != text {
                    let wanted = closing(opening.text);
                    let label = format!("`{wanted}` is expected before this `{text}`");
                    let message = format!("this `{}` is never closed", opening.text);
                    let mut flaw = flaw(message, opening.range(), "opened here", false);
                    flaw.problem.help.push(label);
                    return Some(flaw);
                }
            }
            _ => {}
        }
        if open.len() > DEEPEST {
            return Some(flaw("this is nested too deeply".to_owned(), token.range(), "", false));
        }
    }
    let opening = open.last()?;
    let label = format!("`{}` is missing", closing(opening.text));
    Some(flaw(format!("this `{}` is never closed", opening.text), opening.range(), &label, true))
}

/// Finds an expression or type so long that the parser or the compiler would run out of stack.
fn too_long(tokens: &Tokens) -> Option<Flaw> {
    let (mut run, mut operators, mut angles, mut branches) = (0, 0, 0usize, 0);
    for token in &tokens.solid {
        run += 1;
        let name = token.kind == SyntaxKind::IDENT || token.kind.is_literal();
        operators += usize::from(!name && !matches!(token.text, "." | ":" | "(" | ")"));
        match token.text {
            ";" | "{" | "}" => (run, operators, angles) = (0, 0, 0),
            "," => (run, operators) = (0, 0),
            "<" => angles += 1,
            ">" => angles = angles.saturating_sub(1),
            "else" => branches += 1,
            _ => {}
        }
        if run > LONGEST || operators > OPERATORS || angles > DEEPEST || branches > OPERATORS {
            return Some(flaw("this is too long to be compiled".to_owned(), token.range(), "", false));
        }
    }
    None
}

/// Checks whether a text, which may be other than Rust, must not be parsed.
pub(super) fn is_too_deep(text: &str) -> bool {
    let tokens = Tokens::of(text);
    let depth = tokens.solid.iter().filter(|token| "([{".contains(token.text)).count();
    depth > DEEPEST || too_long(&tokens).is_some()
}

fn closing(opening: &str) -> &'static str {
    match opening {
        "(" => ")",
        "[" => "]",
        _ => "}",
    }
}

/// Finds a token that is not Rust, such as `'ab'` or `§`.
fn bad_token(tokens: &Tokens) -> Option<Flaw> {
    if let Some(token) = tokens.solid.iter().find(|token| token.kind == SyntaxKind::ERROR)
        && token.text.chars().count() == 1
    {
        return Some(flaw(format!("`{}` is not a character of Rust", token.text), token.range(), "", false));
    }
    let (token, message) = tokens.errors.first()?;
    let mut flaw = flaw(lower_first(message), token.range(), "", false);
    if token.kind == SyntaxKind::CHAR && token.text.chars().count() > 3 && token.text.ends_with('\'') {
        let text = token.text.trim_matches('\'');
        flaw.problem.help.push(format!("a text has double quotes: `\"{text}\"`"));
    }
    Some(flaw)
}

/// Finds a `let` without a name, such as `let = 1;`.
fn nameless_let(tokens: &Tokens) -> Option<Flaw> {
    let mut after_let: Option<&Token> = None;
    for token in &tokens.solid {
        match token.kind {
            SyntaxKind::LET_KW => after_let = Some(token),
            SyntaxKind::EQ | SyntaxKind::SEMICOLON | SyntaxKind::COLON if after_let.is_some() => {
                let message = "expected a name after `let`".to_owned();
                return after_let.map(|token| flaw(message, token.range(), "", false));
            }
            _ => after_let = None,
        }
    }
    after_let.map(|token| {
        flaw("the code ends where a name is expected after `let`".to_owned(), token.range(), "", true)
    })
}

/// Describes an error of the parser.
fn parse_error(tokens: &Tokens, at: &Range<usize>, message: &str) -> Flaw {
    let wanted = wanted(message);
    let found = tokens.solid.iter().find(|token| token.range().end > at.start);
    match (wanted, found) {
        (Some(wanted), None) => {
            let range = last_symbol(tokens);
            let wanted = if wanted == "a statement" { "an item".to_owned() } else { wanted };
            flaw(format!("the code ends where {wanted} is expected"), range, "the code ends here", true)
        }
        (Some(wanted), Some(token)) => {
            let before = tokens.solid.iter().rev().find(|other| other.range().end <= at.start);
            // A missing `;` or `,` belongs to the end of the token before it.
            let range = match before {
                Some(before) if matches!(wanted.as_str(), "`;`" | "`,`") => before.range(),
                _ => token.range(),
            };
            // An unfinished character literal looks like a lifetime.
            let twice = before.filter(|before| before.text == token.text && before.range().end == token.at);
            let written = token.kind == SyntaxKind::LIFETIME_IDENT
                && tokens.solid.last().is_some_and(|last| last.at == token.at);
            let message = format!("expected {wanted}, found `{}`", token.text);
            let mut flaw = flaw(message, range, "", written);
            if twice.is_some() && matches!(token.text, "+" | "-") {
                let operator = token.text;
                let help = format!("Rust has no `{operator}{operator}`; `x {operator}= 1` changes `x` by 1");
                flaw.problem.help.push(help);
            }
            flaw
        }
        (None, found) => {
            let range = if at.is_empty() { found.map_or(at.clone(), Token::range) } else { at.clone() };
            flaw(lower_first(message), range, "", found.is_none())
        }
    }
}

/// Returns the range of the last token; a symbol of several characters counts as one.
fn last_symbol(tokens: &Tokens) -> Range<usize> {
    let Some(last) = tokens.solid.last() else { return 0..0 };
    let symbol = |token: &Token| token.kind.is_punct();
    let mut start = last.at;
    for token in tokens.solid.iter().rev().skip(1) {
        if !symbol(last) || !symbol(token) || token.range().end != start || "()[]{};,".contains(token.text) {
            break;
        }
        start = token.at;
    }
    start..last.range().end
}

/// Returns what the parser expected, with its article or in quotes.
fn wanted(message: &str) -> Option<String> {
    let wanted = message.strip_prefix("expected ").or_else(|| message.strip_prefix("Expected "))?;
    let wanted = wanted.split(", found").next().unwrap_or(wanted);
    let quoted = |text: &str| Some(format!("`{text}`"));
    match wanted {
        "SEMICOLON" => quoted(";"),
        "COMMA" => quoted(","),
        "COLON" => quoted(":"),
        "EQ" => quoted("="),
        "L_PAREN" => quoted("("),
        "R_PAREN" => quoted(")"),
        "L_BRACK" => quoted("["),
        "R_BRACK" => quoted("]"),
        "L_CURLY" => quoted("{"),
        "R_CURLY" => quoted("}"),
        "L_ANGLE" => quoted("<"),
        "R_ANGLE" => quoted(">"),
        "PIPE" => quoted("|"),
        "FAT_ARROW" => quoted("=>"),
        "THIN_ARROW" => quoted("->"),
        "BANG" => quoted("!"),
        "COLON2" => quoted("::"),
        "expression, item or let statement" => Some("a statement".to_owned()),
        "IDENT" | "identifier" => Some("a name".to_owned()),
        _ if wanted.starts_with("identifier,") => Some("a name".to_owned()),
        _ => match wanted.strip_suffix("_KW") {
            Some(keyword) => quoted(&keyword.to_lowercase()),
            None if wanted.starts_with(['a', 'e', 'i', 'o', 'u']) && !has_article(wanted) => {
                Some(format!("an {wanted}"))
            }
            None if has_article(wanted) || wanted.starts_with('`') => Some(wanted.to_owned()),
            None => Some(format!("a {wanted}")),
        },
    }
}

fn has_article(text: &str) -> bool {
    ["a ", "an ", "the ", "one of "].iter().any(|article| text.starts_with(article))
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(code: &str) -> (String, String) {
        match check(code) {
            Err(flaw) => {
                let range = flaw.problem.range.unwrap_or(0..0);
                (flaw.problem.message, code[range].to_owned())
            }
            Ok(_) => panic!("{code} has no flaw"),
        }
    }

    fn is(code: &str, message: &str, place: &str) {
        assert_eq!(found(code), (message.to_owned(), place.to_owned()), "{code}");
    }

    #[test]
    fn an_open_bracket_is_reported_where_it_opens() {
        is("for i in 0..3 {", "this `{` is never closed", "{");
        is("println!(\"{total}\"", "this `(` is never closed", "(");
        is("match 1 {", "this `{` is never closed", "{");
        is("fn f( {", "this `{` is never closed", "{");
        is("let größe = [1, 2;", "this `[` is never closed", "[");
        is("f(1, 2]", "this `(` is never closed", "(");
        is("}", "this `}` closes nothing", "}");
        is("let a = 1;\n)", "this `)` closes nothing", ")");
    }

    #[test]
    fn a_string_or_comment_without_an_end_is_reported_where_it_starts() {
        is("let s = \"abc;\n1", "this string is never closed", "\"");
        is("let s = r#\"abc\";", "this string is never closed", "r#\"");
        is("1 /* more /* */", "this comment is never closed", "/*");
    }

    #[test]
    fn code_that_ends_too_early_is_reported_in_words() {
        is("let a = std::", "the code ends where a name is expected", "::");
        is("1 +", "the code ends where an expression is expected", "+");
        is("let a = 5", "the code ends where `;` is expected", "5");
        is("let a =", "the code ends where an expression is expected", "=");
        is("let", "the code ends where a name is expected after `let`", "let");
        is("impl X for Y", "the code ends where `{` is expected", "Y");
        is("#[derive(Debug)]", "the code ends where an item is expected", "]");
    }

    #[test]
    fn a_let_needs_a_name() {
        is("let a = 1;\nlet = 2;", "expected a name after `let`", "let");
        is("let : i32 = 2;", "expected a name after `let`", "let");
        for code in ["let (a, b) = (1, 2);", "if let Some(x) = y {}", "\"let = 1\"", "// let = 1", ""] {
            assert!(check(code).is_ok(), "{code}");
        }
    }

    #[test]
    fn other_errors_are_the_parsers_at_their_place() {
        is("let a = 5\nlet b = 6;", "expected `;`, found `let`", "5");
        is("let x = 1 § 2;", "`§` is not a character of Rust", "§");
        is("fn f() -> { 1 }", "expected a type, found `{`", "{");
        is("x++;", "expected an expression, found `+`", "+");
        is("let c = 'ab';", "character literal may only contain one codepoint", "'ab'");
    }

    #[test]
    fn deep_nesting_is_refused_without_a_crash() {
        for part in [
            "(",
            "!",
            "[",
            "1+",
            "a.b().",
            "A<",
            "A<u8,",
            "a=",
            "||",
            "return ",
            "if a {} else ",
            "&",
            "a as ",
            "if ",
        ] {
            for times in [100, 190, 290, 700, 1400, 20_000] {
                let _ = check(&part.repeat(times));
                let _ = check(&format!("let a: {}u8 = 1;", part.repeat(times)));
            }
            assert!(check(&part.repeat(20_000)).is_err());
        }
    }
}
