//! A registry of the notebook's variables, with the cells that made them and those that removed them.

use std::collections::BTreeMap;

use super::error_report::cell_syntax::CellSyntax;

/// A variable that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Type of the variable, as evcxr writes it.
    pub kind: String,
    /// Execution count of the cell that made the variable.
    pub cell: u32,
}

/// The reason why a variable no longer exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A cell moved the variable.
    Moved,
    /// A cell redefined the variable's type.
    Redefined,
    /// The cell that makes the variable ended before it reached the statement.
    NotReached,
    /// The process that held the variable ended.
    Ended,
}

/// A variable that no longer exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    pub kind: String,
    /// Execution count of the cell that made the variable.
    pub made: Option<u32>,
    /// Execution count of the cell that removed the variable.
    pub cell: u32,
    pub cause: Cause,
}

/// A registry of variables; cells are named by their execution counts.
#[derive(Clone, Debug, Default)]
pub struct Names {
    there: BTreeMap<String, Made>,
    gone: BTreeMap<String, Gone>,
}

/// A cell that ran, failed or not.
#[derive(Clone, Copy, Debug)]
pub struct Ran<'a> {
    /// Execution count of the cell.
    pub count: u32,
    pub code: &'a str,
    /// True if the process that runs cells ended with the cell.
    pub ended: bool,
}

impl Names {
    /// Records a cell's effect, from the variables and types before and after it.
    pub fn after_cell(
        &mut self,
        ran: &Ran<'_>,
        before: &BTreeMap<String, String>,
        after: &BTreeMap<String, String>,
    ) {
        let cell = CellSyntax::new(ran.code);
        for (name, kind) in before.iter().filter(|(name, _)| !after.contains_key(*name)) {
            let cause = match () {
                () if ran.ended => Cause::Ended,
                () if cell.mentions(name) => Cause::Moved,
                () => Cause::Redefined,
            };
            if self.gone.get(name).is_some_and(|gone| gone.cell == ran.count) {
                continue;
            }
            let made = self.there.remove(name).map(|made| made.cell);
            self.gone.insert(name.clone(), Gone { kind: kind.clone(), made, cell: ran.count, cause });
        }
        let bound = cell.bound_names();
        for (name, kind) in after {
            let made_now = before.get(name) != Some(kind) || bound.iter().any(|bound| bound == name);
            if made_now {
                self.there.insert(name.clone(), Made { kind: kind.clone(), cell: ran.count });
            }
            self.gone.remove(name);
        }
    }

    /// Records the variables that were not in the store when the cell `count` began; the flag is true if the type was
    /// redefined.
    pub fn missing(&mut self, count: u32, missing: &[(String, bool)]) {
        for (name, redefined) in missing {
            if let Some(Made { kind, cell }) = self.there.remove(name) {
                let cause = if *redefined { Cause::Redefined } else { Cause::NotReached };
                self.gone.insert(name.clone(), Gone { kind, made: Some(cell), cell: count, cause });
            }
        }
    }

    /// Returns the variables that a cell moved, with their types and that cell.
    pub fn moved(&self) -> BTreeMap<String, (String, u32)> {
        let moved = self.gone.iter().filter(|(_, gone)| gone.cause == Cause::Moved);
        moved.map(|(name, gone)| (name.clone(), (gone.kind.clone(), gone.cell))).collect()
    }

    /// Returns the variable of this name, if it exists.
    pub fn made_by(&self, name: &str) -> Option<&Made> {
        self.there.get(name)
    }

    /// Returns the removed variable of this name, if there is one.
    pub fn gone(&self, name: &str) -> Option<&Gone> {
        self.gone.get(name)
    }

    /// Iterates over the variables that exist.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Made)> {
        self.there.iter().map(|(name, made)| (name.as_str(), made))
    }

    /// Clears the registry, as a reset does.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(of: &[(&str, &str)]) -> BTreeMap<String, String> {
        of.iter().map(|(name, kind)| ((*name).to_owned(), (*kind).to_owned())).collect()
    }

    fn ran(count: u32, code: &str) -> Ran<'_> {
        Ran { count, code, ended: false }
    }

    #[test]
    fn a_variable_knows_its_cell() {
        let mut names = Names::default();
        let one = variables(&[("a", "i32")]);
        names.after_cell(&ran(1, "let a = 1;"), &variables(&[]), &one);
        names.after_cell(&ran(2, "a + 1"), &one, &one);
        assert_eq!(names.made_by("a").map(|made| made.cell), Some(1));
        names.after_cell(&ran(3, "let (a, _) = (2, 3);"), &one, &one);
        assert_eq!(names.made_by("a").map(|made| made.cell), Some(3));
        assert_eq!(names.made_by("b"), None);
    }

    #[test]
    fn a_moved_variable_knows_who_took_it() {
        let mut names = Names::default();
        let before = variables(&[("v", "Vec<i32>")]);
        names.after_cell(&ran(1, "let v = vec![1];"), &variables(&[]), &before);
        names.after_cell(&ran(4, "drop(v);"), &before, &variables(&[]));
        let gone = Gone { kind: "Vec<i32>".into(), made: Some(1), cell: 4, cause: Cause::Moved };
        assert_eq!(names.gone("v"), Some(&gone));
        assert_eq!(names.made_by("v"), None);
        names.after_cell(&ran(5, "let v = vec![2];"), &variables(&[]), &before);
        assert_eq!((names.gone("v"), names.made_by("v").map(|made| made.cell)), (None, Some(5)));
    }

    #[test]
    fn a_variable_that_the_cell_does_not_name_was_not_moved() {
        let mut names = Names::default();
        let before = variables(&[("q", "Q")]);
        names.after_cell(&ran(1, "let q = Q(1);"), &variables(&[]), &before);
        names.after_cell(&ran(2, "6 * 7 // q"), &before, &variables(&[]));
        assert_eq!(names.gone("q").map(|gone| gone.cause), Some(Cause::Redefined));
        names.after_cell(&ran(3, "let q = Q(1);"), &variables(&[]), &before);
        let crash = Ran { count: 4, code: "std::process::exit(3)", ended: true };
        names.after_cell(&crash, &before, &variables(&[]));
        assert_eq!(names.gone("q").map(|gone| gone.cause), Some(Cause::Ended));
        names.clear();
        assert_eq!(names.gone("q"), None);
    }
}
