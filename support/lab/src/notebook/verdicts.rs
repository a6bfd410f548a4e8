//! Counts the results of scripts that print `ok …` or `FAILED …` per check.

use std::process::Command;

use crate::error::Result;
use crate::process::{self, Line};

/// Runs the script, prints its output, and returns how many checks passed and how many failed.
pub fn count(command: &mut Command, what: &str) -> Result<(u64, u64)> {
    let (mut passed, mut failed) = (0, 0);
    let ended = process::stream(command, what, |line| {
        let (Line::Out(text) | Line::Err(text)) = line;
        eprintln!("  {text}");
        passed += u64::from(text.starts_with("ok "));
        failed += u64::from(text.starts_with("FAILED "));
    });
    // A script that reported failures ends with an error on purpose; one that reported none crashed.
    if failed == 0 {
        ended?;
    }
    Ok((passed, failed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(text: &str) -> Result<(u64, u64)> {
        count(Command::new("sh").args(["-c", text]), "the script")
    }

    #[test]
    fn lines_are_counted() {
        let text = "echo 'ok   one'; echo noise; echo 'FAILED two' >&2; echo '   ok inside'; echo 'ok three'; exit 1";
        assert_eq!(script(text).unwrap(), (2, 1));
    }

    #[test]
    fn a_script_that_breaks_down_is_an_error() {
        assert!(script("echo 'ok one'; echo reason >&2; exit 1").unwrap_err().to_string().contains("reason"));
    }
}
