//! Showing at once.

use protocol::content_block::Verb;

use super::{Bundle, Console, Shown};

/// What a notebook can show: figures, tables, models and metrics.
///
/// The last expression of a cell is shown by itself; this is for all the others.
///
/// ```
/// use support::prelude::*;
/// for noise in [0.03, 0.3] {
///     let circles = make_circles(100).noise(noise).build()?;
///     println!("noise {noise}:");
///     plot_dataset(&circles)?.show();
/// }
/// # Ok::<(), Error>(())
/// ```
pub trait Show {
    /// The forms it can be shown in.
    fn bundle(&self) -> Bundle;

    /// Shows it at this point of the cell's output. Plain evcxr keeps the last one of a cell.
    fn show(&self) {
        show_on(&Console::here(), &self.bundle());
    }

    /// Shows it, and returns a handle that puts something else in its place.
    fn display(&self) -> Shown {
        Shown::on(&Console::here(), self.bundle())
    }
}

impl<T: Show + ?Sized> Show for &T {
    fn bundle(&self) -> Bundle {
        (**self).bundle()
    }
}

impl<T: Show + ?Sized> Show for Box<T> {
    fn bundle(&self) -> Bundle {
        (**self).bundle()
    }
}

/// Shows a bundle that will not change.
pub(crate) fn show_on(console: &Console, bundle: &Bundle) {
    console.print(&if console.live { bundle.to_live(Verb::Show, None) } else { bundle.to_evcxr() });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::display::screen;

    #[test]
    fn our_kernel_shows_at_once_and_evcxr_gets_plain_blocks() {
        let table = crate::Table::new(["a"]).row(["1"]);
        let (console, paper) = screen::live();
        show_on(&console, &table.bundle());
        assert!(paper.borrow().starts_with("EVCXR_BEGIN_CONTENT text/plain 1/2 show -\na\n1\n"));
        let (console, paper) = screen::plain();
        show_on(&console, &table.bundle());
        assert_eq!(*paper.borrow(), table.bundle().to_evcxr());
    }
}
