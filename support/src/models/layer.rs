//! The interfaces of a layer and of a description that a layer is built from.

use tch::Tensor;
use tch::nn::Module;

use super::layers::Layers;
use crate::error::Result;

/// A layer, or a network of layers: a function of a tensor, with parameters or without.
///
/// A network of your own is a struct of layers, which [`Model::new`](super::Model::new) builds:
///
/// ```
/// use support::prelude::*;
///
/// struct CircleModel {
///     hidden: Linear,
///     output: Linear,
/// }
///
/// impl Layer for CircleModel {
///     fn forward(&self, x: &Tensor) -> Result<Tensor> {
///         let hidden = self.hidden.forward(x)?.relu();
///         self.output.forward(&hidden)
///     }
/// }
///
/// let model = Model::new(|layers| {
///     Ok(CircleModel { hidden: layers.add("hidden", linear(2, 5))?, output: layers.add("output", linear(5, 1))? })
/// })?;
/// assert_eq!(model.parameter_names(), ["hidden.weight", "hidden.bias", "output.weight", "output.bias"]);
/// # Ok::<(), Error>(())
/// ```
///
/// tch's own modules implement the trait too.
pub trait Layer: Send {
    /// Computes the output for `x`.
    ///
    /// # Errors
    /// An input that does not fit, an error of libtorch. A panic of tch inside this method becomes an error in
    /// [`Model::forward`](super::Model::forward).
    fn forward(&self, x: &Tensor) -> Result<Tensor>;

    /// Returns the kind that a printed model shows, such as `Linear`; by default the name of the type.
    fn kind(&self) -> &'static str {
        let path = std::any::type_name::<Self>();
        let path = path.split('<').next().unwrap_or(path);
        path.rsplit("::").next().unwrap_or(path)
    }

    /// Returns the settings that a printed model shows in brackets, such as `p=0.5`; by default none.
    fn settings(&self) -> String {
        String::new()
    }

    /// Returns the number of features of an input, or `None` if the layer takes any number, as by default.
    fn in_features(&self) -> Option<i64> {
        None
    }
}

impl<M: Module> Layer for M {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        Ok(Module::forward(self, x))
    }
}

/// The description of a layer, such as `linear(2, 10)`, from which a model builds the layer with its parameters.
///
/// ```
/// use support::prelude::*;
///
/// /// Multiplies each feature by a factor that is learned.
/// struct Scale {
///     factors: Tensor,
/// }
///
/// impl Layer for Scale {
///     fn forward(&self, x: &Tensor) -> Result<Tensor> {
///         Ok(x.f_mul(&self.factors)?)
///     }
/// }
///
/// struct ScaleConfig {
///     features: i64,
/// }
///
/// impl BuildLayer for ScaleConfig {
///     type Layer = Scale;
///     fn build(self, layers: &Layers) -> Result<Scale> {
///         Ok(Scale { factors: layers.path().f_ones("factors", &[self.features])? })
///     }
/// }
///
/// let model = seq().add(ScaleConfig { features: 2 }).add(linear(2, 1)).build()?;
/// assert_eq!(model.parameter_names(), ["0.factors", "1.weight", "1.bias"]);
/// # Ok::<(), Error>(())
/// ```
pub trait BuildLayer {
    /// The layer that is built.
    type Layer: Layer + 'static;

    /// Builds the layer; its parameters are made at `layers.path()`.
    ///
    /// # Errors
    /// Sizes out of range or too large for the memory that is free.
    fn build(self, layers: &Layers<'_>) -> Result<Self::Layer>;
}
