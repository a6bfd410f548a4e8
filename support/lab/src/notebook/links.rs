//! Writes the lines that say which part of the course a notebook is, and that link it to those before and after it.
//!
//! The first cell has them below its heading, the last cell below a rule:
//!
//! ```text
//! # 2. A linear model                                     ---
//!                                                         Previous: [1. Data](01_data.ipynb). Next:
//! *Part 2 of 3. Previous: [1. Data](01_data.ipynb).       [3. Deeper](03_deeper.ipynb), where …
//! Next: [3. Deeper](03_deeper.ipynb)*
//! ```

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::notebook::normalise::lines;
use crate::notebook::{Notebook, text, to_json};
use crate::stamp::write_whole;

/// Width at which the lines are broken, which links can exceed.
const WIDTH: usize = 110;
/// What stands before a link to another notebook.
const PREVIOUS: &str = "Previous:";
const NEXT: &str = "Next:";
const FIRST: &str = "Back to the beginning:";

/// Writes the lines into the files of a course, given in reading order; returns the names of the notebooks that changed.
pub fn write(course: &[PathBuf]) -> Result<Vec<String>> {
    let notebooks: Vec<Notebook> = course.iter().map(|path| Notebook::read(path)).collect::<Result<_>>()?;
    let mut changed = Vec::new();
    for (notebook, contents) in notebooks.iter().zip(linked(&notebooks)?) {
        if contents != notebook.contents {
            write_whole(&notebook.path, to_json(&contents))?;
            changed.push(notebook.name.clone());
        }
    }
    Ok(changed)
}

/// Returns the contents of the notebooks of a course with their lines. Lines that are right are kept with their line
/// breaks; so is the text that follows the links of a last cell.
fn linked(course: &[Notebook]) -> Result<Vec<Value>> {
    let named = course.iter().enumerate();
    let links = named.map(|(index, notebook)| link(notebook, index + 1)).collect::<Result<Vec<String>>>()?;
    let with_lines = |(index, notebook): (usize, &Notebook)| {
        let mut contents = notebook.contents.clone();
        if let Some(cells) = contents["cells"].as_array_mut() {
            begin(cells, index + 1, &links);
            end(cells, index + 1, &links);
        }
        contents
    };
    Ok(course.iter().enumerate().map(with_lines).collect())
}

/// Returns a link to a notebook: its heading up to a colon or a question mark, and its file.
fn link(notebook: &Notebook, part: usize) -> Result<String> {
    let first = text(&notebook.contents["cells"][0]["source"]);
    let start = format!("# {part}. ");
    let heading = first.lines().next().filter(|heading| heading.starts_with(&start));
    let Some(title) = heading.and_then(|heading| heading.strip_prefix("# ")) else {
        let problem = format!("its first cell should begin with a heading such as `{start}A title`");
        return Err(Error::NotANotebook { path: notebook.path.clone(), problem });
    };
    let title = match title.find([':', '?']) {
        Some(at) => title[..=at].trim_end_matches(':'),
        None => title,
    };
    Ok(format!("[{title}]({}.ipynb)", notebook.name))
}

/// Returns what leads from a part of the course to others: the words before each link, and the link.
fn neighbours(part: usize, links: &[String]) -> Vec<(&'static str, &str)> {
    let to = |words, part: usize| Some((words, links.get(part.checked_sub(1)?)?.as_str()));
    let onwards = to(NEXT, part + 1).or_else(|| to(FIRST, 1).filter(|_| part > 1));
    to(PREVIOUS, part - 1).into_iter().chain(onwards).collect()
}

/// Sets the line below the heading of the first cell.
fn begin(cells: &mut [Value], part: usize, links: &[String]) {
    let Some(first) = cells.first_mut() else { return };
    let source = text(&first["source"]);
    let (heading, rest) = source.split_once('\n').unwrap_or((&source, ""));
    let rest = rest.trim_start_matches('\n');
    let (found, rest) = match rest.strip_prefix("*Part ").and(rest.split_once("\n\n")) {
        Some((found, rest)) => (found, rest),
        None if rest.starts_with("*Part ") => (rest, ""),
        None => ("", rest),
    };
    let line = joined(&format!("*Part {part} of {}", links.len()), &neighbours(part, links)) + "*";
    if !same_words(found, &line) {
        let parts = [heading, &line, rest].into_iter().filter(|part| !part.is_empty());
        first["source"] = lines(&parts.collect::<Vec<_>>().join("\n\n"));
    }
}

