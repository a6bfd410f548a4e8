//! Tests that the modules of the crate import each other in one direction only.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The modules in order: a module may import those before it. `prelude` exports names of all of them.
const ORDER: [&str; 15] = [
    "error",
    "memory",
    "table",
    "data",
    "predictor",
    "inspect",
    "tensors",
    "pipeline",
    "models",
    "train",
    "metrics",
    "plot",
    "display",
    "notebook",
    "prelude",
];

/// Returns the modules that a line of code names after `crate::`; comments are ignored.
fn named(line: &str) -> Vec<&str> {
    let code = line.split("//").next().unwrap_or_default();
    let names = code.split("crate::").skip(1).flat_map(|rest| {
        let list = rest.strip_prefix('{').map_or(vec![rest], |list| list.split(',').collect());
        list.into_iter().filter_map(|path| {
            path.trim()
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .filter(|name| !name.is_empty())
        })
    });
    names.filter(|name| ORDER.contains(name)).collect()
}

fn imports(path: &Path, found: &mut BTreeSet<(String, String)>, module: &str) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            imports(&entry.unwrap().path(), found, module);
        }
    } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
        let text = fs::read_to_string(path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for name in code.lines().flat_map(named) {
            found.insert((module.to_owned(), name.to_owned()));
        }
    }
}

#[test]
fn modules_import_only_those_before_them() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(&source).unwrap() {
        let path = entry.unwrap().path();
        let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if module != "lib" {
            assert!(ORDER.contains(&module.as_str()), "`{module}` has no place in the order");
            imports(&path, &mut found, &module);
        }
    }
    assert!(found.contains(&("plot".into(), "data".into())), "no imports were found");
    let place = |module: &str| ORDER.iter().position(|other| *other == module);
    let back: Vec<_> = found.iter().filter(|(from, to)| from != to && place(from) < place(to)).collect();
    assert!(back.is_empty(), "these import a module that stands after them: {back:?}");
}
