//! Compares each kind of figure and each option with a reviewed picture, which is also the one in the documentation.
//! After a change of the appearance: `INSTA_UPDATE=always cargo test -p support --test look`, then view
//! `support/tests/snapshots/*.svg` and commit them.

mod common;

use common::{Net, Rule, activations, epoch, moving};
use support::prelude::*;

/// Makes a dataset of few points, so that the pictures are small files.
fn circles() -> Split {
    train_test_split(&make_circles(120).noise(0.05).random_state(42).build().unwrap(), 0.3, 42).unwrap()
}

fn blobs() -> Split {
    let blobs = make_blobs(120).centers(4).cluster_std(2.5).random_state(42).build().unwrap();
    train_test_split(&blobs, 0.3, 42).unwrap()
}

/// A rule whose circle is not centred at the origin, so that some points are predicted wrongly.
fn off(x: f64, y: f64) -> Vec<f64> {
    vec![6.0 * (0.85 - (x - 0.15).powi(2) - (y + 0.1).powi(2))]
}

fn nearest(x: f64, y: f64) -> Vec<f64> {
    let centres = [(-2.6, 9.0), (4.6, 2.0), (-6.9, -6.9), (-8.8, 7.2)];
    centres.map(|(cx, cy)| -0.1 * ((x - cx).powi(2) + (y - cy).powi(2))).to_vec()
}

fn training(rate: f64) -> History {
    let at = |e: usize| 0.02 + 0.67 * (-rate * e as f64).exp();
    (0..200).map(|e| epoch(e, at(e), Some(1.0 - at(e) / 1.4))).collect()
}

/// Compares each figure with `snapshots/look__<name>.snap.svg`.
macro_rules! looks_as_before {
    ($($name:ident: $figure:expr;)*) => { $(
        #[test]
        fn $name() {
            let figure: Result<Figure> = $figure.into();
            let file = concat!(stringify!($name), ".svg");
            insta::assert_binary_snapshot!(file, figure.unwrap().svg().as_bytes().to_vec());
        }
    )* };
}

looks_as_before! {
    dataset: plot_dataset(&blobs().train);
    boundary: plot_decision_boundary(&Rule(off), &circles());
    boundary_of_four_classes: plot_decision_boundary(&Rule(nearest), &blobs());
    boundary_flat: plot_decision_boundary(&Rule(|_, _| vec![1.0]), &circles());
    boundary_probability: plot_decision_boundary(&Rule(off), &circles()).shade(Shade::Probability);
    boundary_probability_of_four_classes: plot_decision_boundary(&Rule(nearest), &blobs()).shade(Shade::Probability);
    boundary_mark_wrong: plot_decision_boundary(&Rule(off), &circles()).mark_wrong();
    boundary_no_line: plot_decision_boundary(&Rule(off), &circles()).without_line();
    boundary_grid: plot_decision_boundary(&Rule(off), &circles()).grid(8);
    boundaries: plot_decision_boundaries(
        &[("model_0", &Rule(|x, y| vec![x + 0.4 * y])), ("model_3", &Rule(off))],
        &circles().test,
    );
    loss_curves: plot_loss_curves(&training(0.03));
    loss_curves_log_scale: plot_loss_curves(&training(0.03)).log_scale();
    histories: plot_histories(&[("lr 0.01", &training(0.005)), ("lr 0.1", &training(0.05))]);
    predictions: {
        let line = make_line(0.7, 0.3).build().unwrap().split_at(80).unwrap();
        let guess = line.test.x.column(0).mapv(|x| 0.6 * x + 0.38);
        plot_predictions(&line).predictions(&guess).draw()
    };
    curves: {
        let sine: Vec<(f64, f64)> = (0..=100).map(|i| f64::from(i) / 10.0).map(|x| (x, x.sin())).collect();
        plot_curves("Waves", &[("sin x", &sine)]).draw()
    };
    activations_and_slopes: plot_activations(&activations());
    class_balance: {
        let data = blobs();
        plot_class_balance(&[("train", &data.train), ("test", &data.test)]).draw()
    };
    confusion: {
        let data = blobs().train;
        let predicted = Rule(nearest).predict_labels(&data.x).unwrap();
        plot_confusion_matrix(&confusion_matrix(&data.y, &predicted).unwrap()).draw()
    };
    gradients: plot_gradients(&[("slows down", &moving(100, 0.9)), ("goes on", &moving(100, 0.999))]);
    network: plot_network(&Net::new(&[2, 5, 5, 1], true));
    neurons: plot_neurons(&Net::new(&[2, 5, 5, 1], true), &circles().train);
    neurons_without_activations: plot_neurons(&Net::new(&[2, 5, 5, 1], false), &circles().train);
    neurons_of_squares: {
        let squares = Features::new([Feature::X1Squared, Feature::X2Squared, Feature::X1X2]).unwrap();
        plot_neurons(&squares.then(&Net::new(&[3, 4, 2], true)), &circles().train).draw()
    };
}