/// Sets the line of the last cell that begins with a rule and links, or adds such a cell at the end.
fn end(cells: &mut Vec<Value>, part: usize, links: &[String]) {
    let line = joined("", &neighbours(part, links));
    if line.is_empty() {
        return;
    }
    for cell in cells.iter_mut().rev() {
        let source = text(&cell["source"]);
        let Some(found) = source.strip_prefix("---\n") else { continue };
        let Some(rest) = after_links(found) else { continue };
        if !same_words(&found[..found.len() - rest.len()], &line) {
            cell["source"] = lines(&format!("---\n{line}{rest}"));
        }
        return;
    }
    let source = lines(&format!("---\n{line}."));
    cells.push(json!({ "cell_type": "markdown", "id": "links", "metadata": {}, "source": source }));
}

/// Returns the text behind the links at the beginning of `line`, or `None` if it does not begin with links.
fn after_links(line: &str) -> Option<&str> {
    let strip =
        |words: &str| words.split(' ').try_fold(line, |line, word| line.trim_start().strip_prefix(word));
    let link = [PREVIOUS, NEXT, FIRST].into_iter().find_map(strip)?;
    let (_, behind) = link.trim_start().strip_prefix('[')?.split_once("](")?.1.split_once(')')?;
    let others = behind.strip_prefix('.').and_then(after_links);
    Some(others.unwrap_or(behind))
}

/// Joins a beginning and links to sentences, the last one without its full stop; breaks lines between links and words.
fn joined(start: &str, neighbours: &[(&str, &str)]) -> String {
    let mut pieces = vec![start.to_owned()];
    for (words, link) in neighbours {
        if let Some(last) = pieces.last_mut().filter(|last| !last.is_empty()) {
            last.push('.');
        }
        pieces.extend([(*words).to_owned(), (*link).to_owned()]);
    }
    let mut text = String::new();
    for piece in pieces.iter().filter(|piece| !piece.is_empty()) {
        let width = text.lines().last().map_or(0, |line| line.chars().count());
        match width {
            0 => {}
            // One column is left for the full stop or the asterisk behind it.
            _ if width + 1 + piece.chars().count() < WIDTH => text.push(' '),
            _ => text.push('\n'),
        }
        text += piece;
    }
    text
}

