//! Features computed from the coordinates: with the squares of x1 and x2, a linear model separates two circles.
//!
//! Writes the figure into the folder given as argument, by default the system's temporary folder:
//!
//! ```sh
//! cargo run -p support --example features .
//! ```

use std::path::PathBuf;

use support::prelude::*;

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let data = train_test_split(&make_circles(1000).noise(0.03).random_state(42).build()?, 0.2, 42)?;
    let config = TrainConfig { epochs: 200, lr: 5.0, log_every: 0, ..Default::default() };

    tch::manual_seed(42);
    let plain = seq().add(linear(2, 1)).build()?;
    fit(&plain, &data, config)?;

    let squares = Features::new([Feature::X1Squared, Feature::X2Squared])?;
    tch::manual_seed(42);
    let model = seq().add(linear(2, 1)).build()?;
    fit(&model, &squares.transform_split(&data)?, config)?;
    // Features and model together take points (x1, x2) again.
    let pipeline = squares.then(&model);

    println!("x1 and x2:   {:.1} % of the test points right", 100.0 * plain.score(&data.test)?);
    println!("x1² and x2²: {:.1} % of the test points right", 100.0 * pipeline.score(&data.test)?);
    let path = folder.join("features.png");
    let models: [(&str, &dyn Predictor); 2] = [("x1 and x2", &plain), ("x1² and x2²", &pipeline)];
    plot_decision_boundaries(&models, &data.test).draw()?.save(&path)?;
    println!("figure: {}", path.display());
    Ok(())
}
