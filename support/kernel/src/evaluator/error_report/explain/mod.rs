//! Explanations for frequent errors, by family: each states the error in the cell's own names, and what to write.

mod closure;
mod dependency;
mod derive;
mod earlier;
mod moved;
mod mutable;
mod question;
mod reference;
mod scope;
mod unfinished;
mod unwritable;

use super::Case;
use super::cell_syntax::CellSyntax;
use super::diagnostic::{Diagnostic, Label, Sources};

/// An error with the data that explanations use.
pub struct Subject<'a> {
    pub case: &'a Case<'a>,
    pub cell: &'a CellSyntax<'a>,
    pub sources: &'a Sources<'a>,
    pub error: &'a Diagnostic,
}

/// The headline and advice for an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// Sentence that states the error.
    pub headline: String,
    /// Lines below the frame.
    pub advice: Vec<String>,
    /// Labels of the frame; `None` for those of the error.
    pub labels: Option<Vec<Label>>,
}

impl Explanation {
    pub fn new(headline: impl Into<String>) -> Self {
        Self { headline: headline.into(), ..Self::default() }
    }

    pub fn advise(mut self, line: impl Into<String>) -> Self {
        self.advice.push(line.into());
        self
    }

    pub fn labelled(mut self, labels: Vec<Label>) -> Self {
        self.labels = Some(labels);
        self
    }
}

/// Explains an error; `None` if the error is not of the family.
type Family = fn(&Subject<'_>) -> Option<Explanation>;

/// All families, the more specific ones first.
const FAMILIES: [Family; 16] = [
    dependency::awaited,
    dependency::failed,
    closure::kept,
    unwritable::never,
    unwritable::iterator,
    unwritable::unknown,
    scope::variable_in_item,
    moved::in_an_earlier_cell,
    moved::in_this_cell,
    reference::kept,
    reference::returned,
    derive::not_shown,
    question::mark,
    mutable::made_without_mut,
    unfinished::cell,
    earlier::item,
];

/// Returns the explanation of the first family that the error belongs to.
pub fn explain(subject: &Subject<'_>) -> Option<Explanation> {
    FAMILIES.iter().find_map(|family| family(subject))
}

impl Subject<'_> {
    /// Returns the text of a range of the cell.
    fn text(&self, range: &std::ops::Range<usize>) -> &str {
        self.case.code.get(range.clone()).unwrap_or_default()
    }

    /// Returns the number of the line that contains an offset.
    fn line(&self, offset: usize) -> usize {
        super::render::line_of(self.case.code, offset)
    }

    /// Checks whether this cell or an earlier one made a variable of this name.
    fn is_variable(&self, name: &str) -> bool {
        self.case.names.made_by(name).is_some() || self.cell.bound_names().contains(&name)
    }
}

/// Helpers for the families' tests.
#[cfg(test)]
pub mod trial {
    use std::collections::BTreeMap;

    use serde_json::Value;

    use super::*;
    use crate::evaluator::error_report::layout::Layout;
    use crate::evaluator::names::{Names, Ran};

    /// A cell that ran before: execution count, code, and the variables after it with their types.
    pub type Earlier<'a> = (u32, &'a str, &'a [(&'a str, &'a str)]);

    /// Makes a registry from cells and the variables after each.
    pub fn names(cells: &[Earlier<'_>]) -> Names {
        let mut names = Names::default();
        let mut before = BTreeMap::new();
        for (count, code, left) in cells {
            let after: BTreeMap<String, String> =
                left.iter().map(|(name, kind)| ((*name).to_owned(), (*kind).to_owned())).collect();
            names.after_cell(&Ran { count: *count, code, ended: false }, &before, &after);
            before = after;
        }
        names
    }

    /// Explains an error of the compiler.
    pub fn compiled(code: &str, generated: &str, names: &Names, json: &Value) -> Option<Explanation> {
        with(code, generated, names, |sources| Diagnostic::from_json(json, sources))
    }

    /// Explains a message of evcxr.
    pub fn said(code: &str, generated: &str, names: &Names, message: &str) -> Option<Explanation> {
        with(code, generated, names, |_| Diagnostic::plain(message, code))
    }

    fn with(
        code: &str,
        generated: &str,
        names: &Names,
        error: impl FnOnce(&Sources<'_>) -> Diagnostic,
    ) -> Option<Explanation> {
        let place = |line, column| Some((line, column));
        let case =
            Case { code, text: code, place: &place, generated, names, killed: false, lost: &[], words: "" };
        let sources = Sources { code, layout: Layout::new(generated, code), place: &place };
        let (error, cell) = (error(&sources), CellSyntax::new(code));
        explain(&Subject { case: &case, cell: &cell, sources: &sources, error: &error })
    }

    /// Returns headline and advice without colours, one per line.
    pub fn text(explanation: Option<Explanation>) -> String {
        let explanation = explanation.expect("no family knows it");
        let mut out = explanation.headline;
        for line in explanation.advice {
            out += "\n";
            let mut pieces = line.split('\u{1b}');
            out += pieces.next().unwrap_or_default();
            for piece in pieces {
                out += piece.split_once('m').map_or("", |(_, rest)| rest);
            }
        }
        out
    }
}
