//! Points with their targets, the form in which the crate passes data.

use ndarray::{Array1, Array2, ArrayView2, Axis};

use super::checks::{MOST_CLASSES, check_classes, class};
use crate::error::{Error, Result};
use crate::table::Table;

/// The type of a target: a class label (`i64`) or a value to predict (`f64`).
pub trait Target: Copy + PartialEq + std::fmt::Display + sealed::Sealed + 'static {
    /// Returns the target as a number, to check that it is finite and to print it.
    fn as_f64(self) -> f64;
    /// Returns the target as text for a table's cell.
    fn cell(self) -> String;
}

mod sealed {
    pub trait Sealed {
        /// Returns the class label, or `None` if the target is a value.
        fn label(&self) -> Option<i64>;
    }
    impl Sealed for i64 {
        fn label(&self) -> Option<i64> {
            Some(*self)
        }
    }
    impl Sealed for f64 {
        fn label(&self) -> Option<i64> {
            None
        }
    }
}

impl Target for i64 {
    fn as_f64(self) -> f64 {
        self as f64
    }
    fn cell(self) -> String {
        self.to_string()
    }
}

impl Target for f64 {
    fn as_f64(self) -> f64 {
        self
    }
    fn cell(self) -> String {
        format!("{self:.4}")
    }
}

/// Points `x: [n, features]` and their targets `y: [n]`.
///
/// `Dataset` holds class labels 0, 1, 2 … 9999; `Dataset<f64>` holds values (regression). A dataset of labels stores
/// the number of classes, and both sides of a split keep it: a test set of five classes still has five if none of its
/// points is of class 4 ([`Dataset::n_classes`]).
///
/// ```
/// use support::prelude::*;
/// let circles = make_circles(1000).noise(0.03).random_state(42).build()?;
/// assert_eq!(circles.x.dim(), (1000, 2));
/// assert_eq!(circles.class_counts(), [500, 500]);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset<Y: Target = i64> {
    /// The points, `[n, features]`.
    pub x: Array2<f64>,
    /// The targets, one per point, `[n]`.
    pub y: Array1<Y>,
    /// The number of classes, including those without points; 0 if only the labels tell the number.
    classes: usize,
}

impl<Y: Target> Dataset<Y> {
    /// Makes a dataset of points and targets, and checks them.
    ///
    /// # Errors
    /// No points, no features, another number of targets than points, NaN or infinite numbers, class labels outside 0
    /// to 9999.
    ///
    /// ```
    /// use support::{ndarray::array, prelude::*};
    /// let data = Dataset::new(array![[0.0, 1.0], [1.0, 0.0]], array![0, 1])?;
    /// assert_eq!(data.len(), 2);
    /// let error = Dataset::new(array![[0.0], [1.0]], array![0, -1]).unwrap_err();
    /// assert_eq!(error.to_string(), "Dataset::new: expected labels from 0 to 9999, got -1 in row 1");
    /// # Ok::<(), Error>(())
    /// ```
    pub fn new(x: Array2<f64>, y: Array1<Y>) -> Result<Self> {
        let data = Self::unchecked(x, y);
        data.check_all("Dataset::new")?;
        Ok(data)
    }

    /// Makes a dataset without the checks of [`Dataset::new`]. Every function that takes a dataset makes its own
    /// checks.
    ///
    /// ```
    /// use support::{ndarray::array, prelude::*};
    /// let torn = Dataset::unchecked(array![[0.0, f64::NAN]], array![0]);
    /// assert!(plot_dataset(&torn).draw().is_err());
    /// ```
    pub fn unchecked(x: Array2<f64>, y: Array1<Y>) -> Self {
        Self { x, y, classes: 0 }
    }

    /// Makes the checks of `new` except that of the labels, for functions that have their own rule for labels. The
    /// fields of a dataset are public, so any dataset can hold wrong data.
    pub(crate) fn check(&self, op: &'static str) -> Result<()> {
        let (n, features) = self.x.dim();
        if n == 0 || features == 0 {
            return Err(Error::shape(op, "x", "[n, features], both at least 1", [n, features]));
        }
        if self.y.len() != n {
            return Err(Error::shape(op, "y", format!("[{n}], one target a point"), [self.y.len()]));
        }
        for ((row, column), &value) in self.x.indexed_iter() {
            if !value.is_finite() {
                let at = format!("row {row}, column {column}");
                return Err(Error::NotFinite { op, name: "x", value, at });
            }
        }
        for (row, value) in self.y.iter().map(|v| v.as_f64()).enumerate() {
            if !value.is_finite() {
                return Err(Error::NotFinite { op, name: "y", value, at: format!("row {row}") });
            }
        }
        Ok(())
    }

    /// Makes all checks of `new`.
    pub(super) fn check_all(&self, op: &'static str) -> Result<()> {
        self.check(op)?;
        // Either all targets are labels or none is, so that a label's place among the labels is its row.
        check_classes(op, self.y.iter().filter_map(|y| y.label()), "")
    }

