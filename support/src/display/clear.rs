//! Clears a cell's output.

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
}
