//! Tests of whole cells.

mod cells;
mod evcxr;
mod robust;
mod running;

use std::collections::BTreeMap;
use std::path::Path;

use super::*;

/// A notebook whose cells run one after the other in a model of evcxr.
#[derive(Default)]
struct Notebook {
    session: Session,
    evcxr: evcxr::Evcxr,
    variables: BTreeMap<String, String>,
    moved: BTreeMap<String, (String, u32)>,
    support: bool,
}

impl Notebook {
    fn prepare(&self, cell: &str) -> Result<Prepared, Problem> {
        let known = Known {
            support: Path::new("/support"),
            support_loaded: self.support,
            variables: &self.variables,
            moved: &self.moved,
        };
        prepare(cell, &self.session, &known)
    }

    /// Handles a cell without compiling it.
    fn take(&mut self, cell: &str) -> Prepared {
        let prepared = match self.prepare(cell) {
            Ok(prepared) => prepared,
            Err(problem) => panic!("{cell}\n{problem:?}"),
        };
        if let Some(part) = &prepared.part {
            check_map(cell, part);
            self.evcxr.take(&part.text);
        }
        self.session = prepared.session.clone();
        prepared
    }

    /// Runs a cell in both orders of the items; returns its output.
    fn run(&mut self, cell: &str) -> Result<String, String> {
        self.take(cell);
        let question = cell.contains('?') || cell.contains("return Err");
        let forward = self.evcxr.run(question);
        self.evcxr.reverse = true;
        let backward = self.evcxr.run(question);
        self.evcxr.reverse = false;
        if forward == backward { forward } else { Err(format!("{forward:?}\n{backward:?}")) }
    }
}

/// Checks that each mapped byte equals the cell's byte at its place, and that line numbers never decrease.
fn check_map(cell: &str, part: &Part) {
    for (at, byte) in part.text.bytes().enumerate() {
        if let Some(there) = part.map.to_cell(at) {
            assert_eq!(Some(&byte), cell.as_bytes().get(there), "byte {at} of {:?}", part.text);
        }
    }
}

/// Returns the only text of a cell in a new notebook.
fn text(cell: &str) -> String {
    let prepared = Notebook::default().take(cell);
    prepared.part.unwrap_or_else(|| panic!("{cell}")).text
}

fn problem(cell: &str) -> Problem {
    match Notebook::default().prepare(cell) {
        Ok(prepared) => panic!("{cell} has no problem: {prepared:?}"),
        Err(problem) => problem,
    }
}
