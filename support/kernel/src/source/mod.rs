//! Runs in the kernel's process; text in, text out. Prepares a cell's source for evcxr.
//!
//! evcxr finds commands by the start of a line, keeps items by their name alone, and shows its generated code in
//! errors. [`prepare`] parses a cell first: it reports unfinished code at its place, moves commands to the front, makes
//! each item replaceable, and maps each byte of the result to its place in the cell.

mod command_list;
mod commands;
mod complete;
mod dependency;
mod edits;
mod impls;
mod imports;
mod items;
mod last;
mod leaving;
mod macros;
mod map;
mod moved;
mod opt_level;
mod session;
mod shadow;
mod shape;
mod syntax_errors;
mod tree;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use ra_ap_syntax::ast::{self, AstNode};

pub use complete::{Completeness, is_complete};
pub use dependency::line as support_line;
pub use last::WRAP;
pub use leaving::KEEP;
pub use map::{SourceMap, position_at};
pub use session::Session;

use commands::{Command, Scan};
use edits::Edits;

/// The state of the notebook before a cell runs.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Folder of the crate `support`, in canonical form.
    pub support: &'a Path,
    /// True if generated code may name `support`.
    pub support_loaded: bool,
    /// Variables of the notebook, with their types.
    pub variables: &'a BTreeMap<String, String>,
    /// Variables that were moved away: type, and execution count of the cell that moved them.
    pub moved: &'a BTreeMap<String, (String, u32)>,
}

/// A cell in the form evcxr gets.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    /// The text to run; `None` for a cell of comments.
    pub part: Option<Part>,
    /// Warnings about effects of the cell.
    pub notes: Vec<String>,
    /// True if the cell is compiled with optimisation.
    pub optimise: bool,
    /// True if later cells compile this cell's functions again, which need optimisation.
    pub optimise_later: bool,
    /// Definitions of this cell and earlier ones.
    pub session: Session,
    /// Crates that must be loaded before the cell runs.
    pub loads: Loads,
    /// True if the cell has commands besides one that loads `support`.
    pub commands: bool,
    /// True if the cell clears the notebook first.
    pub clears: bool,
}

/// A text for evcxr.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Text of the part.
    pub text: String,
    /// Map between its bytes and those of the cell.
    pub map: SourceMap,
}

/// Crates that a cell uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loads {
    /// True if the cell names `support`.
    pub support: bool,
    /// True if the cell adds another crate as a dependency.
    pub dependencies: bool,
}

/// The reason why a cell does not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Kind: `CompileError`, `UnknownCommand` or `CommandError`.
    pub name: &'static str,
    /// Description of the problem in one sentence.
    pub message: String,
    /// Bytes of the cell that the problem concerns.
    pub range: Option<Range<usize>>,
    /// Text beside the range.
    pub label: Option<String>,
    /// Suggestions.
    pub help: Vec<String>,
}

impl Problem {
    fn compile(message: String) -> Self {
        Self { name: "CompileError", message, range: None, label: None, help: Vec::new() }
    }
}

/// Parses a cell and rewrites it for evcxr.
pub fn prepare(cell: &str, session: &Session, known: &Known) -> Result<Prepared, Problem> {
    let is_name = |word: &str| known.variables.contains_key(word) || session.names(word);
    let scan = commands::scan(cell, is_name);
    if let Some(problem) = commands::refusal(&scan) {
        return Err(problem);
    }
    let tree = syntax_errors::check(&scan.rust).map_err(|flaw| flaw.problem)?;
    let statements = tree.statements();
    let clears = scan.commands.iter().any(|command| command.name == ":clear");
    let mut session = if clears { Session::default() } else { session.clone() };
    session.cell += 1;
    let loads = loads(&scan, &statements, known);
    let mut prepared = Prepared {
        optimise: opt_level::needs_optimisation(tree.root()) || asks(&scan),
        optimise_later: opt_level::keeps_functions(tree.root()) || asks(&scan),
        loads,
        commands: scan
            .commands
            .iter()
            .any(|command| command.name != ":dep" || !dependency::is_support(&command.args, known.support)),
        clears,
        ..Prepared::default()
    };
    let mut edits = Edits::default();
    items::rewrite(&scan.rust, &statements, &mut session, &mut edits, &mut prepared.notes)?;
    shadow::rename(&statements, &session.renamed, &mut edits);
    moved::rewrite(&statements, known, &mut edits);
    leaving::returns(&statements, &mut edits)?;
    let missing = leaving::diverging(&statements, &mut edits);
    let shell_last = scan.shells.last().map(|shell| shell.place.start);
    let ends_in_shell = shell_last > statements.last().map(|last| tree::place(last).start);
    if !ends_in_shell {
        let support = (known.support_loaded && !clears) || loads.support;
        last::rewrite(&statements, support, &mut edits);
    }
    for at in leaving::using(&statements, &missing) {
        edits.forget(&at);
        edits.blank(cell, at);
    }
    for shell in &scan.shells {
        // The `;` that replaces the line ends an expression before it.
        let ends = statements.iter().any(|node| {
            let at = tree::place(node);
            at.start <= shell.place.start && shell.place.start < at.end
        });
        let text = format!("{}{}", if ends { "; " } else { "" }, commands::shell_statement(&shell.command));
        edits.replace(shell.place.clone(), text);
    }
    let front = place_commands(cell, &scan, &tree::Tokens::of(&scan.rust), known, &mut edits);
    let keep_doc = items::documents_item(&statements);
    prepared.part = part(cell, &scan, &statements, edits, &front, keep_doc);
    prepared.session = session;
    Ok(prepared)
}

