//! The tokens of a cell, and queries on them for error reports: `let` statements, items, brackets.

use std::ops::Range;

use ra_ap_parser::{
    Edition, LexedStr,
    SyntaxKind::{self, *},
};

/// A token that is not a blank or a comment.
#[derive(Clone, Debug)]
pub struct Token {
    pub kind: SyntaxKind,
    pub range: Range<usize>,
}

/// A cell, or a part of one, with its tokens.
pub struct CellSyntax<'a> {
    pub code: &'a str,
    pub tokens: Vec<Token>,
}

/// A `let` statement outside all braces, which makes variables of the notebook.
#[derive(Clone, Debug)]
pub struct Let<'a> {
    /// Range from `let` to its `;`.
    pub range: Range<usize>,
    pub pattern: &'a str,
    /// Names that the pattern binds, with their places.
    pub names: Vec<(&'a str, Range<usize>)>,
    pub kind: Option<&'a str>,
    pub value: Option<Range<usize>>,
    /// True if the statement ends with `;`.
    pub ended: bool,
}

/// A function, constant or static with the place of its whole text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item<'a> {
    pub keyword: &'static str,
    pub name: &'a str,
    pub range: Range<usize>,
}

impl<'a> CellSyntax<'a> {
    pub fn new(code: &'a str) -> Self {
        let lexed = LexedStr::new(Edition::CURRENT, code);
        let meant = (0..lexed.len()).filter(|at| !matches!(lexed.kind(*at), WHITESPACE | COMMENT));
        let tokens = meant.map(|at| Token { kind: lexed.kind(at), range: lexed.text_range(at) }).collect();
        Self { code, tokens }
    }

