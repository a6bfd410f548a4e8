//! Reports for a cell whose process ended: the reason, and the variables that were lost.

use std::collections::BTreeMap;

use super::Case;
use super::render::help;
use super::wording::{cells, list};
use crate::evaluator::cell_error::CellError;

/// Maximum number of names that one line lists.
const NAMES: usize = 12;

/// Reports a cell whose process ended while it ran. `how` is the supervisor's description of the end.
pub fn crash(case: &Case<'_>, how: Option<&str>) -> CellError {
    if case.killed {
        let text = "the cell did not stop when asked, so its process was ended";
        return CellError::new("Interrupted", text, gone(case));
    }
    CellError::new("Crash", sentence(case, how.unwrap_or_default()), gone(case))
}

fn sentence(case: &Case<'_>, how: &str) -> String {
    let words = case.words;
    if words.contains("has overflowed its stack") {
        return overflow();
    }
    if let Some(bytes) = asked_for(words) {
        return format!("out of memory: the cell asked for {} at once", size(bytes));
    }
    if let Some(status) = how.strip_prefix("it exited with status ") {
        return format!("the cell ended its process with `exit({status})`");
    }
    match signal(how) {
        Some(11 | 7 | 10) if !has_unsafe(case) => overflow(),
        Some(11 | 7 | 10) => "the cell used memory that is not its own (segmentation fault)".to_owned(),
        Some(6) => "the cell aborted its process".to_owned(),
        Some(9) => {
            "the process that ran the cell was killed: perhaps the machine ran out of memory".to_owned()
        }
        Some(15) => "the process that ran the cell was ended from outside".to_owned(),
        Some(4) => "the process that ran the cell met an illegal instruction".to_owned(),
        _ if how.is_empty() => "the process that ran the cell ended".to_owned(),
        _ => format!("the process that ran the cell ended: {how}"),
    }
}

fn overflow() -> String {
    "the stack overflowed (a function that calls itself without end?)".to_owned()
}

fn signal(how: &str) -> Option<i32> {
    how.strip_prefix("signal ")?.split(' ').next()?.parse().ok()
}

/// Reads the size from `memory allocation of 1152921504606846976 bytes failed`.
fn asked_for(words: &str) -> Option<u64> {
    let (_, rest) = words.split_once("memory allocation of ")?;
    rest.split(' ').next()?.parse().ok()
}

/// Checks whether the cell or an item of an earlier one contains `unsafe` code, which may access any memory.
fn has_unsafe(case: &Case<'_>) -> bool {
    let items = case.generated.split("#[unsafe(no_mangle)]").next().unwrap_or_default();
    let items = items.split("mod evcxr_internal_runtime").next().unwrap_or_default();
    case.code.contains("unsafe") || items.contains("unsafe {") || items.contains("unsafe fn")
}

/// Formats a number of bytes in the largest unit that it fills.
fn size(bytes: u64) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let power = (bytes.max(1).ilog2() / 10) as usize;
    let value = bytes as f64 / 1024f64.powi(power as i32);
    let rounded = if value.fract() < 0.05 { format!("{value:.0}") } else { format!("{value:.1}") };
    format!("{rounded} {}", units[power])
}

/// Lists the variables that were lost with the process, and the cells to run for them.
pub fn gone(case: &Case<'_>) -> Vec<String> {
    if case.lost.is_empty() {
        return vec!["There were no variables to lose; types, functions and imports are kept.".to_owned()];
    }
    let mut by_cell: BTreeMap<Option<u32>, Vec<String>> = BTreeMap::new();
    for name in case.lost {
        by_cell.entry(case.names.made_by(name).map(|made| made.cell)).or_default().push(name.clone());
    }
    let counts: Vec<u32> = by_cell.keys().flatten().copied().collect();
    let listed = if case.lost.len() > NAMES {
        format!("all {} variables", case.lost.len())
    } else {
        let groups = by_cell.iter().map(|(cell, names)| match cell {
            Some(cell) => format!("{} (cell {cell})", list(names)),
            None => list(names),
        });
        groups.collect::<Vec<_>>().join(", ")
    };
    let again = match counts.is_empty() {
        true => "Run the cells that made them again".to_owned(),
        false => format!("Run {} again", cells(&counts)),
    };
    vec![format!("Gone: {listed}."), help(&format!("{again}; types, functions and imports are kept."))]
}

