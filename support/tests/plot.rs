//! Tests of figures for a notebook: their contents, their sizes, the errors.

mod common;

use std::collections::BTreeSet;

use common::{Net, Rule, circles, epoch, history, inside_circle, one_of_each};
use ndarray::{Array1, Array2, array};
use support::prelude::*;

fn attribute<'a>(svg: &'a str, name: &str) -> &'a str {
    let start = svg.find(&format!(" {name}=\"")).unwrap() + name.len() + 3;
    &svg[start..start + svg[start..].find('"').unwrap()]
}

#[test]
fn every_figure_is_small_complete_and_the_same_each_time() {
    for ((name, figure), (_, again)) in one_of_each().into_iter().zip(one_of_each()) {
        assert_eq!(figure, again, "{name}");
        let (svg, png) = (figure.svg(), figure.png().unwrap());
        assert_eq!(png, again.png().unwrap(), "{name}");
        // Only the maps of many neurons, with many shades, are larger.
        let most = if name == "neurons" { 250_000 } else { 150_000 };
        assert!(svg.len() <= 150_000 && png.len() <= most, "{name}: {} and {} bytes", svg.len(), png.len());
        assert!(svg.starts_with("<svg") && svg.contains("role=\"img\"") && svg.contains("<title>"), "{name}");
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
        assert!(figure.alt().len() > 30 && figure.alt().ends_with('.'), "{name}: {}", figure.alt());

        let decoder = png::Decoder::new(std::io::Cursor::new(&png));
        let mut reader = decoder.read_info().unwrap();
        let (width, height) = (reader.info().width, reader.info().height);
        let side = |name| attribute(svg, name).parse::<u32>().unwrap() * 2;
        assert_eq!((width, height), (side("width"), side("height")), "{name}");
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        let used: BTreeSet<u8> = pixels.iter().copied().collect();
        assert!(used.len() > 10, "{name} is all but empty");
    }
}

#[test]
fn every_point_is_a_dot() {
    let data = circles();
    // The legend has a dot for each class.
    let dots = |figure: &Figure| figure.svg().matches("<circle").count() - 2;
    assert_eq!(dots(&plot_dataset(&data.train).unwrap()), 800);
    assert_eq!(dots(&plot_decision_boundary(&Rule(inside_circle), &data).unwrap()), 1000);
}

#[test]
fn titles_and_alternative_text_say_the_accuracies() {
    let data = circles();
    let figure = plot_decision_boundary(&Rule(|_, y| vec![y]), &data).unwrap();
    let right = |d: &Dataset| {
        let right = d.x.column(1).iter().zip(&d.y).filter(|(x2, y)| (**x2 > 0.0) == (**y == 1)).count();
        format!("{:.2} %", right as f64 / d.len() as f64 * 100.0)
    };
    for (set, side) in [("Train", &data.train), ("Test", &data.test)] {
        assert!(figure.svg().contains(&format!("\"{set}: {}\"", right(side))), "{set}");
        assert!(figure.alt().contains(&right(side)), "{}", figure.alt());
    }
}

#[test]
fn one_class_everywhere_is_drawn_flat_and_said_so() {
    let data = circles();
    let figure = plot_decision_boundary(&Rule(|_, _| vec![3.0]), &data).unwrap();
    assert!(figure.alt().contains("the model predicts class 1 everywhere"), "{}", figure.alt());
    assert_eq!(figure.svg().matches("(class 1 everywhere)").count(), 2);
    assert!(!figure.svg().contains("evenodd"), "no region on the ground");
    let figure = plot_decision_boundaries(&[("m", &Rule(|_, _| vec![0.0; 3]))], &data.train).unwrap();
    assert!(figure.alt().contains("m 50.00 % (class 0 everywhere)"), "{}", figure.alt());
}

