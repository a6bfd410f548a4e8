//! A first model, from data to figure: points on two circles, a network with ReLU, its score and its decision boundary.
//!
//! Writes the figure into the folder given as argument, by default the system's temporary folder:
//!
//! ```sh
//! cargo run -p support --example first_model .
//! ```

use std::path::PathBuf;

use support::prelude::*;

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);

    // 800 points to learn from, 200 to test with.
    let circles = make_circles(1000).noise(0.03).random_state(42).build()?;
    let data = train_test_split(&circles, 0.2, 42)?;

    tch::manual_seed(42);
    let model =
        seq().add(linear(2, 10)).add(relu()).add(linear(10, 10)).add(relu()).add(linear(10, 1)).build()?;
    let config = TrainConfig { epochs: 100, optimizer: Optimizer::Adam, lr: 0.02, ..Default::default() };
    let history = fit(&model, &data, config)?;

    println!("{} epochs, {:.1} % of the test points right", history.len(), 100.0 * model.score(&data.test)?);
    let path = folder.join("first_model.png");
    plot_decision_boundary(&model, &data).draw()?.save(&path)?;
    println!("figure: {}", path.display());
    Ok(())
}
