//! A crate that could not be loaded: cargo's log as one sentence.

use super::super::render::{help, write};
use super::super::wording::between;
use super::{Explanation, Subject};

/// Phrases in cargo's messages that mean that there is no network.
const NO_NETWORK: [&str; 9] = [
    "Could not resolve host",
    "failed to fetch",
    "failed to download",
    "download of",
    "spurious network error",
    "network failure",
    "Couldn't connect",
    "Failed to connect",
    "--offline",
];

fn is_cargos(message: &str) -> bool {
    [
        "no matching package",
        "failed to select a version",
        "failed to get `",
        "failed to load",
        "cargo metadata failed",
        "Cargo.toml",
        "os error 2",
    ]
    .iter()
    .chain(&NO_NETWORK)
    .any(|words| message.contains(words))
}

/// Explains `await` outside `async`, for which evcxr needs tokio.
pub fn awaited(subject: &Subject<'_>) -> Option<Explanation> {
    let message = &subject.error.message;
    let waits = subject.case.code.contains(".await");
    if !waits || !(subject.error.is(&["E0728"]) || (message.contains("tokio") && is_cargos(message))) {
        return None;
    }
    Some(
        Explanation::new("`.await` needs the crate `tokio`, which is not loaded: it has to be fetched once, with a network")
            .advise(write(":dep tokio = { version = \"1\", features = [\"rt\", \"rt-multi-thread\"] }"))
            .advise(help("Run that line in a cell of its own, then this cell again."))
            .labelled(subject.error.label("await").cloned().into_iter().collect()),
    )
}

/// Explains a `:dep` line that failed.
pub fn failed(subject: &Subject<'_>) -> Option<Explanation> {
    let message = &subject.error.message;
    if let Some(command) = message.strip_prefix("Unrecognised command ") {
        return Some(
            Explanation::new(format!("there is no command `{command}`"))
                .advise(help("`:help` lists the commands.")),
        );
    }
    if message.starts_with("Invalid :dep command")
        || message.starts_with(":dep requires arguments")
        || (message.contains("string values must be quoted") && subject.case.code.contains(":dep"))
    {
        return Some(
            Explanation::new("this `:dep` line is not complete")
                .advise(write(":dep rand = \"0.9\""))
                .advise(help("A name, `=` and a version in quotes.")),
        );
    }
    if let Some(name) = between(message, "Dependency `", "` is missing a lib target") {
        return Some(Explanation::new(format!("`{name}` is a program and no library: a cell cannot use it")));
    }
    if !is_cargos(message) {
        return None;
    }
    let name = wanted(subject);
    let quoted = name.as_deref().map_or("the crate".to_owned(), |name| format!("`{name}`"));
    if NO_NETWORK.iter().any(|words| message.contains(words)) {
        return Some(
            Explanation::new(format!(
                "{quoted} is not on this machine, and cargo cannot reach the network to fetch it"
            ))
            .advise(help("With a network, run the cell again: then the crate stays.")),
        );
    }
    if let Some(name) = between(message, "no matching package named `", "`") {
        return Some(
            Explanation::new(format!("there is no crate named `{name}`"))
                .advise(help("Look for its name on https://crates.io, `-` and `_` included.")),
        );
    }
    if let Some(wanted) = between(message, "failed to select a version for the requirement `", "`") {
        let (name, version) = wanted.split_once(" = ").unwrap_or((wanted, ""));
        let version = version.trim_matches(['"', '^']);
        let explanation = Explanation::new(format!("there is no version {version} of `{name}`"));
        let there = between(message, "candidate versions found which didn't match: ", "\n");
        return Some(match there.and_then(|there| there.split(',').next()) {
            Some(newest) => explanation.advise(write(&format!(":dep {name} = \"{}\"", newest.trim()))),
            None => explanation,
        });
    }
    if message.contains("failed to read `")
        || message.contains("No such file")
        || message.contains("does not exist")
    {
        let line = line(subject)?;
        let path = between(line, "path", "}").and_then(|rest| rest.split('"').nth(1));
        let place = path.map_or("there".to_owned(), |path| format!("at `{path}`"));
        return Some(
            Explanation::new(format!("{quoted} cannot be loaded: there is no crate {place}")).advise(help(
                "A path is seen from the notebook's folder, and leads to the folder that holds `Cargo.toml`.",
            )),
        );
    }
    let reason = message.lines().map(str::trim).find_map(|line| line.strip_prefix("error: "));
    Some(Explanation::new(format!("{quoted} cannot be loaded: {}", reason.unwrap_or("cargo refuses it"))))
}

