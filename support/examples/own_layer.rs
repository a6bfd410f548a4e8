//! A layer of your own, with parameters that are learned: the distances of a point from some centres.
//!
//! With one centre and a linear layer behind it, the decision boundary is a circle.
//!
//! ```sh
//! cargo run -p support --example own_layer
//! ```

use support::prelude::*;

/// A layer that computes the distance of each point from each centre, `[n, features] -> [n, centres]`.
struct Distances {
    /// The centres, `[centres, features]`.
    centres: Tensor,
}

impl Layer for Distances {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        Ok(Tensor::f_cdist(x, &self.centres, 2.0, None)?)
    }

    // The two methods below are optional: what a printed model shows, and the width of the input that `Model` checks.
    fn settings(&self) -> String {
        format!("centres={}", self.centres.size()[0])
    }

    fn in_features(&self) -> Option<i64> {
        Some(self.centres.size()[1])
    }
}

/// The description that a model builds the layer from, as `linear(2, 10)` is for a linear layer.
struct DistancesConfig {
    features: i64,
    centres: i64,
}

impl BuildLayer for DistancesConfig {
    type Layer = Distances;

    fn build(self, layers: &Layers) -> Result<Distances> {
        Ok(Distances { centres: layers.path().f_randn_standard("centres", &[self.centres, self.features])? })
    }
}

fn main() -> Result<()> {
    let data = train_test_split(&make_circles(1000).noise(0.03).random_state(42).build()?, 0.2, 42)?;

    tch::manual_seed(42);
    let model = seq().add(DistancesConfig { features: 2, centres: 1 }).add(linear(1, 1)).build()?;
    println!("{model}\n");

    let config = TrainConfig { epochs: 500, log_every: 100, lr: 0.5, ..Default::default() };
    fit(&model, &data, config)?;
    println!("{:.1} % of the test points right", 100.0 * model.score(&data.test)?);
    for (name, values) in model.named_parameters() {
        println!("{name}: {:.2?}", Vec::<f32>::try_from(values.reshape(-1))?);
    }
    Ok(())
}
