//! The cell line `:dep support = { path = "../support" }`: the crate is there from the start.

use std::path::Path;

/// The line under which the crate is loaded beforehand.
pub fn line(support: &Path) -> String {
    format!(":dep support = {{ path = {:?} }}", support.display().to_string())
}

/// The cell with such a line written as it was beforehand. evcxr then knows the crate without asking cargo for the
/// whole tree of its dependencies, which takes longer than the cell.
pub fn known(cell: &str, support: &Path) -> String {
    let same = |path: &str| Path::new(path).canonicalize().is_ok_and(|path| path == support);
    let lines = cell.split('\n').map(|line| match path_of(line) {
        Some(path) if same(path) => self::line(support),
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The path in `:dep support = { path = "…" }`, if the line says nothing else.
fn path_of(line: &str) -> Option<&str> {
    let mut rest = line.trim();
    for part in [":dep", "support", "=", "{", "path", "=", "\""] {
        rest = rest.strip_prefix(part)?.trim_start();
    }
    let (path, rest) = rest.split_once('"')?;
    (rest.trim() == "}").then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_crate_itself_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let support = folder.path().canonicalize().unwrap();
        let cell = format!(":dep support = {{ path = \"{}/.\" }}\nuse support::x;", folder.path().display());
        let line = line(&support);
        assert_eq!(known(&cell, &support), format!("{line}\nuse support::x;"));
        for other in [
            ":dep support = { path = \"/elsewhere\" }",
            ":dep support = { path = \"x\", features = [\"y\"] }",
            ":dep supporter = \"1\"",
            "let support = 1;",
        ] {
            assert_eq!(known(other, &support), other);
        }
    }
}
