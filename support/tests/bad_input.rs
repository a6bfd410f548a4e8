//! Tests that invalid input gives an Error that says what was expected and what was given.

mod common;

use common::{course, says};
use support::data::Split;
use support::ndarray::{Array1, Array2, array};
use support::prelude::*;

fn circles() -> Result<Split> {
    train_test_split(&make_circles(100).build()?, 0.2, 42)
}

fn quiet() -> TrainConfig {
    TrainConfig { epochs: 2, log_every: 0, ..Default::default() }
}

#[test]
fn generators() {
    says(make_circles(0).build(), &["n_samples", "at least 1", "got 0"]);
    says(make_circles(10).noise(-0.1).build(), &["noise", "not negative", "-0.1"]);
    says(make_circles(10).noise(f64::NAN).build(), &["noise", "NaN"]);
    for factor in [-1e-9, 1.0, -1.0, 2.0, f64::NAN] {
        says(make_circles(10).factor(factor).build(), &["factor", "at least 0 and below 1"]);
    }
    says(make_moons(0).build(), &["make_moons", "at least 1", "got 0"]);
    says(make_moons(10).noise(f64::INFINITY).build(), &["noise", "inf"]);
    says(make_blobs(10).centers(0).build(), &["centers", "at least 1"]);
    says(make_blobs(0).centers(4).build(), &["n_samples", "at least 1", "got 0"]);
    says(make_blobs(10).n_features(0).build(), &["n_features"]);
    says(make_blobs(10).cluster_std(-1.0).build(), &["cluster_std"]);
    says(make_blobs(10).center_box(1.0, -1.0).build(), &["center_box", "(1, -1)"]);
    says(make_spirals(1).build(), &["n_per_class", "at least 2"]);
    says(make_spirals(usize::MAX).build(), &["n_per_class", "at most"]);
    says(make_line(f64::NAN, 0.3).build(), &["weight", "NaN"]);
    says(make_line(0.7, 0.3).range(0.0, 1.0, 0.0).build(), &["step", "above 0"]);
    says(make_line(0.7, 0.3).range(1.0, 0.0, 0.1).build(), &["points in the range", "got 0"]);
    says(make_line(0.7, 0.3).range(0.0, 1e300, 1e-300).build(), &["points in the range", "at most"]);
}

#[test]
fn datasets_and_splits() -> Result<()> {
    says(Dataset::new(Array2::zeros((0, 2)), Array1::<i64>::zeros(0)), &["x", "[0, 2]"]);
    says(Dataset::new(Array2::zeros((3, 2)), Array1::<i64>::zeros(2)), &["y", "[3]", "[2]"]);
    says(Dataset::new(array![[0.0, f64::NAN]], array![0]), &["NaN", "row 0, column 1"]);
    says(Dataset::new(array![[0.0]], array![f64::INFINITY]), &["y", "inf", "row 0"]);
    let data = make_circles(10).build()?;
    for test_size in [0.0, 1.0, -0.5, 1.5, f64::NAN, 0.99] {
        says(train_test_split(&data, test_size, 42), &["test_size"]);
    }
    says(data.split_at(0), &["n_train", "between 1 and 9", "got 0"]);
    says(data.split_at(10), &["n_train", "got 10"]);
    Ok(())
}

#[test]
fn models() {
    says(seq().add(linear(0, 5)).build(), &["in_features", "at least 1", "got 0"]);
    says(seq().add(linear(2, -3)).build(), &["out_features", "got -3"]);
    let twice = Model::new(|layers| {
        layers.add(0, linear(2, 3))?;
        layers.add(0, linear(3, 1))
    });
    says(twice, &["layer name", "`0` twice"]);
    says(seq().add(relu()).build(), &["parameters", "none"]);
}

#[test]
fn training() -> Result<()> {
    let data = circles()?;
    let model = course::circle_v0().build()?;
    says(fit(&model, &data, TrainConfig { epochs: 0, ..quiet() }), &["epochs", "at least 1"]);
    says(fit(&model, &data, TrainConfig { lr: -0.1, ..quiet() }), &["lr", "above 0", "-0.1"]);
    says(fit(&model, &data, TrainConfig { lr: f64::NAN, ..quiet() }), &["lr", "NaN"]);
    says(
        fit(&model, &data, TrainConfig { loss: Loss::CrossEntropy, ..quiet() }),
        &["CrossEntropy", "1 model outputs", "labels 0 to 0", "got 1"],
    );
    let blobs = train_test_split(&make_blobs(100).centers(4).build()?, 0.2, 42)?;
    says(fit(&model, &blobs, quiet()), &["labels 0 and 1", "Loss::CrossEntropy"]);
    let three = train_test_split(&make_blobs(100).n_features(3).build()?, 0.2, 42)?;
    says(fit(&model, &three, quiet()), &["x", "[n, 2]", "[80, 3]"]);
    let line = make_line(0.7, 0.3).build()?.split_at(80)?;
    let line_model = course::line().build()?;
    says(fit(&line_model, &line, quiet()), &["labels 0 and 1"]);
    let four_outputs = course::blob(2, 4, 8).build()?;
    says(fit(&four_outputs, &data, quiet()), &["1 output", "got 4"]);
    let mut holed = data.clone();
    holed.train.x[[3, 1]] = f64::NAN;
    says(fit(&model, &holed, quiet()), &["NaN", "row 3, column 1"]);
    let mut negative = data.clone();
    negative.test.y[0] = -1;
    says(fit(&model, &negative, quiet()), &["labels 0 and 1", "got -1"]);
    let wild = TrainConfig { lr: 1e38, epochs: 50, loss: Loss::L1, ..quiet() };
    says(fit(&line_model, &line, wild), &["loss", "epoch", "smaller learning rate"]);
    if !tch::Cuda::is_available() {
        let cuda = TrainConfig { device: Device::Cuda(0), ..quiet() };
        says(fit(&model, &data, cuda), &["device", "no CUDA device", "Cuda(0)"]);
        assert_eq!(model.device(), Device::Cpu);
    }
    Ok(())
}

#[test]
fn predictions_and_metrics() -> Result<()> {
    let model = course::circle_v0().build()?;
    says(model.predict_labels(&Array2::zeros((4, 3))), &["[n, 2]", "[4, 3]"]);
    says(model.forward(&Tensor::zeros([4, 2], (Kind::Double, Device::Cpu))), &["Float", "Double"]);
    says(model.forward(&Tensor::zeros([2], (Kind::Float, Device::Cpu))), &["[n, 2]", "[2]"]);
    says(accuracy(&array![0, 1], &array![0]), &["[2]", "[1]"]);
    says(confusion_matrix(&array![0, -1], &array![0, 0]), &["-1"]);
    says(confusion_matrix(&array![0, i64::MAX], &array![0, 0]), &["labels from 0"]);
    says(classification_report(&Array1::zeros(0), &Array1::zeros(0)), &["at least one"]);
    let (a, b) = (Tensor::from_slice(&[1.0f32]), Tensor::from_slice(&[1i64]));
    says(accuracy(&a, &b), &["Float", "Int64"]);
    says(accuracy(&a, &Tensor::from_slice(&[1.0f32, 2.0])), &["accuracy", "y_pred", "[1]", "[2]"]);
    Ok(())
}
