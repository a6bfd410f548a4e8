//! Tests of trainings with output to a string: the output while a training runs, and the final output.

use std::time::{Duration, Instant};

use super::fit::fit_on;
use super::{LivePlots, SlowMotion};
use crate::data::{Split, Target, make_blobs, make_circles, make_line, train_test_split};
use crate::display::fake_frontend::{self, Paper, Screen};
use crate::display::{Frontend, Show};
use crate::error::{Error, Result};
use crate::models::{Model, linear, relu, seq};
use crate::plot::{plot_decision_boundary, plot_loss_curves};
use crate::train::{History, Loss, TrainConfig, Training};

fn circles() -> Result<Split> {
    train_test_split(&make_circles(200).noise(0.03).random_state(42).build()?, 0.2, 42)
}

/// Builds a model with the same initial parameters each time, those of `tch::manual_seed`. libtorch's generator is not
/// used, because other tests share it.
fn model() -> Result<Model> {
    let model =
        seq().add(linear(2, 10)).add(relu()).add(linear(10, 10)).add(relu()).add(linear(10, 1)).build()?;
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
    TrainConfig { epochs, log_every: 20, ..Default::default() }
}

fn parameters(model: &Model) -> Vec<Vec<f32>> {
    let values = model.named_parameters().into_iter().map(|(_, v)| Vec::try_from(v.reshape([-1])));
    values.collect::<Result<_, _>>().expect("numbers")
}

/// The seconds of slow motion, and true if curves and boundary are drawn.
type Watched = (f64, bool);

const CALM: Watched = (0.0, true);
const SLOW: Watched = (0.6, true);

/// Trains with output to the given frontend; returns the history, the model and the screen.
fn train(
    (frontend, paper): (Frontend, Paper),
    config: &TrainConfig,
    (seconds, plots): Watched,
) -> (History, Model, Screen) {
    let (model, data) = (model().expect("a model"), circles().expect("data"));
    let mut training = Training::from(config);
    if plots {
        training = training.with(LivePlots::new().curves().boundary(&data).on(&frontend));
    }
    if seconds > 0.0 {
        training = training.with(SlowMotion::seconds(seconds).on(&frontend));
    }
    let history = fit_on(&frontend, &model, &data, training).expect("trains");
    let screen = Screen::read(&paper.borrow());
    (history, model, screen)
}

fn log_of(history: &History, every: usize) -> Vec<String> {
    history.epochs.iter().step_by(every).map(ToString::to_string).collect()
}

#[test]
fn watching_changes_nothing() -> Result<()> {
    let config = config(60);
    let (history, model, unwatched) = train(fake_frontend::unwatched(), &config, SLOW);
    let curves = plot_loss_curves(&history).draw()?.bundle().to_evcxr();
    let boundary = plot_decision_boundary(&model, &circles()?).draw()?.bundle().to_evcxr();
    assert_eq!(unwatched.updates, 0);
    assert_eq!(unwatched.displays.len(), 3, "log, curves, boundary");

    for (name, how) in [("watched", CALM), ("slow motion", SLOW)] {
        let (other_history, other_model, watched) = train(fake_frontend::live(), &config, how);
        assert_eq!(other_history, history, "{name}");
        assert_eq!(parameters(&other_model), parameters(&model), "{name}");
        assert_eq!(watched.texts(), unwatched.texts(), "{name}");
        assert!(watched.displays == unwatched.displays, "{name}");
        assert!(watched.lines.is_empty(), "{name}");
    }
    let texts = unwatched.texts();
    assert_eq!(texts[0], log_of(&history, 20).join("\n"));

    let (frontend, paper) = fake_frontend::plain();
    let (other_history, _, plain) = train((frontend, paper.clone()), &config, SLOW);
    assert_eq!(other_history, history);
    assert_eq!(plain.lines, log_of(&history, 20), "plain lines for evcxr");
    assert!(paper.borrow().ends_with(&(curves + &boundary)), "the figures of the result");
    Ok(())
}

#[test]
fn slow_motion_lasts_and_shows_the_way() {
    let began = Instant::now();
    let (_, _, screen) = train(fake_frontend::live(), &config(60), SLOW);
    assert!(began.elapsed() >= Duration::from_millis(600));
    assert!(screen.updates > 3, "more than the three last ones: {}", screen.updates);
}

#[test]
fn progress_moves_under_the_log() {
    let (frontend, paper) = fake_frontend::live();
    train((frontend, paper.clone()), &config(60), (0.6, false));
    let paper = paper.borrow();
    assert!(paper.contains(" of 60 epochs | ") && paper.contains(" left\n"), "{paper}");
    let (first, last) = (paper.find(" show "), paper.rfind(" update "));
    assert!(first < last, "shown, then updated");
}

#[test]
fn a_long_log_is_seen_by_its_end_until_it_is_over() {
    let (frontend, paper) = fake_frontend::live();
    let config = TrainConfig { log_every: 1, ..config(60) };
    let (history, _, screen) = train((frontend, paper.clone()), &config, (0.6, false));
    assert_eq!(screen.texts(), [log_of(&history, 1).join("\n")]);
    let paper = paper.borrow();
    let moving = paper.split("EVCXR_BEGIN_CONTENT").filter(|block| block.contains(" left\n"));
    assert!(moving.map(|block| block.matches("Epoch: ").count()).all(|lines| lines <= 21));
}

