//! Compares training with PyTorch's results: losses within 0.00001, accuracies and confusion matrices equal.

mod common;
mod golden;

use common::course;
use serde_json::Value;
use support::models::Sequence;
use support::ndarray::{Array1, Array2};
use support::prelude::*;

/// The training of one model in the course.
struct Lesson {
    name: &'static str,
    data: Split,
    build: fn() -> Sequence,
    config: TrainConfig,
    /// The largest differences from PyTorch: of a loss, and of an accuracy, 0 to 1.
    tolerance: (f64, f64),
}

const EXACT: (f64, f64) = (1e-5, 1e-11);

fn circles() -> Result<Split> {
    train_test_split(&make_circles(1000).noise(0.03).random_state(42).build()?, 0.2, 42)
}

fn blobs() -> Result<Split> {
    train_test_split(&make_blobs(1000).centers(4).cluster_std(1.5).random_state(42).build()?, 0.2, 42)
}

fn moons_split() -> Result<Split> {
    train_test_split(&make_moons(1000).noise(0.07).random_state(42).build()?, 0.2, 42)
}

fn quiet(epochs: usize, loss: Loss) -> TrainConfig {
    TrainConfig { epochs, loss, log_every: 0, ..Default::default() }
}

fn blob_with_relu() -> Sequence {
    seq().add(linear(2, 8)).add(relu()).add(linear(8, 8)).add(relu()).add(linear(8, 4))
}

fn spiral_model() -> Sequence {
    seq().add(linear(2, 10)).add(relu()).add(linear(10, 10)).add(relu()).add(linear(10, 3))
}

/// Compares the rows of `log`, whose accuracies are in per cent, with the history, from `from_epoch` on.
fn check_log(name: &str, history: &History, log: &Value, from_epoch: usize, (loss, share): (f64, f64)) {
    for row in log.as_array().expect("log") {
        let row: Vec<f64> = serde_json::from_value(row.clone()).expect("row");
        let ours = &history.epochs[row[0] as usize];
        if ours.epoch < from_epoch {
            continue;
        }
        let close = |what: &str, ours: f64, theirs: f64, tolerance: f64| {
            assert!(
                (ours - theirs).abs() <= tolerance,
                "{name}, epoch {}: {what} is {ours}, PyTorch's {theirs}",
                row[0]
            );
        };
        close("train loss", ours.train_loss, row[1], loss);
        if let [_, _, accuracy, test_loss, test_accuracy] = row[..] {
            close("train accuracy", ours.train_accuracy.expect("classes"), accuracy / 100.0, share);
            close("test loss", ours.test_loss, test_loss, loss);
            close("test accuracy", ours.test_accuracy.expect("classes"), test_accuracy / 100.0, share);
        } else {
            close("test loss", ours.test_loss, row[2], loss);
        }
    }
}

fn check_start(name: &str, model: &Model, reference: &Value) {
    for (parameter, values) in model.named_parameters() {
        let theirs: Vec<f32> = serde_json::from_value(reference[&parameter].clone()).expect(&parameter);
        let flat = values.reshape([-1]);
        let ours: Vec<f32> = (0..theirs.len()).map(|i| flat.double_value(&[i as i64]) as f32).collect();
        assert_eq!(ours, theirs, "{name}: {parameter} starts elsewhere than PyTorch's");
    }
}

fn check_classes(name: &str, model: &Model, data: &Split, reference: &Value) -> Result<()> {
    for (side, set) in [("train", &data.train), ("test", &data.test)] {
        let predicted = model.predict_labels(&set.x)?;
        let theirs: Vec<Vec<usize>> =
            serde_json::from_value(reference[format!("confusion_{side}")].clone()).expect("matrix");
        let ours = confusion_matrix(&set.y, &predicted)?;
        let rows: Vec<Vec<usize>> = ours.counts.rows().into_iter().map(|row| row.to_vec()).collect();
        assert_eq!(rows, theirs, "{name}: confusion matrix, {side}");
        check_grid(name, model, set, &reference[format!("grid_counts_{side}")])?;
    }
    let report = classification_report(&data.test.y, &model.predict_labels(&data.test.x)?)?;
    let theirs = &reference["per_class_test"];
    for (class, scores) in report.classes.iter().enumerate() {
        let number = |key: &str| theirs[key][class].as_f64().expect("number");
        assert!((scores.precision - number("precision")).abs() < 1e-12, "{name}: precision of {class}");
        assert!((scores.recall - number("recall")).abs() < 1e-12, "{name}: recall of {class}");
        assert!((scores.f1 - number("f1")).abs() < 1e-12, "{name}: F1 of {class}");
        assert_eq!(scores.support as f64, number("support"), "{name}: support of {class}");
    }
    Ok(())
}

/// Compares the labels on the course's grid of 101 × 101 points, which a boundary figure shows.
fn check_grid(name: &str, model: &Model, set: &Dataset, theirs: &Value) -> Result<()> {
    let theirs: Vec<i64> = serde_json::from_value(theirs.clone()).expect("counts");
    let axis: Vec<(f64, f64)> = set.bounds().iter().map(|(low, high)| (low - 0.1, high + 0.1)).collect();
    let at = |(low, high): (f64, f64), i: usize| low + (high - low) * i as f64 / 100.0;
    let grid = Array2::from_shape_fn((101 * 101, 2), |(i, j)| at(axis[j], [i % 101, i / 101][j]));
    let labels = model.predict_labels(&grid)?;
    for (class, &count) in theirs.iter().enumerate() {
        let ours = labels.iter().filter(|&&label| label == class as i64).count() as i64;
        assert!(
            (ours - count).abs() <= 3,
            "{name}: {ours} grid points of class {class}, PyTorch has {count}"
        );
    }
    Ok(())
}

