//! Datasets, splits and features; the generators give the numbers of scikit-learn's bit for bit, as ndarray arrays.

mod blobs;
mod checks;
mod circles;
mod dataset;
mod features;
mod line;
mod moons;
mod numpy;
mod spirals;
mod split;
mod two_curves;

pub(crate) use checks::{MOST_CLASSES, check_classes};

pub use blobs::{Centers, MakeBlobs, OneOrEach, make_blobs};
pub use circles::{MakeCircles, make_circles};
pub use dataset::{Dataset, Target};
pub use features::{Feature, Features};
pub use line::{MakeLine, make_line};
pub use moons::{MakeMoons, make_moons};
pub use spirals::{MakeSpirals, make_spirals};
pub use split::{Split, train_test_split};
pub use two_curves::PairSizes;
