//! A training as a movie: records the parameters while a model trains, and draws the boundary of each record.
//!
//! Writes the movie into the folder given as argument, by default the system's temporary folder:
//!
//! ```sh
//! cargo run -p support --example movie .
//! ```

use std::path::PathBuf;

use support::prelude::*;

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let data = train_test_split(&make_moons(200).noise(0.1).random_state(42).build()?, 0.2, 42)?;

    tch::manual_seed(42);
    let model = seq().add(linear(2, 10)).add(tanh()).add(linear(10, 1)).build()?;
    let config = TrainConfig { epochs: 500, lr: 1.0, log_every: 100, ..Default::default() };
    let history = fit(&model, &data, config.with(RecordSnapshots::evenly(11)))?;

    // One frame per snapshot; any figure of the model could stand here. The model keeps its parameters.
    let movie = replay(&model, &history, |model| plot_decision_boundary(model, &data)).draw()?;
    let captions: Vec<&str> = movie.frames().iter().map(|(caption, _)| caption.as_str()).collect();
    println!("{} frames: {}", movie.len(), captions.join(", "));

    // An animation, and a page with a player that works offline.
    movie.save(folder.join("movie.gif"))?;
    movie.save(folder.join("movie.html"))?;
    println!("movie: {}", folder.join("movie.gif").display());
    Ok(())
}
