//! The commands of evcxr, and which of them this kernel runs.

/// Commands that this kernel runs.
const RUN: [&str; 17] = [
    ":build_env",
    ":clear",
    ":dep",
    ":doc",
    ":efmt",
    ":explain",
    ":fmt",
    ":help",
    ":offline",
    ":opt",
    ":restart",
    ":show_deps",
    ":t",
    ":timing",
    ":type",
    ":types",
    ":vars",
];

const QUIT: &str = "a cell cannot end the kernel; restart it or shut it down from the menu of the notebook";
const COMPILER: &str = "the kernel compiles with the toolchain it was built with";
const BUILT: &str = "the kernel decides itself how cells are compiled and linked";
const INTERNAL: &str = "this command shows internals of the kernel, which a notebook does not need";

/// Commands that are refused, with the reason.
const REFUSED: [(&str, &str); 17] = [
    (":quit", QUIT),
    (":exit", QUIT),
    (":toolchain", COMPILER),
    (":time_passes", COMPILER),
    (":codegen_backend", COMPILER),
    (":linker", BUILT),
    (":sccache", BUILT),
    (":cache", BUILT),
    (":clear_cache", BUILT),
    (":allow_static_linking", BUILT),
    (":preserve_vars_on_panic", "the kernel keeps the variables of earlier cells after each panic"),
    (":load_config", "the configuration was loaded when the kernel started"),
    (":internal_debug", INTERNAL),
    (":last_compile_dir", INTERNAL),
    (":last_error_json", INTERNAL),
    (":version", "`rustc --version` in a line `!rustc --version` tells the version of the compiler"),
    (
        ":env",
        "the kernel's environment cannot change while it runs; `unsafe { std::env::set_var(\"KEY\", \"value\") }` sets a \
         variable for the cells",
    ),
];

/// The decision on a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Run,
    /// The command is refused, for this reason.
    Refuse(String),
    /// The command does not exist; these have similar names.
    Unknown(Vec<&'static str>),
}

/// Decides on a command by its name and arguments.
pub(super) fn judge(name: &str, args: &str) -> Verdict {
    if let Some((_, reason)) = REFUSED.iter().find(|(refused, _)| *refused == name) {
        return Verdict::Refuse((*reason).to_owned());
    }
    if !RUN.contains(&name) {
        return Verdict::Unknown(near(name));
    }
    let refused = match name {
        ":opt" if !["", "0", "1", "2", "3", "s", "z"].contains(&args) => {
            Some(format!("there is no optimisation level `{args}`; it is 0, 1, 2, 3, s or z"))
        }
        ":fmt" if !args.is_empty() && !is_format(args) => Some(format!(
            "`{args}` does not format one value; write `:fmt {{:?}}`, `:fmt {{:#?}}` or `:fmt {{}}`"
        )),
        ":build_env" if BUILD.iter().any(|prefix| args.starts_with(prefix)) => Some(BUILT.to_owned()),
        _ => None,
    };
    refused.map_or(Verdict::Run, Verdict::Refuse)
}

/// Prefixes of the variables through which a build finds its tools.
const BUILD: [&str; 4] = ["RUST", "CARGO", "EVCXR", "PATH"];

/// Checks whether a text formats exactly one value.
fn is_format(text: &str) -> bool {
    let bare = text.replace("{{", "").replace("}}", "");
    let mut parts = bare.split(['{', '}']);
    let one = bare.matches('{').count() == 1 && bare.matches('}').count() == 1;
    let inner = parts.nth(1).unwrap_or("x");
    let spec = inner.is_empty() || inner.starts_with(':');
    one && spec && bare.find('{') < bare.find('}') && !text.contains(['"', '\\', '$', '*'])
}

/// Returns the commands whose names are similar to `name`.
fn near(name: &str) -> Vec<&'static str> {
    let mut found: Vec<(usize, &'static str)> = RUN
        .iter()
        .map(|known| (distance(name, known), *known))
        .filter(|(distance, known)| {
            *distance <= 1 + name.len() / 4
                || (name.len() > 2 && known.starts_with(name))
                || name.starts_with(known)
        })
        .collect();
    found.sort();
    found.into_iter().take(3).map(|(_, name)| name).collect()
}

/// Returns the number of letters to change, add or remove to turn one word into the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().take(40).collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, letter) in from.chars().take(40).enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, other) in to.iter().enumerate() {
            let change = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = change.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_commands_name_similar_ones() {
        assert_eq!(judge(":deps", "x"), Verdict::Unknown(vec![":dep"]));
        assert_eq!(judge(":var", ""), Verdict::Unknown(vec![":vars"]));
        assert_eq!(judge(":restrat", ""), Verdict::Unknown(vec![":restart"]));
        assert_eq!(judge(":)", ""), Verdict::Unknown(vec![":t"]));
        assert_eq!(judge(":frobnicate", ""), Verdict::Unknown(Vec::new()));
    }

    #[test]
    fn commands_that_would_break_the_kernel_are_refused() {
        for (name, args) in
            [(":quit", ""), (":toolchain", "nightly"), (":opt", "7"), (":linker", "mold"), (":fmt", "{} {}")]
        {
            assert!(matches!(judge(name, args), Verdict::Refuse(_)), "{name}");
        }
        for (name, args) in
            [(":opt", "s"), (":opt", ""), (":fmt", "{:#?}"), (":clear", ""), (":dep", "x = 1")]
        {
            assert_eq!(judge(name, args), Verdict::Run, "{name}");
        }
    }
}
