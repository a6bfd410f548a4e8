//! Tests of edge cases of data: all arguments of scikit-learn's generators, huge sizes, overflow, classes without
//! points.

mod common;

use common::says;
use serde_json::Value;
use sha2::{Digest, Sha256};
use support::data::{Centers, Split};
use support::ndarray::{Array1, Array2, array};
use support::prelude::*;

fn golden(part: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("golden/arguments.json")).expect("JSON");
    all[part].as_array().expect(part).clone()
}

fn sha(bytes: impl IntoIterator<Item = u8>) -> String {
    let bytes: Vec<u8> = bytes.into_iter().collect();
    Sha256::digest(&bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// True if f64 bits can be compared: they depend on the platform's sin, cos and ln; f32 are the same everywhere.
const SAME_BITS: bool = cfg!(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu"));

/// Reads an argument of a test case, or `None` if the case does not have it in that form.
macro_rules! read {
    ($value:expr, $form:ty) => {
        serde_json::from_value::<$form>($value.clone()).ok()
    };
}

fn made(case: &Value) -> Result<Dataset> {
    let shuffle = case["shuffle"].as_bool().expect("shuffle");
    let seed = case["random_state"].as_u64().expect("seed") as u32;
    let (n, sizes) = (read!(case["n_samples"], usize), read!(case["n_samples"], Vec<usize>));
    let pair = sizes.as_ref().filter(|sizes| sizes.len() == 2).map(|sizes| (sizes[0], sizes[1]));
    match case["kind"].as_str().expect("kind") {
        "circles" => {
            let made = n.map_or_else(|| make_circles(pair.expect("a pair")), make_circles);
            let made = read!(case["noise"], f64).map_or(made, |noise| made.noise(noise));
            made.factor(read!(case["factor"], f64).expect("factor"))
                .shuffle(shuffle)
                .random_state(seed)
                .build()
        }
        "moons" => {
            let made = n.map_or_else(|| make_moons(pair.expect("a pair")), make_moons);
            let made = read!(case["noise"], f64).map_or(made, |noise| made.noise(noise));
            made.shuffle(shuffle).random_state(seed).build()
        }
        _ => {
            let mut made = n.map_or_else(|| make_blobs(sizes.expect("sizes")), make_blobs);
            if let Some(k) = read!(case["centers"], usize) {
                made = made.centers(k);
            }
            if let Some(rows) = read!(case["centers"], Vec<[f64; 3]>) {
                made = made.centers(Array2::from(rows));
            }
            if let Some(d) = read!(case["n_features"], usize) {
                made = made.n_features(d);
            }
            if let Some(std) = read!(case["cluster_std"], f64) {
                made = made.cluster_std(std);
            }
            if let Some(stds) = read!(case["cluster_std"], Vec<f64>) {
                made = made.cluster_std(stds);
            }
            if let Some((low, high)) = read!(case["center_box"], (f64, f64)) {
                made = made.center_box(low, high);
            }
            made.shuffle(shuffle).random_state(seed).build()
        }
    }
}

#[test]
fn every_argument_gives_scikit_learns_numbers() -> Result<()> {
    let cases = golden("data");
    assert!(cases.len() > 80);
    for case in cases {
        let data = made(&case)?;
        let hash = |key: &str| case[key].as_str().expect("hash").to_string();
        assert_eq!(sha(data.x.iter().flat_map(|v| (*v as f32).to_le_bytes())), hash("x_f32"), "{case}");
        assert_eq!(sha(data.y.iter().map(|v| *v as u8)), hash("y_u8"), "{case}");
        if SAME_BITS {
            assert_eq!(sha(data.x.iter().flat_map(|v| v.to_le_bytes())), hash("x_f64"), "{case}");
        }
    }
    Ok(())
}

#[test]
fn a_line_has_numpys_arange() -> Result<()> {
    for case in golden("ranges") {
        let [start, stop, step] = read!(case["range"], [String; 3]).expect("three numbers");
        let number = |text: String| text.parse().expect("a number");
        let line = make_line(0.5, 0.0).range(number(start), number(stop), number(step)).build()?;
        assert_eq!(line.len() as u64, case["n"], "{case}");
        assert_eq!(sha(line.x.iter().flat_map(|v| v.to_le_bytes())), case["x_f64"], "{case}");
    }
    Ok(())
}

#[test]
fn lists_and_places_are_taken_in_any_form() -> Result<()> {
    let places = array![[0.0, 0.0], [5.0, 5.0]];
    let first = make_blobs([3, 4]).centers(&places).cluster_std(&[0.0, 0.1][..]).build()?;
    let same = make_blobs(vec![3, 4]).centers([[0.0, 0.0], [5.0, 5.0]]).cluster_std([0.0, 0.1]).build()?;
    assert_eq!(first, same);
    assert_eq!(first.class_counts(), [3, 4]);
    let (blobs, centers) = make_blobs(7)
        .centers(Centers::At(places.clone()))
        .cluster_std(0.0)
        .shuffle(false)
        .build_with_centers()?;
    assert_eq!(centers, places);
    assert_eq!((blobs.x.row(0), blobs.x.row(6)), (places.row(0), places.row(1)));
    assert_eq!(make_blobs([1, 2]).centers(2).build()?.len(), 3);
    Ok(())
}

#[test]
fn lists_that_do_not_fit_together_are_refused() {
    says(make_circles((0, 0)).build(), &["make_circles", "n_samples", "at least 1", "got 0"]);
    says(make_moons((usize::MAX, usize::MAX)).build(), &["n_samples", "at most"]);
    says(make_blobs([1, 2]).centers(3).build(), &["n_samples", "one for each of 3 centers", "a list of 2"]);
    says(make_blobs(Vec::new()).build(), &["centers", "at least 1", "got 0"]);
    says(make_blobs([0, 0]).build(), &["n_samples", "at least 1", "got 0"]);
    says(make_blobs([usize::MAX, 2]).build(), &["n_samples", "at most"]);
    says(make_blobs(9).cluster_std([1.0, 2.0]).build(), &["cluster_std", "each of 3 centers", "a list of 2"]);
    says(make_blobs(9).cluster_std([1.0, -2.0, 1.0]).build(), &["cluster_std", "not negative", "-2"]);
    says(make_blobs(9).cluster_std([1.0, f64::NAN, 1.0]).build(), &["cluster_std", "NaN"]);
    says(make_blobs(9).centers(Array2::zeros((0, 2))).build(), &["centers", "at least 1"]);
    says(make_blobs(9).centers(Array2::zeros((2, 0))).build(), &["n_features", "at least 1"]);
    says(make_blobs(9).centers([[0.0, f64::NAN]]).build(), &["centers", "finite", "row 0, column 1"]);
    says(
        make_blobs(9).centers([[0.0, 1.0]]).n_features(3).build(),
        &["n_features", "2, the columns", "got 3"],
    );
    says(make_blobs(9).centers(10_001).build(), &["centers", "at most 10000"]);
    says(make_spirals(2).classes(10_001).build(), &["classes", "at most 10000"]);
}

#[test]
fn what_no_memory_holds_is_refused_with_its_size() {
    let all = usize::MAX;
    says(make_circles(4_000_000_000).build(), &["make_circles", "n_samples", "memory", "4000000000", "GiB"]);
    says(make_circles((4_000_000_000, 0)).build(), &["memory", "238.4 GiB"]);
    says(make_moons(4_000_000_000).build(), &["make_moons", "memory", "238.4 GiB"]);
    says(make_blobs(4_000_000_000).build(), &["make_blobs", "memory", "4000000000 and 2"]);
    says(
        make_blobs(10).n_features(1 << 40).build(),
        &["n_features", "memory", "10 and 1099511627776", "TiB"],
    );
    says(make_blobs(10).n_features(all).build(), &["n_features", "memory", "ZiB"]);
    says(make_blobs([1; 10]).n_features(all / 8).build(), &["n_features", "memory"]);
    says(make_spirals(400_000).classes(10_000).build(), &["make_spirals", "points in all", "memory", "GiB"]);
    says(make_line(1.0, 0.0).range(0.0, 4e9, 1.0).build(), &["make_line", "memory", "4000000000", "GiB"]);
}

#[test]
fn numbers_that_overflow_are_refused_by_name() -> Result<()> {
    let max = f64::MAX;
    says(make_moons(4).noise(max).build(), &["make_moons", "noise", "stays finite", "e308"]);
    says(make_circles(4).noise(max).build(), &["make_circles", "noise", "stays finite", "e308"]);
    says(make_spirals(4).noise(max).build(), &["make_spirals", "noise", "stays finite", "e308"]);
    says(make_blobs(4).cluster_std(max).build(), &["make_blobs", "cluster_std", "stays finite", "e308"]);
    says(make_blobs(4).center_box(-max, max).build(), &["center_box", "wide", "e308"]);
    says(make_blobs(4).center_box(f64::NAN, 1.0).build(), &["center_box", "finite", "NaN"]);
    says(make_circles(4).factor(-max).build(), &["factor", "-1.7976931348623157e308"]);
    says(make_line(max, 0.0).range(0.0, 3.0, 1.0).build(), &["make_line", "weight * x + bias", "row 2"]);
    says(make_line(1.0, 0.0).range(1.7e308, 1.75e308, 1.7e308).build(), &["make_line", "step", "finite"]);
    says(make_line(1.0, 0.0).range(-max, max, 1.0).build(), &["points in the range", "at most"]);
    says(make_line(1.0, 0.0).range(0.0, 1.0, 5e-324).build(), &["points in the range", "at most"]);
    let squares = Features::new([Feature::X1Squared])?;
    let far = Dataset::new(array![[1.0, 1.0], [1e200, 0.0]], array![0, 1])?;
    says(squares.transform(&far), &["transform_x", "x1²", "inf", "row 1", "1e200"]);
    says(squares.transform_x(array![[f64::NAN, 0.0]].view()), &["x1²", "NaN", "row 0"]);
    assert_eq!(squares.transform_x(Array2::zeros((0, 2)).view())?.dim(), (0, 1));
    let many = Features::new(vec![Feature::X1; 1_000_000])?;
    says(many.transform_x(Array2::zeros((100_000, 2)).view()), &["100000 and 1000000", "memory", "GiB"]);
    Ok(())
}

#[test]
fn odd_fractions_are_refused_or_leave_points_on_both_sides() -> Result<()> {
    let data = make_circles(10).build()?;
    for odd in [f64::NAN, f64::INFINITY, -0.0, 1.0 + f64::EPSILON, 1e300, 1.0 - f64::EPSILON] {
        says(train_test_split(&data, odd, 1), &["test_size"]);
    }
    for tiny in [5e-324, 1e-300, 0.1] {
        assert_eq!(train_test_split(&data, tiny, 1)?.test.len(), 1);
    }
    let one = make_circles(1).build()?;
    says(train_test_split(&one, 0.5, 1), &["number of points", "at least 2", "got 1"]);
    Ok(())
}

#[test]
fn labels_that_are_no_classes_are_refused_at_the_door() -> Result<()> {
    let x = || Array2::zeros((4, 1));
    for label in [i64::MAX, i64::MIN, -1, 10_000, 1 << 34] {
        let words = ["Dataset::new", "0 to 9999", &label.to_string(), "row 2"];
        says(Dataset::new(x(), array![0, 1, label, 0]), &words);
        // The fields are public, so invalid labels can be set later.
        let mut data = Dataset::new(x(), array![0, 1, 1, 0])?;
        data.y[2] = label;
        assert_eq!((data.n_classes(), data.class_counts()), (2, vec![2, 1]));
        let table = data.class_table().to_string();
        assert!(table.ends_with("other labels       1  25.0 %"), "{table}");
        says(train_test_split(&data, 0.5, 0), &["train_test_split", &label.to_string(), "row 2"]);
        says(data.split_at(2), &["split_at", &label.to_string(), "row 2"]);
        says(data.clone().with_classes(3), &["with_classes", &label.to_string()]);
        says(plot_class_balance(&[("a", &data)]).draw(), &["0 to 9", &label.to_string()]);
    }
    let highest = Dataset::new(x(), array![0, 9999, 0, 0])?;
    assert_eq!(highest.class_counts().len(), 10_000);
    assert!(
        highest.class_table().to_string().ends_with("10000 x 3 cells; … stands for those that are not shown")
    );
    says(plot_class_balance(&[("a", &highest)]).draw(), &["0 to 9", "9999"]);
    assert!(Dataset::new(x(), array![0.0, -1.0, 1e300, 0.5]).is_ok(), "values are not labels");
    Ok(())
}

#[test]
fn both_halves_of_a_split_know_all_classes() -> Result<()> {
    let blobs = make_blobs(20).centers(5).build()?;
    let rows: Vec<usize> = (0..20).filter(|&row| blobs.y[row] != 4).collect();
    let four = blobs.y.iter().filter(|&&label| label == 4).count();
    // Class 4 comes last, so that a split in order leaves it out of the first half.
    let order: Vec<usize> = rows.into_iter().chain((0..20).filter(|&row| blobs.y[row] == 4)).collect();
    let x = blobs.x.select(support::ndarray::Axis(0), &order);
    let y: Array1<i64> = order.iter().map(|&row| blobs.y[row]).collect();
    let Split { train, test } = Dataset::new(x, y)?.split_at(20 - four)?;
    assert!(train.y.iter().all(|&label| label < 4));
    assert_eq!((train.n_classes(), test.n_classes()), (5, 5));
    assert_eq!((train.class_counts()[4], test.class_counts()), (0, vec![0, 0, 0, 0, four]));
    assert!(train.class_table().to_string().contains("\n    4       0   0.0 %"));
    // The same with features and a random split.
    let squares = Features::new([Feature::X1Squared])?;
    let again = train_test_split(&squares.transform(&train)?, 0.2, 0)?;
    assert_eq!((again.train.n_classes(), again.test.n_classes()), (5, 5));
    let balance = plot_class_balance(&[("first", &train)]).draw()?;
    assert!(balance.alt().contains("0 of class 4 (0.0 %)"), "{}", balance.alt());
    // With fewer points than clouds, all classes are kept.
    assert_eq!(make_blobs(3).centers(4).build()?.class_counts(), [1, 1, 1, 0]);
    assert_eq!(make_circles(1).build()?.class_counts(), [0, 1]);
    Ok(())
}

#[test]
fn the_number_of_classes_can_be_said() -> Result<()> {
    let data = Dataset::new(Array2::zeros((3, 1)), array![0, 2, 0])?;
    assert_eq!(data.n_classes(), 3);
    assert_eq!(data.clone().with_classes(3)?.n_classes(), 3);
    assert_eq!(data.clone().with_classes(7)?.class_counts(), [2, 0, 1, 0, 0, 0, 0]);
    says(data.clone().with_classes(2), &["with_classes", "3 to 10000", "got 2"]);
    says(data.clone().with_classes(usize::MAX), &["3 to 10000"]);
    let many = data.with_classes(11)?;
    says(plot_class_balance(&[("a", &many)]).draw(), &["number of classes", "1 to 10", "got 11"]);
    Ok(())
}
