//! A trained model in a file: saves its parameters as `.safetensors`, and loads them into a new model.
//!
//! Writes the file into the folder given as argument, by default the system's temporary folder:
//!
//! ```sh
//! cargo run -p support --example save_and_load .
//! ```

use std::path::PathBuf;

use support::prelude::*;

/// Builds the model. The file holds the parameters only, so that the program that loads them needs this function too.
fn moon_model() -> Result<Model> {
    seq().add(linear(2, 10)).add(relu()).add(linear(10, 1)).build()
}

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let path = folder.join("save_and_load.safetensors");
    let data = train_test_split(&make_moons(1000).noise(0.1).random_state(42).build()?, 0.2, 42)?;

    tch::manual_seed(42);
    let trained = moon_model()?;
    fit(&trained, &data, TrainConfig { epochs: 200, log_every: 50, ..Default::default() })?;
    trained.save(&path)?;
    println!("{} saved in {}", trained.parameter_names().join(", "), path.display());

    let mut loaded = moon_model()?;
    println!("before loading: {:.1} % of the test points right", 100.0 * loaded.score(&data.test)?);
    loaded.load(&path)?;
    println!("after loading:  {:.1} % of the test points right", 100.0 * loaded.score(&data.test)?);
    assert_eq!(loaded.scores(&data.test.x)?, trained.scores(&data.test.x)?);

    // A file that does not fit is an error that names the parameters, and the model keeps its own.
    let mut wider = seq().add(linear(2, 20)).add(relu()).add(linear(20, 1)).build()?;
    println!("{}", wider.load(&path).unwrap_err());
    Ok(())
}