    pub fn text(&self, token: usize) -> &'a str {
        self.tokens.get(token).map_or("", |token| &self.code[token.range.clone()])
    }

    pub fn kind(&self, token: usize) -> SyntaxKind {
        self.tokens.get(token).map_or(EOF, |token| token.kind)
    }

    /// Checks whether a name occurs in the code, outside comments and texts, or in braces in a text, to be printed.
    pub fn mentions(&self, name: &str) -> bool {
        self.tokens.iter().any(|token| {
            let text = &self.code[token.range.clone()];
            match token.kind {
                IDENT => text == name,
                STRING => text.contains(&format!("{{{name}")),
                _ => false,
            }
        })
    }

    /// Returns the identifiers in a range, without fields and methods.
    pub fn idents_in(&self, range: &Range<usize>) -> Vec<&'a str> {
        let inside = |token: &Token| token.range.start >= range.start && token.range.end <= range.end;
        let free = |at: usize| {
            self.kind(at) == IDENT && (at == 0 || !matches!(self.kind(at - 1), DOT) || self.range_dots(at))
        };
        let at = (0..self.tokens.len()).filter(|at| inside(&self.tokens[*at]) && free(*at));
        at.map(|at| self.text(at)).collect()
    }

    /// Checks whether the dot before this token is the second of `..`.
    fn range_dots(&self, at: usize) -> bool {
        at >= 2 && self.kind(at - 2) == DOT
    }

    /// Returns all names that `let` statements outside braces bind.
    pub fn bound_names(&self) -> Vec<&'a str> {
        self.lets().into_iter().flat_map(|statement| statement.names).map(|(name, _)| name).collect()
    }

    /// Returns the last `let` statement outside braces that binds a name.
    pub fn let_of(&self, name: &str) -> Option<Let<'a>> {
        let binds = |statement: &Let<'_>| statement.names.iter().any(|(bound, _)| *bound == name);
        self.lets().into_iter().rev().find(binds)
    }

    /// Returns the `let` statements outside all braces, in their order.
    pub fn lets(&self) -> Vec<Let<'a>> {
        let (mut found, mut depth, mut at) = (Vec::new(), 0usize, 0);
        while at < self.tokens.len() {
            match self.kind(at) {
                kind if is_open(kind) => depth += 1,
                kind if is_close(kind) => depth = depth.saturating_sub(1),
                // `if let` and `while let` make no variables of the notebook.
                LET_KW if depth == 0 && (at == 0 || !matches!(self.kind(at - 1), IF_KW | WHILE_KW | AMP)) => {
                    let (statement, next) = self.let_at(at);
                    found.push(statement);
                    at = next;
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
        found
    }

    fn let_at(&self, start: usize) -> (Let<'a>, usize) {
        let colon = |at: usize| {
            self.kind(at) == COLON && self.kind(at + 1) != COLON && self.kind(at.wrapping_sub(1)) != COLON
        };
        let pattern_end =
            self.find(start + 1, |at| colon(at) || matches!(self.kind(at), EQ | SEMICOLON), false);
        let kind_end = if colon(pattern_end) {
            self.find(pattern_end + 1, |at| matches!(self.kind(at), EQ | SEMICOLON), true)
        } else {
            pattern_end
        };
        let end = self.find(kind_end, |at| self.kind(at) == SEMICOLON, false);
        let has_value = self.kind(kind_end) == EQ && end > kind_end + 1;
        let value = has_value.then(|| self.span(kind_end + 1, end));
        let kind = (pattern_end < kind_end).then(|| &self.code[self.span(pattern_end + 1, kind_end)]);
        let ended = self.kind(end) == SEMICOLON;
        let range = self.span(start, if ended { end + 1 } else { end });
        let pattern = self.span(start + 1, pattern_end);
        let names = self.names_in(start + 1, pattern_end);
        let statement = Let { range, pattern: &self.code[pattern], names, kind, value, ended };
        (statement, if ended { end + 1 } else { end })
    }

    /// Returns the first token from `from` on, outside brackets opened after it, that `holds` accepts; else the end.
    fn find(&self, from: usize, holds: impl Fn(usize) -> bool, angles: bool) -> usize {
        let mut depth = 0i32;
        for at in from..self.tokens.len() {
            if depth == 0 && holds(at) {
                return at;
            }
            match self.kind(at) {
                kind if is_open(kind) => depth += 1,
                kind if is_close(kind) => depth -= 1,
                L_ANGLE if angles => depth += 1,
                // Not the end of `->`.
                R_ANGLE if angles && self.kind(at - 1) != MINUS => depth -= 1,
                _ => {}
            }
            if depth < 0 {
                return at;
            }
        }
        self.tokens.len()
    }

    /// Returns the range from one token to before another.
    pub fn span(&self, from: usize, to: usize) -> Range<usize> {
        if to <= from {
            let at = self.tokens.get(from).map_or(self.code.len(), |token| token.range.start);
            return at..at;
        }
        self.tokens[from].range.start..self.tokens[to - 1].range.end
    }

    fn names_in(&self, from: usize, to: usize) -> Vec<(&'a str, Range<usize>)> {
        let binds = |at: &usize| {
            let text = self.text(*at);
            self.kind(*at) == IDENT
                && !text.starts_with(char::is_uppercase)
                // A path, a field's name before its pattern, a constructor.
                && !matches!(self.kind(at + 1), COLON | L_PAREN | L_CURLY)
                || self.kind(*at) == IDENT && *at + 1 == to && !text.starts_with(char::is_uppercase)
        };
        let at = (from..to).filter(binds);
        at.map(|at| (self.text(at), self.tokens[at].range.clone())).collect()
    }

    /// Returns the innermost function, constant or static around a place.
    pub fn item_around(&self, place: usize) -> Option<Item<'a>> {
        let around = self.items().into_iter().filter(|item| item.range.contains(&place));
        around.min_by_key(|item| item.range.len())
    }

    /// Returns all functions, constants and statics, also nested ones.
    pub fn items(&self) -> Vec<Item<'a>> {
        let mut found = Vec::new();
        for at in 0..self.tokens.len() {
            let (keyword, name) = match self.kind(at) {
                FN_KW if self.kind(at + 1) == IDENT => ("fn", at + 1),
                // `const fn` is a function, `const { … }` a block, `*const T` a type.
                CONST_KW if self.kind(at + 1) == IDENT && self.kind(at + 2) == COLON => ("const", at + 1),
                STATIC_KW if self.kind(at + 1) == IDENT => ("static", at + 1),
                STATIC_KW if self.kind(at + 1) == MUT_KW => ("static", at + 2),
                _ => continue,
            };
            let end = if keyword == "fn" {
                let body = self.find(at, |at| matches!(self.kind(at), L_CURLY | SEMICOLON), false);
                match self.kind(body) {
                    L_CURLY => self.find(body + 1, |_| false, false),
                    _ => body,
                }
            } else {
                self.find(at, |at| self.kind(at) == SEMICOLON, false)
            };
            let range = self.span(at, (end + 1).min(self.tokens.len()));
            found.push(Item { keyword, name: self.text(name), range });
        }
        found
    }

    /// Returns the place of a bracket without its partner, and true if it is an opening bracket.
    pub fn odd_bracket(&self) -> Option<(Range<usize>, bool)> {
        let mut open: Vec<(SyntaxKind, Range<usize>)> = Vec::new();
        for token in &self.tokens {
            match token.kind {
                kind if is_open(kind) => open.push((kind, token.range.clone())),
                kind if is_close(kind) => match open.pop() {
                    Some((opened, _)) if closes(opened) == kind => {}
                    Some((_, range)) => return Some((range, true)),
                    None => return Some((token.range.clone(), false)),
                },
                _ => {}
            }
        }
        open.pop().map(|(_, range)| (range, true))
    }
}

