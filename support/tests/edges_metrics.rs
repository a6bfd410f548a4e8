//! Tests of edge cases of metrics: absent classes, given labels, thousands of classes, scikit-learn's rows and digits.

mod common;

use common::{Rule, circles, inside_circle, says};
use std::time::{Duration, Instant};

use serde_json::Value;
use support::metrics::{ClassScores, ConfusionMatrix};
use support::ndarray::{Array1, Array2, array};
use support::prelude::*;

fn golden() -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("golden/arguments.json")).expect("JSON");
    all["metrics"].as_array().expect("metrics").clone()
}

fn labels(value: &Value) -> Array1<i64> {
    serde_json::from_value::<Vec<i64>>(value.clone()).expect("labels").into()
}

/// Returns the rows of a report without its layout: the header's names, empty lines, spaces, and the `.0` that
/// scikit-learn prints after the support if no point is right.
fn rows(text: &str) -> Vec<String> {
    let words = |line: &str| -> Vec<String> {
        line.split_whitespace().map(|word| word.strip_suffix(".0").unwrap_or(word).to_string()).collect()
    };
    text.lines().skip(1).filter(|line| !line.trim().is_empty()).map(|line| words(line).join(" ")).collect()
}

#[test]
fn reports_have_scikit_learns_rows_and_digits() -> Result<()> {
    for case in golden() {
        let (truth, predicted) = (labels(&case["y_true"]), labels(&case["y_pred"]));
        let report = match &case["labels"] {
            Value::Null => classification_report(&truth, &predicted)?,
            asked => classification_report(&with_labels(&truth, labels(asked)), &predicted)?,
        };
        assert_eq!(rows(&report.to_string()), rows(case["report"].as_str().expect("text")), "{case}");
        let same = |ours: &ClassScores, row: &str| {
            let number = |key: &str| case["scores"][row][key].as_f64().expect("number");
            assert!((ours.precision - number("precision")).abs() < 1e-15, "{row} of {case}");
            assert!((ours.recall - number("recall")).abs() < 1e-15, "{row} of {case}");
            assert!((ours.f1 - number("f1-score")).abs() < 1e-15, "{row} of {case}");
            assert_eq!(ours.support as f64, number("support"), "{row} of {case}");
        };
        for (label, scores) in report.labels.iter().zip(&report.classes) {
            same(scores, &label.to_string());
            assert_eq!(report.class(*label), Some(scores));
        }
        same(&report.macro_avg, "macro avg");
        same(&report.weighted_avg, "weighted avg");
        match &report.micro_avg {
            Some(scores) => same(scores, "micro avg"),
            None => assert_eq!(case["scores"]["accuracy"].as_f64(), Some(report.accuracy), "{case}"),
        }
    }
    Ok(())
}

#[test]
fn matrices_of_given_labels_have_scikit_learns_counts() -> Result<()> {
    for case in golden() {
        let (truth, predicted) = (labels(&case["y_true"]), labels(&case["y_pred"]));
        // Without given labels, scikit-learn lists the labels that occur, in order.
        let mut occur: Vec<i64> = truth.iter().chain(&predicted).copied().collect();
        occur.sort_unstable();
        occur.dedup();
        let asked = if case["labels"].is_null() { occur } else { labels(&case["labels"]).to_vec() };
        let matrix = confusion_matrix(&with_labels(&truth, asked.clone()), &predicted)?;
        let theirs: Vec<Vec<usize>> = serde_json::from_value(case["matrix"].clone()).expect("matrix");
        let ours: Vec<Vec<usize>> = matrix.counts.rows().into_iter().map(|row| row.to_vec()).collect();
        assert_eq!((ours, matrix.labels()), (theirs, &asked[..]), "{case}");
    }
    Ok(())
}