#[test]
fn two_to_ten_classes_have_their_own_colours() {
    for classes in 2..=10 {
        let blobs = make_blobs(300).centers(classes).random_state(42).build().unwrap();
        let mean = |class: usize| {
            let rows: Vec<usize> = (0..300).filter(|&i| blobs.y[i] == class as i64).collect();
            blobs.x.select(ndarray::Axis(0), &rows).mean_axis(ndarray::Axis(0)).unwrap()
        };
        let centres: Vec<Array1<f64>> = (0..classes).map(mean).collect();
        let nearest = Rule(|x, y| centres.iter().map(|c| -f64::hypot(x - c[0], y - c[1])).collect());
        let data = train_test_split(&blobs, 0.2, 42).unwrap();
        let figure = plot_decision_boundary(&nearest, &data).unwrap();
        let svg = figure.svg();
        // One region per class and panel, except for the background.
        assert_eq!(svg.matches("evenodd").count(), 2 * (classes - 1), "{classes} classes");
        let fills: BTreeSet<&str> =
            svg.lines().filter(|l| l.starts_with("<g ")).map(|l| attribute(l, "fill")).collect();
        assert_eq!(fills.len(), classes);
        assert!(svg.contains(&format!("\"class {}\"", classes - 1)));
    }
}

#[test]
fn names_may_hold_anything() {
    let data = circles();
    let name = "<b>\"x\" & 'y'</b>\u{1}\n 模型 \u{feff}";
    let figure = plot_decision_boundaries(&[(name, &Rule(inside_circle))], &data.train).unwrap();
    assert!(figure.svg().contains("&lt;b&gt;&quot;x&quot; &amp;"));
    assert!(figure.png().is_ok());
    let long = "long ".repeat(100);
    let figure = plot_decision_boundaries(&[(&long, &Rule(inside_circle))], &data.train).unwrap();
    assert!(
        figure.svg().contains("…: 99.88 %") || figure.svg().contains("…: 100.00 %"),
        "the accuracy stays"
    );
}

#[test]
fn only_the_loss_is_drawn_of_a_regression() {
    let figure = plot_loss_curves(&history(100, None)).unwrap();
    assert!(!figure.svg().contains("Accuracy") && !figure.alt().contains("accuracy"));
    let figure = plot_loss_curves(&history(100, Some(0.75))).unwrap();
    assert!(figure.svg().contains("Accuracy in %") && figure.alt().contains("75.00 %"));
}

#[test]
fn far_and_near_numbers_are_drawn() {
    for scale in [1e-9, 1.0, 1e6, 1e11] {
        for shift in [0.0, 1e11] {
            let x = array![[1.0, 2.0], [3.0, -1.0], [2.0, 2.0]] * scale + shift;
            let data = Dataset::new(x, array![0, 1, 1]).unwrap();
            plot_dataset(&data).unwrap().png().unwrap();
            let split = Split { train: data.clone(), test: data };
            let figure = plot_decision_boundary(&Rule(|x, y| vec![1e290 * (x - y)]), &split).unwrap();
            assert!(!figure.svg().contains("NaN"), "{scale} {shift}");
        }
    }
    let one = Dataset::new(array![[0.5, 0.5]], array![0]).unwrap();
    plot_dataset(&one).unwrap();
}

#[test]
fn the_png_shows_what_the_svg_says() {
    use resvg::tiny_skia::{Pixmap, Transform};
    use resvg::usvg::{Options, Tree};

    for (name, figure) in one_of_each() {
        let tree = Tree::from_str(figure.svg(), &Options::default()).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(figure.png().unwrap()));
        reader.set_transformations(png::Transformations::EXPAND);
        let mut reader = reader.read_info().unwrap();
        let mut ours = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut ours).unwrap();
        let mut theirs = Pixmap::new(info.width, info.height).unwrap();
        resvg::render(&tree, Transform::from_scale(2.0, 2.0), &mut theirs.as_mut());
        let pixels = ours.chunks(3).zip(theirs.data().chunks(4));
        let differ = |(a, b): &(&[u8], &[u8])| (0..3).any(|i| a[i].abs_diff(b[i]) > 40);
        let share = pixels.filter(differ).count() as f64 / f64::from(info.width * info.height);
        assert!(share < 0.001, "{name}: {:.2} % of the pixels differ", 100.0 * share);
    }
}