fn is_open(kind: SyntaxKind) -> bool {
    matches!(kind, L_PAREN | L_BRACK | L_CURLY)
}

fn is_close(kind: SyntaxKind) -> bool {
    matches!(kind, R_PAREN | R_BRACK | R_CURLY)
}

fn closes(open: SyntaxKind) -> SyntaxKind {
    match open {
        L_PAREN => R_PAREN,
        L_BRACK => R_BRACK,
        _ => R_CURLY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn let_statements_are_taken_apart() {
        let code = "let (a, mut b): (i32, Vec<Item<T = u8>>) = f(|x| { x; });\nif let Some(c) = a { let d = 1; }\n\
                    let Point { x, y: z } = p; let e = 5";
        let cell = CellSyntax::new(code);
        assert_eq!(cell.bound_names(), ["a", "b", "x", "z", "e"]);
        let first = &cell.lets()[0];
        assert_eq!((first.pattern, first.kind), ("(a, mut b)", Some("(i32, Vec<Item<T = u8>>)")));
        assert_eq!(&code[first.value.clone().unwrap()], "f(|x| { x; })");
        let last = cell.let_of("e").unwrap();
        assert_eq!((&code[last.range.clone()], last.ended), ("let e = 5", false));
        assert!(cell.let_of("d").is_none());
    }

    #[test]
    fn the_item_around_a_place_is_found() {
        let code =
            "fn outer() { fn inner(a: i32) -> i32 { a + q } }\nconst W: i64 = hidden;\nlet n = hidden;";
        let cell = CellSyntax::new(code);
        let at = |text: &str| cell.item_around(code.find(text).unwrap()).map(|item| item.name);
        assert_eq!((at("q }"), at("hidden;"), at("n = hidden")), (Some("inner"), Some("W"), None));
    }

    #[test]
    fn names_are_seen_in_code_and_in_texts_that_print_them() {
        let cell = CellSyntax::new("// a\nprintln!(\"{b:?} c\"); d.e");
        let seen = ["a", "b", "c", "d"].map(|name| cell.mentions(name));
        assert_eq!(seen, [false, true, false, true]);
        assert_eq!(cell.idents_in(&(0..cell.code.len())), ["println", "d"]);
    }

    #[test]
    fn an_odd_bracket_is_found() {
        let odd = |code| CellSyntax::new(code).odd_bracket();
        assert_eq!(odd("f(1, [2]) { }"), None);
        assert_eq!(odd("println!(\"{total}\""), Some((8..9, true)));
        assert_eq!(odd("a }"), Some((2..3, false)));
        assert_eq!(odd("fn f( {"), Some((6..7, true)));
    }
}
