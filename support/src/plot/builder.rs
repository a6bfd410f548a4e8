//! A plot: a figure or a movie that is drawn later, with its options.

use std::fmt;

use super::figure::Figure;
use crate::error::Result;

/// A figure or a movie that is not drawn yet. Every `plot_*` function returns a plot, and methods of the plot set its
/// options.
///
/// As the last expression of a notebook's cell, a plot is drawn and shown; if it cannot be drawn, the cell fails with
/// the message of the error. At any other place [`Plot::show`] shows it, and [`Plot::draw`] returns the [`Figure`], or the
/// [`Movie`](super::Movie) of [`replay`](crate::notebook::replay).
///
/// A plot borrows the data and the model that it shows, so that a notebook cannot keep it in a variable for the next
/// cell; it can keep the figure.
///
/// ```
/// use support::prelude::*;
/// let moons = make_moons(200).noise(0.07).random_state(42).build()?;
/// let data = train_test_split(&moons, 0.2, 42)?;
/// tch::manual_seed(42);
/// let model = seq().add(linear(2, 1)).build()?;
/// let figure = plot_decision_boundary(&model, &data).shade(Shade::Probability).mark_wrong().draw()?;
/// assert!(figure.alt().contains("Wrong points have a dark ring"));
/// # Ok::<(), Error>(())
/// ```
#[must_use = "a plot is drawn when it is the last value of a cell, or by .show()? or .draw()?"]
pub struct Plot<'a, D = Figure, O = ()> {
    options: O,
    draw: Box<Draw<'a, D, O>>,
}

/// A function that draws with given options.
type Draw<'a, D, O> = dyn Fn(&O) -> Result<D> + 'a;

impl<'a, D> Plot<'a, D> {
    /// Makes a plot without options.
    pub(crate) fn new(draw: impl Fn() -> Result<D> + 'a) -> Self {
        Self { options: (), draw: Box::new(move |()| draw()) }
    }
}

impl<'a, D, O> Plot<'a, D, O> {
    /// Makes a plot with the default options, which methods of the plot change with [`Plot::set`].
    pub(super) fn with_options(draw: impl Fn(&O) -> Result<D> + 'a) -> Self
    where
        O: Default,
    {
        Self { options: O::default(), draw: Box::new(draw) }
    }

    /// Changes an option.
    pub(super) fn set(mut self, change: impl FnOnce(&mut O)) -> Self {
        change(&mut self.options);
        self
    }

    /// Draws the plot.
    ///
    /// # Errors
    /// Those under "Errors" of the function that made the plot, and of the methods that set its options.
    pub fn draw(&self) -> Result<D> {
        (self.draw)(&self.options)
    }
}

/// Draws the plot.
impl<D, O> From<Plot<'_, D, O>> for Result<D> {
    fn from(plot: Plot<'_, D, O>) -> Self {
        plot.draw()
    }
}

impl<D, O: fmt::Debug> fmt::Debug for Plot<'_, D, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plot").field("options", &self.options).finish_non_exhaustive()
    }
}
