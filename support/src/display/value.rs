//! The value of a cell's last expression, as this project's kernel shows it.

use std::convert::Infallible;
use std::fmt::{self, Debug, Display};
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use super::{Bundle, Show};

/// Shows the value of an expression as a cell's output; the kernel writes it around a cell's last expression.
///
/// - An `Err` ends the cell as `?` would, and the value of an `Ok` is shown.
/// - A type's own `evcxr_display` comes first, whether it is a method or a trait's.
/// - Figures, tables and other values with [`Show`] are shown in an `Option`, a `Vec`, an array, a tuple, a `Box`, an
///   `Rc` or an `Arc` too.
/// - Every other value is shown by `{:?}`, and `()` not at all.
///
/// The macro's value has a method `evcxr_display` that does nothing, because evcxr calls one. The traits stand inside
/// it: were they visible, rustc would advise to import them wherever a value cannot be shown.
#[doc(hidden)]
#[macro_export]
macro_rules! show_value {
    ($value:expr) => {
        match &$value {
            value => {
                use $crate::display::value::{
                    DebugError as _, DisplayError as _, NoError as _, NoReference as _, Probe, Reference as _,
                };
                let value = (&&&Probe(value)).value()?;
                let value = (&&Probe(value)).referent();
                let value = (&&Probe(value)).referent();
                {
                    trait ShowShown {
                        fn evcxr_display(&self);
                    }
                    impl<T: $crate::display::value::ShowAll + ?Sized> ShowShown for T {
                        fn evcxr_display(&self) {
                            self.show_all();
                        }
                    }
                    trait ShowDebug {
                        fn evcxr_display(&self);
                    }
                    impl<T: ::std::fmt::Debug + ?Sized> ShowDebug for &T {
                        fn evcxr_display(&self) {
                            $crate::display::value::show_debug(*self);
                        }
                    }
                    #[allow(unused_must_use)]
                    {
                        value.evcxr_display();
                    }
                }
                $crate::display::value::Done
            }
        }
    };
}

/// Nothing more to show.
#[derive(Clone, Copy)]
pub struct Done;

impl Done {
    /// Does nothing: all is shown.
    pub fn evcxr_display(&self) {}
}

/// A reference to the value, on whose type methods are chosen: the more references before it, the earlier.
pub struct Probe<'a, T: ?Sized>(pub &'a T);

/// The text of an error that left the cell, under the name of its type.
pub struct Failed<E: ?Sized>(String, PhantomData<E>);

impl<E: ?Sized> Display for Failed<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Chosen for a `Result` whose error can be displayed.
pub trait DisplayError<'a> {
    type Value;
    type Error;
    /// The value of an `Ok`.
    fn value(&self) -> Result<&'a Self::Value, Failed<Self::Error>>;
}

impl<'a, T, E: Display> DisplayError<'a> for &&Probe<'a, Result<T, E>> {
    type Value = T;
    type Error = E;

    fn value(&self) -> Result<&'a T, Failed<E>> {
        self.0.as_ref().map_err(|error| Failed(error.to_string(), PhantomData))
    }
}

/// Chosen for a `Result` whose error has `{:?}` only.
pub trait DebugError<'a> {
    type Value;
    type Error;
    /// The value of an `Ok`.
    fn value(&self) -> Result<&'a Self::Value, Failed<Self::Error>>;
}

impl<'a, T, E: Debug> DebugError<'a> for &Probe<'a, Result<T, E>> {
    type Value = T;
    type Error = E;

    fn value(&self) -> Result<&'a T, Failed<E>> {
        self.0.as_ref().map_err(|error| Failed(format!("{error:?}"), PhantomData))
    }
}

/// Chosen for all that is no `Result`.
pub trait NoError<'a> {
    type Value: ?Sized;
    /// The value itself.
    fn value(&self) -> Result<&'a Self::Value, Infallible>;
}

impl<'a, T: ?Sized> NoError<'a> for Probe<'a, T> {
    type Value = T;

    fn value(&self) -> Result<&'a T, Infallible> {
        Ok(self.0)
    }
}

/// Chosen for a reference.
pub trait Reference<'a> {
    type Referent: ?Sized;
    /// What it refers to.
    fn referent(&self) -> &'a Self::Referent;
}

impl<'a, T: ?Sized> Reference<'a> for &Probe<'a, &T> {
    type Referent = T;

    fn referent(&self) -> &'a T {
        self.0
    }
}

/// Chosen for all that is no reference.
pub trait NoReference<'a> {
    type Referent: ?Sized;
    /// The value itself.
    fn referent(&self) -> &'a Self::Referent;
}

impl<'a, T: ?Sized> NoReference<'a> for Probe<'a, T> {
    type Referent = T;

    fn referent(&self) -> &'a T {
        self.0
    }
}

/// Values that hold others with [`Show`].
pub trait ShowAll {
    /// Shows them all, the last as the cell's value.
    fn show_all(&self);
}

