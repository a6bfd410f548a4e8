//! An activation function as numbers: what it gives, and how steep it is.

use tch::{Device, Kind, Tensor};

use crate::error::{Error, Result};

/// A function of one number and its derivative, for [`plot_activations`](crate::plot::plot_activations).
#[derive(Clone, Debug, PartialEq)]
pub struct ActivationCurve {
    /// What it is called.
    pub name: String,
    /// The inputs, ascending.
    pub x: Vec<f64>,
    /// The function's values there.
    pub y: Vec<f64>,
    /// Its derivative there, by automatic differentiation.
    pub slope: Vec<f64>,
}

/// Numbers along a curve: so many that a jump looks like one.
const POINTS: i64 = 1001;

impl ActivationCurve {
    /// The function from -5 to 5. It takes and gives `[n] f64` and works number by number.
    ///
    /// # Errors
    /// Those of [`ActivationCurve::over`].
    ///
    /// ```
    /// use support::prelude::*;
    /// let relu = ActivationCurve::of("ReLU", Tensor::relu)?;
    /// let by_hand = ActivationCurve::of("by hand", |x| x.maximum(&x.zeros_like()))?;
    /// assert_eq!(relu.y, by_hand.y);
    /// assert_eq!((relu.slope[0], relu.slope[1000]), (0.0, 1.0));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn of(name: &str, function: impl Fn(&Tensor) -> Tensor) -> Result<Self> {
        Self::over(name, (-5.0, 5.0), function)
    }

    /// The function over a range of your own.
    ///
    /// # Errors
    /// A range that is not finite or has no width; a function that gives another shape, that autograd cannot
    /// differentiate, or whose values are not finite.
    pub fn over(name: &str, (low, high): (f64, f64), function: impl Fn(&Tensor) -> Tensor) -> Result<Self> {
        const OP: &str = "ActivationCurve";
        if !(low.is_finite() && high.is_finite() && low < high) {
            return Err(Error::argument(
                OP,
                "range",
                "finite, the low end first",
                format!("{low} to {high}"),
            ));
        }
        let x = Tensor::f_linspace(low, high, POINTS, (Kind::Double, Device::Cpu))?.set_requires_grad(true);
        let y = function(&x);
        if y.size() != x.size() {
            return Err(Error::shape(OP, "the function's values", format!("{:?}", x.size()), y.size()));
        }
        if !y.requires_grad() {
            let expected = "one that autograd can follow from input to output";
            return Err(Error::argument(OP, "function", expected, "values that do not depend on the input"));
        }
        // Of x alone: a function may use parameters, whose gradients are none of our business.
        let slope = Tensor::f_run_backward(&[y.f_sum(Kind::Double)?], &[&x], false, false)?;
        let curve =
            Self { name: name.to_string(), x: numbers(&x)?, y: numbers(&y)?, slope: numbers(&slope[0])? };
        for (name, values) in [("the function", &curve.y), ("its derivative", &curve.slope)] {
            if let Some(i) = values.iter().position(|v| !v.is_finite()) {
                let at = format!("x = {:.3}", curve.x[i]);
                return Err(Error::NotFinite { op: OP, name, value: values[i], at });
            }
        }
        Ok(curve)
    }
}

fn numbers(tensor: &Tensor) -> Result<Vec<f64>> {
    Ok(Vec::try_from(tensor.f_detach()?.f_to_kind(Kind::Double)?)?)
}
