//! Shows values in a notebook before the cell ends.

use protocol::content_block::Verb;

use super::{DisplayHandle, Frontend, MimeBundle};

/// A value that a notebook can show: a figure, table, model or metric.
///
/// The last expression of a cell is shown without a call; [`Show::show`] shows any other value. A plot is drawn first.
///
/// ```
/// use support::prelude::*;
/// for noise in [0.03, 0.3] {
///     let circles = make_circles(100).noise(noise).build()?;
///     println!("noise {noise}:");
///     plot_dataset(&circles).show()?;
/// }
/// # Ok::<(), Error>(())
/// ```
pub trait Show {
    /// Returns the value as a MIME bundle.
    fn bundle(&self) -> MimeBundle;

    /// Shows the value at this point of the cell's output. Plain evcxr keeps only the last value shown by a cell.
    fn show(&self) {
        show_on(&Frontend::here(), &self.bundle());
    }

    /// Shows the value, and returns a display handle that can replace it.
    fn display(&self) -> DisplayHandle {
        DisplayHandle::on(&Frontend::here(), self.bundle())
    }
}

impl<T: Show + ?Sized> Show for &T {
    fn bundle(&self) -> MimeBundle {
        (**self).bundle()
    }
}

impl<T: Show + ?Sized> Show for Box<T> {
    fn bundle(&self) -> MimeBundle {
        (**self).bundle()
    }
}

/// Shows a bundle that is not updated later.
pub(crate) fn show_on(frontend: &Frontend, bundle: &MimeBundle) {
    frontend.print(&if frontend.live { bundle.to_live(Verb::Show, None) } else { bundle.to_evcxr() });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::display::fake_frontend;

    #[test]
    fn our_kernel_shows_at_once_and_evcxr_gets_plain_blocks() {
        let table = crate::Table::new(["a"]).row(["1"]);
        let (frontend, paper) = fake_frontend::live();
        show_on(&frontend, &table.bundle());
        assert!(paper.borrow().starts_with("EVCXR_BEGIN_CONTENT text/plain 1/2 show -\na\n1\n"));
        let (frontend, paper) = fake_frontend::plain();
        show_on(&frontend, &table.bundle());
        assert_eq!(*paper.borrow(), table.bundle().to_evcxr());
    }
}
