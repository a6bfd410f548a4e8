//! Command lines of evcxr (`:dep …`) and lines for the shell (`!ls`).
//!
//! Both are recognised at statement level only: outside strings, comments and brackets, after complete Rust.

use std::ops::Range;

use ra_ap_syntax::SyntaxKind;

use super::command_list::{self, Verdict};
use super::tree::{Token, Tokens, Tree};
use super::{Known, Problem, dependency, syntax_errors};

/// A command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Command {
    /// Bytes of the line, without its end.
    pub line: Range<usize>,
    /// Name of the command with the colon.
    pub name: String,
    /// Text after the name, without comments.
    pub args: String,
    /// Bytes of the name and of the arguments.
    pub place: Range<usize>,
}

/// A line for the shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shell {
    /// Bytes from the `!` to the end of the line.
    pub place: Range<usize>,
    /// Command that the shell runs.
    pub command: String,
}

/// A cell split into Rust, commands and shell lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Scan {
    /// The cell with blanks for each command line and a `;` for each shell line, each byte at its place.
    pub rust: String,
    pub commands: Vec<Command>,
    pub shells: Vec<Shell>,
}

/// Splits `cell` into its parts; `is_name` returns whether a word names a variable or an item of the notebook.
pub(super) fn scan(cell: &str, is_name: impl Fn(&str) -> bool) -> Scan {
    let own = own_names(cell);
    let is_name = |word: &str| is_name(word) || own.iter().any(|name| name == word);
    let mut scan = Scan::default();
    let mut at = 0;
    for whole in cell.split_inclusive('\n') {
        let line = whole.trim_end_matches(['\n', '\r']);
        let start = at + line.len() - line.trim_start().len();
        let end = at + line.trim_end().len();
        let text = cell.get(start..end).unwrap_or_default();
        let command = text.starts_with(':') && !text.starts_with("::");
        let shell = text.starts_with('!') && text.len() > 1;
        let found = (command || shell)
            && at_statement_level(&scan.rust)
            && (command || !is_rust(text, cell.get(start..).unwrap_or_default(), &is_name));
        if !found {
            scan.rust.push_str(whole);
        } else if command {
            scan.rust.push_str(&super::edits::blanked(whole));
            scan.commands.push(read_command(text, start, at..at + line.len()));
        } else {
            scan.rust.push_str(&super::edits::blanked(&whole[..start - at]));
            scan.rust.push(';');
            scan.rust.push_str(&super::edits::blanked(&whole[start - at + 1..]));
            let command = text.trim_start_matches('!').trim().to_owned();
            scan.shells.push(Shell { place: start..end, command });
        }
        at += whole.len();
    }
    scan
}

/// Returns the code without its commands and shell lines.
pub(super) fn without_commands(code: &str) -> String {
    scan(code, |_| false).rust
}

/// Checks whether the Rust before a line is complete, so that a command may follow.
fn at_statement_level(before: &str) -> bool {
    syntax_errors::check(before).is_ok()
}

fn read_command(text: &str, start: usize, line: Range<usize>) -> Command {
    let length = text.find(char::is_whitespace).unwrap_or(text.len());
    let (name, rest) = text.split_at(length);
    let args = without_comment(rest).trim();
    let end =
        if args.is_empty() { length } else { length + rest.len() - rest.trim_start().len() + args.len() };
    Command { line, name: name.to_owned(), args: args.to_owned(), place: start..start + end }
}

/// Returns the text before a comment `// …` that is not within quotes.
fn without_comment(args: &str) -> &str {
    let mut quote = None;
    let mut last = ' ';
    for (at, letter) in args.char_indices() {
        match quote {
            Some(open) if letter == open => quote = None,
            Some(_) => {}
            None if matches!(letter, '"' | '\'') => quote = Some(letter),
            None if last.is_whitespace() && args[at..].starts_with("//") => return &args[..at],
            None => {}
        }
        last = letter;
    }
    args
}

