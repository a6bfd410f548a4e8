//! Shared code of the tests: rules and networks written by hand, the same on every machine, and checks of errors.
#![allow(dead_code, reason = "each test file uses a part of it")]

pub mod course;

use ndarray::{Array1, Array2, Axis};

use support::prelude::*;

/// A predictor written by hand: a function from a point to its scores.
pub struct Rule<F>(pub F);

impl<F: Fn(f64, f64) -> Vec<f64>> Predictor for Rule<F> {
    fn scores(&self, x: &Array2<f64>) -> Result<Array2<f64>> {
        if x.ncols() != 2 {
            let (expected, got) = ("[n, 2]".to_string(), format!("{:?}", x.dim()));
            return Err(Error::Shape { op: "Rule", name: "x", expected, got });
        }
        let scores: Vec<f64> = x.rows().into_iter().flat_map(|p| (self.0)(p[0], p[1])).collect();
        let outputs = scores.len() / x.nrows();
        Ok(Array2::from_shape_vec((x.nrows(), outputs), scores).unwrap())
    }
}

/// A network of linear layers (weights and biases); true if a ReLU follows each layer.
pub struct Net(pub Vec<(Array2<f64>, Array1<f64>)>, pub bool);

impl Net {
    /// Makes layers of these sizes, inputs first, with fixed weights that look random.
    pub fn new(sizes: &[usize], relu: bool) -> Self {
        let mut number = 0.0;
        let mut next = || {
            number += 1.0;
            ((number * 7.3_f64) % 2.0) - 0.9
        };
        let mut layer = |w: &[usize]| {
            (
                Array2::from_shape_simple_fn((w[1], w[0]), &mut next),
                Array1::from_shape_simple_fn(w[1], &mut next),
            )
        };
        Self(sizes.windows(2).map(&mut layer).collect(), relu)
    }
}

impl Predictor for Net {
    fn scores(&self, x: &Array2<f64>) -> Result<Array2<f64>> {
        Ok(self.layers(x)?.pop().unwrap().outputs)
    }
}

impl InspectLayers for Net {
    fn n_features(&self) -> Result<usize> {
        Ok(self.0[0].0.ncols())
    }

    fn layers(&self, x: &Array2<f64>) -> Result<Vec<NeuronLayer>> {
        let n = self.n_features()?;
        if x.ncols() != n {
            let (expected, got) = (format!("[n, {n}]"), format!("{:?}", x.dim()));
            return Err(Error::Shape { op: "Net", name: "x", expected, got });
        }
        let mut values = x.to_owned();
        let layers = self.0.iter().zip(1..).map(|((weights, biases), i)| {
            values = values.dot(&weights.t()) + biases.view().insert_axis(Axis(0));
            if self.1 {
                values.mapv_inplace(|v| v.max(0.0));
            }
            NeuronLayer {
                name: format!("layer_{i}"),
                kind: if self.1 { "Linear + ReLU" } else { "Linear" }.to_string(),
                neurons: (1..=biases.len()).map(|i| i.to_string()).collect(),
                weights: Some(weights.clone()),
                biases: Some(biases.clone()),
                outputs: values.clone(),
            }
        });
        Ok(layers.collect())
    }
}

pub fn inside_circle(x: f64, y: f64) -> Vec<f64> {
    vec![0.81 - x * x - y * y]
}

pub fn circles() -> Split {
    let circles = make_circles(1000).noise(0.03).random_state(42).build().unwrap();
    train_test_split(&circles, 0.2, 42).unwrap()
}

pub fn epoch(epoch: usize, loss: f64, accuracy: Option<f64>) -> Epoch {
    Epoch {
        epoch,
        train_loss: loss,
        test_loss: 1.1 * loss,
        train_accuracy: accuracy,
        test_accuracy: accuracy,
    }
}

pub fn history(epochs: usize, accuracy: Option<f64>) -> History {
    (0..epochs).map(|e| epoch(e, 0.99f64.powi(e as i32), accuracy)).collect()
}

/// Makes a history whose layers slow down by `rate` per epoch.
pub fn moving(epochs: usize, rate: f64) -> History {
    let layer = |i: i32| {
        let sizes = |first: f64| (0..epochs).map(|e| first * rate.powi(e as i32) / f64::from(i)).collect();
        GradientStats { name: format!("layer_{i}"), gradients: sizes(0.1), updates: sizes(0.001) }
    };
    history(epochs, None).with_gradient_stats((1..=3).map(layer).collect())
}