#[test]
fn zeros_stand_where_a_share_has_no_denominator() -> Result<()> {
    let report = classification_report(&with_labels(&array![1, 1, 1], 1..4), &array![1, 1, 0])?;
    assert_eq!(report.class(2), Some(&ClassScores { precision: 0.0, recall: 0.0, f1: 0.0, support: 0 }));
    assert!(report.to_string().contains("\n           2      0.000   0.000  0.000        0\n"), "{report}");
    let none = classification_report(&with_labels(&array![0, 0], [5]), &array![0, 1])?;
    assert_eq!((none.weighted_avg.f1, none.macro_avg.support, none.accuracy), (0.0, 0, 0.5));
    let one = classification_report(&array![0, 0], &array![0, 0])?;
    assert_eq!((one.labels, one.classes.len()), (vec![0], 1));
    Ok(())
}

#[test]
fn a_test_set_without_a_class_has_five_rows_all_the_same() -> Result<()> {
    let blobs = make_blobs([20, 20, 20, 20, 1]).random_state(3).build()?;
    let data = (0..).map(|seed| train_test_split(&blobs, 0.2, seed)).find_map(|split| {
        let split = split.expect("a split");
        split.test.y.iter().all(|&label| label != 4).then_some(split)
    });
    let test = data.expect("a split without class 4 in the test set").test;
    let predicted = test.y.mapv(|label| label.min(2));
    assert!(predicted.iter().all(|&label| label < 4));

    let matrix = confusion_matrix(&test, &predicted)?;
    assert_eq!((matrix.counts.dim(), matrix.labels()), ((5, 5), &[0, 1, 2, 3, 4][..]));
    assert!(matrix.to_string().contains("predicted 4") && matrix.to_string().contains("\ntrue 4"));
    let figure = plot_confusion_matrix(&matrix).draw()?;
    assert!(figure.svg().contains("class 4") && figure.alt().contains("in 5 classes"), "{}", figure.alt());
    let report = classification_report(&test, &predicted)?;
    assert_eq!((report.labels.clone(), report.classes[4].support), (vec![0, 1, 2, 3, 4], 0));
    assert_eq!(report.to_string().lines().count(), 1 + 5 + 3);
    assert_eq!(accuracy(&test, &predicted)?, accuracy(&test.y, &predicted)?);

    // The same with given labels instead of the dataset.
    assert_eq!(confusion_matrix(&with_labels(&test.y, 0..5), &predicted)?, matrix);
    assert_eq!(classification_report(&with_labels(&test.y, 0..5), &predicted)?, report);
    // A predicted label beyond the known classes adds a row.
    let mut beyond = predicted;
    beyond[0] = 6;
    assert_eq!(confusion_matrix(&test, &beyond)?.counts.dim(), (7, 7));
    Ok(())
}

#[test]
fn the_score_is_the_accuracy_of_the_predicted_labels() -> Result<()> {
    let data = circles();
    let rule = Rule(inside_circle);
    let labels = rule.predict_labels(&data.test.x)?;
    let right = labels.iter().zip(&data.test.y).filter(|(a, b)| a == b).count();
    assert!(right > 150, "{right} of 200");
    assert_eq!(rule.score(&data.test)?, right as f64 / 200.0);
    assert_eq!(rule.score(&data.test)?, accuracy(&data.test, &labels)?);
    // A pipeline takes points, not features.
    let squares = Features::new([Feature::X1Squared, Feature::X2Squared])?;
    let sum = Rule(|a, b| vec![0.81 - a - b]);
    assert_eq!(squares.then(&sum).score(&data.test)?, rule.score(&data.test)?);
    // The same from tensors: the course's loop has them.
    let (y, labels) = (data.test.label_tensor(Device::Cpu)?, Tensor::from_slice(&labels.to_vec()));
    assert_eq!(accuracy(&y, &labels)?, rule.score(&data.test)?);
    Ok(())
}

#[test]
fn a_score_of_unfit_points_is_refused() {
    let rule = Rule(inside_circle);
    let three = Dataset::unchecked(Array2::zeros((4, 3)), array![0, 1, 0, 1]);
    says(rule.score(&three), &["x", "[n, 2]", "(4, 3)"]);
    let torn = Dataset::unchecked(Array2::zeros((4, 2)), array![0, 1]);
    says(rule.score(&torn), &["score", "y_pred", "[2]", "[4]"]);
    let none = Dataset::unchecked(Array2::zeros((0, 1)), Array1::zeros(0));
    struct Nothing;
    impl Predictor for Nothing {
        fn scores(&self, x: &Array2<f64>) -> Result<Array2<f64>> {
            Ok(Array2::zeros((x.nrows(), 1)))
        }
    }
    says(Nothing.score(&none), &["score", "y_true", "at least one"]);
}

