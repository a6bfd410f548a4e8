//! Round clouds of points, one per class.

use ndarray::{Array1, Array2};

use super::checks;
use super::dataset::Dataset;
use super::numpy::RandomState;
use crate::error::{Error, Result, number};
use crate::memory;

const OP: &str = "make_blobs";

/// One value for all classes (`1000`, `1.5`), or a list of one value per class (`[300, 500, 200]`, a `Vec`, a slice).
#[derive(Clone, Debug, PartialEq)]
pub enum OneOrEach<T> {
    /// One value: a size is the sum over all classes, a standard deviation that of every class.
    One(T),
    /// One value per class, in order.
    Each(Vec<T>),
}

impl<T> From<T> for OneOrEach<T> {
    fn from(one: T) -> Self {
        OneOrEach::One(one)
    }
}

impl<T> From<Vec<T>> for OneOrEach<T> {
    fn from(each: Vec<T>) -> Self {
        OneOrEach::Each(each)
    }
}

impl<T, const N: usize> From<[T; N]> for OneOrEach<T> {
    fn from(each: [T; N]) -> Self {
        OneOrEach::Each(each.into())
    }
}

impl<T: Clone> From<&[T]> for OneOrEach<T> {
    fn from(each: &[T]) -> Self {
        OneOrEach::Each(each.to_vec())
    }
}

/// The centres of blobs: their number (`4`), or their coordinates (`array![[0.0, 0.0], [3.0, 1.0]]`, one row per
/// centre).
#[derive(Clone, Debug, PartialEq)]
pub enum Centers {
    /// The number of centres, placed at random inside `center_box`.
    Number(usize),
    /// The coordinates of the centres, `[centers, features]`.
    At(Array2<f64>),
}

impl From<usize> for Centers {
    fn from(number: usize) -> Self {
        Centers::Number(number)
    }
}

impl From<Array2<f64>> for Centers {
    fn from(places: Array2<f64>) -> Self {
        Centers::At(places)
    }
}

impl From<&Array2<f64>> for Centers {
    fn from(places: &Array2<f64>) -> Self {
        Centers::At(places.clone())
    }
}

impl<const K: usize, const D: usize> From<[[f64; D]; K]> for Centers {
    fn from(places: [[f64; D]; K]) -> Self {
        Centers::At(Array2::from(places.to_vec()))
    }
}

/// The arguments of [`make_blobs`]; [`build`](MakeBlobs::build) makes the points.
#[derive(Clone, Debug)]
#[must_use = "call build() to make the points"]
pub struct MakeBlobs {
    n_samples: OneOrEach<usize>,
    n_features: Option<usize>,
    centers: Option<Centers>,
    cluster_std: OneOrEach<f64>,
    center_box: (f64, f64),
    shuffle: bool,
    random_state: u32,
}

/// Generates `n_samples` points in normal clouds around random centres, one class per cloud. The numbers equal those of
/// scikit-learn's `make_blobs` bit for bit.
///
/// Sizes, centres and standard deviations can be given per cloud:
///
/// ```
/// use support::{ndarray::array, prelude::*};
/// let blobs = make_blobs(1000).centers(4).cluster_std(1.5).random_state(42).build()?;
/// assert_eq!(blobs.class_counts(), [250, 250, 250, 250]);
///
/// let uneven = make_blobs([30, 60, 10])
///     .centers(array![[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])
///     .cluster_std([0.5, 1.0, 0.25])
///     .shuffle(false)
///     .build()?;
/// assert_eq!(uneven.class_counts(), [30, 60, 10]);
/// # Ok::<(), Error>(())
/// ```
pub fn make_blobs(n_samples: impl Into<OneOrEach<usize>>) -> MakeBlobs {
    MakeBlobs {
        n_samples: n_samples.into(),
        n_features: None,
        centers: None,
        cluster_std: OneOrEach::One(1.0),
        center_box: (-10.0, 10.0),
        shuffle: true,
        random_state: 42,
    }
}

impl MakeBlobs {
    /// Sets the number of clouds, or their centres as `[centers, features]`; by default 3, or one per size if a list of
    /// sizes is given. A cloud is a class; there can be fewer points than clouds.
    pub fn centers(mut self, centers: impl Into<Centers>) -> Self {
        self.centers = Some(centers.into());
        self
    }

    /// Sets the number of features, the coordinates of a point; by default 2, or the number of columns of the centres.
    pub fn n_features(mut self, n_features: usize) -> Self {
        self.n_features = Some(n_features);
        self
    }

    /// Sets the standard deviation of all clouds, or one per cloud; finite and at least 0; 1 by default.
    pub fn cluster_std(mut self, std: impl Into<OneOrEach<f64>>) -> Self {
        self.cluster_std = std.into();
        self
    }

    /// Sets the lowest and highest coordinate of a random centre; -10 and 10 by default.
    pub fn center_box(mut self, low: f64, high: f64) -> Self {
        self.center_box = (low, high);
        self
    }

    /// Puts the points in random order, or leaves them cloud after cloud; `true` by default.
    pub fn shuffle(mut self, shuffle: bool) -> Self {
        self.shuffle = shuffle;
        self
    }

    /// Sets the seed; 42 by default.
    pub fn random_state(mut self, seed: u32) -> Self {
        self.random_state = seed;
        self
    }

    /// Makes the points: `x: [n, features]`, labels 0 to the number of centres - 1.
    ///
    /// # Errors
    /// No points, no centres or more than 10,000, no features, or more than the memory holds; lists of different
    /// lengths; a number of features that is not that of the centres given; a negative standard deviation; standard
    /// deviations or centres that are not finite, or so large that points would not be finite; a box whose low end is
    /// above its high end.
    pub fn build(self) -> Result<Dataset> {
        self.build_with_centers().map(|(blobs, _)| blobs)
    }