/// Returns the line of the cell that loads the crate.
fn line<'a>(subject: &'a Subject<'_>) -> Option<&'a str> {
    let commands = || {
        subject
            .case
            .code
            .lines()
            .map(str::trim)
            .filter(|line| line.starts_with(":dep") || line.starts_with("extern crate"))
    };
    let named = commands().find(|line| {
        let name = line.split_whitespace().nth(1).unwrap_or_default().trim_end_matches(['=', ';']);
        !name.is_empty() && subject.error.message.contains(name)
    });
    named.or_else(|| commands().next_back())
}

/// Returns the name of the crate that could not be loaded.
fn wanted(subject: &Subject<'_>) -> Option<String> {
    let words = line(subject)?.trim_start_matches(":dep").trim_start_matches("extern crate");
    let name = words.trim().split(['=', ' ', ';']).next()?;
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::trial::{said, text};
    use crate::evaluator::names::Names;

    fn words(code: &str, message: &str) -> String {
        text(said(code, "", &Names::default(), message))
    }

    #[test]
    fn an_unknown_crate_is_named() {
        let message = "    Updating crates.io index\nerror: no matching package named `nosuch` found\nlocation searched: crates.io index";
        assert!(words(":dep nosuch = \"1\"", message).starts_with("there is no crate named `nosuch`\n"));
    }

    #[test]
    fn an_unknown_version_shows_the_newest() {
        let message = "    Updating crates.io index\nerror: failed to select a version for the requirement `rand = \"^999\"`\n\
                       candidate versions found which didn't match: 0.10.4, 0.10.3, ...\nlocation searched: crates.io index";
        let text = words(":dep rand = \"999\"", message);
        assert_eq!(text, "there is no version 999 of `rand`\nwrite: :dep rand = \"0.10.4\"");
    }

    #[test]
    fn a_path_is_shown_as_the_cell_writes_it() {
        let message = "error: failed to get `foo`\n\nCaused by:\n  failed to load source for dependency `foo`\n\nCaused by:\n  \
                       failed to read `/home/me/x/foo/Cargo.toml`\n\nCaused by:\n  No such file or directory (os error 2)";
        let text = words(":dep foo = { path = \"../foo\" }", message);
        assert!(
            text.starts_with("`foo` cannot be loaded: there is no crate at `../foo`\n")
                && !text.contains("/home"),
            "{text}"
        );
    }

    #[test]
    fn without_a_network_that_is_what_is_said() {
        let message = "    Updating crates.io index\nwarning: spurious network error (3 tries remaining): [6] Could not resolve host\n\
                       error: failed to get `rand` as a dependency";
        assert!(
            words(":dep rand = \"0.9\"", message)
                .starts_with("`rand` is not on this machine, and cargo cannot reach the network")
        );
        let message = message.replace("rand", "tokio");
        let text = words("let answer = async { 6 * 7 }.await;", &message);
        assert!(
            text.starts_with("`.await` needs the crate `tokio`") && text.contains(":dep tokio"),
            "{text}"
        );
    }

    #[test]
    fn commands_that_are_none_are_said_to_be() {
        assert!(
            words(":nonsense", "Unrecognised command :nonsense")
                .starts_with("there is no command `:nonsense`\n")
        );
        assert!(
            words(":dep rand =", "error: string values must be quoted, expected literal string")
                .starts_with("this `:dep` line")
        );
    }
}