#[test]
fn labels_keep_their_names_and_order() -> Result<()> {
    let (truth, predicted) = (array![7, 7, -3, 7], array![7, -3, -3, 100]);
    let matrix = confusion_matrix(&with_labels(&truth, [7, -3]), &predicted)?;
    assert_eq!(matrix.counts, array![[1, 1], [0, 1]]);
    assert_eq!(
        matrix.to_string(),
        "         predicted 7  predicted -3\ntrue 7             1             1\ntrue -3            0             1"
    );
    let figure = plot_confusion_matrix(&matrix).draw()?;
    assert!(figure.svg().contains("class -3") && figure.alt().ends_with("1 of class 7 taken for class -3."));
    Ok(())
}

#[test]
fn thousands_of_classes_end_in_a_sentence() -> Result<()> {
    let begun = Instant::now();
    let matrix = confusion_matrix(&array![0, 9999], &array![0, 1])?;
    assert_eq!((matrix.counts.dim(), matrix.counts[[9999, 1]]), ((10_000, 10_000), 1));
    let text = "Confusion matrix of 10000 classes: too large to show as a table (at most 100). \
                `counts` holds the numbers.";
    assert_eq!(matrix.to_string(), text);
    let shown = matrix.bundle().to_evcxr();
    assert!(shown.matches(text).count() == 2 && shown.len() < 500, "as text and as HTML: {shown}");
    says(plot_confusion_matrix(&matrix).draw(), &["number of classes", "1 to 20", "got 10000"]);

    let many: Array1<i64> = (0..10_000).collect();
    let report = classification_report(&many, &many)?;
    assert_eq!((report.classes.len(), report.classes[9999].f1), (10_000, 1.0));
    let text = report.to_string();
    assert_eq!(text.lines().count(), 1 + 3 + 1, "{text}");
    assert!(text.contains("weighted avg      1.000   1.000  1.000    10000"), "{text}");
    assert!(text.ends_with("Report of 10000 classes: too many to show a row for each (at most 100). `classes` holds their scores."));
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());

    let hundred: Array1<i64> = (0..100).collect();
    assert_eq!(confusion_matrix(&hundred, &hundred)?.to_string().lines().count(), 101);
    assert_eq!(classification_report(&hundred, &hundred)?.to_string().lines().count(), 104);
    Ok(())
}

#[test]
fn nonsense_is_refused_in_words() {
    let two = array![0, 1];
    for label in [-1, 10_000, i64::MAX, i64::MIN] {
        let words = ["labels from 0 to 9999", &label.to_string(), "row 1 of y_pred"];
        says(confusion_matrix(&two, &array![0, label]), &words);
        says(classification_report(&two, &array![0, label]), &words);
        says(confusion_matrix(&array![0, label], &two), &["row 1 of y_true"]);
    }
    says(confusion_matrix(&with_labels(&two, []), &two), &["labels", "1 to 10000", "none"]);
    says(confusion_matrix(&with_labels(&two, 0..), &two), &["labels", "1 to 10000", "more"]);
    says(confusion_matrix(&with_labels(&two, [1, 0, 1]), &two), &["labels", "1 more than once"]);
    says(confusion_matrix(&with_labels(&two, [5, 6]), &two), &["labels", "in y_true"]);
    says(classification_report(&with_labels(&two, []), &two), &["labels", "none"]);
    says(classification_report(&with_labels(&two, [0]), &array![0]), &["y_pred", "[2]", "[1]"]);
    says(accuracy(&Array1::zeros(0), &two), &["y_true", "at least one", "[0]"]);
    says(ConfusionMatrix::new(Array2::zeros((2, 3))), &["[classes, classes]", "(2, 3)"]);
    says(ConfusionMatrix::new(Array2::zeros((0, 0))), &["[classes, classes]", "(0, 0)"]);
}