fn check(lesson: Lesson) -> Result<()> {
    let reference = &golden::reference()["models"][lesson.name];
    let model = golden::seeded(|| (lesson.build)().build())?;
    check_start(lesson.name, &model, &reference["initial_parameters_first_4"]);
    let history = fit(&model, &lesson.data, lesson.config)?;
    check_log(lesson.name, &history, &reference["log"], 0, lesson.tolerance);
    check_classes(lesson.name, &model, &lesson.data, reference)
}

#[test]
fn model_0_fails_as_pytorchs_does() -> Result<()> {
    check(Lesson {
        name: "model_0_linear_2_5_1",
        data: circles()?,
        build: course::circle_v0,
        config: quiet(100, Loss::BceWithLogits),
        tolerance: EXACT,
    })
}

#[test]
fn model_1_fails_as_pytorchs_does() -> Result<()> {
    check(Lesson {
        name: "model_1_linear_2_10_10_1",
        data: circles()?,
        build: course::circle_v1,
        config: quiet(1000, Loss::BceWithLogits),
        tolerance: EXACT,
    })
}

#[test]
fn model_3_learns_the_circles() -> Result<()> {
    check(Lesson {
        name: "model_3_relu_2_10_10_1",
        data: circles()?,
        build: course::circle_v2,
        config: quiet(1000, Loss::BceWithLogits),
        tolerance: EXACT,
    })
}

#[test]
fn model_3_reaches_100_per_cent_after_3000_epochs() -> Result<()> {
    check(Lesson {
        name: "model_3_relu_3000_epochs",
        data: circles()?,
        build: course::circle_v2,
        config: quiet(3000, Loss::BceWithLogits),
        tolerance: EXACT,
    })
}

#[test]
fn model_4_parts_the_blobs() -> Result<()> {
    check(Lesson {
        name: "model_4_blobs_2_8_8_4",
        data: blobs()?,
        build: || course::blob(2, 4, 8),
        config: quiet(100, Loss::CrossEntropy),
        tolerance: EXACT,
    })
}

#[test]
fn model_4_with_relu() -> Result<()> {
    check(Lesson {
        name: "model_4_blobs_with_relu",
        data: blobs()?,
        build: blob_with_relu,
        config: quiet(100, Loss::CrossEntropy),
        tolerance: EXACT,
    })
}

#[test]
fn model_3_learns_the_moons() -> Result<()> {
    check(Lesson {
        name: "moons_relu_2_10_10_1",
        data: moons_split()?,
        build: course::circle_v2,
        config: quiet(1000, Loss::BceWithLogits),
        tolerance: EXACT,
    })
}

#[test]
fn spirals_with_adam() -> Result<()> {
    let reference = &golden::reference()["models"]["spirals_relu_2_10_10_3_adam"];
    let data = train_test_split(&make_spirals(100).build()?, 0.2, 42)?;
    let model = golden::seeded(|| spiral_model().build())?;
    check_start("spirals", &model, &reference["initial_parameters_first_4"]);
    let config = TrainConfig { optimizer: Optimizer::Adam, lr: 0.02, ..quiet(1000, Loss::CrossEntropy) };
    let history = fit(&model, &data, config)?;
    // Adam oscillates at the end, in a way that depends on the processor.
    check_log("spirals", &history, &reference["log"], 0, (0.05, 0.02));
    let last = history.last().and_then(|epoch| epoch.test_accuracy).unwrap_or(0.0);
    assert!(last > 0.95, "spirals reach an accuracy of {last}");
    Ok(())
}

fn line(lr: f64) -> Result<(History, Array1<f64>)> {
    let data = make_line(0.7, 0.3).build()?.split_at(80)?;
    let model = golden::seeded(|| course::line().build())?;
    let history = fit(&model, &data, TrainConfig { lr, ..quiet(1000, Loss::L1) })?;
    Ok((history, model.predict_values(&data.test.x)?))
}

#[test]
fn model_2_fits_the_line_at_0_01() -> Result<()> {
    let reference = &golden::reference()["models"]["model_2_line_lr_0.01"];
    let (history, predictions) = line(0.01)?;
    check_log("model_2 at 0.01", &history, &reference["log"], 0, EXACT);
    let theirs: Vec<f64> =
        serde_json::from_value(reference["test_predictions_first_5"].clone()).expect("numbers");
    for (ours, theirs) in predictions.iter().zip(theirs) {
        assert!((ours - theirs).abs() < 1e-4, "predicts {ours}, PyTorch {theirs}");
    }
    Ok(())
}

#[test]
fn model_2_oscillates_at_0_1() -> Result<()> {
    let reference = &golden::reference()["models"]["model_2_line_lr_0.1"];
    let (history, _) = line(0.1)?;
    check_log("model_2 at 0.1", &history, &reference["log"], 100, (0.05, 0.0));
    Ok(())
}

#[test]
fn one_weight_and_one_bias_fit_a_line() -> Result<()> {
    let reference = &golden::reference()["models"]["single_line_linear_1_1"];
    let data = make_line(0.7, 0.3).range(0.0, 1.0, 0.02).build()?.split_at(40)?;
    let model = golden::seeded(|| seq().add(linear(1, 1)).build())?;
    let history = fit(&model, &data, TrainConfig { lr: 0.01, ..quiet(1000, Loss::L1) })?;
    check_log("single line", &history, &reference["log"], 0, EXACT);
    for (name, ours) in model.named_parameters() {
        let theirs = reference[name.trim_start_matches("0.")].as_f64().expect("number");
        let ours = ours.reshape([-1]).double_value(&[0]);
        assert!((ours - theirs).abs() < 1e-5, "{name} is {ours}, PyTorch's {theirs}");
    }
    Ok(())
}
