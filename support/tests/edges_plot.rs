//! Tests of edge cases of figures: foreign and very long names, many points, very long curves.

mod common;

use std::time::{Duration, Instant};

use common::{Net, Rule, circles, epoch, history, inside_circle, moving};
use ndarray::Array2;
use resvg::usvg::{Options, Tree};
use support::prelude::*;

/// The time limit of a test, far above the time that any of them takes.
const SOON: Duration = Duration::from_secs(30);

/// Returns one figure of each kind that takes names.
fn named(name: &str) -> Vec<(&'static str, Figure)> {
    let data = circles();
    let line: Vec<(f64, f64)> = vec![(0.0, 0.0), (1.0, 2.0)];
    let curve =
        ActivationCurve { name: name.to_string(), x: vec![0.0, 1.0], y: vec![1.0; 2], slope: vec![0.0; 2] };
    let short = history(5, Some(0.5));
    vec![
        (
            "boundaries",
            plot_decision_boundaries(&[(name, &Rule(inside_circle))], &data.train).draw().unwrap(),
        ),
        ("curves", plot_curves(name, &[(name, &line), ("other", &line)]).draw().unwrap()),
        ("histories", plot_histories(&[(name, &short), ("other", &short)]).draw().unwrap()),
        ("activations", plot_activations(&[curve]).draw().unwrap()),
        ("gradients", plot_gradients(&[(name, &moving(5, 0.9))]).draw().unwrap()),
        ("balance", plot_class_balance(&[(name, &data.train), ("other", &data.test)]).draw().unwrap()),
        ("network", plot_network(&Called(Net::new(&[2, 3, 1], true), name)).draw().unwrap()),
        ("neurons", plot_neurons(&Called(Net::new(&[2, 3, 1], true), name), &data.test).draw().unwrap()),
    ]
}

/// A network whose layers and neurons all have the same name.
struct Called<'a>(Net, &'a str);

impl Predictor for Called<'_> {
    fn scores(&self, x: &Array2<f64>) -> Result<Array2<f64>> {
        self.0.scores(x)
    }
}

impl InspectLayers for Called<'_> {
    fn n_features(&self) -> Result<usize> {
        self.0.n_features()
    }

    fn layers(&self, x: &Array2<f64>) -> Result<Vec<support::NeuronLayer>> {
        let mut layers = self.0.layers(x)?;
        for layer in &mut layers {
            (layer.name, layer.kind) = (self.1.to_string(), self.1.to_string());
            layer.neurons.fill(self.1.to_string());
        }
        Ok(layers)
    }
}

fn well_formed(figure: &Figure) {
    let tree = Tree::from_str(figure.svg(), &Options::default());
    assert!(tree.is_ok(), "{:?}", tree.err());
    let bad = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{fffe}' | '\u{ffff}');
    assert!(!figure.svg().contains(bad) && !figure.alt().contains(|c| bad(c) || c == '\n'), "{figure:?}");
}

/// Returns the path data of the outlines of a text's letters.
fn letters<'a>(figure: &'a Figure, text: &str) -> &'a str {
    let svg = figure.svg();
    let start =
        svg.find(&format!("<path aria-label=\"{text}")).unwrap_or_else(|| panic!("{text} is not drawn"));
    let start = start + svg[start..].find(" d=\"").unwrap() + 4;
    &svg[start..start + svg[start..].find('"').unwrap()]
}

