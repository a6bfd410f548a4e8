//! Tests of properties that hold for any size, seed and share.

use std::collections::BTreeSet;

use proptest::prelude::*;
use support::ndarray::{Array1, Array2};
use support::prelude::*;

/// Makes a dataset whose rows all differ.
fn numbered(n: usize) -> Dataset {
    let x = Array2::from_shape_fn((n, 2), |(i, j)| (2 * i + j) as f64);
    Dataset::new(x, Array1::from_shape_fn(n, |i| (i % 3) as i64)).expect("a dataset")
}

proptest! {
    #[test]
    fn a_split_parts_the_rows(n in 2usize..400, share in 0.01f64..0.99, seed: u32) {
        let data = numbered(n);
        let Ok(split) = train_test_split(&data, share, seed) else {
            prop_assert!((share * n as f64).ceil() as usize >= n);
            return Ok(());
        };
        prop_assert_eq!(split.test.len(), (share * n as f64).ceil() as usize);
        let rows = split.train.x.rows().into_iter().chain(split.test.x.rows());
        let seen: BTreeSet<usize> = rows.map(|row| row[0] as usize / 2).collect();
        prop_assert_eq!(seen.len(), n, "each row once");
        for side in [&split.train, &split.test] {
            for (row, y) in side.x.rows().into_iter().zip(&side.y) {
                prop_assert_eq!((row[0] as usize / 2 % 3) as i64, *y, "labels stay with their rows");
            }
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes(n in 2usize..200, noise in 0.0f64..1.0, seed: u32) {
        let circles = || make_circles(n).noise(noise).random_state(seed).build();
        prop_assert_eq!(circles().expect("circles"), circles().expect("circles"));
        let moons = || make_moons(n).noise(noise).random_state(seed).build();
        prop_assert_eq!(moons().expect("moons"), moons().expect("moons"));
    }

    #[test]
    fn circles_without_noise_lie_on_their_circles(n in 2usize..300, factor in 0.01f64..0.99, seed: u32) {
        let data = make_circles(n).factor(factor).random_state(seed).build().expect("circles");
        for (row, &label) in data.x.rows().into_iter().zip(&data.y) {
            let radius = if label == 0 { 1.0 } else { factor };
            prop_assert!((row[0].hypot(row[1]) - radius).abs() < 1e-12);
        }
        prop_assert_eq!(data.class_counts(), vec![n / 2, n - n / 2]);
    }

    #[test]
    fn blobs_share_their_points_evenly(
        n in 10usize..300, centers in 1usize..10, features in 1usize..5, std in 0.0f64..3.0, seed: u32,
    ) {
        let made = make_blobs(n).centers(centers).n_features(features).cluster_std(std).random_state(seed);
        let data = made.build().expect("blobs");
        prop_assert_eq!(data.x.dim(), (n, features));
        for (class, &count) in data.class_counts().iter().take(centers).enumerate() {
            prop_assert_eq!(count, n / centers + usize::from(class < n % centers));
        }
    }

    #[test]
    fn a_confusion_matrix_counts_every_point(labels in prop::collection::vec((0i64..6, 0i64..6), 1..200)) {
        let (truth, predicted): (Vec<i64>, Vec<i64>) = labels.into_iter().unzip();
        let (truth, predicted) = (Array1::from(truth), Array1::from(predicted));
        let matrix = confusion_matrix(&truth, &predicted).expect("a matrix");
        prop_assert_eq!(matrix.counts.sum(), truth.len());
        let share = matrix.counts.diag().sum() as f64 / truth.len() as f64;
        prop_assert_eq!(accuracy(&truth, &predicted).expect("an accuracy"), share);
        let report = classification_report(&truth, &predicted).expect("a report");
        for scores in &report.classes {
            for share in [scores.precision, scores.recall, scores.f1] {
                prop_assert!((0.0..=1.0).contains(&share));
            }
        }
    }
}
