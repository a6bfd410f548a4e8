//! A sequence of layers, numbered as in PyTorch's `nn.Sequential`.

use tch::Tensor;

use super::layer::{BuildLayer, Layer};
use super::layers::{Hook, Layers};
use super::model::Model;
use crate::error::Result;

/// Layers that run one after the other; printed as `Sequential`.
pub struct Sequential {
    layers: Vec<Box<dyn Layer>>,
}

impl Layer for Sequential {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        self.layers.iter().try_fold(x.shallow_clone(), |x, layer| layer.forward(&x))
    }
}

/// A step of a [`Sequence`]: builds one layer.
type Step = Box<dyn FnOnce(&Layers<'_>, usize) -> Result<Box<dyn Layer>>>;

/// The description of a [`Sequential`], made by [`seq`].
#[must_use = "a sequence becomes a model by .build()?"]
#[derive(Default)]
pub struct Sequence {
    steps: Vec<Step>,
}

/// Describes a sequence of layers, which `add` numbers from 0. The parameters of a layer are named after its number:
/// `0.weight`, `2.weight`, as in PyTorch's `nn.Sequential`.
///
/// ```
/// use support::prelude::*;
/// tch::manual_seed(42);
/// let model = seq().add(linear(2, 10)).add(relu()).add(linear(10, 1)).build()?;
/// assert_eq!(model.parameter_names(), ["0.weight", "0.bias", "2.weight", "2.bias"]);
/// # Ok::<(), Error>(())
/// ```
pub fn seq() -> Sequence {
    Sequence::default()
}

impl Sequence {
    /// Adds a layer.
    #[allow(clippy::should_implement_trait, reason = "the name that tch and PyTorch's add_module have")]
    pub fn add<B: BuildLayer + 'static>(self, layer: B) -> Self {
        self.step(move |layers, number| Ok(Box::new(layers.add(number, layer)?)))
    }

    /// Adds a function of a tensor, such as `add_fn(|x| x.square())`.
    pub fn add_fn(self, function: impl Fn(&Tensor) -> Tensor + Send + 'static) -> Self {
        self.add(FunctionConfig { function })
    }

    /// Adds a layer that a closure builds, such as a module of tch:
    ///
    /// ```
    /// use support::prelude::*;
    /// let model = seq().add(linear(2, 5)).add_with(|at| Ok(nn::linear(at.path(), 5, 1, Default::default()))).build()?;
    /// assert_eq!(model.num_parameters(), 21);
    /// assert_eq!(summary(&model)?.rows.len(), 2);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn add_with<L: Layer + 'static>(
        self,
        build: impl FnOnce(&Layers<'_>) -> Result<L> + 'static,
    ) -> Self {
        self.step(move |layers, number| {
            let mut hook = None;
            let layer = layers.add_with(number, |at| {
                let layer = build(at)?;
                hook = at.is_leaf().then(|| at.hook());
                Ok(layer)
            })?;
            Ok(Box::new(Recorded { layer, hook }))
        })
    }

    fn step(mut self, step: impl FnOnce(&Layers<'_>, usize) -> Result<Box<dyn Layer>> + 'static) -> Self {
        self.steps.push(Box::new(step));
        self
    }

    /// Builds a model of the sequence, on the CPU. For the same initial parameters each time, call `tch::manual_seed`
    /// just before.
    ///
    /// # Errors
    /// Those of [`Model::new`].
    pub fn build(self) -> Result<Model> {
        Model::new(|layers| BuildLayer::build(self, layers))
    }
}

impl BuildLayer for Sequence {
    type Layer = Sequential;

    fn build(self, layers: &Layers<'_>) -> Result<Sequential> {
        let steps = self.steps.into_iter().enumerate();
        let built = steps.map(|(number, step)| step(layers, number)).collect::<Result<_>>()?;
        Ok(Sequential { layers: built })
    }
}

/// A function of a tensor as a layer.
struct Function<F> {
    function: F,
    hook: Hook,
}

/// The description of a [`Function`].
struct FunctionConfig<F> {
    function: F,
}

impl<F: Fn(&Tensor) -> Tensor + Send + 'static> BuildLayer for FunctionConfig<F> {
    type Layer = Function<F>;

    fn build(self, layers: &Layers<'_>) -> Result<Function<F>> {
        Ok(Function { function: self.function, hook: layers.hook() })
    }
}

impl<F: Fn(&Tensor) -> Tensor + Send> Layer for Function<F> {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let y = (self.function)(x);
        Ok(if y.defined() { self.hook.output(y) } else { y })
    }
}

/// A layer of other code, whose outputs are recorded if it has no layers inside that do so.
struct Recorded<L> {
    layer: L,
    hook: Option<Hook>,
}

impl<L: Layer> Layer for Recorded<L> {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let y = self.layer.forward(x)?;
        Ok(match &self.hook {
            Some(hook) if y.defined() => hook.output(y),
            _ => y,
        })
    }
}