    /// Makes the points as [`MakeBlobs::build`] does, and also returns the centres, `[centers, features]`, like
    /// scikit-learn's `return_centers`.
    ///
    /// # Errors
    /// Those of [`MakeBlobs::build`].
    ///
    /// ```
    /// use support::prelude::*;
    /// let (blobs, centers) = make_blobs(100).centers(4).cluster_std(0.0).build_with_centers()?;
    /// assert_eq!(blobs.x.row(0), centers.row(blobs.y[0] as usize));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn build_with_centers(self) -> Result<(Dataset, Array2<f64>)> {
        let (sizes, n_features) = self.sizes()?;
        let stds = self.stds(sizes.len())?;
        let mut random = RandomState::new(self.random_state);
        let centers = self.places(sizes.len(), n_features, &mut random)?;
        let y: Array1<i64> =
            sizes.iter().enumerate().flat_map(|(class, &n)| std::iter::repeat_n(class as i64, n)).collect();
        let x = Array2::from_shape_fn((y.len(), n_features), |(i, j)| {
            let class = y[i] as usize;
            random.normal(centers[[class, j]], stds[class])
        });
        checks::points(OP, "cluster_std", stds.iter().copied().fold(0.0, f64::max), &x)?;
        let mut blobs = Dataset::of_classes(x, y, sizes.len());
        if self.shuffle {
            blobs = blobs.select(&random.permutation(blobs.len()));
        }
        Ok((blobs, centers))
    }

    /// Returns the number of points of each cloud and the number of features.
    fn sizes(&self) -> Result<(Vec<usize>, usize)> {
        let clouds = match (&self.centers, &self.n_samples) {
            (Some(Centers::Number(k)), _) => *k,
            (Some(Centers::At(places)), _) => places.nrows(),
            (None, OneOrEach::Each(sizes)) => sizes.len(),
            (None, OneOrEach::One(_)) => 3,
        };
        checks::classes(OP, "centers", clouds)?;
        let (sizes, total) = match &self.n_samples {
            OneOrEach::Each(sizes) if sizes.len() != clouds => {
                return Err(each("n_samples", "size", clouds, sizes.len()));
            }
            OneOrEach::Each(sizes) => (sizes.clone(), checks::total(OP, "n_samples", sizes)?),
            &OneOrEach::One(n) => {
                checks::samples(OP, "n_samples", n, 1)?;
                // The first n % k clouds get one of the remaining points each.
                ((0..clouds).map(|class| n / clouds + usize::from(class < n % clouds)).collect(), n)
            }
        };
        let n_features = match (&self.centers, self.n_features) {
            (Some(Centers::At(places)), Some(n)) if n != places.ncols() => {
                let expected = format!("{}, the columns of centers, or left out", places.ncols());
                return Err(Error::argument(OP, "n_features", expected, n));
            }
            (Some(Centers::At(places)), _) => places.ncols(),
            (_, n) => n.unwrap_or(2),
        };
        if n_features == 0 {
            return Err(Error::argument(OP, "n_features", "at least 1", 0));
        }
        // Each point before and after the shuffle, its label twice, its index in the order; each centre.
        let point = 2 * 8 * n_features as u128 + 24;
        let bytes = point * total as u128 + 8 * n_features as u128 * clouds as u128;
        memory::check(OP, "n_samples and n_features", bytes, format!("{total} and {n_features}"))?;
        Ok((sizes, n_features))
    }

    /// Returns the standard deviation of each cloud.
    fn stds(&self, clouds: usize) -> Result<Vec<f64>> {
        let stds = match &self.cluster_std {
            OneOrEach::One(std) => vec![*std; clouds],
            OneOrEach::Each(stds) if stds.len() != clouds => {
                return Err(each("cluster_std", "spread", clouds, stds.len()));
            }
            OneOrEach::Each(stds) => stds.clone(),
        };
        stds.iter().try_for_each(|&std| checks::spread(OP, "cluster_std", std))?;
        Ok(stds)
    }

    /// Returns the given centres, or random ones, drawn row by row.
    fn places(&self, clouds: usize, n_features: usize, random: &mut RandomState) -> Result<Array2<f64>> {
        if let Some(Centers::At(places)) = &self.centers {
            return match places.indexed_iter().find(|(_, value)| !value.is_finite()) {
                Some(((row, column), &value)) => {
                    let at = format!("row {row}, column {column}");
                    Err(Error::NotFinite { op: OP, name: "centers", value, at })
                }
                None => Ok(places.clone()),
            };
        }
        let (low, high) = self.center_box;
        checks::finite(OP, "center_box", low)?;
        checks::finite(OP, "center_box", high)?;
        let got = || format!("({}, {})", number(low), number(high));
        if low > high {
            return Err(Error::argument(OP, "center_box", "(low, high)", got()));
        }
        if !(high - low).is_finite() {
            return Err(Error::argument(OP, "center_box", "less wide than the largest number", got()));
        }
        Ok(Array2::from_shape_fn((clouds, n_features), |_| random.uniform(low, high)))
    }
}

/// Makes the error for a list whose length is not the number of clouds.
fn each(name: &'static str, what: &str, clouds: usize, got: usize) -> Error {
    let expected = format!("one {what}, or one for each of {clouds} centers");
    Error::argument(OP, name, expected, format!("a list of {got}"))
}
