//! Requests between a cell and the kernel: to clear the output, to stop a loop.

use protocol::content_block::{Verb, mime};

use super::Frontend;

/// Clears the output of the running cell; with `wait`, only when new output is shown, to avoid flicker. Outside this
/// project's kernel, the function does nothing.
///
/// ```
/// use support::prelude::*;
/// clear_output(true);
/// ```
pub fn clear_output(wait: bool) {
    clear_on(&Frontend::here(), wait);
}

fn clear_on(frontend: &Frontend, wait: bool) {
    frontend.control(mime::CLEAR, Verb::Clear, if wait { "wait" } else { "now" });
}

/// Returns whether the stop button was pressed since the cell began. A loop of your own that ends when this function
/// returns `true` keeps all variables; [`notebook::fit`](crate::notebook::fit) does so by itself.
///
/// When the function returns `true`, it also tells the kernel that the loop ends, so end the loop. A call takes a
/// microsecond or two. Outside this project's kernel, the function always returns `false`.
///
/// ```
/// use support::prelude::*;
/// let mut steps = 0;
/// while steps < 1000 && !stop_requested() {
///     steps += 1;
/// }
/// assert_eq!(steps, 1000);
/// ```
pub fn stop_requested() -> bool {
    asked(&Frontend::here())
}

fn asked(frontend: &Frontend) -> bool {
    let asked = frontend.stop_requested();
    if asked {
        frontend.stopped("the loop stopped when asked; variables are kept.");
    }
    asked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::display::fake_frontend;

    #[test]
    fn clearing_is_a_block_for_our_kernel_alone() {
        let (frontend, paper) = fake_frontend::live();
        clear_on(&frontend, true);
        clear_on(&frontend, false);
        let block = |word| {
            format!("EVCXR_BEGIN_CONTENT application/x-kernel-clear 1/1 clear -\n{word}\nEVCXR_END_CONTENT\n")
        };
        assert_eq!(*paper.borrow(), block("wait") + &block("now"));
        let (frontend, paper) = fake_frontend::plain();
        clear_on(&frontend, true);
        assert_eq!(*paper.borrow(), "");
    }

    #[test]
    fn a_yes_is_told_to_the_kernel() {
        let folder = tempfile::tempdir().expect("a folder");
        let (mut frontend, paper) = fake_frontend::live();
        assert!(!asked(&frontend), "no file to look for");
        let file = folder.path().join("stop");
        frontend.stop_file = Some(file.clone());
        assert!(!asked(&frontend), "not pressed yet");
        assert_eq!(*paper.borrow(), "");
        std::fs::write(file, "").expect("the stop file");
        assert!(asked(&frontend));
        assert_eq!(
            *paper.borrow(),
            "EVCXR_BEGIN_CONTENT application/x-kernel-stopped 1/1 stopped -\n\
             the loop stopped when asked; variables are kept.\nEVCXR_END_CONTENT\n"
        );
    }
}
