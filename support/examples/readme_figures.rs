//! Makes the README's figures: a training as a GIF and as a page with a slider, and the neurons of a network.
//!
//! ```sh
//! cargo run -p support --example readme_figures target/readme
//! ```

use std::path::PathBuf;

use support::prelude::*;

fn main() -> Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| ".".to_string()));
    let circles = make_circles(1000).noise(0.03).random_state(42).build()?;
    let data = train_test_split(&circles, 0.2, 42)?;

    tch::manual_seed(42);
    let model =
        seq().add(linear(2, 10)).add(relu()).add(linear(10, 10)).add(relu()).add(linear(10, 1)).build()?;
    let config = TrainConfig { epochs: 1500, log_every: 500, ..Default::default() };
    let history = fit(&model, &data, config.with(RecordSnapshots::evenly(31)))?;

    let movie =
        replay(&model, &history, |model| plot_decision_boundary(model, &data).shade(Shade::Probability))
            .draw()?;
    movie.save(folder.join("training.gif"))?;
    movie.save(folder.join("training.html"))?;
    plot_neurons(&model, &circles).draw()?.save(folder.join("neurons.png"))
}
