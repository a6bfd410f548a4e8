//! Clearing a cell's output.

use protocol::content_block::{Verb, mime};

use super::Console;

/// Removes what the running cell has shown so far; with `wait` only once something new is shown, so that
/// nothing flickers. Outside this project's kernel it does nothing.
///
/// ```
/// use support::prelude::*;
/// clear_output(true);
/// ```
pub fn clear_output(wait: bool) {
    clear_on(&Console::here(), wait);
}

fn clear_on(console: &Console, wait: bool) {
    console.control(mime::CLEAR, Verb::Clear, if wait { "wait" } else { "now" });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::display::screen;

    #[test]
    fn clearing_is_a_block_for_our_kernel_alone() {
        let (console, paper) = screen::live();
        clear_on(&console, true);
        clear_on(&console, false);
        let block = |word| {
            format!("EVCXR_BEGIN_CONTENT application/x-kernel-clear 1/1 clear -\n{word}\nEVCXR_END_CONTENT\n")
        };
        assert_eq!(*paper.borrow(), block("wait") + &block("now"));
        let (console, paper) = screen::plain();
        clear_on(&console, true);
        assert_eq!(*paper.borrow(), "");
    }
}
