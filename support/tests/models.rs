//! Tests of models: two styles with the same results, PyTorch's names and printed form, saving and loading.

mod common;
mod golden;

use common::course;
use support::prelude::*;

fn outputs(model: &Model, features: i64) -> Vec<f32> {
    let x = Tensor::linspace(-2.0, 2.0, 12 * features, (Kind::Float, Device::Cpu)).view([12, features]);
    let y = tch::no_grad(|| model.forward(&x)).expect("outputs").contiguous().view([-1]);
    Vec::<f32>::try_from(y).expect("numbers")
}

#[test]
fn struct_and_sequence_compute_the_same() -> Result<()> {
    let three = |inputs, outputs, hidden| {
        golden::seeded(|| Model::new(|layers| course::ThreeLayers::new(layers, inputs, outputs, hidden)))
    };
    let pairs = [
        (
            golden::seeded(|| Model::new(course::CircleModelV0::new))?,
            golden::seeded(|| course::circle_v0().build())?,
            2,
        ),
        (three(2, 1, 10)?, golden::seeded(|| course::circle_v1().build())?, 2),
        (
            golden::seeded(|| Model::new(course::CircleModelV2::new))?,
            golden::seeded(|| course::circle_v2().build())?,
            2,
        ),
        (three(1, 1, 10)?, golden::seeded(|| course::line().build())?, 1),
        (three(2, 4, 8)?, golden::seeded(|| course::blob(2, 4, 8).build())?, 2),
    ];
    for ((of_struct, of_sequence, features), parameters) in pairs.iter().zip([21, 151, 151, 141, 132]) {
        assert_eq!(of_struct.num_parameters(), parameters, "{of_struct}");
        assert_eq!(of_sequence.num_parameters(), parameters, "{of_sequence}");
        assert_eq!(outputs(of_struct, *features), outputs(of_sequence, *features), "{of_struct}");
    }
    Ok(())
}

#[test]
fn models_print_as_pytorch_prints_them() -> Result<()> {
    let text = golden::seeded(|| Model::new(course::CircleModelV2::new))?.to_string();
    let pytorch = "CircleModelV2(
  (layer_1): Linear(in_features=2, out_features=10, bias=True)
  (layer_2): Linear(in_features=10, out_features=10, bias=True)
  (layer_3): Linear(in_features=10, out_features=1, bias=True)
  (relu): ReLU()
)";
    assert_eq!(text, pytorch);
    let text = golden::seeded(|| course::circle_v2().build())?.to_string();
    let pytorch = "Sequential(
  (0): Linear(in_features=2, out_features=10, bias=True)
  (1): ReLU()
  (2): Linear(in_features=10, out_features=10, bias=True)
  (3): ReLU()
  (4): Linear(in_features=10, out_features=1, bias=True)
)";
    assert_eq!(text, pytorch);
    Ok(())
}

/// A model with a sequence of layers inside, as in PyTorch's course for multi-class data.
struct Stacked {
    linear_layer_stack: Sequential,
}

impl Layer for Stacked {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        self.linear_layer_stack.forward(x)
    }
}

#[test]
fn nested_models_print_and_name_their_parts() -> Result<()> {
    let stack = || seq().add(linear(2, 8)).add(linear(8, 4));
    let model = golden::seeded(|| {
        Model::new(|layers| Ok(Stacked { linear_layer_stack: layers.add("linear_layer_stack", stack())? }))
    })?;
    let pytorch = "Stacked(
  (linear_layer_stack): Sequential(
    (0): Linear(in_features=2, out_features=8, bias=True)
    (1): Linear(in_features=8, out_features=4, bias=True)
  )
)";
    assert_eq!(model.to_string(), pytorch);
    let names = ["0.weight", "0.bias", "1.weight", "1.bias"].map(|n| format!("linear_layer_stack.{n}"));
    assert_eq!(model.parameter_names(), names);
    assert_eq!(summary(&model)?.rows[1].output, [-1, 4]);
    Ok(())
}

#[test]
fn dropout_is_active_in_training_only() -> Result<()> {
    let model = golden::seeded(|| seq().add(linear(2, 64)).add(dropout(0.5)).add(linear(64, 1)).build())?;
    assert!(model.to_string().contains("(1): Dropout(p=0.5, inplace=False)"));
    let same = || outputs(&model, 2) == outputs(&model, 2);
    assert!(same(), "a new model is in evaluation mode");
    model.train();
    assert!(!same(), "dropout draws anew in each pass");
    model.eval();
    assert!(same());
    let data = train_test_split(&make_moons(60).build()?, 0.2, 42)?;
    fit(&model, &data, TrainConfig { epochs: 3, log_every: 0, ..Default::default() })?;
    assert!(same(), "`fit` ends in evaluation mode");
    // 0 and the ends of the range; PyTorch accepts them too.
    for p in [0.0, 1.0] {
        assert!(seq().add(linear(2, 1)).add(dropout(p)).build().is_ok());
    }
    for p in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
        common::says(seq().add(linear(2, 1)).add(dropout(p)).build(), &["dropout: p", "from 0 to 1", "`1`"]);
    }
    Ok(())
}

