//! Asks whether the stop button was pressed.

use super::Frontend;

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
