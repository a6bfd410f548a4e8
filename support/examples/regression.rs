//! A regression: a model that predicts a value instead of a class learns a straight line.
//!
//! Writes the figure into the folder given as argument, by default the system's temporary folder:
//!
//! ```sh
//! cargo run -p support --example regression .
//! ```

use std::path::PathBuf;

use support::prelude::*;

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    // y = 0.7 x + 0.3; the first 80 of the 100 points are the training set.
    let data = make_line(0.7, 0.3).build()?.split_at(80)?;

    tch::manual_seed(42);
    let model = seq().add(linear(1, 1)).build()?;
    let config = TrainConfig { epochs: 500, lr: 0.01, loss: Loss::L1, log_every: 100, ..Default::default() };
    fit(&model, &data, config)?;

    for (name, values) in model.named_parameters() {
        println!("{name}: {:.3}", values.double_value(&[0]));
    }
    let predicted = model.predict_values(&data.test.x)?;
    let path = folder.join("regression.png");
    plot_predictions(&data).predictions(&predicted).draw()?.save(&path)?;
    println!("figure: {}", path.display());
    Ok(())
}
