//! Shows the value of a cell's last expression in this project's kernel.

use std::convert::Infallible;
use std::fmt::{Debug, Display};
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use super::{Frontend, MimeBundle, Show};
use crate::error::Result;
use crate::plot::Plot;

/// Shows the value of an expression as a cell's output; the kernel puts the macro around a cell's last expression.
///
/// - An `Err` fails the cell, and the value of an `Ok` is shown. Unlike with `?`, the cell's variables are kept.
/// - A type's own `evcxr_display` is preferred, as a method of the type or of a trait.
/// - A plot is drawn and shown; one that cannot be drawn fails the cell like an `Err`.
/// - Plots, figures, tables and other values with [`Show`] are also shown inside an `Option`, a `Result`, a `Vec`, an
///   array, a tuple, a `Box`, an `Rc` or an `Arc`, together with the other values there.
/// - Every other value is shown by `{:?}`, except `()`, which is not shown.
///
/// The macro's value has a method `evcxr_display` that does nothing, because evcxr calls one. The traits are declared
/// inside the macro, because rustc would otherwise advise to import them wherever a value cannot be shown.
#[doc(hidden)]
#[macro_export]
macro_rules! show_value {
    ($value:expr) => {
        match &$value {
            value => {
                #[allow(unused_imports)]
                use $crate::display::value::{
                    DebugError as _, DisplayError as _, NoError as _, NoReference as _, OrFail as _, Probe,
                    Reference as _,
                };
                if let ::std::option::Option::Some(value) = (&&&Probe(value)).value().or_fail() {
                    let value = (&&Probe(value)).referent();
                    let value = (&&Probe(value)).referent();
                    #[allow(dead_code)]
                    trait ShowShown {
                        fn evcxr_display(&self);
                    }
                    impl<T: $crate::display::value::ShowAll + ?Sized> ShowShown for T {
                        fn evcxr_display(&self) {
                            self.show_all();
                        }
                    }
                    #[allow(dead_code)]
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

/// The value of [`show_value!`](crate::show_value), which shows no output. The type has `{:?}`, so that a cell that
/// does not compile has no additional error about this type.
#[derive(Clone, Copy, Debug)]
pub struct Done;

impl Done {
    /// Does nothing, because the value was shown already.
    pub fn evcxr_display(&self) {}
}

/// A reference to the value. Rust chooses a trait's method by the type of `Probe`: an implementation for more `&`
/// before `Probe` is preferred.
pub struct Probe<'a, T: ?Sized>(pub &'a T);

/// The text of an error, with the error's type as a parameter.
pub struct Failed<E: ?Sized>(String, PhantomData<E>);

/// Reports an `Err` to the kernel.
pub trait OrFail<T> {
    /// Returns the value; for an error, tells the kernel and returns `None`.
    fn or_fail(self) -> Option<T>;
}

impl<T, E: ?Sized> OrFail<T> for Result<T, Failed<E>> {
    fn or_fail(self) -> Option<T> {
        self.map_err(|failed| Frontend::here().failed(std::any::type_name::<E>(), &failed.0)).ok()
    }
}

impl<T> OrFail<T> for Result<T, Infallible> {
    fn or_fail(self) -> Option<T> {
        self.ok()
    }
}

/// Chosen for a `Result` whose error can be displayed.
pub trait DisplayError<'a> {
    type Value;
    type Error;
    /// Returns the value of an `Ok`, or the error's text.
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
    /// Returns the value of an `Ok`, or the error's text.
    fn value(&self) -> Result<&'a Self::Value, Failed<Self::Error>>;
}

impl<'a, T, E: Debug> DebugError<'a> for &Probe<'a, Result<T, E>> {
    type Value = T;
    type Error = E;

    fn value(&self) -> Result<&'a T, Failed<E>> {
        self.0.as_ref().map_err(|error| Failed(format!("{error:?}"), PhantomData))
    }
}

/// Chosen for a value that is not a `Result`.
pub trait NoError<'a> {
    type Value: ?Sized;
    /// Returns the value itself.
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
    /// Returns the value that the reference points to.
    fn referent(&self) -> &'a Self::Referent;
}

impl<'a, T: ?Sized> Reference<'a> for &Probe<'a, &T> {
    type Referent = T;

    fn referent(&self) -> &'a T {
        self.0
    }
}

