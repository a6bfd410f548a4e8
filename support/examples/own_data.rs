//! Data of your own: reads a CSV file with the standard library, and makes a dataset of its numbers.
//!
//! Each line has two measurements and the name of a class. Reads the file given as argument, by default `fruit.csv`
//! beside this program, whose numbers are made up:
//!
//! ```sh
//! cargo run -p support --example own_data
//! ```

use std::path::{Path, PathBuf};

use support::prelude::*;

/// The classes; a label is the position of the name in this list.
const CLASSES: [&str; 3] = ["lemon", "orange", "banana"];

/// Makes a dataset of lines such as `7.4,5.2,lemon` after a line with the names of the columns.
fn dataset_of(csv: &str) -> Result<Dataset> {
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for (number, line) in csv.lines().enumerate().skip(1) {
        let (length, width, label) = parse(line).ok_or_else(|| Error::Argument {
            op: "dataset_of",
            name: "each line",
            expected: format!("like 7.4,5.2,lemon with a class of {CLASSES:?}"),
            got: format!("{line:?} in line {}", number + 1),
        })?;
        x.push([length, width]);
        y.push(label);
    }
    // `x: [n, 2]` and `y: [n]`. No points at all and numbers such as NaN are errors here.
    Dataset::new(Array2::from(x), Array1::from(y))?.with_classes(CLASSES.len())
}

fn parse(line: &str) -> Option<(f64, f64, i64)> {
    let mut cells = line.split(',').map(str::trim);
    let (length, width) = (cells.next()?.parse().ok()?, cells.next()?.parse().ok()?);
    let name = cells.next()?;
    let label = CLASSES.iter().position(|class| *class == name)?;
    cells.next().is_none().then_some((length, width, label as i64))
}

fn main() -> Result<()> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/fruit.csv");
    let path = std::env::args().nth(1).map_or_else(beside, PathBuf::from);
    let csv =
        std::fs::read_to_string(&path).map_err(|source| Error::File { op: "own_data", path, source })?;
    let fruit = dataset_of(&csv)?;
    println!("{}\n\n{}\n", fruit.head(3), fruit.class_table());

    let data = train_test_split(&fruit, 0.25, 42)?;
    tch::manual_seed(42);
    let model = seq().add(linear(2, 3)).build()?;
    let config = TrainConfig { epochs: 500, loss: Loss::CrossEntropy, log_every: 100, ..Default::default() };
    fit(&model, &data, config)?;
    println!("{:.1} % of the test points right", 100.0 * model.score(&data.test)?);

    let unknown = model.predict_labels(&ndarray::array![[19.0, 3.5]])?[0];
    println!("19.0 cm long and 3.5 cm wide: {}", CLASSES[unknown as usize]);

    for bad in ["7.4,,lemon", "7.4,5.2,lime", "7.4,NaN,lemon"] {
        println!("{}", dataset_of(&format!("length_cm,width_cm,fruit\n{bad}")).unwrap_err());
    }
    Ok(())
}
