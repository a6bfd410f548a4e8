//! Everything else in a notebook.

use std::any::type_name;
use std::fmt::Debug;

use super::Bundle;

/// Shows any value that has `{:?}` when it is a cell's last expression, and nothing for `()`.
///
/// evcxr compiles such a cell twice: with `evcxr_display`, which fails, then with `{:?}`. With this trait in
/// scope (the prelude brings it) the first goes through. A method of the type's own, such as a figure's, goes
/// before a trait's.
///
/// A notebook that imports other things of this crate and not this trait has to show such values by `println!`:
/// there rustc's advice to import the trait keeps evcxr from its second try.
pub trait Plain {
    /// Prints the value as evcxr would.
    fn evcxr_display(&self);
}

impl<T: Debug + ?Sized> Plain for T {
    fn evcxr_display(&self) {
        // Generic code is compiled in the cell, so there is little of it.
        if type_name::<T>() != type_name::<()>() {
            Bundle::text(format!("{self:?}")).evcxr_display();
        }
    }
}
