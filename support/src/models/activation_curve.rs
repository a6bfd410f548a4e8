//! The values and the derivative of an activation function, as numbers along a curve.

use tch::{Device, Kind, Tensor};

use super::fault::{Fault, caught};
use crate::error::{Error, Result, number};

/// A function of one number and its derivative, for [`plot_activations`](crate::plot::plot_activations).
#[derive(Clone, Debug, PartialEq)]
pub struct ActivationCurve {
    /// The name of the function.
    pub name: String,
    /// The inputs, ascending.
    pub x: Vec<f64>,
    /// The function's values at `x`.
    pub y: Vec<f64>,
    /// The function's derivative at `x`, by automatic differentiation.
    pub slope: Vec<f64>,
}

/// The number of points along a curve: enough that a jump looks vertical.
const POINTS: i64 = 1001;

impl ActivationCurve {
    /// Evaluates `function` from -5 to 5. The function maps `[n] f64` to `[n] f64`, number by number.
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

    /// Evaluates `function` over the range given.
    ///
    /// # Errors
    /// A range that is not finite or has no width; a function that fails, returns another shape, cannot be
    /// differentiated by autograd, or has values or derivatives that are not finite.
    pub fn over(name: &str, (low, high): (f64, f64), function: impl Fn(&Tensor) -> Tensor) -> Result<Self> {
        const OP: &str = "ActivationCurve";
        // The width must be finite as well, for the steps between the points.
        if !(low.is_finite() && high.is_finite() && low < high && (high - low).is_finite()) {
            return Err(Error::argument(
                OP,
                "range",
                "finite and of finite width, the low end first",
                format!("{} to {}", number(low), number(high)),
            ));
        }
        let x = Tensor::f_linspace(low, high, POINTS, (Kind::Double, Device::Cpu))?.set_requires_grad(true);
        // Gradients are needed here, also if the caller has switched them off.
        let y = caught(|| tch::with_grad(|| function(&x))).map_err(Fault::torch_error)?;
        if !y.defined() {
            return Err(Error::argument(OP, "the function's value", "a tensor", "one without contents"));
        }
        if y.size() != x.size() {
            return Err(Error::shape(OP, "the function's values", format!("{:?}", x.size()), y.size()));
        }
        let independent = || {
            let expected = "one that autograd can follow from input to output";
            Error::argument(OP, "function", expected, "values that do not depend on the input")
        };
        let sum = tch::with_grad(|| y.f_sum(Kind::Double))?;
        // libtorch crashes on a backward pass from a tensor without history.
        if !sum.requires_grad() {
            return Err(independent());
        }
        // The gradient of x alone: a function may use parameters, whose gradients must not change.
        let slope = Tensor::f_run_backward(&[sum], &[&x], false, false)?;
        let Some(slope) = slope.first().filter(|slope| slope.defined()) else { return Err(independent()) };
        let curve = Self { name: name.to_string(), x: numbers(&x)?, y: numbers(&y)?, slope: numbers(slope)? };
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