/// Chosen for a value that is not a reference.
pub trait NoReference<'a> {
    type Referent: ?Sized;
    /// Returns the value itself.
    fn referent(&self) -> &'a Self::Referent;
}

impl<'a, T: ?Sized> NoReference<'a> for Probe<'a, T> {
    type Referent = T;

    fn referent(&self) -> &'a T {
        self.0
    }
}

/// A value that can be shown, or a container of the standard library with such values at any depth. If no value in a
/// container is a plot or has [`Show`], the container is shown as one text.
pub trait ShowAll {
    /// True if the type or a type in the container is a plot or has [`Show`].
    const RICH: bool;

    /// Returns the text as by `{:?}`.
    fn text(&self) -> String;

    /// Adds the bundles to be shown, in order.
    ///
    /// # Errors
    /// A plot that cannot be drawn.
    fn collect(&self, into: &mut Vec<MimeBundle>) -> Result<()>;

    /// Shows all bundles, the last one as the cell's value, or fails the cell if one of them is an error.
    fn show_all(&self) {
        let mut bundles = Vec::new();
        if let Err(error) = self.collect(&mut bundles) {
            return Frontend::here().failed_with(&error);
        }
        let last = bundles.pop();
        bundles.iter().for_each(Show::show);
        last.unwrap_or_else(|| MimeBundle::text(self.text())).evcxr_display();
    }
}

impl<T: Show + ?Sized> ShowAll for T {
    const RICH: bool = true;

    fn text(&self) -> String {
        "…".to_owned()
    }

    fn collect(&self, into: &mut Vec<MimeBundle>) -> Result<()> {
        into.push(self.bundle());
        Ok(())
    }
}

impl<D: Show, O> ShowAll for Plot<'_, D, O> {
    const RICH: bool = true;

    fn text(&self) -> String {
        "…".to_owned()
    }

    fn collect(&self, into: &mut Vec<MimeBundle>) -> Result<()> {
        self.draw()?.collect(into)
    }
}

/// Implements [`ShowAll`] for containers, which are shown value by value if one of the types in them has [`Show`].
macro_rules! holders {
    ($([$($bound:tt)*] $holder:ty, $rich:expr, |$me:ident| $text:expr, $into:ident, $collect:expr;)*) => {$(
        impl<$($bound)*> ShowAll for $holder {
            const RICH: bool = $rich;

            fn text(&self) -> String {
                let $me = self;
                $text
            }

            fn collect(&self, $into: &mut Vec<MimeBundle>) -> Result<()> {
                let $me = self;
                if Self::RICH {
                    $collect
                } else {
                    $into.push(MimeBundle::text(self.text()));
                    Ok(())
                }
            }
        }
    )*};
}

fn list<'a, T: ShowAll + 'a>(values: impl IntoIterator<Item = &'a T>) -> String {
    let texts: Vec<String> = values.into_iter().map(ShowAll::text).collect();
    format!("[{}]", texts.join(", "))
}

