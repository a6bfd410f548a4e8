//! Tests of figures of extreme numbers, of few points, of unusual networks, and of input that is refused.

mod common;

use common::{Net, Rule, circles, epoch, history, inside_circle, says};
use ndarray::{Array1, Array2, array};
use resvg::usvg::{Options, Tree};
use support::prelude::*;

fn well_formed(figure: &Figure) {
    let tree = Tree::from_str(figure.svg(), &Options::default());
    assert!(tree.is_ok(), "{:?}", tree.err());
    let bad = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{fffe}' | '\u{ffff}');
    assert!(!figure.svg().contains(bad) && !figure.alt().contains(|c| bad(c) || c == '\n'), "{figure:?}");
}

/// Checks that the result is a valid figure or an error with a message.
#[track_caller]
fn right_or_refused(what: &str, plot: impl Into<Result<Figure>>) {
    match plot.into() {
        Ok(figure) => {
            assert!(!figure.svg().contains("NaN") && !figure.svg().contains("inf"), "{what}");
            assert!(!figure.alt().contains("NaN") && figure.alt().len() < 1000, "{what}: {}", figure.alt());
            assert!(figure.svg().len() < 1_050_000, "{what}");
            well_formed(&figure);
            figure.png().unwrap();
        }
        Err(error) => {
            let text = error.to_string();
            assert!(
                text.contains("within") || text.contains("finite") || text.contains("above 0"),
                "{what}: {text}"
            );
            assert!(text.len() < 400, "{what}: {text}");
        }
    }
}

#[test]
fn numbers_at_the_ends_of_their_range_are_drawn_or_refused() {
    let tiny = f64::from_bits(1);
    let all = [
        0.0,
        tiny,
        -tiny,
        1e-310,
        f64::MIN_POSITIVE,
        1e-300,
        1.0,
        1.0 + f64::EPSILON,
        1e12,
        1e15,
        1e300,
        -1e300,
        f64::MAX,
        f64::MIN,
        f64::INFINITY,
        f64::NAN,
    ];
    for a in all {
        for b in all {
            let what = format!("{a:e} and {b:e}");
            let points = vec![(a, b), (b, a), (a, a)];
            right_or_refused(&what, plot_curves("t", &[("c", &points)]));
            right_or_refused(&what, plot_curves("t", &[("c", &points[..1])]));
            let run: History = vec![epoch(0, a, Some(a)), epoch(1, b, Some(b))].into_iter().collect();
            right_or_refused(&what, plot_loss_curves(&run));
            right_or_refused(&what, plot_loss_curves(&run).log_scale());
            let layer = GradientStats { name: "l".to_string(), gradients: vec![a, b], updates: vec![b, a] };
            right_or_refused(
                &what,
                plot_gradients(&[("r", &history(2, None).with_gradient_stats(vec![layer]))]),
            );
            let curve =
                ActivationCurve { name: "f".to_string(), x: vec![a, b], y: vec![b, a], slope: vec![a, a] };
            right_or_refused(&what, plot_activations(&[curve]));
            let data = Dataset::unchecked(array![[a, b], [b, a], [a, a]], array![0, 1, 1]);
            right_or_refused(&what, plot_dataset(&data));
            let split = Split { train: data.clone(), test: data.clone() };
            right_or_refused(&what, plot_decision_boundary(&Rule(|x, y| vec![x - y]), &split));
            let wild = Rule(move |x: f64, _| vec![if x > 0.5 { a } else { b }, b, -a]);
            let split = train_test_split(&make_moons(20).build().unwrap(), 0.5, 1).unwrap();
            right_or_refused(&what, plot_decision_boundary(&wild, &split).shade(Shade::Probability).grid(11));
            let line = Dataset::unchecked(array![[a], [b]], array![b, a]);
            let line = Split { train: line.clone(), test: line };
            right_or_refused(&what, plot_predictions(&line).predictions(&array![a, b]));
            let mut net = Net::new(&[2, 2, 1], false);
            net.0[0] = (array![[a, b], [b, a]], array![a, b]);
            right_or_refused(&what, plot_network(&net));
        }
    }
}

