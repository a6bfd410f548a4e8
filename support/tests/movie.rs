//! Tests of movies of a training, for a notebook, a page and a README.

mod common;

use common::{Rule, circles, course};
use support::display::Show;
use support::prelude::*;

/// Makes a movie of a growing disc.
fn growing(frames: usize) -> Movie {
    let data = circles();
    let frame = |i: usize| {
        let radius = 0.2 + 0.8 * i as f64 / frames as f64;
        let rule = Rule(move |x, y| vec![radius * radius - x * x - y * y]);
        (format!("radius {radius:.2}"), plot_decision_boundary(&rule, &data).draw().unwrap())
    };
    Movie::new((0..frames).map(frame).collect()).unwrap()
}

#[test]
fn sixty_frames_of_a_boundary_are_at_most_1500_kilobytes() {
    let movie = growing(60);
    let (html, gif) = (movie.html().unwrap(), movie.gif().unwrap());
    assert!(html.len() <= 1_500_000 && gif.len() <= 1_500_000, "{} and {} bytes", html.len(), gif.len());
}

#[test]
fn the_page_holds_every_frame_and_asks_nothing_of_the_network() {
    let movie = growing(7);
    let html = movie.html().unwrap();
    for (caption, _) in movie.frames() {
        assert!(html.contains(&format!("'{caption}'")), "{caption}");
    }
    let foreign = html.replace("http://www.w3.org/2000/svg", "");
    assert!(!foreign.contains("http") && !html.contains(" src=\"//"), "an address");
    assert_eq!(html.matches("</script>").count(), 1);
    // The frames, put together as the script does it, equal the figures.
    let part = |from: &str, to: &str| {
        let start = html.find(from).unwrap() + from.len();
        html[start..start + html[start..].find(to).unwrap()].to_string()
    };
    let plain =
        |line: &str| line[1..line.len() - 1].replace("\\x3c", "<").replace("\\'", "'").replace("\\\\", "\\");
    let lines: Vec<String> = part("lines: [\n", "\n]})").split(",\n").map(plain).collect();
    let runs = part("frames: [[", "]],");
    for (numbers, (caption, figure)) in runs.split("],[").zip(movie.frames()) {
        let numbers: Vec<usize> = numbers.split(',').map(|n| n.parse().unwrap()).collect();
        let frame: Vec<&str> =
            numbers.chunks(2).flat_map(|run| &lines[run[0]..run[0] + run[1]]).map(String::as_str).collect();
        assert_eq!(frame.join("\n"), figure.svg().trim_end(), "{caption}");
    }
}

#[test]
fn the_gif_shows_the_frames() {
    let movie = growing(5);
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let bytes = movie.gif().unwrap();
    let mut reader = options.clone().read_info(std::io::Cursor::new(&bytes)).unwrap();
    let (width, height) = (usize::from(reader.width()), usize::from(reader.height()));
    let mut seen = vec![0; 4 * width * height];
    let mut frames = 0;
    while let Some(frame) = reader.read_next_frame().unwrap() {
        for (row, pixels) in frame.buffer.chunks(4 * usize::from(frame.width)).enumerate() {
            let at = 4 * ((row + usize::from(frame.top)) * width + usize::from(frame.left));
            for (to, from) in seen[at..].chunks_mut(4).zip(pixels.chunks(4)).filter(|(_, from)| from[3] > 0) {
                to.copy_from_slice(from);
            }
        }
        frames += 1;
    }
    assert_eq!(frames, 5);
    // No part of an earlier frame is left: the last frame alone gives the same picture.
    let still = Movie::new(vec![movie.frames()[4].clone()]).unwrap().gif().unwrap();
    let mut reader = options.read_info(std::io::Cursor::new(&still)).unwrap();
    let alone = reader.read_next_frame().unwrap().unwrap();
    let differ = seen.chunks(4).zip(alone.buffer.chunks(4)).filter(|(a, b)| a != b).count();
    assert_eq!(differ, 0, "of {} pixels", width * height);
}

#[test]
fn a_notebook_gets_a_player_a_still_and_a_sentence() {
    let movie = growing(3);
    let bundle = movie.bundle().to_evcxr();
    for mime in ["text/plain", "text/html", "image/png"] {
        assert!(bundle.contains(&format!("EVCXR_BEGIN_CONTENT {mime}\n")), "{mime}");
    }
    assert!(
        movie.alt().starts_with("Movie of 3 frames from radius 0.20 to radius 0.73. The last one: Decision")
    );
    assert!(movie.html().unwrap().contains("alt=\"Movie of 3 frames"));
}

