//! The source that evcxr generates, mended where it tells less than it knows. No line is added: evcxr counts them.

use std::fs;
use std::path::Path;

use crate::relay::marker::{self, kind};

/// How evcxr's source turns an error into a failed cell: it prints the text, and says later that it did.
const CONVERSION: &str = "for EvcxrUserCodeError {";
const FROM: &str = "fn from(error: T) -> Self {";

/// How the cell's function ends.
const END: &str = "\nevcxr_variable_store\n}";
const FLUSH: &str = "\nlet _ = std::io::Write::flush(&mut std::io::stdout()); evcxr_variable_store\n}";

/// The name of the cell's function in its library, whatever number evcxr gave it. Cells that differ in nothing but the
/// number then are one cell for the store.
pub const CELL_FUNCTION: &str = "run_user_code";
/// Whether libraries have it under that name. evcxr's own loop calls it with the number.
const FIXED_NAME: bool = false;
/// Where the function begins, as evcxr writes it.
const FUNCTION: &str = "\n#[unsafe(no_mangle)]\npub extern \"C\" fn run_user_code_";

/// Mends the file.
pub fn mend(source: &Path) {
    if let Ok(text) = fs::read_to_string(source) {
        let told = told(&text).unwrap_or_else(|| text.clone());
        let flushed = flushed(&told).unwrap_or(told);
        let mended = if FIXED_NAME { renamed(&flushed).unwrap_or(flushed) } else { flushed };
        if mended != text {
            let _ = fs::write(source, mended);
        }
    }
}

/// Gives the cell's function its fixed name. Nothing if that cannot be done.
fn renamed(source: &str) -> Option<String> {
    // The first: the user's code comes after it, and items of the user's are whole.
    let at = source.match_indices(FUNCTION).map(|(at, _)| at + FUNCTION.len()).find(|at| {
        let rest = source[*at..].trim_start_matches(|c: char| c.is_ascii_digit());
        rest.starts_with("(\n") && rest.len() < source.len() - at
    })?;
    let rest = source[at..].trim_start_matches(|c: char| c.is_ascii_digit());
    let start = source[..at].rfind("run_user_code_")?;
    Some(format!("{}{CELL_FUNCTION}{rest}", &source[..start]))
}

/// Has the cell's last words leave the process with it, also without a line end.
fn flushed(source: &str) -> Option<String> {
    let at = source.rfind(END)?;
    Some(format!("{}{FLUSH}{}", &source[..at], &source[at + END.len()..]))
}

/// Has an error that leaves a cell by `?` told with its type and its place.
fn told(source: &str) -> Option<String> {
    let at = source.find(CONVERSION)? + CONVERSION.len();
    let (before, conversion) = source.split_at(at);
    let print = conversion.find("eprintln!(")?;
    let end = print + conversion[print..].find(';')? + 1;
    // `eprintln!("{}", error);`, with the format that `:efmt` chose.
    let format = conversion[print..end].split('"').nth(1)?;
    let told = format!(
        "{{ print!(\"{}{} 1/1 error -\\n{{}}\\n{{}}\\n{}\\n{}\\n\", std::any::type_name::<T>(), \
         std::panic::Location::caller(), error); }}",
        marker::BEGIN,
        kind::ERROR,
        format,
        marker::END,
    );
    let mended = format!("{}{told}{}", &conversion[..print], &conversion[end..]);
    Some(before.to_owned() + &mended.replacen(FROM, &format!("#[track_caller] {FROM}"), 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As evcxr 0.22 writes it.
    const SOURCE: &str = "let x = 1;
            struct EvcxrUserCodeError {}
            impl<T: std::fmt::Display> From<T> for EvcxrUserCodeError {
                fn from(error: T) -> Self {
                    eprintln!(\"{}\", error);
                    println!(\"{}\", evcxr_internal_runtime::USER_ERROR_OCCURRED);
                    EvcxrUserCodeError {}
                }
            }
eprintln!(\"{}\", error);
";

    #[test]
    fn the_conversion_tells_type_and_place_in_as_many_lines() {
        let mended = told(SOURCE).unwrap();
        assert_eq!(mended.lines().count(), SOURCE.lines().count());
        assert!(mended.contains("#[track_caller] fn from(error: T)"), "{mended}");
        assert!(mended.contains("application/x-kernel-error 1/1 error -"), "{mended}");
        assert!(mended.ends_with("\neprintln!(\"{}\", error);\n"), "the user's own line changed: {mended}");
    }

    #[test]
    fn the_cells_function_flushes_in_as_many_lines() {
        let source = "fn run() {\nlet evcxr_variable_store = 1;\nprint!(\"half\");\nevcxr_variable_store\n}";
        let mended = flushed(source).unwrap();
        assert_eq!(mended.lines().count(), source.lines().count());
        assert!(mended.ends_with("std::io::stdout()); evcxr_variable_store\n}"), "{mended}");
    }

    #[test]
    fn the_cells_function_has_a_fixed_name() {
        let source = |name: &str| {
            format!("use a;\n#[unsafe(no_mangle)]\npub extern \"C\" fn {name}(\nlet x = 1;\n}}\n")
        };
        assert_eq!(renamed(&source("run_user_code_12")), Some(source(CELL_FUNCTION)));
        assert_eq!(renamed(&source("run_user_code_x")), None);
        assert_eq!(renamed(&source("run_user_code_")), None);
        assert_eq!(renamed(&source(CELL_FUNCTION)), None);
    }

    #[test]
    fn a_source_without_it_stays_as_it_is() {
        assert_eq!(told("eprintln!(\"{}\", error);"), None);
        assert_eq!(flushed("fn f() {\n}"), None);
    }
}