/// Returns the curves of ReLU and tanh, computed without tensors.
pub fn activations() -> [ActivationCurve; 2] {
    let curve = |name: &str, function: fn(f64) -> [f64; 2]| {
        let x: Vec<f64> = (-500..=500).map(|i| f64::from(i) / 100.0).collect();
        let (y, slope) = x.iter().map(|&x| function(x)).map(|[y, slope]| (y, slope)).unzip();
        ActivationCurve { name: name.to_string(), x, y, slope }
    };
    [
        curve("ReLU", |x| [x.max(0.0), f64::from(u8::from(x > 0.0))]),
        curve("tanh", |x| [x.tanh(), 1.0 - x.tanh().powi(2)]),
    ]
}

/// Returns one figure of each kind.
pub fn one_of_each() -> Vec<(&'static str, Figure)> {
    let data = circles();
    let (circle, flat) = (Rule(inside_circle), Rule(|_, _| vec![-1.0]));
    let sure = Rule(|x, y| vec![8.0 * (0.7 - x * x - y * y)]);
    let line = make_line(0.7, 0.3).build().unwrap().split_at(80).unwrap();
    let guess = line.test.y.mapv(|y| y + 0.05);
    let relu: Vec<(f64, f64)> = (-10..=10).map(f64::from).map(|x| (x, x.max(0.0))).collect();
    let predicted = sure.predict_labels(&data.test.x).unwrap();
    let net = Net::new(&[2, 10, 10, 1], true);
    vec![
        ("dataset", plot_dataset(&data.train).draw().unwrap()),
        ("boundary", plot_decision_boundary(&circle, &data).draw().unwrap()),
        (
            "probability",
            plot_decision_boundary(&sure, &data).shade(Shade::Probability).mark_wrong().draw().unwrap(),
        ),
        ("flat", plot_decision_boundary(&flat, &data).draw().unwrap()),
        (
            "boundaries",
            plot_decision_boundaries(&[("a", &circle), ("b", &flat)], &data.train).draw().unwrap(),
        ),
        ("predictions", plot_predictions(&line).predictions(&guess).draw().unwrap()),
        ("no predictions", plot_predictions(&line).draw().unwrap()),
        ("loss", plot_loss_curves(&history(1000, None)).draw().unwrap()),
        ("loss and accuracy", plot_loss_curves(&history(1000, Some(0.5))).draw().unwrap()),
        ("logarithmic loss", plot_loss_curves(&history(1000, Some(0.5))).log_scale().draw().unwrap()),
        ("one epoch", plot_loss_curves(&history(1, Some(0.5))).draw().unwrap()),
        (
            "runs",
            plot_histories(&[("lr 0.1", &history(50, None)), ("lr 0.01", &history(90, None))])
                .draw()
                .unwrap(),
        ),
        ("curves", plot_curves("ReLU", &[("max(0, x)", &relu)]).draw().unwrap()),
        ("activations", plot_activations(&activations()).draw().unwrap()),
        ("balance", plot_class_balance(&[("train", &data.train), ("test", &data.test)]).draw().unwrap()),
        (
            "confusion",
            plot_confusion_matrix(&confusion_matrix(&data.test.y, &predicted).unwrap()).draw().unwrap(),
        ),
        (
            "gradients",
            plot_gradients(&[("slow", &moving(300, 0.95)), ("steady", &moving(300, 1.0))]).draw().unwrap(),
        ),
        ("network", plot_network(&net).draw().unwrap()),
        ("neurons", plot_neurons(&net, &data.train).draw().unwrap()),
    ]
}

/// Checks that a result is an error whose short text has these words, and neither C++ frames nor insides of tch.
#[track_caller]
pub fn says<T>(result: Result<T>, words: &[&str]) {
    let Err(error) = result else { panic!("accepted, where an error with {words:?} was expected") };
    let text = error.to_string();
    for word in words {
        assert!(text.contains(word), "`{text}` does not say `{word}`");
    }
    let foreign = ["frame #", "Exception raised", "INTERNAL ASSERT", "Result::unwrap", "\n"];
    assert!(foreign.iter().all(|word| !text.contains(word)), "{text}");
    assert!(text.len() < 300, "too long: {text}");
}

/// Builds a model of one linear layer with two inputs.
pub fn two_to(outputs: i64) -> Result<Model> {
    seq().add(linear(2, outputs)).build()
}

/// Returns the state that a failed call must not change.
pub fn state(model: &Model) -> Vec<String> {
    let of = |(name, p): (String, Tensor)| {
        let numbers =
            |t: &Tensor| Vec::<f64>::try_from(t.detach().to_kind(Kind::Double).reshape([-1])).unwrap();
        let gradient = p.grad();
        let gradient = gradient.defined().then(|| (gradient.kind(), numbers(&gradient)));
        format!(
            "{name} {:?} {:?} {:?} {} {:?} {gradient:?}",
            p.size(),
            p.kind(),
            p.device(),
            p.requires_grad(),
            numbers(&p)
        )
    };
    model.named_parameters().into_iter().map(of).collect()
}