#[test]
fn neurons_of_any_size_are_drawn_or_refused() {
    let data = make_moons(20).build().unwrap();
    for a in [0.0, f64::from_bits(1), 1e-300, 1e150, 1e300, f64::MAX, f64::INFINITY, f64::NAN] {
        for b in [0.0, 1.0, -a] {
            let mut net = Net::new(&[2, 2, 1], false);
            net.0[0] = (array![[a, b], [b, a]], array![a, b]);
            right_or_refused(&format!("{a:e} and {b:e}"), plot_neurons(&net, &data));
        }
    }
}

#[test]
fn few_and_equal_points_are_drawn_and_none_are_refused() {
    let same =
        |n: usize| Dataset::unchecked(Array2::from_elem((n, 2), 7.5), (0..n as i64).map(|i| i % 2).collect());
    for n in [1, 2, 1000, 100_000] {
        let figure = plot_dataset(&same(n)).draw().unwrap();
        assert!(figure.svg().len() < 1_050_000);
        well_formed(&figure);
    }
    let split = Split { train: same(2), test: same(30_000) };
    plot_decision_boundary(&Rule(|x, y| vec![x + y - 15.0]), &split).draw().unwrap();
    assert!(plot_dataset(&same(0)).draw().is_err());
    assert!(plot_predictions(&Split { train: line(0), test: line(1) }).draw().is_err());
    plot_predictions(&Split { train: line(1), test: line(1) }).draw().unwrap();
    plot_loss_curves(&vec![epoch(usize::MAX, 1.0, None)].into_iter().collect()).draw().unwrap();
    let far: History = vec![epoch(0, 1.0, None), epoch(usize::MAX, 1.0, None)].into_iter().collect();
    right_or_refused("epochs far apart", plot_loss_curves(&far));
}

fn line(n: usize) -> Dataset<f64> {
    Dataset::unchecked(Array2::zeros((n, 1)), Array1::zeros(n))
}

#[test]
fn accuracies_outside_their_range_have_an_axis() {
    for shares in [[0.005, 1.5], [-0.2, 0.9], [4e3, 5e3]] {
        let run: History = shares.iter().enumerate().map(|(i, &share)| epoch(i, 1.0, Some(share))).collect();
        right_or_refused(&format!("{shares:?}"), plot_loss_curves(&run));
    }
}

/// A network that reports the given number of inputs.
struct Wide(usize);

impl Predictor for Wide {
    fn scores(&self, x: &Array2<f64>) -> Result<Array2<f64>> {
        Ok(Array2::zeros((x.nrows(), 1)))
    }
}

impl InspectLayers for Wide {
    fn n_features(&self) -> Result<usize> {
        Ok(self.0)
    }

    fn layers(&self, _: &Array2<f64>) -> Result<Vec<support::NeuronLayer>> {
        Ok(Vec::new())
    }
}

#[test]
fn a_network_of_endless_inputs_or_no_layers_is_refused() {
    for n in [usize::MAX, 1 << 40] {
        let error = plot_network(&Wide(n)).draw().unwrap_err().to_string();
        assert!(error.contains("inputs") && error.contains(&n.to_string()), "{error}");
    }
    assert!(plot_network(&Wide(0)).draw().is_err() && plot_network(&Wide(2)).draw().is_err());
}

#[track_caller]
fn refused(plot: impl Into<Result<Figure>>, words: &[&str]) {
    says(plot.into(), words);
}