fn same_words(a: &str, b: &str) -> bool {
    a.split_whitespace().eq(b.split_whitespace())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use protocol::LabPaths;

    use super::*;
    use crate::notebook;

    fn course(folder: &Path, notebooks: &[(&str, &[&str])]) -> Vec<PathBuf> {
        let write = |(name, cells): &(&str, &[&str])| {
            let path = folder.join(format!("{name}.ipynb"));
            let cell = |(at, source): (usize, &&str)| json!({ "cell_type": "markdown", "id": at.to_string(), "metadata": {}, "source": lines(source) });
            let cells: Vec<Value> = cells.iter().enumerate().map(cell).collect();
            let contents = json!({ "cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5 });
            fs::write(&path, to_json(&contents)).unwrap();
            path
        };
        notebooks.iter().map(write).collect()
    }

    fn sources(path: &Path) -> Vec<String> {
        let contents = Notebook::read(path).unwrap().contents;
        contents["cells"].as_array().unwrap().iter().map(|cell| text(&cell["source"])).collect()
    }

    #[test]
    fn the_committed_notebooks_have_their_lines_to_the_byte() {
        let paths = LabPaths::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
        let folder = tempfile::tempdir().unwrap();
        let copied = |path: PathBuf| {
            let copy = folder.path().join(path.file_name().unwrap());
            fs::copy(&path, &copy).unwrap();
            (path, copy)
        };
        let (all, copies): (Vec<_>, Vec<_>) = notebook::all(&paths).unwrap().into_iter().map(copied).unzip();
        assert!(all.len() >= 6, "{all:?}");
        let changed = write(&copies).unwrap();
        assert!(
            changed.is_empty(),
            "the links of {changed:?} are out of date; `cargo lab run --save` writes them"
        );
        for (path, copy) in all.iter().zip(&copies) {
            assert!(fs::read(path).unwrap() == fs::read(copy).unwrap(), "{}", path.display());
            // Written again, it is the same file.
            let contents = Notebook::read(copy).unwrap().contents;
            assert!(fs::read_to_string(copy).unwrap() == to_json(&contents), "{}", path.display());
        }
    }

    #[test]
    fn a_new_notebook_gets_its_lines_and_changes_those_of_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let all = course(
            folder.path(),
            &[
                (
                    "01_data",
                    &["# 1. Data: two circles\n\nText.", "x", "---\nNext: [2. Old](02_old.ipynb), a line."],
                ),
                (
                    "02_line",
                    &[
                        "# 2. Does a line do? It does not\n\n*Part 2 of 9. Next:\n[3](3)*\n\nText.\n\nMore.",
                        "x",
                    ],
                ),
                ("03_net", &["# 3. A network", "Not links:\n---\nNext: [x](y)"]),
            ],
        );
        assert_eq!(write(&all).unwrap(), ["01_data", "02_line", "03_net"]);
        assert_eq!(
            sources(&all[0]),
            [
                "# 1. Data: two circles\n\n*Part 1 of 3. Next: [2. Does a line do?](02_line.ipynb)*\n\nText.",
                "x",
                "---\nNext: [2. Does a line do?](02_line.ipynb), a line.",
            ]
        );
        assert_eq!(
            sources(&all[1]),
            [
                "# 2. Does a line do? It does not\n\n*Part 2 of 3. Previous: [1. Data](01_data.ipynb). Next: \
                 [3. A network](03_net.ipynb)*\n\nText.\n\nMore.",
                "x",
                "---\nPrevious: [1. Data](01_data.ipynb). Next: [3. A network](03_net.ipynb).",
            ]
        );
        let last = &sources(&all[2])[2];
        let back = "Back to the beginning: [1. Data](01_data.ipynb).";
        assert_eq!(*last, format!("---\nPrevious: [2. Does a line do?](02_line.ipynb). {back}"));
        assert!(write(&all).unwrap().is_empty());

        let long = "04_a_name_that_is_long_enough_for_a_break_of_the_line";
        let more = [all, course(folder.path(), &[(long, &["# 4. More"])])].concat();
        assert_eq!(write(&more).unwrap().len(), 4);
        let next =
            format!("---\nPrevious: [2. Does a line do?](02_line.ipynb). Next:\n[4. More]({long}.ipynb).");
        assert_eq!(sources(&more[2])[2], next);
        assert!(sources(&more[0])[0].contains("*Part 1 of 4. "));
        assert!(write(&more).unwrap().is_empty());
    }

    #[test]
    fn right_lines_keep_their_line_breaks() {
        let folder = tempfile::tempdir().unwrap();
        let first = "# 1. A\n\n*Part 1 of 2.\nNext: [2. B](02_b.ipynb)*";
        let last = "---\nPrevious: [1. A](01_a.ipynb). Back to\nthe beginning: [1. A](01_a.ipynb).";
        let all = course(
            folder.path(),
            &[
                ("01_a", &[first, "---\nNext:\n[2. B](02_b.ipynb), and\nmore", "a cell below"]),
                (
                    "02_b",
                    &[
                        "# 2. B\n\n*Part 2 of 2. Previous: [1. A](01_a.ipynb). Back to the beginning:\n[1. A](01_a.ipynb)*",
                        last,
                    ],
                ),
            ],
        );
        let before = all.iter().map(|path| sources(path)).collect::<Vec<_>>();
        assert_eq!(write(&all).unwrap(), [""; 0]);
        assert_eq!(all.iter().map(|path| sources(path)).collect::<Vec<_>>(), before);
    }

    #[test]
    fn a_heading_without_its_number_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let all = course(folder.path(), &[("01_a", &["# 1. A"]), ("02_b", &["# 3. B"])]);
        let error = write(&all).unwrap_err().to_string();
        assert!(error.contains("02_b.ipynb") && error.contains("`# 2. A title`"), "{error}");
        assert_eq!(sources(&all[0]), ["# 1. A"]);
    }
}