holders! {
    [D: Show, O] &Plot<'_, D, O>, true, |me| (**me).text(), into, (**me).collect(into);
    [D: Show, O] Box<Plot<'_, D, O>>, true, |me| (**me).text(), into, (**me).collect(into);
    [T: ShowAll] Option<T>, T::RICH, |me| me.as_ref().map_or("None".to_owned(), |value| format!("Some({})", value.text())),
        into, me.iter().try_for_each(|value| value.collect(into));
    [T: ShowAll, E: Debug] Result<T, E>, T::RICH,
        |me| me.as_ref().map_or_else(|error| format!("Err({error:?})"), |value| format!("Ok({})", value.text())),
        into, match me {
            Ok(value) => value.collect(into),
            Err(_) => {
                into.push(MimeBundle::text(me.text()));
                Ok(())
            }
        };
    [T: ShowAll] [T], T::RICH, |me| list(me), into, me.iter().try_for_each(|value| value.collect(into));
    [T: ShowAll] Vec<T>, T::RICH, |me| list(me), into, me.iter().try_for_each(|value| value.collect(into));
    [T: ShowAll, const N: usize] [T; N], T::RICH, |me| list(me), into, me.iter().try_for_each(|value| value.collect(into));
    [T: ShowAll + ?Sized] Rc<T>, T::RICH, |me| (**me).text(), into, (**me).collect(into);
    [T: ShowAll + ?Sized] Arc<T>, T::RICH, |me| (**me).text(), into, (**me).collect(into);
    [A: ShowAll] (A,), A::RICH, |me| format!("({},)", me.0.text()), into, me.0.collect(into);
    [A: ShowAll, B: ShowAll] (A, B), A::RICH || B::RICH, |me| format!("({}, {})", me.0.text(), me.1.text()),
        into, { me.0.collect(into)?; me.1.collect(into) };
    [A: ShowAll, B: ShowAll, C: ShowAll] (A, B, C), A::RICH || B::RICH || C::RICH,
        |me| format!("({}, {}, {})", me.0.text(), me.1.text(), me.2.text()),
        into, { me.0.collect(into)?; me.1.collect(into)?; me.2.collect(into) };
    [A: ShowAll, B: ShowAll, C: ShowAll, D: ShowAll] (A, B, C, D), A::RICH || B::RICH || C::RICH || D::RICH,
        |me| format!("({}, {}, {}, {})", me.0.text(), me.1.text(), me.2.text(), me.3.text()),
        into, { me.0.collect(into)?; me.1.collect(into)?; me.2.collect(into)?; me.3.collect(into) };
}

macro_rules! plain {
    ($($kind:ty)*) => {$(
        impl ShowAll for $kind {
            const RICH: bool = false;

            fn text(&self) -> String {
                format!("{self:?}")
            }

            fn collect(&self, into: &mut Vec<MimeBundle>) -> Result<()> {
                into.push(MimeBundle::text(self.text()));
                Ok(())
            }
        }
    )*};
}

plain!(bool char f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize str &str String);

/// Shows a value by `{:?}`, except `()`, which is not shown.
pub fn show_debug<T: Debug + ?Sized>(value: &T) {
    // Short, because generic code is compiled in each cell.
    if std::any::type_name::<T>() != "()" {
        MimeBundle::text(format!("{value:?}")).evcxr_display();
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
    fn a_types_own_display_comes_first_also_behind_references_and_in_ok() {
        show_checked(&Badge);
        assert_eq!(OWN.get(), 3);
    }

    fn show_checked(badge: &Badge) {
        show_value!(Badge).evcxr_display();
        show_value!(badge).evcxr_display();
        show_value!(Ok::<_, String>(Badge)).evcxr_display();
    }

    #[test]
    #[allow(clippy::needless_borrow)]
    fn an_err_is_told_and_everything_else_is_shown() {
        #[derive(Debug)]
        struct Silent;
        assert_eq!((&&&Probe(&"x".parse::<i32>())).value().or_fail(), None);
        assert_eq!((&&&Probe(&Err::<i32, _>(Silent))).value().or_fail(), None);
        assert_eq!((&&&Probe(&Ok::<_, Silent>(1))).value().or_fail(), Some(&1));
        let table = || Table::new(["a"]).row(["1"]);
        show_value!("x".parse::<i32>()).evcxr_display();
        show_value!(()).evcxr_display();
        show_value!("text").evcxr_display();
        show_value!(vec![1.5, 2.5]).evcxr_display();
        show_value!(Some(table())).evcxr_display();
        show_value!(("accuracy", 0.5, vec![Some(table())])).evcxr_display();
        let shown = |value: &dyn Fn(&mut Vec<MimeBundle>)| {
            let mut bundles = Vec::new();
            value(&mut bundles);
            bundles
        };
        assert_eq!(
            shown(&|into| vec![Some(1.5), None].collect(into).unwrap()),
            [MimeBundle::text("[Some(1.5), None]")]
        );
        assert_eq!(
            shown(&|into| ("a", table()).collect(into).unwrap()),
            [MimeBundle::text("\"a\""), table().bundle()]
        );
        show_value!((table(), &table())).evcxr_display();
        show_value!(vec![table()]).evcxr_display();
        show_value!(Rc::new(table())).evcxr_display();
        let kept = vec![1];
        show_value!(kept).evcxr_display();
        show_value!(kept.len()).evcxr_display();
    }
}