#[test]
fn layers_of_tch_and_functions_fit_into_a_sequence() -> Result<()> {
    let model = seq()
        .add(linear(2, 2))
        .add_with(|at| Ok(nn::linear(at.path(), 2, 4, Default::default())))
        .add_fn(|x| x.square())
        .add(seq().add(linear(4, 4)).add(tanh()))
        .add(linear(4, 1))
        .build()?;
    let names = ["0", "1", "3.0", "4"]
        .into_iter()
        .flat_map(|layer| ["weight", "bias"].map(|n| format!("{layer}.{n}")));
    assert_eq!(model.parameter_names(), names.collect::<Vec<_>>());
    let rows = summary(&model)?.rows;
    let rows: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.kind, row.parameters)).collect();
    let expected = [
        ("0", "Linear", 6),
        ("1", "Linear", 12),
        ("2", "Function", 0),
        ("3.0", "Linear", 20),
        ("3.1", "Tanh", 0),
        ("4", "Linear", 5),
    ];
    assert_eq!(rows, expected);
    // A layer of tch does not tell how many features it takes.
    let of_tch =
        Model::new(|layers| layers.add_with("x", |at| Ok(nn::linear(at.path(), 2, 1, Default::default()))))?;
    common::says(summary(&of_tch), &["summary", "first layer", "linear"]);
    Ok(())
}

#[test]
fn summary_shows_layers_in_the_order_they_run() -> Result<()> {
    let summary = summary(&golden::seeded(|| Model::new(course::CircleModelV2::new))?)?;
    let names: Vec<&str> = summary.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["layer_1", "relu", "layer_2", "relu", "layer_3"]);
    assert_eq!(summary.total, 151);
    Ok(())
}

#[test]
fn saved_parameters_come_back_under_pytorchs_names() -> Result<()> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("model_3.safetensors");
    let model = golden::seeded(|| course::circle_v2().build())?;
    model.save(&file)?;
    let names = ["0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "4.bias"];
    assert_eq!(model.parameter_names(), names);
    let mut saved: Vec<String> =
        Tensor::read_safetensors(&file).expect("reads").into_iter().map(|(name, _)| name).collect();
    saved.sort();
    assert_eq!(saved, ["0.bias", "0.weight", "2.bias", "2.weight", "4.bias", "4.weight"]);

    let mut other = golden::seeded(|| course::circle_v2().build())?;
    other.load(&file)?;
    assert_eq!(outputs(&other, 2), outputs(&model, 2));
    Ok(())
}

#[test]
fn a_file_that_does_not_fit_changes_nothing() -> Result<()> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("model_0.safetensors");
    golden::seeded(|| course::circle_v0().build())?.save(&file)?;
    let mut model = golden::seeded(|| course::circle_v2().build())?;
    let before = outputs(&model, 2);
    assert!(model.load(&file).is_err());
    assert!(model.load(folder.path().join("none.safetensors")).is_err());
    assert!(model.save(folder.path().join("no/such/folder.safetensors")).is_err());
    assert_eq!(outputs(&model, 2), before);
    Ok(())
}

#[test]
fn training_goes_on_where_it_stopped() -> Result<()> {
    let data = train_test_split(&make_circles(1000).noise(0.03).build()?, 0.2, 42)?;
    let config = |epochs| TrainConfig { epochs, log_every: 0, ..Default::default() };
    let (once, twice) =
        (golden::seeded(|| course::circle_v2().build())?, golden::seeded(|| course::circle_v2().build())?);
    let whole = fit(&once, &data, config(60))?;
    let mut parts = fit(&twice, &data, config(25))?;
    parts.extend(&fit(&twice, &data, config(35))?);
    assert_eq!(parts, whole);
    Ok(())
}

#[test]
fn training_on_cuda_where_there_is_one() -> Result<()> {
    if !tch::Cuda::is_available() {
        return Ok(());
    }
    let data = train_test_split(&make_circles(1000).noise(0.03).build()?, 0.2, 42)?;
    let model = golden::seeded(|| course::circle_v2().build())?;
    let config = TrainConfig { epochs: 100, log_every: 0, device: best_device(), ..Default::default() };
    let history = fit(&model, &data, config)?;
    assert_eq!(model.device(), best_device());
    let reference = &golden::reference()["models"]["model_3_relu_2_10_10_1"]["log"][0];
    let loss = reference[1].as_f64().expect("loss");
    assert!((history.epochs[0].train_loss - loss).abs() < 1e-4);
    assert_eq!(model.predict_labels(&data.test.x)?.len(), 200);
    Ok(())
}
