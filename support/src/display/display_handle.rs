//! The display handle, which changes a display after it was shown.

use std::hash::{BuildHasher, Hasher, RandomState};

use protocol::content_block::Verb;

use super::{Frontend, MimeBundle, Show};

/// A display handle, made by [`Show::display`]; [`DisplayHandle::update`] changes the display.
///
/// Outside this project's kernel, only the last state is shown, when the handle is dropped or
/// [finished](DisplayHandle::finish). A handle in a notebook's variable is not dropped when the cell ends: finish it.
#[derive(Debug)]
pub struct DisplayHandle {
    frontend: Frontend,
    id: String,
    /// The last state, if the kernel cannot show it immediately.
    pending: Option<MimeBundle>,
}

impl DisplayHandle {
    pub(crate) fn on(frontend: &Frontend, bundle: MimeBundle) -> Self {
        let mut shown = Self { frontend: frontend.clone(), id: fresh_id(), pending: None };
        shown.send(Verb::Show, bundle);
        shown
    }

    /// Replaces the display's content with `to`.
    pub fn update(&mut self, to: &impl Show) {
        self.send(Verb::Update, to.bundle());
    }

    /// Ends the handle; the display keeps its content.
    pub fn finish(self) {}

    fn send(&mut self, verb: Verb, bundle: MimeBundle) {
        if self.frontend.live {
            self.frontend.print(&bundle.to_live(verb, Some(&self.id)));
        } else {
            self.pending = Some(bundle);
        }
    }
}

impl Drop for DisplayHandle {
    fn drop(&mut self) {
        if let Some(bundle) = self.pending.take() {
            self.frontend.print(&bundle.to_evcxr());
        }
    }
}

/// Returns an id that no other display has. A counter would not be unique, because each cell has its own copy of this
/// crate's statics. The keys of a `RandomState` are random numbers of the system, different at each call.
fn fresh_id() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::display::fake_frontend::{self, Screen};

    #[test]
    fn our_kernel_updates_in_place() {
        let (frontend, paper) = fake_frontend::live();
        let mut first = DisplayHandle::on(&frontend, MimeBundle::text("a"));
        let mut second = DisplayHandle::on(&frontend, MimeBundle::text("b"));
        second.update(&MimeBundle::text("b2"));
        first.update(&MimeBundle::text("a2"));
        drop((first, second));
        let screen = Screen::read(&paper.borrow());
        assert_eq!(screen.texts(), ["a2", "b2"]);
        assert_eq!(screen.updates, 2);
    }

    #[test]
    fn evcxr_sees_the_last_state_once() {
        let (frontend, paper) = fake_frontend::plain();
        let mut shown = DisplayHandle::on(&frontend, MimeBundle::text("a"));
        shown.update(&MimeBundle::text("b"));
        shown.update(&MimeBundle::text("c"));
        assert_eq!(*paper.borrow(), "");
        shown.finish();
        assert_eq!(*paper.borrow(), MimeBundle::text("c").to_evcxr());
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
