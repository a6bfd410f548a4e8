//! The words by which a cell and evcxr talk on the cell's standard output.

/// On standard input: run this. The library and the function follow.
pub const RUN: &str = "LOAD_AND_RUN ";
/// The cell's code has run.
pub const COMPLETE: &str = "EVCXR_EXECUTION_COMPLETE";
/// A panic was caught.
pub const PANIC: &str = "EVCXR_PANIC_NOTIFICATION";
/// An error left the cell by `?`.
pub const ERROR: &str = "EVCXR_ERROR_OCCURRED";
/// A variable was lost because its type was redefined; its name follows.
pub const CHANGED_TYPE: &str = "EVCXR_VARIABLE_CHANGED_TYPE:";
/// The cell asks the user something.
const INPUT: &str = "EVCXR_INPUT_REQUEST";
/// A block begins; its MIME type follows.
pub const BEGIN: &str = "EVCXR_BEGIN_CONTENT ";
/// The block is over.
pub const END: &str = "EVCXR_END_CONTENT";

/// The part of a block's heading by which `support` and the sources that `build::source` rewrote say more.
pub mod kind {
    /// Empties the cell's output.
    pub const CLEAR: &str = "application/x-kernel-clear";
    /// A loop heeded the stop button.
    pub const STOPPED: &str = "application/x-kernel-stopped";
    /// An error left the cell by `?`: its type, its place, its text.
    pub const ERROR: &str = "application/x-kernel-error";
}

/// What begins with one of the words above, and what was printed before it on the same line.
pub fn split(line: &str) -> Option<(&str, &str)> {
    let at = line.find("EVCXR_")?;
    let (before, word) = line.split_at(at);
    let whole = [COMPLETE, PANIC, ERROR];
    let start = [CHANGED_TYPE, INPUT, BEGIN];
    (whole.contains(&word) || start.iter().any(|start| word.starts_with(start))).then_some((before, word))
}

/// Whether a text without a line end may yet become one of the words.
pub fn may_begin(text: &str) -> bool {
    const START: &str = "EVCXR_";
    text.contains(START) || (1..START.len()).any(|n| text.ends_with(&START[..n]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_behind_text_without_a_line_end() {
        assert_eq!(split(COMPLETE), Some(("", COMPLETE)));
        assert_eq!(split("abcEVCXR_EXECUTION_COMPLETE"), Some(("abc", COMPLETE)));
        assert_eq!(split("EVCXR_BEGIN_CONTENT text/plain"), Some(("", "EVCXR_BEGIN_CONTENT text/plain")));
        assert_eq!(split("see EVCXR_EXECUTION_COMPLETED"), None);
        assert_eq!(split("EVCXR_TMPDIR"), None);
    }

    #[test]
    fn text_that_cannot_become_a_word_need_not_wait() {
        assert!(may_begin("abcEVC") && may_begin("EVCXR_EX"));
        assert!(!may_begin("epoch 3 of 5") && !may_begin(""));
    }
}