#[test]
fn a_training_is_replayed_and_leaves_the_model_as_it_was() -> Result<()> {
    let data = circles();
    let model = course::circle_v2().build()?;
    let config = TrainConfig { epochs: 50, log_every: 0, ..Default::default() };
    let train = || fit(&model, &data, config.with(RecordSnapshots::evenly(6)));
    let before = plot_decision_boundary(&model, &data).draw()?;
    let history = train()?;
    let after = plot_decision_boundary(&model, &data).draw()?;
    let movie = replay(&model, &history, |model| plot_decision_boundary(model, &data)).draw()?;
    let captions: Vec<&str> = movie.frames().iter().map(|(caption, _)| caption.as_str()).collect();
    assert_eq!(captions, ["epoch 0", "epoch 10", "epoch 20", "epoch 30", "epoch 40", "epoch 50"]);
    assert_eq!((&movie.frames()[0].1, movie.still()), (&before, &after));
    assert_eq!(plot_decision_boundary(&model, &data).draw()?, after, "the model is as it was");

    // The parameters are also unchanged if a figure cannot be drawn.
    let failed = replay(&model, &history, |_| plot_loss_curves(&History::default()).draw()).draw();
    assert!(failed.unwrap_err().to_string().contains("at least one epoch"));
    assert_eq!(plot_decision_boundary(&model, &data).draw()?, after);

    // Two successive trainings give one movie.
    let mut whole = history;
    whole.extend(&train()?);
    let epochs: Vec<usize> = whole.snapshots().iter().map(|s| s.epochs).collect();
    assert_eq!(epochs, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    Ok(())
}

#[test]
fn what_is_recorded_changes_no_result() -> Result<()> {
    let data = circles();
    let train = |training: Training<'_>| -> Result<History> {
        let model = course::circle_v2().build()?;
        let parameters: Vec<f32> = (0..151).map(|i| (i as f32).sin()).collect();
        let mut rest = parameters.as_slice();
        tch::no_grad(|| {
            for (_, mut p) in model.named_parameters() {
                let (values, later) = rest.split_at(p.numel());
                p.copy_(&Tensor::from_slice(values).view_as(&p));
                rest = later;
            }
        });
        fit(&model, &data, training)
    };
    let plain = TrainConfig { epochs: 30, log_every: 0, ..Default::default() };
    let noted = train(plain.with(RecordSnapshots::evenly(31)).with(RecordGradients::default()))?;
    assert_eq!(noted, train(plain.into())?);
    let layers = noted.gradient_stats();
    assert_eq!(layers.iter().map(|l| l.name.as_str()).collect::<Vec<_>>(), ["0", "2", "4"]);
    assert!(layers.iter().all(|l| l.gradients.len() == 30 && l.updates.len() == 30));
    // In plain gradient descent, the step is the gradient times the learning rate.
    let model = course::circle_v2().build()?;
    let of_layer = |snapshot: &Snapshot, layer: &str| -> Result<Tensor> {
        model.restore(snapshot)?;
        let named =
            model.named_parameters().into_iter().filter(|(name, _)| name.starts_with(&format!("{layer}.")));
        Ok(Tensor::cat(&named.map(|(_, p)| p.detach().copy().reshape([-1])).collect::<Vec<_>>(), 0))
    };
    for layer in layers {
        for (epoch, pair) in noted.snapshots().windows(2).enumerate() {
            let (before, after) = (of_layer(&pair[0], &layer.name)?, of_layer(&pair[1], &layer.name)?);
            let step = (after - &before).norm().double_value(&[]);
            let (gradient, update) = (layer.gradients[epoch], layer.updates[epoch]);
            assert!((step - 0.1 * gradient).abs() < 1e-5, "layer {} epoch {epoch}: {step}", layer.name);
            let size = before.norm().double_value(&[]);
            assert!((update - step / size).abs() < 1e-6, "layer {} epoch {epoch}: {update}", layer.name);
        }
    }

    // Gradient statistics are joined if both histories have them, else dropped.
    let mut joined = noted.clone();
    joined.extend(&noted);
    assert!(joined.gradient_stats().iter().all(|l| l.gradients.len() == 60 && l.updates.len() == 60));
    let mut fresh = History::default();
    fresh.extend(&noted);
    assert_eq!(fresh.gradient_stats(), noted.gradient_stats());
    joined.extend(&train(plain.into())?);
    assert!(joined.gradient_stats().is_empty());
    Ok(())
}

#[test]
fn nonsense_is_refused_with_a_reason() -> Result<()> {
    let (small, large) = (
        plot_dataset(&circles().test).draw()?,
        plot_decision_boundary(&Rule(|x, _| vec![x]), &circles()).draw()?,
    );
    let refused = |frames: Vec<(String, Figure)>, words: &str| {
        let message = Movie::new(frames).unwrap_err().to_string();
        assert!(message.contains(words), "{message}");
    };
    refused(vec![], "1 to 1000, got 0");
    refused(vec![("a".into(), small.clone()), ("b".into(), large)], "in \"b\"");

    let model = course::circle_v0().build()?;
    let none = replay(&model, &History::default(), |_| Ok(small.clone())).draw().unwrap_err().to_string();
    assert!(none.contains("RecordSnapshots"), "{none}");
    let other = Snapshot::of(&course::circle_v2().build()?, 3)?;
    let foreign = model.restore(&other).unwrap_err().to_string();
    assert!(
        foreign.contains("[[5, 2], [5], [1, 5], [1]]") && foreign.contains("[[10, 2], [10]"),
        "{foreign}"
    );
    // The same number of parameters in other shapes.
    let (wide, tall) = (seq().add(linear(3, 2)).build()?, seq().add(linear(1, 4)).build()?);
    let before = Snapshot::of(&wide, 0)?;
    assert!(wide.restore(&Snapshot::of(&tall, 0)?).is_err());
    assert_eq!(Snapshot::of(&wide, 0)?, before);
    let many = (0..1001).map(|i| Snapshot::of(&model, i)).collect::<Result<Vec<_>>>()?;
    let many =
        replay(&model, &History::default().with_snapshots(many), |_| small.clone()).draw().unwrap_err();
    assert!(many.to_string().contains("at most 1000 snapshots, got 1001"), "{many}");

    let folder = tempfile::tempdir().unwrap();
    let movie = growing(2);
    for name in ["m.html", "m.gif", "m.png", "m.svg"] {
        movie.save(folder.path().join(name))?;
    }
    let page = std::fs::read_to_string(folder.path().join("m.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("<title>"));
    assert!(movie.save("m.mp4").unwrap_err().to_string().contains(".gif"));
    Ok(())
}
