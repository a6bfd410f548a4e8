//! Changes the source that evcxr generates before it is compiled: the cell's function gets a fixed name, and a panic,
//! an error by `?` and a lost variable are sent to the kernel in frames instead of printed. No line is added: evcxr
//! counts them.

use std::fs;
use std::path::Path;

use protocol::frame::{CELL_FUNCTION, Kind, REDEFINED};

use super::type_versions::with_versions;
use crate::source::KEEP;

/// Parts of evcxr's conversion of an error to a failed cell, which prints the text and then a marker.
const CONVERSION: &str = "for EvcxrUserCodeError {";
const FROM: &str = "fn from(error: T) -> Self {";
const OCCURRED: &str = "println!(\"{}\", evcxr_internal_runtime::USER_ERROR_OCCURRED);";

/// Start and end of the cell's function.
const FUNCTION: &str = "\n#[unsafe(no_mangle)]\npub extern \"C\" fn run_user_code";
const END: &str = "\nevcxr_variable_store\n}";

/// Parts of evcxr's code for a caught panic, and for a variable whose type changed.
const PANIC: &str = "println!(\"EVCXR_PANIC_NOTIFICATION\");";
const CHECK: &str =
    "if let Some(v) = self.variables.get(name)\n            && v.downcast_ref::<T>().is_none()";
const CHANGED: &str = "eprintln!(\"The type of the variable {name} was redefined, so was lost.\",);\n            println!(\"{VARIABLE_CHANGED_TYPE}{name}\");";

/// Module that the changed code calls; appended to the last line.
const RUNTIME: &str = "mod evcxr_kernel { \
    unsafe extern \"C\" { fn kernel_send(kind: u8, data: *const u8, length: usize); \
    fn kernel_before_input(flush: extern \"C\" fn()); } \
    pub extern \"C\" fn flush() { let _ = std::io::Write::flush(&mut std::io::stdout()); } \
    pub struct Version<T, const V: u64>(pub T); \
    pub fn begin() { unsafe { kernel_before_input(flush) } } \
    pub fn send(kind: u8, text: &str) { flush(); unsafe { kernel_send(kind, text.as_ptr(), text.len()) } } }";

/// File in the kernel's folder with the source as evcxr wrote it, except for the name of the cell's function. The store
/// compares cells by it.
pub const ORIGINAL: &str = "original.rs";

/// Changes the source of the cells' crate in this folder.
pub fn patch(folder: &Path) {
    let source = folder.join("src/lib.rs");
    // A source that is already changed is only built again, by cargo.
    if let Ok(text) = fs::read_to_string(&source)
        && !text.contains(RUNTIME)
    {
        let named = with_one_name(&text).unwrap_or_else(|| text.clone());
        let patched = patched(&text);
        if patched != text {
            let _ = fs::write(source, patched);
        }
        let _ = fs::write(folder.join(ORIGINAL), named);
    }
}

/// Makes all changes. Where evcxr's code differs from the expected form it stays, and the supervisor shows its output
/// as text; the tests of the kernel would fail.
fn patched(source: &str) -> String {
    let Some(mut text) = with_one_name(source) else { return source.to_owned() };
    if let Some(function) = text.find(FUNCTION) {
        text = with_kept(&with_versions(&text, function));
    }
    if let Some(with) = with_errors(&text) {
        text = with;
    }
    let send = |kind: Kind, text: &str| format!("crate::evcxr_kernel::send({}, {text});", kind as u8);
    // The last match is evcxr's: the cell's own text comes before it.
    if let Some(at) = text.rfind(PANIC).filter(|at| is_caught(&text[..*at])) {
        text.replace_range(at..at + PANIC.len(), &send(Kind::Panic, "\"\""));
    }
    // A variable that is not in the store is one whose cell ended before it was made.
    text = text.replace(
        CHECK,
        "if self.variables.get(name)\n            .is_none_or(|v| v.downcast_ref::<T>().is_none())",
    );
    let missing = format!(
        "&format!(\"{{name}}\\0{{}}\", if self.variables.contains_key(name) {{ \"{REDEFINED}\" }} else {{ \"\" }})"
    );
    text = text.replace(CHANGED, &format!("\n            {}", send(Kind::Missing, &missing)));
    text = with_begin(&text).unwrap_or(text);
    text = with_flush(&text).unwrap_or(text);
    let end = text.trim_end().len();
    text.insert_str(end, RUNTIME);
    text
}

/// Adds the statements that store variables, which evcxr writes at the cell's end, where the cell ends by `return`.
fn with_kept(source: &str) -> String {
    let mut text = source.to_owned();
    while let Some(at) = text.find(KEEP) {
        let Some(length) = text[at..].find("*/") else { break };
        let names = text[at + KEEP.len()..at + length].to_owned();
        let stores: String = names.split(' ').filter_map(|name| store(&text, name)).collect();
        text.replace_range(at..at + length + 2, &stores);
    }
    text
}

/// Returns the statement that stores a variable, on one line; `None` if evcxr stores no variable of this name.
fn store(source: &str, name: &str) -> Option<String> {
    let named = source.rfind(&format!(">(stringify!({name}), "))?;
    let start = source[..named].rfind("evcxr_variable_store.put_variable::<")?;
    let end = named + source[named..].find(';')? + 1;
    Some(source[start..end].replace('\n', " ") + " ")
}