#[test]
fn without_a_log_nothing_is_printed() {
    let silent = TrainConfig { log_every: 0, ..config(20) };
    for frontend in [fake_frontend::live(), fake_frontend::unwatched(), fake_frontend::plain()] {
        let paper = frontend.1.clone();
        train(frontend, &silent, (0.3, false));
        assert_eq!(*paper.borrow(), "");
    }
}

/// Returns a frontend whose stop button is pressed.
fn pressed(mut frontend: Frontend, folder: &tempfile::TempDir) -> Frontend {
    let file = folder.path().join("stop");
    std::fs::write(&file, "").expect("the stop file");
    frontend.stop_file = Some(file);
    frontend
}

#[test]
fn a_stopped_training_keeps_what_it_has() -> Result<()> {
    let folder = tempfile::tempdir().expect("a folder");
    for (frontend, paper) in [fake_frontend::live(), fake_frontend::unwatched()] {
        let frontend = pressed(frontend, &folder);
        let (history, model, screen) = train((frontend, paper), &config(1000), CALM);
        assert!(history.stopped());
        assert_eq!(history.len(), 1, "one epoch always, so that there is something to look at");
        assert_eq!(screen.texts()[0], history.epochs[0].to_string());
        let boundary = plot_decision_boundary(&model, &circles()?).draw()?;
        assert_eq!(screen.texts()[2], boundary.alt());
        let told = "fit stopped after 1 of 1000 epochs; history, model and variables are kept.";
        assert_eq!(screen.stopped, [told]);
    }
    Ok(())
}

#[test]
fn a_stop_is_heeded_while_slow_motion_waits() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut frontend, paper) = fake_frontend::live();
    let file = folder.path().join("stop");
    frontend.stop_file = Some(file.clone());
    let press = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        std::fs::write(file, "").expect("the stop file");
        Instant::now()
    });
    // An epoch lasts a minute.
    let (history, _, screen) = train((frontend, paper), &config(10), (600.0, false));
    let ended = Instant::now();
    let waited = ended - press.join().expect("pressed");
    assert!(waited < Duration::from_secs(5), "{waited:?}");
    assert!(history.stopped() && history.len() < 10);
    assert_eq!(screen.stopped.len(), 1);
}

#[test]
fn a_stop_after_the_last_epoch_is_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let (frontend, paper) = fake_frontend::live();
    let (history, _, screen) = train((pressed(frontend, &folder), paper), &config(1), CALM);
    assert!(!history.stopped() && screen.stopped.is_empty());
}

#[test]
fn a_training_that_fails_leaves_its_log_without_progress() -> Result<()> {
    let data = make_line(0.7, 0.3).build()?.split_at(80)?;
    let wild = TrainConfig { loss: Loss::L1, lr: 100.0, ..config(50) };
    let run = |(frontend, paper): (Frontend, Paper)| -> Result<Screen> {
        let model = seq().add(linear(1, 10)).add(linear(10, 10)).add(linear(10, 1)).build()?;
        let plots = LivePlots::new().curves().on(&frontend);
        assert!(fit_on(&frontend, &model, &data, wild.with(plots)).is_err());
        let screen = Screen::read(&paper.borrow());
        Ok(screen)
    };
    let (watched, unwatched) = (run(fake_frontend::live())?, run(fake_frontend::unwatched())?);
    for screen in [&watched, &unwatched] {
        assert!(screen.texts()[0].starts_with("Epoch: 0 | "), "{screen:?}");
        assert!(screen.texts().iter().all(|text| !text.contains("left")), "{screen:?}");
        assert_eq!(screen.displays.len(), 2, "log and curves");
    }
    Ok(())
}

/// Checks that a training with the callbacks of `training` is refused before it starts and that no output is shown.
fn refused<'a, Y: Target>(
    model: &'a Model,
    data: &Split<Y>,
    training: impl Fn(&Frontend) -> Training<'a>,
    words: &[&str],
) {
    let (frontend, paper) = fake_frontend::live();
    let before = parameters(model);
    let error: Error = fit_on(&frontend, model, data, training(&frontend)).expect_err("refused");
    for word in words {
        assert!(error.to_string().contains(word), "{error} lacks {word}");
    }
    assert_eq!(parameters(model), before, "before training starts");
    assert_eq!(*paper.borrow(), "");
}

#[test]
fn a_boundary_that_is_none_is_refused_before_training() -> Result<()> {
    let three = train_test_split(&make_blobs(60).centers(2).n_features(3).build()?, 0.2, 42)?;
    let blobs = train_test_split(&make_blobs(60).centers(4).build()?, 0.2, 42)?;
    let watch = |data, loss| {
        move |frontend: &Frontend| {
            TrainConfig { loss, ..config(10) }.with(LivePlots::new().boundary(data).on(frontend))
        }
    };
    let wide = seq().add(linear(3, 1)).build()?;
    refused(&wide, &three, watch(&three, Loss::BceWithLogits), &["[n, 2]", "3"]);
    let narrow = seq().add(linear(2, 1)).build()?;
    refused(&narrow, &blobs, watch(&blobs, Loss::L1), &["labels from 0 to 1"]);
    let twelve = seq().add(linear(2, 12)).build()?;
    refused(&twelve, &blobs, watch(&blobs, Loss::CrossEntropy), &["number of classes", "12"]);

    let data = circles()?;
    for seconds in [-1.0, f64::NAN, f64::INFINITY, 1e9] {
        let slow = |frontend: &Frontend| config(10).with(SlowMotion::seconds(seconds).on(frontend));
        refused(&model()?, &data, slow, &["SlowMotion", "seconds", "between 0 and 3600"]);
    }
    Ok(())
}
