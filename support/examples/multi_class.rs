//! More than two classes: four clouds of points, cross entropy, a confusion matrix, and scores of each class.
//!
//! Writes the figures into the folder given as argument, by default the system's temporary folder:
//!
//! ```sh
//! cargo run -p support --example multi_class .
//! ```

use std::path::PathBuf;

use support::prelude::*;

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let blobs = make_blobs(1000).centers(4).cluster_std(2.5).random_state(42).build()?;
    let data = train_test_split(&blobs, 0.2, 42)?;

    // One output for each class; the labels are 0, 1, 2 and 3.
    tch::manual_seed(42);
    let model = seq().add(linear(2, 8)).add(relu()).add(linear(8, 4)).build()?;
    let config = TrainConfig { epochs: 200, loss: Loss::CrossEntropy, log_every: 50, ..Default::default() };
    fit(&model, &data, config)?;

    let predicted = model.predict_labels(&data.test.x)?;
    let matrix = confusion_matrix(&data.test, &predicted)?;
    println!("\n{matrix}\n\n{}", classification_report(&data.test, &predicted)?);
    let first = data.test.x.slice(ndarray::s![..1, ..]).to_owned();
    println!("\nprobabilities of the first test point: {:.3}", model.predict_proba(&first)?.row(0));

    plot_confusion_matrix(&matrix).draw()?.save(folder.join("multi_class_confusion.png"))?;
    let boundary = plot_decision_boundary(&model, &data).shade(Shade::Probability).mark_wrong();
    boundary.draw()?.save(folder.join("multi_class_boundary.png"))?;
    println!("figures: {}", folder.join("multi_class_*.png").display());
    Ok(())
}
