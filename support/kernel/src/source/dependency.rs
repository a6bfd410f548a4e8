//! The command `:dep support = { path = "…" }`, whose crate the kernel has loaded already.

use std::path::Path;

/// Returns the line by which the kernel loads the crate.
pub fn line(support: &Path) -> String {
    format!(":dep support = {{ path = {:?} }}", support.display().to_string())
}

/// Checks whether the arguments of a command `:dep` name the crate in the folder `support` and no other. evcxr knows
/// the crate by the kernel's own line without asking cargo for all its dependencies.
pub(super) fn is_support(args: &str, support: &Path) -> bool {
    let path = path_of(args).or_else(|| args.starts_with(['.', '/']).then_some(args));
    path.is_some_and(|path| Path::new(path).canonicalize().is_ok_and(|path| path == support))
}

/// Returns the path in `support = { path = "…" }`, if the text has no other part.
fn path_of(args: &str) -> Option<&str> {
    let mut rest = args.trim();
    for part in ["support", "=", "{", "path", "="] {
        rest = rest.strip_prefix(part)?.trim_start();
    }
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let (path, rest) = rest[1..].split_once(quote)?;
    (rest.trim() == "}").then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_crate_itself_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let support = folder.path().canonicalize().unwrap();
        let path = folder.path().display();
        for args in [
            format!("support = {{ path = \"{path}/.\" }}"),
            format!("support={{path='{path}'}}"),
            format!("{path}/"),
        ] {
            assert!(is_support(&args, &support), "{args}");
        }
        for args in [
            "support = { path = \"/elsewhere\" }",
            "support = { path = \"x\", features = [\"y\"] }",
            "supporter = \"1\"",
        ] {
            assert!(!is_support(args, &support), "{args}");
        }
    }
}
