//! Tests of a cell in its own process with the kernel's environment; the test program starts itself as that process.

mod common;

use common::course;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use protocol::variables;
use support::prelude::*;
use support::show_value;

/// Returns the command that runs one of the ignored tests below as a cell.
fn command(name: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this test"));
    command.args(["--exact", name, "--ignored", "--nocapture", "--test-threads=1"]);
    for name in [variables::LIVE, variables::UNWATCHED, variables::STOP_FILE] {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied());
    command
}

/// Runs a cell, and returns its standard output. `on_line` is called with each line.
fn cell(name: &str, variables: &[(&str, &str)], mut on_line: impl FnMut(&str)) -> String {
    let mut child = command(name, variables).stdout(Stdio::piped()).spawn().expect("starts");
    let mut text = String::new();
    for line in BufReader::new(child.stdout.take().expect("a pipe")).lines() {
        let line = line.expect("a line");
        on_line(&line);
        text += &line;
        text.push('\n');
    }
    assert!(child.wait().expect("ends").success(), "{text}");
    text
}

fn data() -> Result<Split> {
    train_test_split(&make_circles(1000).noise(0.03).random_state(42).build()?, 0.2, 42)
}

#[test]
#[ignore = "a cell that other tests run"]
fn long_training() {
    let (model, data) = (course::circle_v2().build().unwrap(), data().unwrap());
    let config = TrainConfig { epochs: 10_000_000, log_every: 1000, ..Default::default() };
    let plots = LivePlots::new().curves().boundary(&data);
    let history = fit(&model, &data, config.with(plots)).unwrap();
    println!("stopped: {}, last: {}", history.stopped(), history.last().unwrap());
}

#[test]
fn the_stop_button_ends_a_long_training() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stop");
    let path = file.to_str().unwrap().to_string();
    // The button is pressed after the first figure, which is shown while the training runs.
    let text = cell("long_training", &[(variables::LIVE, "1"), (variables::STOP_FILE, &path)], |line| {
        if line.starts_with("EVCXR_BEGIN_CONTENT image/svg+xml 2/2 show ") {
            std::fs::write(&file, "").unwrap();
        }
    });
    assert!(text.contains("application/x-kernel-stopped 1/1 stopped -\nfit stopped after "), "{text}");
    assert!(text.contains("stopped: true, last: Epoch: "));
    assert_eq!(text.matches("EVCXR_BEGIN_CONTENT image/png 3/3 update ").count(), 2, "both figures end");
    let log = text.find(" show ").unwrap();
    assert!(text[..log].ends_with("EVCXR_BEGIN_CONTENT text/plain 1/1"), "the log comes first");
}

#[test]
#[ignore = "a cell that other tests run"]
fn loop_by_hand() {
    while !stop_requested() {
        println!("turn");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    println!("over");
}

#[test]
fn the_stop_button_ends_a_loop_that_asks() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stop");
    let path = file.to_str().unwrap().to_string();
    let text = cell("loop_by_hand", &[(variables::LIVE, "1"), (variables::STOP_FILE, &path)], |line| {
        if line == "turn" {
            std::fs::write(&file, "").unwrap();
        }
    });
    assert!(text.contains("application/x-kernel-stopped 1/1 stopped -\nthe loop "), "{text}");
    assert!(text.contains("\nover\n"));
}

/// A value with its own `evcxr_display`, to test which method a cell calls.
#[derive(Debug)]
struct Own;

impl Own {
    fn evcxr_display(&self) {
        println!("own");
    }
}

#[test]
#[ignore = "a cell that other tests run"]
#[allow(clippy::needless_borrow, clippy::unit_arg)]
fn last_expressions() {
    // The calls are those that the kernel writes.
    let (number, text) = (1, String::from("a\tb"));
    show_value!(number).evcxr_display();
    show_value!(1).evcxr_display();
    show_value!(&text).evcxr_display();
    show_value!("str").evcxr_display();
    show_value!([1, 2][..]).evcxr_display();
    show_value!(vec![Some(1.5), None]).evcxr_display();
    show_value!(Ok::<u8, Error>(1)).evcxr_display();
    show_value!(Tensor::from_slice(&[1.0f32, 2.0])).evcxr_display();
    show_value!(()).evcxr_display();
    show_value!(println!("printed")).evcxr_display();
    show_value!(Own).evcxr_display();
    show_value!(&Own).evcxr_display();
    show_value!(Some(Own)).evcxr_display();
    show_value!(Table::new(["a"])).evcxr_display();
    println!("end");
}

#[test]
fn every_value_is_shown_by_its_own_display_or_by_debug() {
    let block = |text: &str| format!("EVCXR_BEGIN_CONTENT text/plain\n{text}\nEVCXR_END_CONTENT\n");
    let debug = ["1", "1", "\"a\\tb\"", "\"str\"", "[1, 2]", "[Some(1.5), None]", "1", "[1.0, 2.0]"];
    let expected = debug.map(block).concat()
        + "printed\nown\nown\n"
        + &block("Some(Own)")
        + &block("a")
        + "EVCXR_BEGIN_CONTENT text/html\n";
    for variables in [&[][..], &[(variables::LIVE, "1")]] {
        let text = cell("last_expressions", variables, |_| ());
        assert!(text.contains(&expected), "expected\n{expected}\ngot\n{text}");
    }
}

