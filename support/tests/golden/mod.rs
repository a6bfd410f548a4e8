//! Reference results of PyTorch and scikit-learn, made by the scripts in this folder.

#![allow(dead_code, reason = "each test reads its own part")]

use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use support::prelude::*;

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("the golden figures are JSON")
}

/// Returns the reference of the course: data, splits, models (`generate.py`).
pub fn reference() -> Value {
    parse(include_str!("reference.json"))
}

/// Returns the reference of data and splits for many other arguments (`generate_more.py`).
pub fn more() -> Value {
    parse(include_str!("more.json"))
}

/// Builds a model from seed 42. libtorch has one generator for all threads, so builds must not overlap: if one test
/// needs a seed, all tests of its file build their models with this function.
pub fn seeded(build: impl FnOnce() -> Result<Model>) -> Result<Model> {
    static GENERATOR: Mutex<()> = Mutex::new(());
    let _turn = GENERATOR.lock().unwrap_or_else(PoisonError::into_inner);
    tch::manual_seed(42);
    build()
}
