//! A network of your own: a struct of layers with its own `forward`, here with a connection around a hidden layer.
//!
//! ```sh
//! cargo run -p support --example own_network
//! ```

use support::prelude::*;

/// A network in which the second layer adds to the output of the first instead of replacing it.
struct SkipNetwork {
    first: Linear,
    second: Linear,
    output: Linear,
}

impl SkipNetwork {
    /// Builds the layers; their parameters are named `first.weight`, `first.bias` and so on.
    fn new(layers: &Layers, hidden: i64) -> Result<Self> {
        Ok(Self {
            first: layers.add("first", linear(2, hidden))?,
            second: layers.add("second", linear(hidden, hidden))?,
            output: layers.add("output", linear(hidden, 1))?,
        })
    }
}

impl Layer for SkipNetwork {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let first = self.first.forward(x)?.relu();
        let second = self.second.forward(&first)?.relu();
        self.output.forward(&(first + second))
    }
}

fn main() -> Result<()> {
    let data = train_test_split(&make_moons(1000).noise(0.1).random_state(42).build()?, 0.2, 42)?;

    tch::manual_seed(42);
    let model = Model::new(|layers| SkipNetwork::new(layers, 8))?;
    println!("{model}\n\n{}\n", summary(&model)?);

    let config = TrainConfig { epochs: 300, lr: 0.5, log_every: 100, ..Default::default() };
    fit(&model, &data, config)?;
    println!("{:.1} % of the test points right", 100.0 * model.score(&data.test)?);
    Ok(())
}
