//! Figures as a notebook gets them: what they show, how large they are, what they refuse.

use std::collections::BTreeSet;

use ndarray::{Array1, Array2, ArrayView2, array};
use support::prelude::*;

/// A rule written by hand: a function from a point to its scores.
struct Rule<F>(F);

impl<F: Fn(f64, f64) -> Vec<f64>> Predictor for Rule<F> {
    fn scores(&self, x: ArrayView2<'_, f64>) -> Result<Array2<f64>> {
        if x.ncols() != 2 {
            let (expected, got) = ("[n, 2]".to_string(), format!("{:?}", x.dim()));
            return Err(Error::Shape { op: "Rule", name: "x", expected, got });
        }
        let scores: Vec<f64> = x.rows().into_iter().flat_map(|p| (self.0)(p[0], p[1])).collect();
        let outputs = scores.len() / x.nrows();
        Ok(Array2::from_shape_vec((x.nrows(), outputs), scores).unwrap())
    }
}

fn inside_circle(x: f64, y: f64) -> Vec<f64> {
    vec![0.81 - x * x - y * y]
}

fn circles() -> Split {
    let circles = make_circles(1000).noise(0.03).random_state(42).build().unwrap();
    train_test_split(&circles, 0.2, 42).unwrap()
}

fn epoch(epoch: usize, loss: f64, accuracy: Option<f64>) -> Epoch {
    Epoch {
        epoch,
        train_loss: loss,
        test_loss: 1.1 * loss,
        train_accuracy: accuracy,
        test_accuracy: accuracy,
    }
}

fn history(epochs: usize, accuracy: Option<f64>) -> History {
    (0..epochs).map(|e| epoch(e, 0.99f64.powi(e as i32), accuracy)).collect()
}

/// Every kind of figure.
fn one_of_each() -> Vec<(&'static str, Figure)> {
    let data = circles();
    let (circle, flat) = (Rule(inside_circle), Rule(|_, _| vec![-1.0]));
    let line = make_line(0.7, 0.3).build().unwrap().split_at(80).unwrap();
    let guess = line.test.y.mapv(|y| y + 0.05);
    let relu: Vec<(f64, f64)> = (-10..=10).map(f64::from).map(|x| (x, x.max(0.0))).collect();
    vec![
        ("dataset", plot_dataset(&data.train).unwrap()),
        ("boundary", plot_decision_boundary(&circle, &data).unwrap()),
        ("flat", plot_decision_boundary(&flat, &data).unwrap()),
        ("boundaries", plot_decision_boundaries(&[("a", &circle), ("b", &flat)], &data.train).unwrap()),
        ("predictions", plot_predictions(&line, Some(&guess)).unwrap()),
        ("no predictions", plot_predictions(&line, None).unwrap()),
        ("loss", plot_loss_curves(&history(1000, None)).unwrap()),
        ("loss and accuracy", plot_loss_curves(&history(1000, Some(50.0))).unwrap()),
        ("one epoch", plot_loss_curves(&history(1, Some(50.0))).unwrap()),
        ("runs", plot_histories(&[("lr 0.1", &history(50, None)), ("lr 0.01", &history(90, None))]).unwrap()),
        ("curves", plot_curves("ReLU", &[("max(0, x)", &relu)]).unwrap()),
    ]
}

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
        assert!(
            svg.len() <= 150_000 && png.len() <= 150_000,
            "{name}: {} and {} bytes",
            svg.len(),
            png.len()
        );
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
        assert!(figure.svg().contains(&format!(">{set}: {}<", right(side))), "{set}");
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
        // One region a class and panel, but for the ground.
        assert_eq!(svg.matches("evenodd").count(), 2 * (classes - 1), "{classes} classes");
        let fills: BTreeSet<&str> =
            svg.lines().filter(|l| l.starts_with("<g ")).map(|l| attribute(l, "fill")).collect();
        assert_eq!(fills.len(), classes);
        assert!(svg.contains(&format!(">class {}<", classes - 1)));
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
    let figure = plot_loss_curves(&history(100, Some(75.0))).unwrap();
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
    let with = |x: Array2<f64>, y: Array1<i64>| Dataset { x, y };
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

    refused(plot_loss_curves(&History::default()), &["history", "at least one epoch"]);
    let mut diverged = history(7, None);
    diverged.push(epoch(7, f64::NAN, None));
    refused(plot_loss_curves(&diverged), &["train_loss", "NaN", "epoch 7"]);
    refused(plot_histories(&[]), &["runs", "got 0"]);
    refused(plot_curves("t", &[]), &["curves", "got 0"]);
    refused(plot_curves("t", &[("empty", &[])]), &["empty"]);
    refused(plot_curves("t", &[("c", &[(0.0, 0.0), (1.0, f64::NAN)])]), &["point 1 of c"]);
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