#[test]
fn letters_of_any_script_are_drawn_or_said_to_be_missing() {
    let line: Vec<(f64, f64)> = vec![(0.0, 0.0), (1.0, 2.0)];
    for (title, n) in [
        ("神经网络", 4),
        ("ニューラル", 5),
        ("신경망", 3),
        ("مرحبا", 5),
        ("שלום", 4),
        ("नमन", 3),
        ("Нейрон", 6),
        ("😀🚀", 2),
        ("ł ş ế", 3),
        ("\u{10fffd}\u{10fffc}", 2),
    ] {
        let figure = plot_curves(title, &[(title, &line)]).draw().unwrap();
        well_formed(&figure);
        assert_eq!(figure, plot_curves(title, &[(title, &line)]).draw().unwrap(), "{title}");
        assert!(
            figure.alt().starts_with(title) && figure.svg().contains(&format!("<title>{title}")),
            "{title}"
        );
        // Each letter has at least one loop, of its own outline or of a box.
        let loops = letters(&figure, title).matches('M').count();
        assert!(loops >= n, "{title}: {loops} loops");
        // The description names the missing letters and no others.
        let boxes = figure.alt().contains("boxes stand for letters that no font here has");
        let named = |c: char| figure.alt().contains(&format!("{c} (U+{:04X})", c as u32));
        assert_eq!(boxes, title.chars().any(named), "{}", figure.alt());
    }
    let figure = plot_curves("a\u{10fffd}b", &[("c", &line)]).draw().unwrap();
    assert!(figure.alt().ends_with("no font here has: \u{10fffd} (U+10FFFD)."), "{}", figure.alt());
    assert_ne!(
        letters(&figure, "a\u{10fffd}b"),
        letters(&plot_curves("ab", &[("c", &line)]).draw().unwrap(), "ab")
    );
}

#[test]
fn marks_that_cannot_be_seen_are_not_missing() {
    let line: Vec<(f64, f64)> = vec![(0.0, 0.0), (1.0, 2.0)];
    let plain = plot_curves("loss", &[("c", &line)]).draw().unwrap();
    let marked = plot_curves("lo\u{200d}\u{feff}ss\u{fe0f}\u{202e}", &[("c", &line)]).draw().unwrap();
    assert!(!marked.alt().contains("boxes"), "{}", marked.alt());
    assert_eq!(letters(&marked, "lo"), letters(&plain, "loss"));
}

#[test]
fn any_text_leaves_the_svg_well_formed() {
    for name in [
        "",
        " ",
        "\n",
        "a\nb\r\nc\td",
        "\0",
        "a\0b\u{1}\u{8}\u{1b}[31m\u{7f}\u{9f}",
        "<b>&amp;\"'</b>",
        "]]><!-- -->",
        "</svg></script>",
        "\u{fffe}\u{ffff}",
        "\u{2028}\u{2029}\u{85}",
        "e\u{301}\u{301}\u{301}",
        "{} {0} {name}",
        "\\n %s",
    ] {
        for (kind, figure) in named(name) {
            well_formed(&figure);
            assert!(figure.alt().len() > 30, "{kind} {name:?}: {}", figure.alt());
        }
        let page = Movie::new(vec![(name.to_string(), named(name).remove(1).1)]).unwrap().html().unwrap();
        assert_eq!(page.matches("</script>").count(), 1, "{name:?}");
        assert!(!page.contains('\0'));
    }
}

