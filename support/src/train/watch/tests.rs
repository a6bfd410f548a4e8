//! Training on paper: what a reader sees while it runs, and what stays.

use std::time::{Duration, Instant};

use tch::nn;

use super::super::fit::fit_on;
use crate::data::{Split, Target, make_blobs, make_circles, make_line, train_test_split};
use crate::display::screen::{self, Paper, Screen};
use crate::display::{Console, Show};
use crate::error::{Error, Result};
use crate::models::{Model, course, linear};
use crate::plot::{plot_decision_boundary, plot_loss_curves};
use crate::train::{History, Loss, TrainConfig, Watch};

fn circles() -> Result<Split> {
    train_test_split(&make_circles(200).noise(0.03).random_state(42).build()?, 0.2, 42)
}

/// The same start each time, drawn as `tch::manual_seed` would. Other tests share libtorch's generator, so it
/// is not used here.
fn model() -> Result<Model> {
    let model = Model::new(course::circle_v2)?;
    tch::no_grad(|| {
        for (i, (_, mut values)) in model.named_parameters().into_iter().enumerate() {
            let n = values.numel() as i64;
            let line = tch::Tensor::arange(n, (tch::Kind::Float, tch::Device::Cpu));
            values.copy_(&((line + i as f64).sin() * 0.5).view_as(&values));
        }
    });
    Ok(model)
}

fn config(epochs: usize) -> TrainConfig {
    TrainConfig { epochs, log_every: 20, watch: Watch::All, ..Default::default() }
}

fn parameters(model: &Model) -> Vec<Vec<f32>> {
    let values = model.named_parameters().into_iter().map(|(_, v)| Vec::try_from(v.reshape([-1])));
    values.collect::<Result<_, _>>().expect("numbers")
}

/// Trains on a console of its own; what was learned and what is on screen.
fn train((console, paper): (Console, Paper), config: &TrainConfig) -> (History, Model, Screen) {
    let model = model().expect("a model");
    let history = fit_on(&console, &model, &circles().expect("data"), config).expect("trains");
    let screen = Screen::read(&paper.borrow());
    (history, model, screen)
}

fn log_of(history: &History, every: usize) -> Vec<String> {
    history.epochs.iter().step_by(every).map(ToString::to_string).collect()
}

#[test]
fn watching_changes_nothing() -> Result<()> {
    let calm = config(60);
    let slow = TrainConfig { slow_motion: 0.6, ..calm };
    let (history, model, unwatched) = train(screen::unwatched(), &slow);
    let curves = plot_loss_curves(&history)?.bundle().to_evcxr();
    let boundary = plot_decision_boundary(&model, &circles()?)?.bundle().to_evcxr();
    assert_eq!(unwatched.updates, 0);
    assert_eq!(unwatched.displays.len(), 3, "log, curves, boundary");

    for (name, config) in [("watched", &calm), ("slow motion", &slow)] {
        let (other_history, other_model, watched) = train(screen::live(), config);
        assert_eq!(other_history, history, "{name}");
        assert_eq!(parameters(&other_model), parameters(&model), "{name}");
        assert_eq!(watched.texts(), unwatched.texts(), "{name}");
        assert!(watched.displays == unwatched.displays, "{name}");
        assert!(watched.lines.is_empty(), "{name}");
    }
    let texts = unwatched.texts();
    assert_eq!(texts[0], log_of(&history, 20).join("\n"));

    let (console, paper) = screen::plain();
    let (other_history, _, plain) = train((console, paper.clone()), &slow);
    assert_eq!(other_history, history);
    assert_eq!(plain.lines, log_of(&history, 20), "plain lines for evcxr");
    assert!(paper.borrow().ends_with(&(curves + &boundary)), "the figures of the result");
    Ok(())
}

#[test]
fn slow_motion_lasts_and_shows_the_way() {
    let began = Instant::now();
    let (_, _, screen) = train(screen::live(), &TrainConfig { slow_motion: 0.6, ..config(60) });
    assert!(began.elapsed() >= Duration::from_millis(600));
    assert!(screen.updates > 3, "more than the three last ones: {}", screen.updates);
}

#[test]
fn progress_moves_under_the_log() {
    let (console, paper) = screen::live();
    let config = TrainConfig { watch: Watch::Nothing, slow_motion: 0.6, ..config(60) };
    train((console, paper.clone()), &config);
    let paper = paper.borrow();
    assert!(paper.contains(" of 60 epochs | ") && paper.contains(" left\n"), "{paper}");
    let (first, last) = (paper.find(" show "), paper.rfind(" update "));
    assert!(first < last, "shown, then updated");
}

#[test]
fn a_long_log_is_seen_by_its_end_until_it_is_over() {
    let (console, paper) = screen::live();
    let config = TrainConfig { watch: Watch::Nothing, log_every: 1, slow_motion: 0.6, ..config(60) };
    let (history, _, screen) = train((console, paper.clone()), &config);
    assert_eq!(screen.texts(), [log_of(&history, 1).join("\n")]);
    let paper = paper.borrow();
    let moving = paper.split("EVCXR_BEGIN_CONTENT").filter(|block| block.contains(" left\n"));
    assert!(moving.map(|block| block.matches("Epoch: ").count()).all(|lines| lines <= 21));
}