/// Returns the text for evcxr; `None` for a cell of comments.
fn part(
    cell: &str,
    scan: &Scan,
    statements: &[ra_ap_syntax::SyntaxNode],
    edits: Edits,
    front: &[(String, usize)],
    keep_doc: bool,
) -> Option<Part> {
    let empty = statements.is_empty() && scan.commands.is_empty() && scan.shells.is_empty();
    (!empty).then(|| edits.apply(cell, front, keep_doc))
}

/// Places commands where evcxr finds them: they stay if evcxr skips the text before them, and move to the front
/// otherwise. Returns the ones for the front, with their places.
fn place_commands(
    cell: &str,
    scan: &Scan,
    tokens: &tree::Tokens,
    known: &Known,
    edits: &mut Edits,
) -> Vec<(String, usize)> {
    let Some(last) = scan.commands.last() else { return Vec::new() };
    let text = |command: &Command| commands::text_for_evcxr(command, known);
    let rust = tokens.solid.iter().any(|token| token.at < last.place.start);
    let before = &scan.rust[..last.line.start.min(scan.rust.len())];
    let skipped =
        |line: &str| line.trim().is_empty() || (line.starts_with("//") && !tree::is_outer_doc(line));
    if !rust && before.lines().all(skipped) {
        for command in &scan.commands {
            if cell.get(command.line.clone()) != Some(text(command).as_str()) {
                edits.replace(command.line.clone(), text(command));
            }
        }
        return Vec::new();
    }
    if !rust && !before.lines().any(|line| tree::is_outer_doc(line.trim_start())) {
        // Only comments come before, in a form that evcxr takes for Rust.
        let mut at = 0;
        for command in &scan.commands {
            edits.blank(cell, at..command.line.start);
            edits.replace(command.line.clone(), text(command));
            at = command.line.end;
        }
        return Vec::new();
    }
    for command in &scan.commands {
        edits.blank(cell, command.line.clone());
    }
    scan.commands.iter().map(|command| (text(command), command.place.start)).collect()
}

/// Checks whether the cell sets its own optimisation level.
fn asks(scan: &Scan) -> bool {
    scan.commands.iter().any(|command| command.name == ":opt")
}

fn loads(scan: &Scan, statements: &[ra_ap_syntax::SyntaxNode], known: &Known) -> Loads {
    let mut loads = Loads::default();
    for command in scan.commands.iter().filter(|command| command.name == ":dep") {
        if dependency::is_support(&command.args, known.support) {
            loads.support = true;
        } else {
            loads.dependencies = true;
        }
    }
    let tokens = tree::Tokens::of(&scan.rust).solid;
    let named = |index: usize| {
        index.checked_sub(1).and_then(|before| tokens.get(before)).is_none_or(|token| token.text != ".")
    };
    loads.support |= tokens.iter().enumerate().any(|(index, token)| token.text == "support" && named(index));
    let builtin = ["std", "core", "alloc", "self", "support", "proc_macro", "test"];
    loads.dependencies |= statements
        .iter()
        .filter_map(|node| ast::ExternCrate::cast(node.clone()))
        .any(|item| item.name_ref().is_some_and(|name| !builtin.contains(&name.text())));
    loads
}