/// Returns the names that a cell defines itself.
fn own_names(cell: &str) -> Vec<String> {
    let tokens = Tokens::of(cell);
    let mut names = Vec::new();
    let mut pattern = false;
    for pair in tokens.solid.windows(2) {
        match pair[0].kind {
            SyntaxKind::LET_KW | SyntaxKind::USE_KW => pattern = true,
            SyntaxKind::EQ | SyntaxKind::SEMICOLON => pattern = false,
            _ => {}
        }
        let item = matches!(
            pair[0].kind,
            SyntaxKind::FN_KW | SyntaxKind::CONST_KW | SyntaxKind::STATIC_KW | SyntaxKind::STRUCT_KW
        );
        if pair[1].kind == SyntaxKind::IDENT && (item || pattern) {
            names.push(pair[1].text.to_owned());
        }
    }
    names
}

/// Checks whether a line that starts with `!` is Rust; `rest` is the cell from there on.
fn is_rust(text: &str, rest: &str, is_name: &impl Fn(&str) -> bool) -> bool {
    let operand = text.trim_start_matches(['!', ' ']);
    let tokens = Tokens::of(operand).solid;
    let Some(first) = tokens.first() else { return false };
    let next = |index: usize| tokens.get(index).map_or("", |token: &Token| token.text);
    let attached = |index: usize| {
        let before = index.checked_sub(1).and_then(|before| tokens.get(before));
        before.zip(tokens.get(index)).is_some_and(|(before, token)| before.range().end == token.at)
    };
    let call = next(1) == "(" && attached(1);
    let named = match first.kind {
        SyntaxKind::EQ | SyntaxKind::L_PAREN => return true,
        SyntaxKind::IDENT => {
            let name = first.text;
            let path = next(1) == ":" && next(2) == ":" && attached(1) && attached(2);
            let method = next(1) == "." && attached(1) && next(3) == "(" && attached(3);
            let macro_call = next(1) == "!" && attached(1) && matches!(next(2), "(" | "[" | "{");
            is_name(name) || path || method || macro_call || call
        }
        SyntaxKind::MINUS
        | SyntaxKind::AMP
        | SyntaxKind::STAR
        | SyntaxKind::L_CURLY
        | SyntaxKind::L_BRACK => true,
        kind => kind.is_literal() || kind.is_keyword(super::tree::EDITION),
    };
    named && (is_statement(text) || starts_statement(text, rest))
}

/// Checks whether a line is one statement without errors.
fn is_statement(line: &str) -> bool {
    if syntax_errors::is_too_deep(line) {
        return false;
    }
    let tree = Tree::parse(line);
    tree.errors.is_empty() && tree.statements().len() == 1
}

/// Checks whether a statement without errors starts with a line and continues below it.
fn starts_statement(line: &str, rest: &str) -> bool {
    if syntax_errors::is_too_deep(rest) {
        return false;
    }
    let tree = Tree::parse(rest);
    let Some(first) = tree.statements().into_iter().next() else { return false };
    let end = super::tree::place(&first).end;
    end > line.len() && tree.errors.iter().all(|(at, _)| at.start >= end.min(rest.trim_end().len()))
}

/// Returns the problem of the first command that is unknown or refused.
pub(super) fn refusal(scan: &Scan) -> Option<Problem> {
    scan.commands.iter().find_map(|command| {
        let problem = |name, message: String, help: Vec<String>| {
            Some(Problem { name, message, range: Some(command.place.clone()), label: None, help })
        };
        match command_list::judge(&command.name, &command.args) {
            Verdict::Run => None,
            Verdict::Refuse(message) => problem("CommandError", message, Vec::new()),
            Verdict::Unknown(near) => {
                let help = if near.is_empty() {
                    "`:help` lists the commands".to_owned()
                } else {
                    format!(
                        "similar: {}",
                        near.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
                    )
                };
                problem("UnknownCommand", format!("there is no command `{}`", command.name), vec![help])
            }
        }
    })
}

/// Returns the text of a command for evcxr.
pub(super) fn text_for_evcxr(command: &Command, known: &Known) -> String {
    if command.name == ":dep" && dependency::is_support(&command.args, known.support) {
        return dependency::line(known.support);
    }
    if command.args.is_empty() { command.name.clone() } else { format!("{} {}", command.name, command.args) }
}