#[test]
fn without_a_log_nothing_is_printed() {
    let silent = TrainConfig { log_every: 0, watch: Watch::Nothing, slow_motion: 0.3, ..config(20) };
    for console in [screen::live(), screen::unwatched(), screen::plain()] {
        let paper = console.1.clone();
        train(console, &silent);
        assert_eq!(*paper.borrow(), "");
    }
}

/// A console whose stop button is pressed.
fn pressed(mut console: Console, folder: &tempfile::TempDir) -> Console {
    let file = folder.path().join("stop");
    std::fs::write(&file, "").expect("the stop file");
    console.stop_file = Some(file);
    console
}

#[test]
fn a_stopped_training_keeps_what_it_has() -> Result<()> {
    let folder = tempfile::tempdir().expect("a folder");
    for (console, paper) in [screen::live(), screen::unwatched()] {
        let console = pressed(console, &folder);
        let (history, model, screen) = train((console, paper), &config(1000));
        assert!(history.stopped());
        assert_eq!(history.len(), 1, "one epoch always, so that there is something to look at");
        assert_eq!(screen.texts()[0], history.epochs[0].to_string());
        let boundary = plot_decision_boundary(&model, &circles()?)?;
        assert_eq!(screen.texts()[2], boundary.alt());
        let told = "fit stopped after 1 of 1000 epochs; history, model and variables are kept.";
        assert_eq!(screen.stopped, [told]);
    }
    Ok(())
}

#[test]
fn a_stop_is_heeded_while_slow_motion_waits() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut console, paper) = screen::live();
    let file = folder.path().join("stop");
    console.stop_file = Some(file.clone());
    let press = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        std::fs::write(file, "").expect("the stop file");
        Instant::now()
    });
    // An epoch takes a minute.
    let slow = TrainConfig { slow_motion: 600.0, watch: Watch::Nothing, ..config(10) };
    let (history, _, screen) = train((console, paper), &slow);
    let ended = Instant::now();
    let waited = ended - press.join().expect("pressed");
    assert!(waited < Duration::from_secs(5), "{waited:?}");
    assert!(history.stopped() && history.len() < 10);
    assert_eq!(screen.stopped.len(), 1);
}

#[test]
fn a_stop_after_the_last_epoch_is_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let (console, paper) = screen::live();
    let (history, _, screen) = train((pressed(console, &folder), paper), &config(1));
    assert!(!history.stopped() && screen.stopped.is_empty());
}

#[test]
fn a_training_that_fails_leaves_its_log_without_progress() -> Result<()> {
    let data = make_line(0.7, 0.3).build()?.split_at(80)?;
    let wild = TrainConfig { loss: Loss::L1, lr: 100.0, epochs: 50, watch: Watch::Curves, ..config(50) };
    let run = |(console, paper): (Console, Paper)| -> Result<Screen> {
        let model = Model::new(course::line)?;
        assert!(fit_on(&console, &model, &data, &wild).is_err());
        let screen = Screen::read(&paper.borrow());
        Ok(screen)
    };
    let (watched, unwatched) = (run(screen::live())?, run(screen::unwatched())?);
    for screen in [&watched, &unwatched] {
        assert!(screen.texts()[0].starts_with("Epoch: 0 | "), "{screen:?}");
        assert!(screen.texts().iter().all(|text| !text.contains("left")), "{screen:?}");
        assert_eq!(screen.displays.len(), 2, "log and curves");
    }
    Ok(())
}

fn refused<Y: Target>(model: Model, data: &Split<Y>, config: TrainConfig, words: &[&str]) {
    let (console, paper) = screen::live();
    let before = parameters(&model);
    let error: Error = fit_on(&console, &model, data, &config).expect_err("refused");
    for word in words {
        assert!(error.to_string().contains(word), "{error} lacks {word}");
    }
    assert_eq!(parameters(&model), before, "before training starts");
    assert_eq!(*paper.borrow(), "");
}

#[test]
fn a_boundary_that_is_none_is_refused_before_training() -> Result<()> {
    let watch = |loss| TrainConfig { loss, watch: Watch::Boundary, ..config(10) };
    let line = make_line(0.7, 0.3).build()?.split_at(80)?;
    refused(Model::new(course::line)?, &line, watch(Loss::L1), &["Watch::Boundary", "class labels"]);

    let three = train_test_split(&make_blobs(60).centers(2).n_features(3).build()?, 0.2, 42)?;
    let wide = Model::new(|vs| nn::seq().add(linear(vs / 0, 3, 1)))?;
    refused(wide, &three, watch(Loss::BceWithLogits), &["[n, 2]", "3"]);

    let blobs = train_test_split(&make_blobs(60).centers(4).build()?, 0.2, 42)?;
    let narrow = Model::new(|vs| nn::seq().add(linear(vs / 0, 2, 1)))?;
    refused(narrow, &blobs, watch(Loss::L1), &["labels from 0 to 1"]);
    let twelve = Model::new(|vs| nn::seq().add(linear(vs / 0, 2, 12)))?;
    refused(twelve, &blobs, watch(Loss::CrossEntropy), &["number of classes", "12"]);
    for seconds in [-1.0, f64::NAN, f64::INFINITY, 1e9] {
        let config = TrainConfig { slow_motion: seconds, ..config(10) };
        refused(model()?, &blobs, config, &["slow_motion", "between 0 and 3600"]);
    }
    Ok(())
}
