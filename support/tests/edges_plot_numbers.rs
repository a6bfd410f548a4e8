//! Tests of figures of extreme numbers, of few points and of unusual networks.

mod common;

use common::{Net, Rule, epoch, history};
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
fn right_or_refused(what: &str, result: Result<Figure>) {
    match result {
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
            right_or_refused(&what, plot_loss_curves_with(&run, &CurveOptions { log_scale: true }));
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
            let shaded = BoundaryOptions { shade: Shade::Probability, grid: 11, ..Default::default() };
            let split = train_test_split(&make_moons(20).build().unwrap(), 0.5, 1).unwrap();
            right_or_refused(&what, plot_decision_boundary_with(&wild, &split, &shaded));
            let line = Dataset::unchecked(array![[a], [b]], array![b, a]);
            let line = Split { train: line.clone(), test: line };
            right_or_refused(&what, plot_predictions(&line, Some(&array![a, b])));
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
        let figure = plot_dataset(&same(n)).unwrap();
        assert!(figure.svg().len() < 1_050_000);
        well_formed(&figure);
    }
    let split = Split { train: same(2), test: same(30_000) };
    plot_decision_boundary(&Rule(|x, y| vec![x + y - 15.0]), &split).unwrap();
    assert!(plot_dataset(&same(0)).is_err());
    assert!(plot_predictions(&Split { train: line(0), test: line(1) }, None).is_err());
    plot_predictions(&Split { train: line(1), test: line(1) }, None).unwrap();
    plot_loss_curves(&vec![epoch(usize::MAX, 1.0, None)].into_iter().collect()).unwrap();
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

impl Network for Wide {
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
        let error = plot_network(&Wide(n)).unwrap_err().to_string();
        assert!(error.contains("inputs") && error.contains(&n.to_string()), "{error}");
    }
    assert!(plot_network(&Wide(0)).is_err() && plot_network(&Wide(2)).is_err());
}
