//! Tests of edge cases of models, points and devices: each gives an Error, never a panic.

mod common;

use common::{course, says, state, two_to};
use support::ndarray::{Array2, array};
use support::prelude::*;

fn f32s(shape: &[i64]) -> Tensor {
    Tensor::ones(shape, (Kind::Float, Device::Cpu))
}

#[test]
fn layers_that_cannot_be() {
    let built = |inputs, outputs| Model::new(move |layers| layers.add("wide", linear(inputs, outputs)));
    says(built(1, 1 << 40), &["`wide`", "in_features 1", "out_features 1099511627776", "8.0 TiB", "memory"]);
    says(built(1 << 40, 1), &["`wide`", "4.0 TiB"]);
    says(built(1 << 20, 1 << 20), &["`wide`", "4.0 TiB"]);
    says(built(i64::MAX, i64::MAX), &["`wide`", "9223372036854775807", "YiB"]);
    for size in [0, -1, i64::MIN] {
        says(built(size, 5), &["in_features", "at least 1", "`wide`", &size.to_string()]);
        says(built(2, size), &["out_features", "at least 1", "`wide`", &size.to_string()]);
    }
}

#[test]
fn names_that_cannot_be() -> Result<()> {
    let named = |name: &'static str| Model::new(move |layers| layers.add(name, linear(2, 1)));
    says(named("a.b"), &["layer name", "\"a.b\"", "dot"]);
    says(named("."), &["layer name", "\".\""]);
    says(named(""), &["layer name", "not empty", "\"\""]);
    says(Model::new(|layers| layers.add(1.5, linear(2, 1))), &["\"1.5\""]);
    let second = |name: &'static str| {
        Model::new(move |layers| {
            layers.add("x", linear(2, 1))?;
            layers.add(name, linear(2, 1))
        })
    };
    says(second("x"), &["`x` twice"]);
    assert_eq!(second("y")?.num_parameters(), 6);
    // Layers of tch, which renames the parameters of the second layer without an error.
    let twice = Model::new(|layers| {
        let of_tch = |name| nn::linear(layers.path() / name, 2, 2, Default::default());
        of_tch("z");
        Ok(of_tch("z"))
    });
    says(twice, &["twice", "`z."]);
    says(Model::new(|layers| Ok(nn::linear(layers.path() / "a.b", 2, 1, Default::default()))), &["a.b"]);
    // All other characters are allowed, also in the file.
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("Größe ☃.safetensors");
    let name = "a \"quoted\" \\ name\n层";
    let mut model = named(name)?;
    model.save(&file)?;
    let before = state(&model);
    let _ = tch::no_grad(|| model.named_parameters()[0].1.zero_());
    model.load(&file)?;
    assert_eq!(state(&model), before);
    Ok(())
}

#[test]
fn a_lone_layer_has_pytorchs_names() -> Result<()> {
    let model = Model::new(|layers| linear(2, 3).build(layers))?;
    assert_eq!(model.parameter_names(), ["weight", "bias"]);
    assert_eq!(model.layers(&array![[1.0, 2.0]])?[0].neurons.len(), 3);
    Ok(())
}

#[test]
fn a_panic_of_tch_in_the_closure_is_an_error() {
    let wrong = Model::new(|layers| Ok(nn::linear(layers.path(), 2, -1, Default::default())));
    says(wrong, &["libtorch: ", "negative"]);
    let own = std::panic::catch_unwind(|| Model::new(|_| -> Result<Linear> { panic!("my own") }).map(drop));
    assert_eq!(own.unwrap_err().downcast_ref(), Some(&"my own"));
}

#[test]
fn points_that_do_not_fit() -> Result<()> {
    let model = course::circle_v2().build()?;
    let mut points: Array2<f64> = Array2::zeros((4, 2));
    assert_eq!(model.scores(&points)?.dim(), (4, 1));
    assert_eq!(model.scores(&Array2::zeros((0, 2)))?.dim(), (0, 1));
    assert_eq!(model.predict_labels(&Array2::zeros((0, 2)))?.len(), 0);
    assert_eq!(model.predict_values(&Array2::zeros((0, 2)))?.len(), 0);
    assert_eq!(model.layers(&Array2::zeros((0, 2)))?[0].outputs.dim(), (0, 10));
    assert_eq!(model.forward(&f32s(&[0, 2]))?.size(), [0, 1]);
    for width in [0, 1, 3] {
        let wrong = Array2::zeros((4, width));
        let words = ["[n, 2]", &format!("[4, {width}]")];
        says(model.scores(&wrong), &words);
        says(model.predict_labels(&wrong), &words);
        says(model.predict_values(&wrong), &words);
        says(model.layers(&wrong), &words);
        says(model.forward(&f32s(&[4, width as i64])), &words);
    }
    says(model.forward(&Tensor::new()), &["forward", "tensor"]);
    says(model.forward(&f32s(&[])), &["[n, 2]", "[]"]);
    for kind in [Kind::Double, Kind::Int64, Kind::Bool, Kind::ComplexFloat, Kind::Half] {
        says(model.forward(&f32s(&[4, 2]).to_kind(kind)), &["Float", &format!("{kind:?}")]);
    }
    let mut refused = |value: f64, words: &[&str]| {
        points[[2, 1]] = value;
        says(model.scores(&points), words);
        says(model.predict_labels(&points), words);
        says(model.predict_values(&points), words);
        says(model.layers(&points), words);
    };
    refused(f64::NAN, &["x", "NaN", "row 2, column 1"]);
    refused(f64::INFINITY, &["x", "inf", "row 2, column 1"]);
    refused(-1e300, &["x", "f32", "-1e300", "row 2, column 1"]);
    let out = model.forward(&Tensor::full([1, 2], f64::NAN, (Kind::Float, Device::Cpu)))?;
    assert!(out.double_value(&[0, 0]).is_nan());
    Ok(())
}