fn show_each<'a>(values: impl IntoIterator<Item = &'a dyn Show>, otherwise: &str) {
    let mut last: Option<&dyn Show> = None;
    for value in values {
        if let Some(earlier) = last.replace(value) {
            earlier.show();
        }
    }
    last.map_or_else(|| Bundle::text(otherwise), Show::bundle).evcxr_display();
}

impl<T: Show> ShowAll for Option<T> {
    fn show_all(&self) {
        show_each(self.iter().map(|value| value as &dyn Show), "None");
    }
}

impl<T: Show> ShowAll for [T] {
    fn show_all(&self) {
        show_each(self.iter().map(|value| value as &dyn Show), "[]");
    }
}

impl<T: Show> ShowAll for Vec<T> {
    fn show_all(&self) {
        self.as_slice().show_all();
    }
}

impl<T: Show, const N: usize> ShowAll for [T; N] {
    fn show_all(&self) {
        self.as_slice().show_all();
    }
}

macro_rules! pointers {
    ($($pointer:ident),*) => {$(
        impl<T: Show + ?Sized> ShowAll for $pointer<T> {
            fn show_all(&self) {
                self.as_ref().bundle().evcxr_display();
            }
        }
    )*};
}

pointers!(Box, Rc, Arc);

macro_rules! tuples {
    ($(($($letter:ident $index:tt),+))*) => {$(
        impl<$($letter: Show),+> ShowAll for ($($letter,)+) {
            fn show_all(&self) {
                show_each([$(&self.$index as &dyn Show),+], "()");
            }
        }
    )*};
}

tuples!((A 0) (A 0, B 1) (A 0, B 1, C 2) (A 0, B 1, C 2, D 3));

/// Shows a value by `{:?}`, and `()` not at all.
pub fn show_debug<T: Debug + ?Sized>(value: &T) {
    // Generic code is compiled in the cell, so there is little of it.
    if std::any::type_name::<T>() != "()" {
        Bundle::text(format!("{value:?}")).evcxr_display();
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::Table;

    thread_local! {
        static OWN: Cell<usize> = const { Cell::new(0) };
    }

    #[derive(Debug)]
    struct Badge;

    trait Pretty {
        fn evcxr_display(&self);
    }

    impl Pretty for Badge {
        fn evcxr_display(&self) {
            OWN.set(OWN.get() + 1);
        }
    }

    #[test]
    fn a_types_own_display_comes_first_also_behind_references_and_in_ok() -> Result<(), String> {
        let show = || -> Result<(), String> {
            let badge = Badge;
            let fail = |failed: Failed<String>| failed.to_string();
            let _ = fail;
            Ok(show_checked(&badge)?)
        };
        show()?;
        assert_eq!(OWN.get(), 3);
        Ok(())
    }

    fn show_checked(badge: &Badge) -> Result<(), String> {
        struct Text(String);
        impl<T: Display> From<T> for Text {
            fn from(error: T) -> Self {
                Self(error.to_string())
            }
        }
        let shown = || -> Result<(), Text> {
            show_value!(Badge).evcxr_display();
            show_value!(badge).evcxr_display();
            show_value!(Ok::<_, String>(Badge)).evcxr_display();
            Ok(())
        };
        shown().map_err(|text| text.0)
    }

    #[test]
    fn an_err_leaves_with_its_text_and_everything_else_is_shown() {
        struct Text(String);
        impl<T: Display> From<T> for Text {
            fn from(error: T) -> Self {
                Self(format!("{} {error}", std::any::type_name::<T>()))
            }
        }
        #[derive(Debug)]
        struct Silent;
        let text = |result: Result<(), Text>| result.map_err(|text| text.0);
        let number = || -> Result<(), Text> {
            show_value!("x".parse::<i32>()).evcxr_display();
            Ok(())
        };
        let error = text(number()).expect_err("an Err leaves");
        assert!(error.contains("ParseIntError") && error.contains("invalid digit"), "{error}");
        let silent = || -> Result<(), Text> {
            show_value!(Err::<i32, _>(Silent)).evcxr_display();
            Ok(())
        };
        assert!(text(silent()).expect_err("an Err leaves").ends_with(" Silent"));
        let table = || Table::new(["a"]).row(["1"]);
        let all = || -> Result<(), Text> {
            show_value!(()).evcxr_display();
            show_value!("text").evcxr_display();
            show_value!(vec![1.5, 2.5]).evcxr_display();
            show_value!(Some(table())).evcxr_display();
            show_value!((table(), table())).evcxr_display();
            show_value!(vec![table()]).evcxr_display();
            show_value!(Rc::new(table())).evcxr_display();
            let kept = vec![1];
            show_value!(kept).evcxr_display();
            show_value!(kept.len()).evcxr_display();
            Ok(())
        };
        assert_eq!(text(all()), Ok(()));
    }
}
