//! Optimizers compared: gradient descent, the same with momentum, Adam, and Adam with weight decay.
//!
//! Writes the loss curves into the folder given as argument, by default the system's temporary folder:
//!
//! ```sh
//! cargo run -p support --example compare_optimizers .
//! ```

use std::path::PathBuf;

use support::prelude::*;

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let data = train_test_split(&make_circles(500).noise(0.05).random_state(42).build()?, 0.2, 42)?;

    let sgd = TrainConfig { epochs: 150, lr: 0.1, log_every: 0, ..Default::default() };
    let adam = TrainConfig { optimizer: Optimizer::Adam, lr: 0.02, ..sgd };
    let mut runs = Vec::new();
    for (name, config) in [
        ("SGD", sgd),
        ("SGD, momentum 0.9", TrainConfig { momentum: 0.9, ..sgd }),
        ("Adam", adam),
        ("Adam, weight decay 0.01", TrainConfig { weight_decay: 0.01, ..adam }),
    ] {
        // The same first parameters for each run.
        tch::manual_seed(42);
        let model = seq().add(linear(2, 16)).add(relu()).add(linear(16, 1)).build()?;
        let history = fit(&model, &data, config)?;
        println!("{name:24} {:5.1} % of the test points right", 100.0 * model.score(&data.test)?);
        runs.push((name, history));
    }

    let path = folder.join("compare_optimizers.png");
    let named: Vec<(&str, &History)> = runs.iter().map(|(name, history)| (*name, history)).collect();
    plot_histories(&named).log_scale().draw()?.save(&path)?;
    println!("figure: {}", path.display());
    Ok(())
}