#[test]
fn outputs_that_are_no_scores() -> Result<()> {
    let after = |function: fn(&Tensor) -> Tensor| seq().add(linear(2, 1)).add_fn(function).build();
    let points = Array2::zeros((4, 2));
    says(after(|y| y.sum(Kind::Float))?.scores(&points), &["[4, outputs]", "[]"]);
    says(after(|y| y.squeeze())?.scores(&points), &["[4, outputs]", "[4]"]);
    says(after(|y| y.tr())?.scores(&points), &["[4, outputs]", "[1, 4]"]);
    says(after(|_| Tensor::new())?.scores(&points), &["without contents"]);
    says(after(|y| y * f64::NAN)?.predict_labels(&points), &["output", "NaN", "row 0"]);
    says(after(|y| y.matmul(y))?.scores(&points), &["libtorch: mat1 and mat2"]);
    says(after(|_| panic!("mine"))?.scores(&points), &["forward", "`mine`"]);
    says(summary(&after(|y| y.matmul(y))?), &["libtorch: mat1 and mat2"]);
    Ok(())
}

#[test]
fn devices_that_are_not_there() -> Result<()> {
    let data = make_circles(10).build()?;
    let model = two_to(1)?;
    let before = state(&model);
    let count = usize::try_from(tch::Cuda::device_count()).expect("a count");
    for index in [count, 127, 1 << 31, 1 << 32, usize::MAX] {
        let device = Device::Cuda(index);
        let words = ["device", &format!("Cuda({index})")];
        says(model.to(device), &[&words[..], &["Model::to"]].concat());
        says(data.x_tensor(device), &words);
        says(data.y_tensor(device), &words);
        says(data.label_tensor(device), &words);
        let split = train_test_split(&data, 0.2, 42)?;
        let config = TrainConfig { device, epochs: 1, log_every: 0, ..Default::default() };
        says(fit(&model, &split, config), &words);
    }
    for device in [Device::Mps, Device::Vulkan] {
        says(model.to(device), &["Cpu", &format!("{device:?}")]);
    }
    assert_eq!(state(&model), before);
    model.to(Device::Cpu)
}

#[test]
fn numbers_beyond_f32_are_not_made_infinite() -> Result<()> {
    let far = Dataset::new(array![[0.0, 1e39]], array![0])?;
    says(far.x_tensor(Device::Cpu), &["x_tensor", "f32", "1e39", "row 0, column 1"]);
    let far = Dataset::new(array![[0.0], [1.0]], array![0.0, -1e39])?;
    says(far.y_tensor(Device::Cpu), &["y_tensor", "f32", "-1e39", "row 1"]);
    Ok(())
}

#[test]
fn activations_that_fail() -> Result<()> {
    let x = |_: &Tensor| Tensor::new();
    says(ActivationCurve::of("none", x), &["ActivationCurve", "without contents"]);
    says(ActivationCurve::of("of tch", |x| x.matmul(&x.unsqueeze(0))), &["libtorch: "]);
    says(ActivationCurve::over("wide", (f64::MIN, f64::MAX), Tensor::relu), &["range"]);
    let weight = Tensor::ones([1001], (Kind::Double, Device::Cpu)).set_requires_grad(true);
    says(ActivationCurve::of("other", |_| &weight * 2.0), &["do not depend on the input"]);
    says(ActivationCurve::of("cut", |x| x.detach()), &["do not depend on the input"]);
    says(ActivationCurve::of("sign", |x| x.gt(0.0)), &["do not depend on the input"]);
    says(ActivationCurve::of("log", Tensor::log), &["finite"]);
    let quiet = tch::no_grad(|| ActivationCurve::of("tanh", Tensor::tanh))?;
    assert_eq!(quiet, ActivationCurve::of("tanh", Tensor::tanh)?);
    Ok(())
}