    /// Returns the number of points.
    pub fn len(&self) -> usize {
        self.x.nrows()
    }

    /// Returns whether the dataset has no points.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the number of features, the columns of `x`.
    pub fn n_features(&self) -> usize {
        self.x.ncols()
    }

    /// Returns the first `n` rows as a table, like pandas' `head`.
    ///
    /// ```
    /// use support::prelude::*;
    /// let circles = make_circles(1000).noise(0.03).random_state(42).build()?;
    /// assert!(circles.head(1).to_string().contains("0.7542"));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn head(&self, n: usize) -> Table {
        let names = (1..=self.n_features()).map(|i| format!("x{i}")).chain(["y".to_string()]);
        let rows = self.x.rows().into_iter().zip(&self.y).take(n);
        rows.enumerate().fold(Table::new([String::new()].into_iter().chain(names)), |table, (i, (x, y))| {
            let cells = x.iter().map(|v| format!("{v:.4}")).chain([y.cell()]);
            table.row([i.to_string()].into_iter().chain(cells))
        })
    }

    /// Returns the rows `indices`, in that order. The caller guarantees that the indices exist.
    pub(crate) fn select(&self, indices: &[usize]) -> Self {
        let (x, y) = (self.x.select(Axis(0), indices), self.y.select(Axis(0), indices));
        Self { x, y, classes: self.known_classes() }
    }

    /// Returns a dataset with the same targets and the features `x`, which the caller checks.
    pub(super) fn with_x(&self, x: Array2<f64>) -> Self {
        Self { x, y: self.y.clone(), classes: self.classes }
    }

    /// Returns the number of classes, as far as the field `classes` and the labels tell.
    fn known_classes(&self) -> usize {
        let labels = self.y.iter().filter_map(|y| class(y.label()?));
        labels.max().map_or(0, |highest| highest + 1).max(self.classes)
    }

    /// Returns the lowest and highest value of each feature, one `(min, max)` per column.
    pub fn bounds(&self) -> Vec<(f64, f64)> {
        bounds(self.x.view())
    }
}

impl Dataset<i64> {
    /// Makes a dataset with a known number of classes; the calling generator guarantees valid points and labels.
    pub(super) fn of_classes(x: Array2<f64>, y: Array1<i64>, classes: usize) -> Self {
        Self { x, y, classes }
    }

    /// Sets the number of classes, for labels in which some classes do not occur.
    ///
    /// # Errors
    /// Fewer classes than the labels show, more than 10,000; data that [`Dataset::new`] would refuse.
    ///
    /// ```
    /// use support::{ndarray::array, prelude::*};
    /// let data = Dataset::new(array![[0.0], [1.0], [2.0]], array![0, 1, 1])?.with_classes(4)?;
    /// assert_eq!(data.class_counts(), [1, 2, 0, 0]);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn with_classes(self, classes: usize) -> Result<Self> {
        const OP: &str = "with_classes";
        self.check_all(OP)?;
        let least = self.y.iter().filter_map(|&label| class(label)).max().map_or(1, |highest| highest + 1);
        if !(least..=MOST_CLASSES).contains(&classes) {
            return Err(Error::argument(OP, "classes", format!("{least} to {MOST_CLASSES}"), classes));
        }
        Ok(Self { classes, ..self })
    }

    /// Returns the number of classes, at least 2: the number set by the generator, by [`Dataset::with_classes`] or by
    /// the dataset that was split, and at least the highest label plus one. Labels outside 0 to 9999 are not classes.
    pub fn n_classes(&self) -> usize {
        self.known_classes().max(2)
    }

    /// Returns the number of points of each class, `[classes]`; labels outside 0 to 9999 are not counted.
    pub fn class_counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.n_classes()];
        for class in self.y.iter().filter_map(|&label| class(label)) {
            counts[class] += 1;
        }
        counts
    }

    /// Returns a table of the class counts and their shares. Points whose label is not a class are counted in the last
    /// row.
    pub fn class_table(&self) -> Table {
        let n = self.y.len().max(1) as f64;
        let counts = self.class_counts();
        let others = self.y.len() - counts.iter().sum::<usize>();
        let classes = counts.iter().enumerate().map(|(class, &count)| (class.to_string(), count));
        let others = (others > 0).then(|| ("other labels".to_string(), others));
        classes.chain(others).fold(Table::new(["class", "points", "share"]), |table, (class, count)| {
            let share = format!("{:.1} %", 100.0 * count as f64 / n);
            table.row([class, count.to_string(), share])
        })
    }
}

/// Returns the lowest and highest value of each column.
pub(crate) fn bounds(x: ArrayView2<'_, f64>) -> Vec<(f64, f64)> {
    let widen = |(low, high): (f64, f64), &v: &f64| (low.min(v), high.max(v));
    x.columns().into_iter().map(|c| c.iter().fold((f64::INFINITY, f64::NEG_INFINITY), widen)).collect()
}