#[test]
fn nonsense_is_refused_with_a_reason() {
    let data = circles();
    let circle = Rule(inside_circle);
    let with = |x: Array2<f64>, y: Array1<i64>| Dataset::unchecked(x, y);
    let split = |d: &Dataset| Split { train: d.clone(), test: d.clone() };

    let none = with(Array2::zeros((0, 2)), array![]);
    refused(plot_dataset(&none), &["plot_dataset", "at least 1", "[0, 2]"]);
    let wide = with(Array2::zeros((2, 3)), array![0, 1]);
    refused(plot_dataset(&wide), &["[n, 2]", "(2, 3)"]);
    refused(plot_decision_boundary(&circle, &split(&wide)), &["plot_decision_boundary", "[n, 2]", "(2, 3)"]);
    let unequal = with(Array2::zeros((2, 2)), array![0, 1, 1]);
    refused(plot_dataset(&unequal), &["[2]", "[3]"]);
    let nan = with(array![[0.0, 1.0], [f64::NAN, 0.0]], array![0, 1]);
    refused(plot_dataset(&nan), &["finite", "row 1, column 0"]);
    refused(plot_dataset(&with(array![[1e200, 0.0]], array![0])), &["x", "within"]);
    for label in [-1, 10] {
        let odd = with(array![[0.0, 1.0], [1.0, 0.0]], array![0, label]);
        refused(plot_dataset(&odd), &["0 to 9", &label.to_string()]);
    }
    let same = with(array![[0.0, 1.0], [1.0, 0.0]], array![1, 1]);
    refused(plot_decision_boundary(&circle, &split(&same)), &["two classes", "class 1 only"]);
    refused(plot_decision_boundaries(&[("a", &circle)], &same), &["two classes", "class 1 only"]);
    let third = with(array![[0.0, 1.0], [1.0, 0.0]], array![0, 2]);
    refused(plot_decision_boundary(&circle, &split(&third)), &["2 classes", "label 2"]);

    refused(plot_decision_boundary(&Rule(|x, _| vec![1.0 / (x - x)]), &data), &["scores", "finite", "x1 ="]);
    refused(plot_decision_boundary(&Rule(|_, _| vec![0.0; 11]), &data), &["1 to 10", "[10201, 11]"]);
    refused(plot_decision_boundary(&Rule(|_, _| vec![]), &data), &["scores", "[10201, 0]"]);
    refused(plot_decision_boundaries(&[], &data.train), &["models", "1 to 10", "got 0"]);
    let three = Rule(|x, y| vec![x, y, 0.0]);
    refused(plot_decision_boundaries(&[("a", &circle), ("b", &three)], &data.train), &["classes", "3"]);

    let line = make_line(0.7, 0.3).build().unwrap().split_at(80).unwrap();
    refused(plot_predictions(&line).predictions(&Array1::zeros(5)), &["predictions", "[20]", "[5]"]);
    refused(
        plot_predictions(&line).predictions(&Array1::from_elem(20, f64::INFINITY)),
        &["predictions", "row 0"],
    );

    for grid in [0, 1, 1002] {
        let words = ["plot_decision_boundary", "grid", "2 to 1001", &grid.to_string()];
        refused(plot_decision_boundary(&circle, &data).grid(grid), &words);
    }
    for grid in [2, 3, 400] {
        plot_decision_boundary(&circle, &data).grid(grid).draw().unwrap();
    }
    refused(plot_class_balance(&[]), &["sets", "got 0"]);
    refused(plot_class_balance(&[("none", &none)]), &["plot_class_balance", "at least 1"]);
    refused(plot_activations(&[]), &["functions", "got 0"]);
    let bent =
        |y: Vec<f64>| ActivationCurve { name: "f".to_string(), x: vec![0.0, 1.0], y, slope: vec![1.0; 2] };
    refused(plot_activations(&[bent(vec![0.0])]), &["[2] in f", "[1, 2]"]);
    refused(plot_activations(&[bent(vec![0.0, f64::NAN])]), &["finite", "point 1 of f"]);
    let matrix = |counts| {
        let mut made = confusion_matrix(&array![0, 1], &array![0, 1]).unwrap();
        made.counts = counts;
        made
    };
    let counts = |counts| plot_confusion_matrix(&matrix(counts)).draw();
    refused(counts(Array2::zeros((2, 3))), &["[classes, classes]", "(2, 3)"]);
    refused(counts(Array2::zeros((2, 2))), &["at least one point"]);
    refused(counts(Array2::ones((21, 21))), &["1 to 20", "21"]);
    refused(plot_gradients(&[]), &["trainings", "got 0"]);
    refused(plot_gradients(&[("a", &history(5, None))]), &["RecordGradients", "a without"]);
    let steps = |gradients: Vec<f64>, updates: Vec<f64>| {
        let layer = GradientStats { name: "l".to_string(), gradients, updates };
        history(2, None).with_gradient_stats(vec![layer])
    };
    refused(plot_gradients(&[("a", &steps(vec![], vec![f64::NAN]))]), &["[2] in l", "[0, 1]"]);
    refused(plot_gradients(&[("a", &steps(vec![1.0, f64::NAN], vec![1.0; 2]))]), &["finite", "epoch 1 of l"]);
    assert!(plot_gradients(&[("at rest", &steps(vec![0.0; 2], vec![0.0; 2]))]).draw().is_ok());
    refused(counts(array![[usize::MAX, 1], [1, 1]]), &["counts", "usize"]);
    let mut nameless = Net::new(&[2, 3, 1], true);
    nameless.0[0].1 = Array1::zeros(2);
    refused(plot_network(&Unchecked(nameless)), &["neurons", "[3] in layer_1", "[2]"]);
    refused(plot_network(&Net::new(&[2; 9], true)), &["layers", "1 to 7", "8"]);
    refused(plot_neurons(&Net::new(&[3, 2, 1], true), &data.train), &["[n, 3]", "(1681, 2)"]);
    let mut broken = Net::new(&[2, 2, 1], true);
    broken.0[0].0[[0, 0]] = f64::NAN;
    refused(plot_network(&broken), &["weights", "finite", "layer_1"]);
    assert!(Features::new([]).is_err() && Features::new([Feature::X1]).unwrap().transform(&wide).is_err());

    refused(plot_loss_curves(&History::default()), &["history", "at least one epoch"]);
    let mut diverged = history(7, None);
    diverged.push(epoch(7, f64::NAN, None));
    refused(plot_loss_curves(&diverged), &["train_loss", "NaN", "epoch 7"]);
    refused(plot_histories(&[]), &["runs", "got 0"]);
    refused(plot_curves("t", &[]), &["curves", "got 0"]);
    refused(plot_curves("t", &[("empty", &[])]), &["empty"]);
    refused(plot_curves("t", &[("c", &[(0.0, 0.0), (1.0, f64::NAN)])]), &["point 1 of c"]);
}

