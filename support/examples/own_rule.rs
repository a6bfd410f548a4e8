//! A rule of your own in place of a model: a type with `impl Predictor` can be scored and drawn like one.
//!
//! Writes the figure into the folder given as argument, by default the system's temporary folder:
//!
//! ```sh
//! cargo run -p support --example own_rule .
//! ```

use std::path::PathBuf;

use support::ndarray::Axis;
use support::prelude::*;

/// Class 1 inside a circle around the origin, class 0 outside.
struct Inside {
    radius: f64,
}

impl Predictor for Inside {
    /// Computes one score per point, `[n, 2] -> [n, 1]`: above 0 means class 1.
    fn scores(&self, x: &Array2<f64>) -> Result<Array2<f64>> {
        Ok(x.map_axis(Axis(1), |point| self.radius - point[0].hypot(point[1])).insert_axis(Axis(1)))
    }
}

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let circles = make_circles(1000).noise(0.05).random_state(42).build()?;

    let (narrow, right, wide) = (Inside { radius: 0.8 }, Inside { radius: 0.9 }, Inside { radius: 1.0 });
    for rule in [&narrow, &right, &wide] {
        println!("radius {}: {:.1} % of the points right", rule.radius, 100.0 * rule.score(&circles)?);
    }
    println!("a point in the middle is of class {}", right.predict_labels(&ndarray::array![[0.0, 0.0]])?[0]);

    let path = folder.join("own_rule.png");
    let rules: [(&str, &dyn Predictor); 3] =
        [("radius 0.8", &narrow), ("radius 0.9", &right), ("radius 1.0", &wide)];
    plot_decision_boundaries(&rules, &circles).mark_wrong().draw()?.save(&path)?;
    println!("figure: {}", path.display());
    Ok(())
}
