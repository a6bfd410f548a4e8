//! Compares data with scikit-learn's and NumPy's, bit for bit.

mod golden;

use sha2::{Digest, Sha256};
use support::data::Split;
use support::ndarray::Array2;
use support::prelude::*;

fn sha(bytes: impl IntoIterator<Item = u8>) -> String {
    let bytes: Vec<u8> = bytes.into_iter().collect();
    Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Compares a dataset with the reference. f64 bits depend on the platform's sin, cos and ln; f32 are the same
/// everywhere.
fn check(name: &str, data: &Dataset) {
    let reference = &golden::reference()["data"][name];
    let text = |key: &str| reference[key].as_str().expect(key).to_string();
    assert_eq!(
        sha(data.x.iter().flat_map(|v| (*v as f32).to_le_bytes())),
        text("x_sha256_f32_le"),
        "{name}: x as f32"
    );
    assert_eq!(sha(data.y.iter().map(|v| *v as u8)), text("y_sha256_u8"), "{name}: y");
    if cfg!(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu")) {
        assert_eq!(
            sha(data.x.iter().flat_map(|v| v.to_le_bytes())),
            text("x_sha256_f64_le"),
            "{name}: x as f64"
        );
    }
    let rows: Vec<[f64; 2]> = serde_json::from_value(reference["x_first_rows_f64"].clone()).expect("rows");
    for (i, row) in rows.iter().enumerate() {
        for (j, theirs) in row.iter().enumerate() {
            assert!((data.x[[i, j]] - theirs).abs() <= 1e-15, "{name}: x[{i}, {j}]");
        }
    }
    let counts: Vec<usize> = serde_json::from_value(reference["class_counts"].clone()).expect("counts");
    assert_eq!(data.class_counts(), counts, "{name}: class counts");
}

#[test]
fn generators_give_scikit_learns_numbers() -> Result<()> {
    check("circles", &make_circles(1000).noise(0.03).random_state(42).build()?);
    check("moons", &make_moons(1000).noise(0.07).random_state(42).build()?);
    check("blobs", &make_blobs(1000).centers(4).cluster_std(1.5).random_state(42).build()?);
    check("spirals", &make_spirals(100).build()?);
    Ok(())
}

#[test]
fn other_arguments_give_scikit_learns_numbers_too() -> Result<()> {
    for case in golden::more()["data"].as_array().expect("cases") {
        let number = |key: &str| case[key].as_f64().unwrap_or_else(|| panic!("{key} in {case}"));
        let (n, seed) = (number("n") as usize, number("seed") as u32);
        let data = match case["kind"].as_str().expect("kind") {
            "circles" => {
                let made = make_circles(n).factor(number("factor")).random_state(seed);
                if case["noise"].is_null() { made.build()? } else { made.noise(number("noise")).build()? }
            }
            "moons" => {
                let made = make_moons(n).random_state(seed);
                if case["noise"].is_null() { made.build()? } else { made.noise(number("noise")).build()? }
            }
            "blobs" => make_blobs(n)
                .centers(number("centers") as usize)
                .n_features(number("n_features") as usize)
                .cluster_std(number("std"))
                .center_box(number("low"), number("high"))
                .random_state(seed)
                .build()?,
            other => panic!("unknown kind {other}"),
        };
        let f32s = sha(data.x.iter().flat_map(|v| (*v as f32).to_le_bytes()));
        assert_eq!(f32s, case["x_sha256_f32_le"].as_str().expect("hash"), "{case}");
        assert_eq!(
            sha(data.y.iter().map(|v| *v as u8)),
            case["y_sha256_u8"].as_str().expect("hash"),
            "{case}"
        );
    }
    Ok(())
}

#[test]
fn splits_take_scikit_learns_rows() -> Result<()> {
    let rows = |n: usize| -> Result<Dataset> {
        Dataset::new(Array2::from_shape_fn((n, 1), |(i, _)| i as f64), support::ndarray::Array1::zeros(n))
    };
    let hash = |side: &Dataset| sha(side.x.iter().flat_map(|v| (*v as u32).to_le_bytes()));
    let Split { train, test } = train_test_split(&rows(1000)?, 0.2, 42)?;
    let reference = &golden::reference()["train_test_split"];
    assert_eq!(hash(&train), reference["train_sha256_u32_le"].as_str().expect("hash"));
    assert_eq!(hash(&test), reference["test_sha256_u32_le"].as_str().expect("hash"));
    for case in golden::more()["splits"].as_array().expect("cases") {
        let n = case["n"].as_u64().expect("n") as usize;
        let seed = case["seed"].as_u64().expect("seed") as u32;
        let split = train_test_split(&rows(n)?, case["test_size"].as_f64().expect("test_size"), seed)?;
        assert_eq!(
            hash(&split.train),
            case["train_sha256_u32_le"].as_str().expect("hash"),
            "train of {case}"
        );
        assert_eq!(hash(&split.test), case["test_sha256_u32_le"].as_str().expect("hash"), "test of {case}");
    }
    Ok(())
}