/// The number of last values with a figure or a movie in `plots`, and of those that cannot be drawn.
const DRAWN: usize = 14;
const REFUSED: usize = 9;

#[test]
#[ignore = "a cell that other tests run"]
#[allow(clippy::needless_borrow)]
fn plots() {
    let (model, data) = (course::circle_v0().build().unwrap(), data().unwrap());
    let snapshots = vec![Snapshot::of(&model, 0).unwrap(), Snapshot::of(&model, 1).unwrap()];
    let history = History::default().with_snapshots(snapshots);
    let plot = plot_dataset(&data.train);
    show_value!(plot).evcxr_display();
    show_value!(&plot).evcxr_display();
    show_value!(plot_decision_boundary(&model, &data).shade(Shade::Probability).mark_wrong()).evcxr_display();
    show_value!(Ok::<_, Error>(plot_dataset(&data.test))).evcxr_display();
    show_value!(Some(plot_dataset(&data.test))).evcxr_display();
    show_value!(Box::new(plot_dataset(&data.test))).evcxr_display();
    show_value!(std::rc::Rc::new(plot_dataset(&data.test))).evcxr_display();
    show_value!([&plot]).evcxr_display();
    show_value!((&plot, 0.5, vec![Some(plot_dataset(&data.test))])).evcxr_display();
    show_value!(plot.draw()).evcxr_display();
    show_value!(replay(&model, &history, |model| plot_decision_boundary(model, &data))).evcxr_display();
    // What evcxr writes.
    (plot).evcxr_display();
    (&plot_network(&model)).evcxr_display();

    println!("what cannot be drawn");
    let (empty, plot) = (History::default(), plot_class_balance(&[]));
    show_value!(plot).evcxr_display();
    show_value!(&plot).evcxr_display();
    show_value!(plot_decision_boundary(&model, &data).grid(1)).evcxr_display();
    show_value!(Ok::<_, Error>(plot_loss_curves(&empty).log_scale())).evcxr_display();
    show_value!(Some(plot_class_balance(&[]))).evcxr_display();
    show_value!((plot_dataset(&data.test), vec![&plot])).evcxr_display();
    show_value!(plot.draw()).evcxr_display();
    show_value!(replay(&model, &empty, |model| plot_network(model))).evcxr_display();
    (plot).evcxr_display();
    println!("end");
}

#[test]
fn a_plot_is_drawn_and_shown_or_fails_the_cell() {
    let count = |text: &str, word: &str| text.matches(word).count();
    for live in [true, false] {
        let variables = if live { &[(variables::LIVE, "1")][..] } else { &[] };
        let output = command("plots", variables).output().expect("runs");
        let [text, errors] =
            [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("text"));
        assert!(output.status.success(), "{errors}");
        let (shown, refused) = text.split_once("what cannot be drawn\n").expect("both halves");
        assert_eq!(count(shown, "EVCXR_BEGIN_CONTENT image/png"), DRAWN, "live: {live}");
        assert_eq!(count(shown, "EVCXR_BEGIN_CONTENT image/svg+xml"), DRAWN - 1, "all but the movie");
        assert_eq!(count(shown, "EVCXR_BEGIN_CONTENT text/html"), 1, "the movie's player");
        assert_eq!(count(shown, "x-kernel-failed"), 0);
        // Nothing is shown beside what cannot be drawn.
        assert!(!refused.contains("image/") && refused.contains("end\n"), "{refused}");
        let sentences = [
            ("plot_class_balance: number of sets should be 1 to 10, got 0", 6),
            ("plot_decision_boundary: grid should be 2 to 1001 points along a side, got 1", 1),
            ("plot_loss_curves: history should be at least one epoch, got 0", 1),
            ("replay: history should be one of a training with snapshots", 1),
        ];
        assert_eq!(sentences.iter().map(|(_, n)| n).sum::<usize>(), REFUSED);
        assert_eq!(
            count(refused, "x-kernel-failed 1/1 failed -\nsupport::error::Error\n"),
            if live { REFUSED } else { 0 }
        );
        for (sentence, n) in sentences {
            assert_eq!(
                count(if live { refused } else { &errors }, sentence),
                n,
                "{sentence}: {refused}{errors}"
            );
        }
    }
}

#[test]
#[ignore = "a cell that other tests run"]
fn shows() {
    let table = Table::new(["a"]).row(["1"]);
    println!("before");
    table.show();
    println!("between");
    let mut shown = table.display();
    shown.update(&MimeBundle::text("changed"));
    println!("after");
    clear_output(false);
}

#[test]
fn displays_keep_their_place_in_our_kernel_and_fall_back_elsewhere() {
    let text = cell("shows", &[(variables::LIVE, "1")], |_| ());
    let places = ["before", "1/2 show -", "between", "1/2 show ", "1/1 update ", "after", "x-kernel-clear"];
    let mut rest = text.as_str();
    for place in places {
        let at = rest.find(place).unwrap_or_else(|| panic!("no {place} in its place:\n{text}"));
        rest = &rest[at + place.len()..];
    }
    let text = cell("shows", &[], |_| ());
    let table = Table::new(["a"]).row(["1"]).bundle().to_evcxr();
    let changed = MimeBundle::text("changed").to_evcxr();
    assert!(text.contains(&format!("before\n{table}between\nafter\n{changed}")), "{text}");
}
