//! Tokens and statements of a cell.

use std::ops::Range;

use ra_ap_parser::LexedStr;
use ra_ap_syntax::ast::{self, AstNode};
use ra_ap_syntax::{Edition, NodeOrToken, SourceFile, SyntaxKind, SyntaxNode, TextRange};

/// Edition of cells, the one evcxr parses and compiles them with.
pub(super) const EDITION: Edition = Edition::Edition2024;

/// Text before a cell that makes it a whole file; evcxr parses a cell the same way.
const OPEN: &str = "fn f(){";

/// A token other than blanks and comments.
#[derive(Clone, Debug)]
pub(super) struct Token<'a> {
    pub kind: SyntaxKind,
    pub text: &'a str,
    pub at: usize,
}

impl Token<'_> {
    pub fn range(&self) -> Range<usize> {
        self.at..self.at + self.text.len()
    }
}

/// Tokens of a text, and errors in single tokens.
pub(super) struct Tokens<'a> {
    pub solid: Vec<Token<'a>>,
    pub errors: Vec<(Token<'a>, String)>,
}

impl<'a> Tokens<'a> {
    pub fn of(code: &'a str) -> Self {
        let lexed = LexedStr::new(EDITION, code);
        let token = |index: usize| {
            let range = lexed.text_range(index);
            Token {
                kind: lexed.kind(index),
                text: code.get(range.clone()).unwrap_or_default(),
                at: range.start,
            }
        };
        let blank = |kind| matches!(kind, SyntaxKind::WHITESPACE | SyntaxKind::COMMENT | SyntaxKind::SHEBANG);
        let solid = (0..lexed.len()).filter(|&index| !blank(lexed.kind(index))).map(token).collect();
        let errors = lexed.errors().map(|(index, message)| (token(index), message.to_owned())).collect();
        Self { solid, errors }
    }
}

/// A parsed cell.
pub(super) struct Tree {
    root: SyntaxNode,
    /// Errors of the parser, with their places in the cell.
    pub errors: Vec<(Range<usize>, String)>,
}

impl Tree {
    pub fn parse(code: &str) -> Self {
        let parsed = SourceFile::parse(&format!("{OPEN}{code}\n}}"), EDITION);
        let place = |range: TextRange| {
            let range = range_of(range);
            range.start.min(code.len())..range.end.min(code.len())
        };
        let errors = parsed.errors().iter().map(|error| (place(error.range()), error.to_string())).collect();
        Self { root: parsed.syntax_node(), errors }
    }

    /// Returns the statements and items of the cell, in order.
    pub fn statements(&self) -> Vec<SyntaxNode> {
        let body = self.root.children().find_map(ast::Fn::cast).and_then(|function| function.body());
        let list = body.and_then(|body| body.stmt_list());
        list.map(|list| list.syntax().children().collect()).unwrap_or_default()
    }

    /// Returns the node of the whole text.
    pub fn root(&self) -> &SyntaxNode {
        &self.root
    }
}

/// Returns the bytes of the cell at a range of the tree.
pub(super) fn range_of(range: TextRange) -> Range<usize> {
    let shift = |at: usize| at.saturating_sub(OPEN.len());
    shift(range.start().into())..shift(range.end().into())
}

/// Returns the bytes of the cell that a node covers.
pub(super) fn place(node: &SyntaxNode) -> Range<usize> {
    range_of(node.text_range())
}

/// Returns the start of a node without the comments and attributes before it.
pub(super) fn bare_start(node: &SyntaxNode) -> usize {
    let first = node.children_with_tokens().find(|child| {
        !matches!(child.kind(), SyntaxKind::WHITESPACE | SyntaxKind::COMMENT | SyntaxKind::ATTR)
    });
    first.map_or(place(node).start, |child| range_of(child.text_range()).start)
}

/// Returns the text of a node on one line: without comments, each run of blanks as one.
pub(super) fn compact(node: &SyntaxNode) -> String {
    let mut out = String::new();
    for token in node.descendants_with_tokens().filter_map(NodeOrToken::into_token) {
        match token.kind() {
            SyntaxKind::WHITESPACE => push_blank(&mut out),
            SyntaxKind::COMMENT if is_outer_doc(token.text()) => {
                let text = token.text().trim_start_matches('/').trim_end();
                out.push_str(&format!("#[doc = {text:?}] "));
            }
            SyntaxKind::COMMENT => push_blank(&mut out),
            _ => out.push_str(token.text()),
        }
    }
    out.trim().to_owned()
}

fn push_blank(out: &mut String) {
    if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

/// Returns the tokens of a node other than blanks and comments, as text.
pub(super) fn words(node: &SyntaxNode) -> Vec<String> {
    let tokens = node.descendants_with_tokens().filter_map(NodeOrToken::into_token);
    tokens
        .filter(|token| !matches!(token.kind(), SyntaxKind::WHITESPACE | SyntaxKind::COMMENT))
        .map(|token| token.text().to_owned())
        .collect()
}

/// Checks whether a comment documents the item after it: `///`, but not `////`.
pub(super) fn is_outer_doc(comment: &str) -> bool {
    comment.starts_with("///") && !comment.starts_with("////")
}

/// Returns a hash of texts that is the same in each run.
pub(super) fn hash(parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for byte in parts.iter().flat_map(|part| part.bytes().chain([0])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}