#[test]
fn probability_is_shaded_and_explained() {
    let data = circles();
    let options = BoundaryOptions { shade: Shade::Probability, ..Default::default() };
    let figure =
        plot_decision_boundary_with(&Rule(|x, y| vec![8.0 * (0.81 - x * x - y * y)]), &data, &options)
            .unwrap();
    assert!(figure.alt().contains("surer") && figure.svg().contains("50 % → 100 %"));
    let fills = |figure: &Figure| -> BTreeSet<String> {
        let areas = figure.svg().lines().filter(|l| l.contains("evenodd"));
        areas.map(|l| attribute(l, "fill").to_string()).collect()
    };
    // Nine levels per class; one of the two backgrounds can be a region too.
    assert!((19..=20).contains(&fills(&figure).len()), "{:?}", fills(&figure));
    // A model whose probabilities are at most 60 % has few shades; a step function has almost none.
    let unsure =
        plot_decision_boundary_with(&Rule(|x: f64, _| vec![0.4 * x.signum()]), &data, &options).unwrap();
    assert!((3..=4).contains(&fills(&unsure).len()), "{:?}", fills(&unsure));
    // Softmax of several scores.
    let three = Rule(|x, y| vec![9.0 * x, -9.0 * x, 9.0 * y]);
    assert!(fills(&plot_decision_boundary_with(&three, &data, &options).unwrap()).len() > 20);
}

#[test]
fn wrong_points_have_a_ring() {
    let data = circles();
    let options = BoundaryOptions { mark_wrong: true, ..Default::default() };
    let half = Rule(|_, y| vec![y]);
    let figure = plot_decision_boundary_with(&half, &data, &options).unwrap();
    let wrong =
        |d: &Dataset| half.predict_labels(&d.x).unwrap().iter().zip(&d.y).filter(|(a, b)| a != b).count();
    let (train, test) = (wrong(&data.train), wrong(&data.test));
    assert!(
        figure.alt().contains(&format!("dark ring: {train} in Train, {test} in Test.")),
        "{}",
        figure.alt()
    );
    let mut rings = 0;
    for group in figure.svg().split("<g ").skip(1) {
        if attribute(&format!(" {group}"), "stroke") == "#1f1f1f" {
            rings += group.split("</g>").next().unwrap().matches("<circle").count();
        }
    }
    assert_eq!(rings, train + test + 1, "the wrong points and the legend's");
    let dots = figure.svg().matches("<circle").count();
    assert_eq!(dots, 1000 + 3, "every point once, and the legend's");
}

#[test]
fn the_line_between_classes_can_be_left_out() {
    let data = circles();
    let lines = |line| {
        let options = BoundaryOptions { line, ..Default::default() };
        let figure = plot_decision_boundary_with(&Rule(inside_circle), &data, &options).unwrap();
        figure.svg().matches("#3c3c3c").count()
    };
    assert_eq!((lines(true), lines(false)), (2, 0));
}

#[test]
fn squares_let_a_line_be_a_circle() {
    let squares = Features::new([Feature::X1Squared, Feature::X2Squared]).unwrap();
    let linear = Rule(|x, y| vec![0.81 - x - y]);
    let data = circles();
    let through = plot_decision_boundary(&squares.then(&linear), &data).unwrap();
    assert_eq!(through.svg(), plot_decision_boundary(&Rule(inside_circle), &data).unwrap().svg());
    let x = squares.transform(&data.test).unwrap().x;
    assert_eq!(x[[3, 1]], data.test.x[[3, 1]].powi(2));
}

#[test]
fn a_logarithmic_scale_refuses_what_it_cannot_show() {
    let log = CurveOptions { log_scale: true };
    let figure = plot_histories_with(&[("a", &history(100, Some(0.5)))], &log).unwrap();
    assert!(figure.svg().contains("Loss, logarithmic scale") && figure.alt().contains("logarithmic"));
    let mut zero = history(7, None);
    zero.push(epoch(7, 0.0, None));
    refused(plot_loss_curves_with(&zero, &log), &["train_loss", "above 0", "epoch 7"]);
    assert!(plot_loss_curves(&zero).is_ok());
}

#[test]
fn a_confusion_matrix_says_counts_shares_and_mistakes() {
    let truth = array![0, 0, 0, 0, 1, 1, 2, 2];
    let predicted = array![0, 0, 0, 2, 1, 1, 0, 2];
    let figure = plot_confusion_matrix(&confusion_matrix(&truth, &predicted).unwrap()).unwrap();
    for words in
        ["\"3\"", "\"75.0 %\"", "\"25.0 %\"", "\"50.0 %\"", "75.00 % right", "true class", "predicted class"]
    {
        assert!(figure.svg().contains(words), "{words}");
    }
    let told = "6 are right; 1 of class 0 taken for class 2; 1 of class 2 taken for class 0.";
    assert!(figure.alt().ends_with(told), "{}", figure.alt());
}

