//! Round clouds of points, one a class.

use ndarray::{Array1, Array2};

use super::checks;
use super::dataset::Dataset;
use super::random::RandomState;
use crate::error::{Error, Result};

/// What [`make_blobs`] makes, before it is made.
#[derive(Clone, Copy, Debug)]
#[must_use = "call build() to make the points"]
pub struct MakeBlobs {
    n_samples: usize,
    n_features: usize,
    centers: usize,
    cluster_std: f64,
    center_box: (f64, f64),
    random_state: u32,
}

/// `n_samples` points in normal clouds around random centres, one class a cloud. The same numbers, bit
/// for bit, as scikit-learn's `make_blobs`.
///
/// ```
/// use support::prelude::*;
/// let blobs = make_blobs(1000).centers(4).cluster_std(1.5).random_state(42).build()?;
/// assert_eq!(blobs.class_counts(), [250, 250, 250, 250]);
/// # Ok::<(), Error>(())
/// ```
pub fn make_blobs(n_samples: usize) -> MakeBlobs {
    MakeBlobs {
        n_samples,
        n_features: 2,
        centers: 3,
        cluster_std: 1.0,
        center_box: (-10.0, 10.0),
        random_state: 42,
    }
}

impl MakeBlobs {
    /// The number of clouds, that is of classes; 3 unless given.
    pub fn centers(mut self, centers: usize) -> Self {
        self.centers = centers;
        self
    }

    /// The number of features, that is of coordinates of a point; 2 unless given.
    pub fn n_features(mut self, n_features: usize) -> Self {
        self.n_features = n_features;
        self
    }

    /// Standard deviation of every cloud; 1 unless given.
    pub fn cluster_std(mut self, std: f64) -> Self {
        self.cluster_std = std;
        self
    }

    /// Lowest and highest coordinate of a centre; -10 and 10 unless given.
    pub fn center_box(mut self, low: f64, high: f64) -> Self {
        self.center_box = (low, high);
        self
    }

    /// The seed; 42 unless given.
    pub fn random_state(mut self, seed: u32) -> Self {
        self.random_state = seed;
        self
    }

    /// Makes the points.
    ///
    /// # Errors
    /// No centres, fewer samples than centres, no features, a negative or non-finite spread, a box whose
    /// low end is above its high end.
    pub fn build(self) -> Result<Dataset> {
        const OP: &str = "make_blobs";
        let (k, d, (low, high)) = (self.centers, self.n_features, self.center_box);
        checks::samples(OP, "centers", k, 1)?;
        checks::samples(OP, "n_features", d, 1)?;
        checks::samples(OP, "n_samples", self.n_samples, k)?;
        checks::spread(OP, "cluster_std", self.cluster_std)?;
        checks::finite(OP, "center_box", low)?;
        checks::finite(OP, "center_box", high)?;
        if low > high {
            return Err(Error::argument(OP, "center_box", "(low, high)", format!("({low}, {high})")));
        }
        let mut random = RandomState::new(self.random_state);
        let centers = Array2::from_shape_fn((k, d), |_| random.uniform(low, high));
        // The first n % k clouds take the points left over.
        let size = |class: usize| self.n_samples / k + usize::from(class < self.n_samples % k);
        let y: Array1<i64> =
            (0..k).flat_map(|class| std::iter::repeat_n(class as i64, size(class))).collect();
        let x = Array2::from_shape_fn((self.n_samples, d), |(i, j)| {
            random.normal(centers[[y[i] as usize, j]], self.cluster_std)
        });
        let order = random.permutation(self.n_samples);
        Ok(Dataset { x, y }.select(&order))
    }
}
