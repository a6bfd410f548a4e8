//! Tests of figures for a notebook: their contents, their sizes, their options.

mod common;

use std::collections::BTreeSet;

use common::{Net, Rule, circles, epoch, history, inside_circle, one_of_each, says};
use ndarray::{Array1, array};
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
    assert_eq!(dots(&plot_dataset(&data.train).draw().unwrap()), 800);
    assert_eq!(dots(&plot_decision_boundary(&Rule(inside_circle), &data).draw().unwrap()), 1000);
}

#[test]
fn titles_and_alternative_text_say_the_accuracies() {
    let data = circles();
    let figure = plot_decision_boundary(&Rule(|_, y| vec![y]), &data).draw().unwrap();
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
    let figure = plot_decision_boundary(&Rule(|_, _| vec![3.0]), &data).draw().unwrap();
    assert!(figure.alt().contains("the model predicts class 1 everywhere"), "{}", figure.alt());
    assert_eq!(figure.svg().matches("(class 1 everywhere)").count(), 2);
    assert!(!figure.svg().contains("evenodd"), "no region on the ground");
    let figure = plot_decision_boundaries(&[("m", &Rule(|_, _| vec![0.0; 3]))], &data.train).draw().unwrap();
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
        let figure = plot_decision_boundary(&nearest, &data).draw().unwrap();
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
    let figure = plot_decision_boundaries(&[(name, &Rule(inside_circle))], &data.train).draw().unwrap();
    assert!(figure.svg().contains("&lt;b&gt;&quot;x&quot; &amp;"));
    assert!(figure.png().is_ok());
    let long = "long ".repeat(100);
    let figure = plot_decision_boundaries(&[(&long, &Rule(inside_circle))], &data.train).draw().unwrap();
    assert!(
        figure.svg().contains("…: 99.88 %") || figure.svg().contains("…: 100.00 %"),
        "the accuracy stays"
    );
}

#[test]
fn only_the_loss_is_drawn_of_a_regression() {
    let figure = plot_loss_curves(&history(100, None)).draw().unwrap();
    assert!(!figure.svg().contains("Accuracy") && !figure.alt().contains("accuracy"));
    let figure = plot_loss_curves(&history(100, Some(0.75))).draw().unwrap();
    assert!(figure.svg().contains("Accuracy in %") && figure.alt().contains("75.00 %"));
}

#[test]
fn far_and_near_numbers_are_drawn() {
    for scale in [1e-9, 1.0, 1e6, 1e11] {
        for shift in [0.0, 1e11] {
            let x = array![[1.0, 2.0], [3.0, -1.0], [2.0, 2.0]] * scale + shift;
            let data = Dataset::new(x, array![0, 1, 1]).unwrap();
            plot_dataset(&data).draw().unwrap().png().unwrap();
            let split = Split { train: data.clone(), test: data };
            let figure = plot_decision_boundary(&Rule(|x, y| vec![1e290 * (x - y)]), &split).draw().unwrap();
            assert!(!figure.svg().contains("NaN"), "{scale} {shift}");
        }
    }
    let one = Dataset::new(array![[0.5, 0.5]], array![0]).unwrap();
    plot_dataset(&one).draw().unwrap();
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
    let shaded =
        |rule: &dyn Predictor| plot_decision_boundary(rule, &data).shade(Shade::Probability).draw().unwrap();
    let figure = shaded(&Rule(|x, y| vec![8.0 * (0.81 - x * x - y * y)]));
    assert!(figure.alt().contains("surer") && figure.svg().contains("50 % → 100 %"));
    let fills = |figure: &Figure| -> BTreeSet<String> {
        let areas = figure.svg().lines().filter(|l| l.contains("evenodd"));
        areas.map(|l| attribute(l, "fill").to_string()).collect()
    };
    // Nine levels per class; one of the two backgrounds can be a region too.
    assert!((19..=20).contains(&fills(&figure).len()), "{:?}", fills(&figure));
    // A model whose probabilities are at most 60 % has few shades; a step function has almost none.
    let unsure = shaded(&Rule(|x: f64, _| vec![0.4 * x.signum()]));
    assert!((3..=4).contains(&fills(&unsure).len()), "{:?}", fills(&unsure));
    // Softmax of several scores.
    let three = Rule(|x, y| vec![9.0 * x, -9.0 * x, 9.0 * y]);
    assert!(fills(&shaded(&three)).len() > 20);
}

#[test]
fn wrong_points_have_a_ring() {
    let data = circles();
    let half = Rule(|_, y| vec![y]);
    let figure = plot_decision_boundary(&half, &data).mark_wrong().draw().unwrap();
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
    let rule = Rule(inside_circle);
    let plot = || plot_decision_boundary(&rule, &data);
    let lines =
        |plot: Plot<'_, Figure, BoundaryOptions>| plot.draw().unwrap().svg().matches("#3c3c3c").count();
    assert_eq!((lines(plot()), lines(plot().without_line())), (2, 0));
}

#[test]
fn squares_let_a_line_be_a_circle() {
    let squares = Features::new([Feature::X1Squared, Feature::X2Squared]).unwrap();
    let linear = Rule(|x, y| vec![0.81 - x - y]);
    let data = circles();
    let through = plot_decision_boundary(&squares.then(&linear), &data).draw().unwrap();
    assert_eq!(through.svg(), plot_decision_boundary(&Rule(inside_circle), &data).draw().unwrap().svg());
    let x = squares.transform(&data.test).unwrap().x;
    assert_eq!(x[[3, 1]], data.test.x[[3, 1]].powi(2));
}

#[test]
fn a_logarithmic_scale_refuses_what_it_cannot_show() {
    let figure = plot_histories(&[("a", &history(100, Some(0.5)))]).log_scale().draw().unwrap();
    assert!(figure.svg().contains("Loss, logarithmic scale") && figure.alt().contains("logarithmic"));
    let mut zero = history(7, None);
    zero.push(epoch(7, 0.0, None));
    says(plot_loss_curves(&zero).log_scale().draw(), &["train_loss", "above 0", "epoch 7"]);
    assert!(plot_loss_curves(&zero).draw().is_ok());
}

#[test]
fn a_confusion_matrix_says_counts_shares_and_mistakes() {
    let truth = array![0, 0, 0, 0, 1, 1, 2, 2];
    let predicted = array![0, 0, 0, 2, 1, 1, 0, 2];
    let figure = plot_confusion_matrix(&confusion_matrix(&truth, &predicted).unwrap()).draw().unwrap();
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
    let network = plot_network(&net).draw().unwrap();
    assert!(
        network.alt().contains("2 inputs, 4 (Linear + ReLU), 3 (Linear + ReLU), 1 (Linear + ReLU)"),
        "{}",
        network.alt()
    );
    let paths = network.svg().matches("fill=\"none\"").count();
    // Lines, one frame per neuron, three lines of the legend.
    assert_eq!(paths, (2 * 4 + 4 * 3 + 3) + (2 + 4 + 3 + 1) + 3);
    let maps = plot_neurons(&net, &data).draw().unwrap();
    assert_eq!(maps.svg().matches("<circle").count(), data.len());
    assert!(maps.svg().contains("prediction: ") && lines(&maps, "\"x1\"") == 1);
    let wide = plot_network(&Net::new(&[2, 40, 1], false)).draw().unwrap();
    assert!(wide.svg().contains("layer_1: 16 of 40"));
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
    let figure = plot_dataset(&circles().test).draw().unwrap();
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
