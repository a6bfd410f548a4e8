//! A network from the inside: its weights as lines, a map of the plane for each neuron, the sizes of the gradients.
//!
//! Writes the figures into the folder given as argument, by default the system's temporary folder:
//!
//! ```sh
//! cargo run -p support --example look_inside .
//! ```

use std::path::PathBuf;

use support::prelude::*;

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let moons = make_moons(500).noise(0.1).random_state(42).build()?;
    let data = train_test_split(&moons, 0.2, 42)?;

    tch::manual_seed(42);
    let model =
        seq().add(linear(2, 4)).add(tanh()).add(linear(4, 4)).add(tanh()).add(linear(4, 1)).build()?;
    let config = TrainConfig { epochs: 300, lr: 1.0, log_every: 100, ..Default::default() };
    let history = fit(&model, &data, config.with(RecordGradients::default()))?;

    println!("{}", summary(&model)?);
    for layer in history.gradient_stats() {
        let (first, last) = (layer.gradients[0], layer.gradients[history.len() - 1]);
        println!(
            "layer {}: norm of the gradient {first:.4} in the first epoch, {last:.4} in the last",
            layer.name
        );
    }

    plot_network(&model).draw()?.save(folder.join("look_inside_network.png"))?;
    plot_neurons(&model, &moons).draw()?.save(folder.join("look_inside_neurons.png"))?;
    plot_gradients(&[("tanh", &history)]).draw()?.save(folder.join("look_inside_gradients.png"))?;
    println!("figures: {}", folder.join("look_inside_*.png").display());
    Ok(())
}
