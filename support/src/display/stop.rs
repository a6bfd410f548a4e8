//! The stop button.

use super::Console;

/// Whether the stop button was pressed since the cell began. A loop of your own that asks, and leaves off
/// when the answer is yes, ends with all variables kept; [`fit`](crate::train::fit) asks by itself.
///
/// A yes tells the kernel that the loop leaves off, so do so. Looking costs a microsecond or two. Outside
/// this project's kernel the answer is always no.
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
    asked(&Console::here())
}

fn asked(console: &Console) -> bool {
    let asked = console.stop_requested();
    if asked {
        console.stopped("the loop stopped when asked; variables are kept.");
    }
    asked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::display::screen;

    #[test]
    fn a_yes_is_told_to_the_kernel() {
        let folder = tempfile::tempdir().expect("a folder");
        let (mut console, paper) = screen::live();
        assert!(!asked(&console), "no file to look for");
        let file = folder.path().join("stop");
        console.stop_file = Some(file.clone());
        assert!(!asked(&console), "not pressed yet");
        assert_eq!(*paper.borrow(), "");
        std::fs::write(file, "").expect("the stop file");
        assert!(asked(&console));
        assert_eq!(
            *paper.borrow(),
            "EVCXR_BEGIN_CONTENT application/x-kernel-stopped 1/1 stopped -\n\
             the loop stopped when asked; variables are kept.\nEVCXR_END_CONTENT\n"
        );
    }
}