#[test]
fn endless_names_are_cut_and_what_is_said_of_them_stays() {
    let start = Instant::now();
    for letter in ["a", "模", "a\u{301}", "\u{200b}", "<", "\n", "ا", "word "] {
        for (kind, figure) in named(&letter.repeat(100_000)) {
            assert!(figure.svg().len() < 500_000, "{kind} of {letter:?}: {} bytes", figure.svg().len());
            assert!(figure.alt().chars().count() < 5_000, "{kind} of {letter:?}");
            well_formed(&figure);
        }
    }
    let svg = |i: usize| named(&"word ".repeat(100_000)).swap_remove(i).1.svg().to_string();
    assert!(svg(2).contains("… train\"") && svg(2).contains("… test\""));
    assert!(svg(4).contains("…: gradient\"") && svg(4).contains("…: step ÷ parameters\""));
    // Errors contain names, too.
    let name = "x".repeat(100_000);
    let errors = [
        plot_curves("t", &[(&name, &[])]).draw(),
        plot_curves("t", &[(&name, &[(f64::NAN, 0.0)])]).draw(),
        plot_gradients(&[(&name, &history(3, None))]).draw(),
    ];
    errors.into_iter().for_each(|error| assert!(error.unwrap_err().to_string().len() < 400));
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

/// Makes `n` points in two round clouds of one class each.
fn cloud(n: usize) -> Dataset {
    make_blobs(n).centers(2).cluster_std(3.0).random_state(1).build().unwrap()
}

fn pixels(figure: &Figure) -> Vec<u8> {
    let png = figure.png().unwrap();
    let mut decoder = png::Decoder::new(std::io::Cursor::new(&png));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    pixels
}

fn is_light(kind: &str, figure: &Figure) {
    let (svg, png) = (figure.svg().len(), figure.png().unwrap().len());
    assert!(svg <= 1_050_000 && png <= 1_050_000, "{kind}: {svg} and {png} bytes");
    assert!(figure.alt().contains("kept as a picture of pixels"), "{kind}: {}", figure.alt());
    assert!(figure.svg().contains("<image ") && figure.svg().contains("drawn as pixels"), "{kind}");
    assert_eq!(figure.svg().lines().next_back(), Some("</svg>"));
}

#[test]
fn a_cloud_of_a_million_points_is_small_and_soon_there() {
    let start = Instant::now();
    for n in [50_000, 200_000, 1_000_000] {
        let data = cloud(n);
        let figure = plot_dataset(&data).draw().unwrap();
        is_light("dataset", &figure);
        assert!(figure.svg().contains(&format!("\"{n} dots, drawn as pixels\"")));
        if n == 200_000 {
            assert_eq!(figure, plot_dataset(&data).draw().unwrap());
            let split = train_test_split(&data, 0.2, 42).unwrap();
            let middle = Rule(|x, y| vec![x - y]);
            is_light("boundary", &plot_decision_boundary(&middle, &split).mark_wrong().draw().unwrap());
            let many: Vec<(&str, &dyn Predictor)> =
                (0..10).map(|_| ("m", &middle as &dyn Predictor)).collect();
            is_light("boundaries", &plot_decision_boundaries(&many, &data).draw().unwrap());
            is_light("neurons", &plot_neurons(&Net::new(&[2, 4, 1], true), &data).draw().unwrap());
            let line = make_line(0.7, 0.3).range(0.0, 1.0, 1.0 / n as f64).build().unwrap();
            let noisy = line.y.indexed_iter().map(|(i, y)| y + ((i * 7919) % 1000) as f64 / 1e3).collect();
            let line = Dataset::new(line.x, noisy).unwrap().split_at(n / 2).unwrap();
            is_light("predictions", &plot_predictions(&line).predictions(&line.test.y).draw().unwrap());
        }
    }
    assert!(start.elapsed() < 2 * SOON, "{:?}", start.elapsed());
}

#[test]
fn pixels_show_what_dots_show() {
    // Few points are drawn as shapes, a few more as pixels.
    let all = cloud(25_000);
    let few = 24_000;
    let some = Dataset::unchecked(
        all.x.slice(ndarray::s![..few, ..]).to_owned(),
        all.y.slice(ndarray::s![..few]).to_owned(),
    );
    let (shapes, image) = (plot_dataset(&some).draw().unwrap(), plot_dataset(&all).draw().unwrap());
    assert!(!shapes.svg().contains("<image") && image.svg().contains("<image"));
    assert!(!shapes.alt().contains("pixels"));
    let (shapes, image) = (pixels(&shapes), pixels(&image));
    // The parts above and below are left out, because legend and title differ.
    let part = |v: &[u8]| v[3 * 1120 * 100..3 * 1120 * 900].to_vec();
    let (shapes, image) = (part(&shapes), part(&image));
    let differ =
        shapes.chunks(3).zip(image.chunks(3)).filter(|(a, b)| (0..3).any(|i| a[i].abs_diff(b[i]) > 60));
    let share = differ.count() as f64 / (shapes.len() / 3) as f64;
    assert!(share < 0.05, "{share}");
}

#[test]
fn long_curves_are_short_lines() {
    let start = Instant::now();
    let n = 1_000_000;
    let noisy = |i: usize| ((i * 7919) % 1009) as f64;
    let long: History = (0..n).map(|i| epoch(i, 1.0 + noisy(i), Some(0.5))).collect();
    for figure in [
        plot_loss_curves(&long).draw().unwrap(),
        plot_loss_curves(&long).log_scale().draw().unwrap(),
        plot_histories(&[("a", &long), ("b", &long)]).draw().unwrap(),
    ] {
        assert!(figure.svg().len() < 500_000, "{}", figure.svg().len());
    }
    let sizes: Vec<f64> = (0..n).map(|i| 1.0 + noisy(i)).collect();
    let curve = ActivationCurve {
        name: "f".to_string(),
        x: (0..n).map(|i| i as f64).collect(),
        y: sizes.clone(),
        slope: sizes,
    };
    assert!(plot_activations(&[curve]).draw().unwrap().svg().len() < 500_000);
    // A noisy curve and a spiral.
    let wild: Vec<(f64, f64)> = (0..n).map(|i| (noisy(i), noisy(i * 31 + 7))).collect();
    let spiral: Vec<(f64, f64)> =
        (0..n).map(|i| i as f64 / n as f64).map(|t| (t * (9e3 * t).cos(), t * (9e3 * t).sin())).collect();
    for points in [&wild, &spiral] {
        let figure = plot_curves("t", &[("c", points)]).draw().unwrap();
        assert!(figure.svg().len() < 1_050_000, "{}", figure.svg().len());
        assert!(figure.alt().contains("some of them, evenly chosen"), "{}", figure.alt());
    }
    let many: Vec<(&str, &[(f64, f64)])> = (0..10).map(|_| ("c", &wild[..])).collect();
    let figure = plot_curves("t", &many).draw().unwrap();
    assert!(figure.svg().len() < 1_050_000, "{}", figure.svg().len());
    figure.png().unwrap();
    assert!(start.elapsed() < 2 * SOON, "{:?}", start.elapsed());
}

#[test]
fn a_model_of_noise_makes_no_large_figure() {
    let start = Instant::now();
    let noise = Rule(|x: f64, y: f64| vec![((x * 1e4).sin() * 43758.5 + (y * 1e4).cos() * 12345.7).sin()]);
    let data = circles();
    for plot in [
        plot_decision_boundary(&noise, &data).grid(401),
        plot_decision_boundary(&noise, &data).grid(151).shade(Shade::Probability),
    ] {
        let figure = plot.draw().unwrap();
        assert!(figure.svg().len() < 1_050_000, "{}", figure.svg().len());
        assert!(figure.alt().contains("kept as a picture of pixels"));
        figure.png().unwrap();
    }
    assert!(start.elapsed() < 2 * SOON, "{:?}", start.elapsed());
}

#[test]
fn the_largest_weight_is_readable_above_narrow_columns() {
    let figure = plot_neurons(&Net::new(&[2, 3, 3, 3, 3, 3, 3, 1], true), &circles().test).draw().unwrap();
    assert_eq!(figure.svg().matches("\"≤ 1.").count() + figure.svg().matches("\"≤ 0.").count(), 7);
}

#[test]
fn movies_of_odd_frames_are_refused_in_words() {
    let small = named("a").swap_remove(1).1;
    let large = named("a").swap_remove(6).1;
    let caption = "c".repeat(100_000);
    let error =
        Movie::new(vec![("a".to_string(), small.clone()), (caption.clone(), large)]).unwrap_err().to_string();
    assert!(error.contains("frames should be all of 640 ×") && error.len() < 400, "{error}");
    for n in [0, 1001, 10_000] {
        let error = Movie::new(vec![(String::new(), small.clone()); n]).unwrap_err().to_string();
        assert!(error.contains("1 to 1000") && error.contains(&n.to_string()), "{error}");
    }
    let one = Movie::new(vec![(caption, small.clone())]).unwrap();
    assert!(one.alt().len() < 1000 && one.html().unwrap().len() < 200_000);
    assert!(one.gif().unwrap().starts_with(b"GIF89a"));
}

#[test]
fn a_movie_over_a_cloud_keeps_its_picture_once() {
    let data = cloud(50_000);
    let frame = |i: usize| {
        let rule = Rule(move |x, y| vec![x - y + i as f64]);
        (format!("{i}"), plot_decision_boundaries(&[("m", &rule)], &data).draw().unwrap())
    };
    let movie = Movie::new((0..4).map(frame).collect()).unwrap();
    let page = movie.html().unwrap();
    assert_eq!(page.matches("\\x3cimage ").count(), 1);
    assert!(page.len() < 2_000_000, "{}", page.len());
}
