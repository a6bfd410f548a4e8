//! The value of a cell's last expression, as this project's kernel shows it.

use std::convert::Infallible;
use std::fmt::{Debug, Display};
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use super::{Bundle, Console, Show};

/// Shows the value of an expression as a cell's output; the kernel writes it around a cell's last expression.
///
/// - An `Err` fails the cell, and the value of an `Ok` is shown. Unlike `?`, it leaves the cell's variables.
/// - A type's own `evcxr_display` comes first, whether it is a method or a trait's.
/// - Figures, tables and other values with [`Show`] are shown in an `Option`, a `Result`, a `Vec`, an array, a tuple, a
///   `Box`, an `Rc` or an `Arc` too, with what stands beside them.
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

/// Nothing more to show. Has `{:?}`, so that a cell that does not compile has no error of this type's besides its own.
#[derive(Clone, Copy, Debug)]
pub struct Done;

impl Done {
    /// Does nothing: all is shown.
    pub fn evcxr_display(&self) {}
}

/// A reference to the value, on whose type methods are chosen: the more references before it, the earlier.
pub struct Probe<'a, T: ?Sized>(pub &'a T);

/// The text of an error, under the name of its type.
pub struct Failed<E: ?Sized>(String, PhantomData<E>);

/// Tells the kernel of an `Err`.
pub trait OrFail<T> {
    /// The value, or none after the kernel was told why.
    fn or_fail(self) -> Option<T>;
}

impl<T, E: ?Sized> OrFail<T> for Result<T, Failed<E>> {
    fn or_fail(self) -> Option<T> {
        self.map_err(|failed| Console::here().failed(std::any::type_name::<E>(), &failed.0)).ok()
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

/// Values that can be shown, and values of the standard library that hold them, however deep. Where none of them has
/// [`Show`], the whole is one text.
pub trait ShowAll {
    /// Whether something in it has [`Show`].
    const RICH: bool;

    /// The text as by `{:?}`.
    fn text(&self) -> String;

    /// Adds what is to be shown, in order.
    fn collect(&self, into: &mut Vec<Bundle>);

    /// Shows it all, the last as the cell's value.
    fn show_all(&self) {
        let mut bundles = Vec::new();
        self.collect(&mut bundles);
        let last = bundles.pop();
        bundles.iter().for_each(Show::show);
        last.unwrap_or_else(|| Bundle::text(self.text())).evcxr_display();
    }
}

impl<T: Show + ?Sized> ShowAll for T {
    const RICH: bool = true;

    fn text(&self) -> String {
        "…".to_owned()
    }

    fn collect(&self, into: &mut Vec<Bundle>) {
        into.push(self.bundle());
    }
}

/// What holds others: shown piece by piece if one of them has `Show`.
macro_rules! holders {
    ($([$($bound:tt)*] $holder:ty, $rich:expr, |$me:ident| $text:expr, $into:ident, $collect:expr;)*) => {$(
        impl<$($bound)*> ShowAll for $holder {
            const RICH: bool = $rich;

            fn text(&self) -> String {
                let $me = self;
                $text
            }

            fn collect(&self, $into: &mut Vec<Bundle>) {
                let $me = self;
                if Self::RICH {
                    $collect
                } else {
                    $into.push(Bundle::text(self.text()));
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
    [T: ShowAll] Option<T>, T::RICH, |me| me.as_ref().map_or("None".to_owned(), |value| format!("Some({})", value.text())),
        into, me.iter().for_each(|value| value.collect(into));
    [T: ShowAll, E: Debug] Result<T, E>, T::RICH,
        |me| me.as_ref().map_or_else(|error| format!("Err({error:?})"), |value| format!("Ok({})", value.text())),
        into, match me {
            Ok(value) => value.collect(into),
            Err(_) => into.push(Bundle::text(me.text())),
        };
    [T: ShowAll] [T], T::RICH, |me| list(me), into, me.iter().for_each(|value| value.collect(into));
    [T: ShowAll] Vec<T>, T::RICH, |me| list(me), into, me.iter().for_each(|value| value.collect(into));
    [T: ShowAll, const N: usize] [T; N], T::RICH, |me| list(me), into, me.iter().for_each(|value| value.collect(into));
    [T: ShowAll + ?Sized] Rc<T>, T::RICH, |me| (**me).text(), into, (**me).collect(into);
    [T: ShowAll + ?Sized] Arc<T>, T::RICH, |me| (**me).text(), into, (**me).collect(into);
    [A: ShowAll] (A,), A::RICH, |me| format!("({},)", me.0.text()), into, me.0.collect(into);
    [A: ShowAll, B: ShowAll] (A, B), A::RICH || B::RICH, |me| format!("({}, {})", me.0.text(), me.1.text()),
        into, { me.0.collect(into); me.1.collect(into) };
    [A: ShowAll, B: ShowAll, C: ShowAll] (A, B, C), A::RICH || B::RICH || C::RICH,
        |me| format!("({}, {}, {})", me.0.text(), me.1.text(), me.2.text()),
        into, { me.0.collect(into); me.1.collect(into); me.2.collect(into) };
    [A: ShowAll, B: ShowAll, C: ShowAll, D: ShowAll] (A, B, C, D), A::RICH || B::RICH || C::RICH || D::RICH,
        |me| format!("({}, {}, {}, {})", me.0.text(), me.1.text(), me.2.text(), me.3.text()),
        into, { me.0.collect(into); me.1.collect(into); me.2.collect(into); me.3.collect(into) };
}

macro_rules! plain {
    ($($kind:ty)*) => {$(
        impl ShowAll for $kind {
            const RICH: bool = false;

            fn text(&self) -> String {
                format!("{self:?}")
            }

            fn collect(&self, into: &mut Vec<Bundle>) {
                into.push(Bundle::text(self.text()));
            }
        }
    )*};
}

plain!(bool char f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize str &str String);

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
        let shown = |value: &dyn Fn(&mut Vec<Bundle>)| {
            let mut bundles = Vec::new();
            value(&mut bundles);
            bundles
        };
        assert_eq!(shown(&|into| vec![Some(1.5), None].collect(into)), [Bundle::text("[Some(1.5), None]")]);
        assert_eq!(shown(&|into| ("a", table()).collect(into)), [Bundle::text("\"a\""), table().bundle()]);
        show_value!((table(), &table())).evcxr_display();
        show_value!(vec![table()]).evcxr_display();
        show_value!(Rc::new(table())).evcxr_display();
        let kept = vec![1];
        show_value!(kept).evcxr_display();
        show_value!(kept.len()).evcxr_display();
    }
}