#[test]
fn neurons_have_a_map_each_and_weights_a_line_each() {
    let data = circles().train;
    let net = Net::new(&[2, 4, 3, 1], true);
    let lines = |figure: &Figure, colour: &str| figure.svg().lines().filter(|l| l.contains(colour)).count();
    let network = plot_network(&net).unwrap();
    assert!(
        network.alt().contains("2 inputs, 4 (Linear + ReLU), 3 (Linear + ReLU), 1 (Linear + ReLU)"),
        "{}",
        network.alt()
    );
    let paths = network.svg().matches("fill=\"none\"").count();
    // Lines, one frame per neuron, three lines of the legend.
    assert_eq!(paths, (2 * 4 + 4 * 3 + 3) + (2 + 4 + 3 + 1) + 3);
    let maps = plot_neurons(&net, &data).unwrap();
    assert_eq!(maps.svg().matches("<circle").count(), data.len());
    assert!(maps.svg().contains("prediction: ") && lines(&maps, "\"x1\"") == 1);
    let wide = plot_network(&Net::new(&[2, 40, 1], false)).unwrap();
    assert!(wide.svg().contains("layer_1: 16 of 40"));
}

fn refused(result: Result<Figure>, words: &[&str]) {
    let message = result.unwrap_err().to_string();
    for word in words {
        assert!(message.contains(word), "{message:?} lacks {word:?}");
    }
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
    refused(plot_predictions(&line, Some(&Array1::zeros(5))), &["predictions", "[20]", "[5]"]);
    refused(plot_predictions(&line, Some(&Array1::from_elem(20, f64::INFINITY))), &["predictions", "row 0"]);

    for grid in [0, 1, 1002] {
        let options = BoundaryOptions { grid, ..Default::default() };
        let words = ["plot_decision_boundary", "grid", "2 to 1001", &grid.to_string()];
        refused(plot_decision_boundary_with(&circle, &data, &options), &words);
    }
    for grid in [2, 3, 400] {
        plot_decision_boundary_with(&circle, &data, &BoundaryOptions { grid, ..Default::default() }).unwrap();
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
    let counts = |counts| plot_confusion_matrix(&matrix(counts));
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
    assert!(plot_gradients(&[("at rest", &steps(vec![0.0; 2], vec![0.0; 2]))]).is_ok());
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

impl Network for Unchecked {
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
    let misfit = Model::new(|vs| nn::seq().add(linear(vs / 0, 2, 5)).add(linear(vs / 1, 6, 1))).unwrap();
    for figure in
        [plot_network(&misfit), plot_neurons(&misfit, &data.train), plot_decision_boundary(&misfit, &data)]
    {
        refused(figure, &["forward", "[n, 6] for the layer `1`", "5]"]);
    }
    assert!(summary(&misfit).is_err() && fit(&misfit, &data, TrainConfig::default()).is_err());
    let model = Model::new(|vs| linear(vs / 0, 2, 1)).unwrap();
    let before = Snapshot::of(&model, 0).unwrap();
    fit(&model, &data, TrainConfig { epochs: 1, log_every: 0, ..Default::default() }).unwrap();
    assert!(Snapshot::of(&model, 0).unwrap() != before, "nothing is learned any more");
}

#[test]
fn slopes_are_those_of_x_alone() {
    let parameter = Tensor::ones([1001], (Kind::Double, Device::Cpu)).set_requires_grad(true);
    assert!(ActivationCurve::of("another", |_| &parameter * 2.0).is_err());
    let scaled = ActivationCurve::of("scaled", |x| x * &parameter).unwrap();
    assert!(scaled.slope.iter().all(|s| *s == 1.0) && !parameter.grad().defined());
}

#[test]
fn files_end_in_svg_or_png() {
    let folder = tempfile::tempdir().unwrap();
    let figure = plot_dataset(&circles().test).unwrap();
    let at = |name: &str| folder.path().join(name);
    figure.save(at("figure.svg")).unwrap();
    figure.save(at("figure.PNG")).unwrap();
    assert_eq!(std::fs::read_to_string(at("figure.svg")).unwrap(), figure.svg());
    assert_eq!(std::fs::read(at("figure.PNG")).unwrap(), figure.png().unwrap());
    for name in ["figure", "figure.pdf"] {
        assert!(figure.save(at(name)).unwrap_err().to_string().contains(".svg or .png"), "{name}");
    }
    let nowhere = figure.save(at("no/figure.svg")).unwrap_err().to_string();
    assert!(nowhere.contains("no/figure.svg"), "{nowhere}");
}