/// A network with as many names of neurons as biases.
struct Unchecked(Net);

impl Predictor for Unchecked {
    fn scores(&self, x: &Array2<f64>) -> Result<Array2<f64>> {
        self.0.scores(x)
    }
}

impl InspectLayers for Unchecked {
    fn n_features(&self) -> Result<usize> {
        self.0.n_features()
    }

    fn layers(&self, _: &Array2<f64>) -> Result<Vec<support::NeuronLayer>> {
        let layer = |(weights, biases): &(Array2<f64>, Array1<f64>)| support::NeuronLayer {
            name: "layer_1".to_string(),
            kind: "Linear".to_string(),
            neurons: biases.iter().map(f64::to_string).collect(),
            outputs: Array2::zeros((1, weights.nrows())),
            weights: Some(weights.clone()),
            biases: Some(biases.clone()),
        };
        Ok(self.0.0.iter().map(layer).collect())
    }
}

#[test]
fn layers_that_do_not_fit_are_an_error_and_leave_nothing_behind() {
    let data = circles();
    let misfit = seq().add(linear(2, 5)).add(linear(6, 1)).build().unwrap();
    let words = ["forward", "[n, 6] for the layer `1`", "5]"];
    refused(plot_network(&misfit), &words);
    refused(plot_neurons(&misfit, &data.train), &words);
    refused(plot_decision_boundary(&misfit, &data), &words);
    assert!(summary(&misfit).is_err() && fit(&misfit, &data, TrainConfig::default()).is_err());
    let model = seq().add(linear(2, 1)).build().unwrap();
    let before = Snapshot::of(&model, 0).unwrap();
    fit(&model, &data, TrainConfig { epochs: 1, log_every: 0, ..Default::default() }).unwrap();
    assert!(Snapshot::of(&model, 0).unwrap() != before, "nothing is learned any more");
}