/// Returns Rust code that runs a shell line.
pub(super) fn shell_statement(command: &str) -> String {
    format!(
        "{{ let _ = ::std::io::Write::flush(&mut ::std::io::stdout()); \
         match ::std::process::Command::new(\"sh\").arg(\"-c\").arg({command:?}).status() {{ \
         ::core::result::Result::Ok(status) if status.success() => {{}} \
         ::core::result::Result::Ok(status) => ::std::panic!(\"`{{}}` ended with {{}}\", {command:?}, status), \
         ::core::result::Result::Err(error) => ::std::panic!(\"`sh` did not start: {{}}\", error) }} }};"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shells(cell: &str) -> Vec<String> {
        let known = |word: &str| ["ready", "v"].contains(&word);
        scan(cell, known).shells.into_iter().map(|shell| shell.command).collect()
    }

    fn commands(cell: &str) -> Vec<String> {
        scan(cell, |_| false).commands.into_iter().map(|command| command.name).collect()
    }

    #[test]
    fn lines_that_cannot_be_rust_are_for_the_shell() {
        for line in [
            "ls -la",
            "ls",
            "pwd",
            "cat x.txt | wc -l",
            "echo \"it's\"",
            "./run.sh",
            "$HOME/x",
            "cargo build",
            "if [ -f x ]; then echo y; fi",
            "7z l a.7z",
            "foo.sh",
            "for i in 1 2; do echo $i; done",
        ] {
            assert_eq!(shells(&format!("!{line}")), [line], "{line}");
            assert_eq!(shells(&format!("let a = 1;\n  !{line}\nlet b = 2;")), [line], "{line}");
        }
    }

    #[test]
    fn lines_that_negate_something_are_rust() {
        for line in [
            "!ready",
            "!v.is_empty()",
            "!(a && b)",
            "!matches!(x, 1)",
            "!true",
            "!std::env::args().next().is_none()",
            "!w.is_empty()",
            "!0",
            "!!ready",
            "!Some(1).is_none()",
            "!ready\n    && v.is_empty()",
            "!(a &&\n b)",
            "let own = 1;\n!own",
            "a\n!= b",
            "let s = \"\n!ls\";",
            "f(\n!ls\n)",
            "assert!(\n    !false);",
        ] {
            assert_eq!(shells(line), Vec::<String>::new(), "{line}");
        }
    }

    #[test]
    fn commands_stand_at_statement_level_only() {
        assert_eq!(commands("  // note\n:dep a = \"1\""), [":dep"]);
        assert_eq!(commands("use std::fmt;\n:dep a = \"1\"\n:vars"), [":dep", ":vars"]);
        for cell in [
            "let s = r\"\n:dep support = { path = \"x\" }\n\";",
            "/* \n:dep a\n*/",
            "f(\n:dep\n)",
            "let x\n: i32 = 5;",
            "::std::mem::drop(1)",
            "\"a\n:b\"",
            "1 +\n:dep",
        ] {
            assert_eq!(commands(cell), Vec::<String>::new(), "{cell}");
        }
    }

    #[test]
    fn a_comment_after_a_command_is_no_part_of_it() {
        let scan = scan(":dep a = { git = \"https://x\" } // note", |_| false);
        assert_eq!(scan.commands[0].args, "a = { git = \"https://x\" }");
    }

    #[test]
    fn each_byte_of_the_rust_keeps_its_place() {
        let cell = "let ä = 1;\n:vars ü\n!ls ö\nä";
        let scan = scan(cell, |_| false);
        assert_eq!(scan.rust.len(), cell.len());
        assert_eq!(scan.rust.find("ä\n"), None);
        assert!(scan.rust.ends_with("\nä"));
        assert_eq!(scan.rust.matches('\n').count(), 3);
    }

    #[test]
    fn the_statement_for_the_shell_is_rust() {
        let tree = Tree::parse(&shell_statement("echo \"{}\" '\\' ä"));
        assert!(tree.errors.is_empty(), "{:?}", tree.errors);
    }
}
