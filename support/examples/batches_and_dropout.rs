//! Mini-batches and dropout: one network trained with the whole set in each step, in batches, and with dropout.
//!
//! Writes the loss curves into the folder given as argument, by default the system's temporary folder:
//!
//! ```sh
//! cargo run -p support --example batches_and_dropout .
//! ```

use std::path::PathBuf;

use support::prelude::*;

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let data = train_test_split(&make_moons(300).noise(0.3).random_state(1).build()?, 0.5, 42)?;

    let train = |p: f64, batch_size: usize| -> Result<History> {
        // The seed of the first parameters, of the order of the points in each epoch, and of dropout.
        tch::manual_seed(42);
        let model = seq().add(linear(2, 64)).add(relu()).add(dropout(p)).add(linear(64, 1)).build()?;
        // `fit` switches dropout on for the training points and off for the test points.
        fit(&model, &data, TrainConfig { epochs: 60, log_every: 0, batch_size, ..Default::default() })
    };
    // With a `batch_size` of 0 an epoch is one step, with 16 it is ten steps for these 150 points.
    let runs = [
        ("whole set", train(0.0, 0)?),
        ("batches of 16", train(0.0, 16)?),
        ("batches of 16, dropout", train(0.5, 16)?),
    ];

    for (name, history) in &runs {
        println!("{name}: {}", history.epochs[history.len() - 1]);
    }
    let path = folder.join("batches_and_dropout.png");
    plot_histories(&runs.each_ref().map(|(name, history)| (*name, history))).draw()?.save(&path)?;
    println!("figure: {}", path.display());
    Ok(())
}