/// Lists the variables that were lost with a failed cell; with `makes`, also says that its new ones are not kept.
pub fn losses(case: &Case<'_>, makes: bool) -> Vec<String> {
    let mut lines = Vec::new();
    if !case.lost.is_empty() {
        let mut counts: Vec<u32> =
            case.lost.iter().filter_map(|name| Some(case.names.made_by(name)?.cell)).collect();
        counts.sort_unstable();
        counts.dedup();
        let again = if counts.is_empty() {
            String::new()
        } else {
            format!(" Run {} again for them.", cells(&counts))
        };
        lines.push(format!("Lost with it: {}.{again}", list(case.lost)));
    }
    if makes {
        lines.push("Variables that this cell made are not kept; all others are.".to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::explain::trial::names;
    use super::*;

    fn of(code: &str, how: &str, words: &str) -> String {
        let names = names(&[]);
        let place = |line, column| Some((line, column));
        let case = Case {
            code,
            text: code,
            place: &place,
            generated: "",
            names: &names,
            killed: false,
            lost: &[],
            words,
        };
        crash(&case, Some(how)).value
    }

    #[test]
    fn each_end_has_its_sentence() {
        for (code, how, words, sentence) in [
            (
                "depth(0)",
                "signal 11 (segmentation fault)",
                "",
                "the stack overflowed (a function that calls itself without end?)",
            ),
            (
                "f()",
                "signal 6 (abort)",
                "thread 'main' has overflowed its stack",
                "the stack overflowed (a function that calls itself without end?)",
            ),
            (
                "unsafe { f() }",
                "signal 11 (segmentation fault)",
                "",
                "the cell used memory that is not its own (segmentation fault)",
            ),
            (
                "v()",
                "signal 6 (abort)",
                "memory allocation of 1152921504606846976 bytes failed",
                "out of memory: the cell asked for 1 EiB at once",
            ),
            (
                "v()",
                "signal 6 (abort)",
                "memory allocation of 1610612736 bytes failed",
                "out of memory: the cell asked for 1.5 GiB at once",
            ),
            ("f()", "it exited with status 3", "", "the cell ended its process with `exit(3)`"),
            ("f()", "signal 6 (abort)", "", "the cell aborted its process"),
            (
                "f()",
                "signal 9 (killed)",
                "",
                "the process that ran the cell was killed: perhaps the machine ran out of memory",
            ),
        ] {
            assert_eq!(of(code, how, words), sentence);
        }
    }

    #[test]
    fn what_is_gone_names_the_cells_to_run() {
        let names = names(&[
            (3, "let a = 1; let b = 2;", &[("a", "i32"), ("b", "i32")]),
            (5, "let c = a;", &[("a", "i32"), ("b", "i32"), ("c", "i32")]),
        ]);
        let lost = ["a", "b", "c"].map(str::to_owned);
        let place = |line, column| Some((line, column));
        let case = Case {
            code: "",
            text: "",
            place: &place,
            generated: "",
            names: &names,
            killed: false,
            lost: &lost,
            words: "",
        };
        let lines = gone(&case);
        assert_eq!(lines[0], "Gone: `a`, `b` (cell 3), `c` (cell 5).");
        assert!(
            lines[1].ends_with("Run cells 3 and 5 again; types, functions and imports are kept."),
            "{}",
            lines[1]
        );
        assert_eq!(losses(&case, false), ["Lost with it: `a`, `b`, `c`. Run cells 3 and 5 again for them."]);
    }
}