/// Checks whether evcxr's code for a caught panic precedes this place.
fn is_caught(before: &str) -> bool {
    let before = before.trim_end();
    before.ends_with("Err(_) => {") || before.ends_with("}).is_err() {")
}

/// Gives the cell's function the name that the runner calls.
fn with_one_name(source: &str) -> Option<String> {
    let at = source.find(FUNCTION)? + FUNCTION.len();
    let (before, function) = source.split_at(at);
    let parameters = function.find('(')?;
    Some(format!("{}{CELL_FUNCTION}{}", before.strip_suffix("run_user_code")?, &function[parameters..]))
}

/// Makes the cell's function register the function that flushes its output.
fn with_begin(source: &str) -> Option<String> {
    let at = source.find(FUNCTION)?;
    let body = at + source[at..].find('{')? + 1;
    Some(format!("{} crate::evcxr_kernel::begin();{}", &source[..body], &source[body..]))
}

/// Flushes the cell's output at its end, also text without a line end.
fn with_flush(source: &str) -> Option<String> {
    let at = source.rfind(END)?;
    let flush = "\ncrate::evcxr_kernel::flush(); evcxr_variable_store\n}";
    Some(format!("{}{flush}{}", &source[..at], &source[at + END.len()..]))
}

/// Sends an error that ends a cell by `?` to the kernel, with its type and its place.
fn with_errors(source: &str) -> Option<String> {
    let at = source.find(CONVERSION)? + CONVERSION.len();
    let (before, conversion) = source.split_at(at);
    let print = conversion.find("eprintln!(")?;
    let end = print + conversion[print..].find(';')? + 1;
    // evcxr writes `eprintln!("{}", error);`, with the format from `:efmt`.
    let format = conversion[print..end].split('"').nth(1)?;
    let told = format!(
        "crate::evcxr_kernel::send({}, &format!(\"{{}}\\0{{}}\\0{format}\", std::any::type_name::<T>(), \
         std::panic::Location::caller(), error));",
        Kind::Error as u8,
    );
    let mended = format!("{}{told}{}", &conversion[..print], &conversion[end..]);
    let mended = mended.replacen(FROM, &format!("#[track_caller] {FROM}"), 1).replacen(OCCURRED, "", 1);
    Some(before.to_owned() + &mended)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source as evcxr 0.22 writes it, shortened.
    const SOURCE: &str = r#"#![allow(unused_imports, unused_mut, dead_code)]
let x = 1;
            struct EvcxrUserCodeError {}
            impl<T: std::fmt::Display> From<T> for EvcxrUserCodeError {
                fn from(error: T) -> Self {
                    eprintln!("{}", error);
                    println!("{}", evcxr_internal_runtime::USER_ERROR_OCCURRED);
                    EvcxrUserCodeError {}
                }
            }
mod evcxr_internal_runtime {
    pub fn check_variable<T: 'static>(&mut self, name: &str) -> bool {
        if let Some(v) = self.variables.get(name)
            && v.downcast_ref::<T>().is_none()
        {
            eprintln!("The type of the variable {name} was redefined, so was lost.",);
            println!("{VARIABLE_CHANGED_TYPE}{name}");
            return false;
        }
        true
    }
}
#[unsafe(no_mangle)]
pub extern "C" fn run_user_code_17(
mut evcxr_variable_store: *mut evcxr_internal_runtime::VariableStore)
  -> *mut evcxr_internal_runtime::VariableStore {
eprintln!("{}", error);
println!("EVCXR_PANIC_NOTIFICATION");
  Err(_) => {
    println!("EVCXR_PANIC_NOTIFICATION");
}}
evcxr_variable_store
}
"#;

    #[test]
    fn no_line_is_added_and_none_lost() {
        let patched = patched(SOURCE);
        assert_eq!(patched.lines().count(), SOURCE.lines().count());
        assert!(patched.contains("\neprintln!(\"{}\", error);\n"), "the user's own line changed: {patched}");
    }

    #[test]
    fn evcxrs_words_are_no_longer_printed() {
        let patched = patched(SOURCE);
        for word in [
            "{\n    println!(\"EVCXR_PANIC",
            "USER_ERROR_OCCURRED)",
            "VARIABLE_CHANGED_TYPE",
            "was redefined",
            "run_user_code_",
        ] {
            assert!(!patched.contains(word), "{word}: {patched}");
        }
        assert!(patched.contains("\nprintln!(\"EVCXR_PANIC"), "the user's own words changed: {patched}");
        for change in [
            "#[track_caller] fn from(error: T)",
            "fn run_user_code(",
            "VariableStore { crate::evcxr_kernel::begin();",
            "is_none_or(",
            "crate::evcxr_kernel::flush(); evcxr_variable_store\n}",
        ] {
            assert!(patched.contains(change), "{change}: {patched}");
        }
    }

    #[test]
    fn variables_are_stored_where_the_cell_is_left() {
        let source = "if a { /*evcxr_keep x y*/ return }\nevcxr_variable_store.put_variable::<Vec<f64,\nA>>(stringify!(x), x);";
        let first = with_kept(source).lines().next().map(str::to_owned);
        let store = "evcxr_variable_store.put_variable::<Vec<f64, A>>(stringify!(x), x);";
        assert_eq!(first, Some(format!("if a {{ {store}  return }}")));
    }

    #[test]
    fn a_source_without_a_cell_stays_as_it_is() {
        for source in ["eprintln!(\"{}\", error);", "fn f() {\n}", ""] {
            assert_eq!(patched(source), source);
        }
    }
}
