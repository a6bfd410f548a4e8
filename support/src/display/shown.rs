//! A display that changes after it was shown.

use std::hash::{BuildHasher, Hasher, RandomState};

use protocol::content_block::Verb;

use super::{Bundle, Console, Show};

/// The handle of a display: [`Show::display`] makes it, [`Shown::update`] changes what is seen.
///
/// Outside this project's kernel nothing is seen until the handle is dropped or [finished](Shown::finish);
/// then the last state is. A handle kept in a notebook's variable is not dropped when the cell ends: finish it.
#[derive(Debug)]
pub struct Shown {
    console: Console,
    id: String,
    /// What is still to be seen, where it cannot be shown at once.
    pending: Option<Bundle>,
}

impl Shown {
    pub(crate) fn on(console: &Console, bundle: Bundle) -> Self {
        let mut shown = Self { console: console.clone(), id: fresh_id(), pending: None };
        shown.send(Verb::Show, bundle);
        shown
    }

    /// Puts `to` in the place of what is seen.
    pub fn update(&mut self, to: &impl Show) {
        self.send(Verb::Update, to.bundle());
    }

    /// Leaves the display as it is now.
    pub fn finish(self) {}

    fn send(&mut self, verb: Verb, bundle: Bundle) {
        if self.console.live {
            self.console.print(&bundle.to_live(verb, Some(&self.id)));
        } else {
            self.pending = Some(bundle);
        }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        if let Some(bundle) = self.pending.take() {
            self.console.print(&bundle.to_evcxr());
        }
    }
}

/// An id no other display has. It cannot be counted: each cell has its own copy of this crate's statics. The
/// keys of a `RandomState` are the system's random numbers, others at each call.
fn fresh_id() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::display::screen::{self, Screen};

    #[test]
    fn our_kernel_updates_in_place() {
        let (console, paper) = screen::live();
        let mut first = Shown::on(&console, Bundle::text("a"));
        let mut second = Shown::on(&console, Bundle::text("b"));
        second.update(&Bundle::text("b2"));
        first.update(&Bundle::text("a2"));
        drop((first, second));
        let screen = Screen::read(&paper.borrow());
        assert_eq!(screen.texts(), ["a2", "b2"]);
        assert_eq!(screen.updates, 2);
    }

    #[test]
    fn evcxr_sees_the_last_state_once() {
        let (console, paper) = screen::plain();
        let mut shown = Shown::on(&console, Bundle::text("a"));
        shown.update(&Bundle::text("b"));
        shown.update(&Bundle::text("c"));
        assert_eq!(*paper.borrow(), "");
        shown.finish();
        assert_eq!(*paper.borrow(), Bundle::text("c").to_evcxr());
    }

    #[test]
    fn ids_differ_and_fit_into_a_block() {
        let ids: BTreeSet<String> = (0..10_000).map(|_| fresh_id()).collect();
        assert_eq!(ids.len(), 10_000);
        let elsewhere = std::thread::spawn(fresh_id).join().expect("an id");
        assert!(!ids.contains(&elsewhere));
        assert!(ids.iter().flat_map(|id| id.chars()).all(|c| c.is_ascii_alphanumeric()));
    }
}
