//! Points and what they are: the form in which data moves through the crate.

use ndarray::{Array1, Array2, ArrayView2, Axis};

use crate::error::{Error, Result};
use crate::table::Table;

/// What a target can be: a class label (`i64`) or a value to predict (`f64`).
pub trait Target: Copy + PartialEq + std::fmt::Display + sealed::Sealed + 'static {
    /// The target as a number, for a finite check and for printing.
    fn as_f64(self) -> f64;
    /// The target as a table's cell.
    fn cell(self) -> String;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for i64 {}
    impl Sealed for f64 {}
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
/// `Dataset` alone holds class labels 0, 1, 2 …; `Dataset<f64>` holds values (regression).
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
    /// A target for each point, `[n]`.
    pub y: Array1<Y>,
}

impl<Y: Target> Dataset<Y> {
    /// Points and targets of your own.
    ///
    /// # Errors
    /// No points, no features, another number of targets than points, NaN or infinite numbers.
    pub fn new(x: Array2<f64>, y: Array1<Y>) -> Result<Self> {
        let data = Self { x, y };
        data.check("Dataset::new")?;
        Ok(data)
    }

    /// What `new` checks, for functions that are handed a dataset whose fields anyone may have set.
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

    /// The number of points.
    pub fn len(&self) -> usize {
        self.x.nrows()
    }

    /// Whether there are no points.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of features, that is columns of `x`.
    pub fn n_features(&self) -> usize {
        self.x.ncols()
    }

    /// The first `n` rows as a table, as pandas' `head`.
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

    /// The rows `indices`, in that order. The caller vouches for the indices.
    pub(crate) fn select(&self, indices: &[usize]) -> Self {
        Self { x: self.x.select(Axis(0), indices), y: self.y.select(Axis(0), indices) }
    }

    /// The lowest and highest value of each feature, as `(min, max)` a column.
    pub fn bounds(&self) -> Vec<(f64, f64)> {
        bounds(self.x.view())
    }
}

impl Dataset<i64> {
    /// The number of classes: the highest label plus one, at least 2.
    pub fn n_classes(&self) -> usize {
        let highest = self.y.iter().copied().max().unwrap_or(0).max(1);
        usize::try_from(highest).unwrap_or(1) + 1
    }

    /// How many points each class has.
    pub fn class_counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.n_classes()];
        for &label in &self.y {
            if let Some(count) = usize::try_from(label).ok().and_then(|label| counts.get_mut(label)) {
                *count += 1;
            }
        }
        counts
    }

    /// The class counts with their shares, as a table.
    pub fn class_table(&self) -> Table {
        let n = self.len().max(1) as f64;
        self.class_counts().iter().enumerate().fold(
            Table::new(["class", "points", "share"]),
            |table, (class, &count)| {
                let share = format!("{:.1} %", 100.0 * count as f64 / n);
                table.row([class.to_string(), count.to_string(), share])
            },
        )
    }
}

/// The lowest and highest value of each column.
pub(crate) fn bounds(x: ArrayView2<'_, f64>) -> Vec<(f64, f64)> {
    let widen = |(low, high): (f64, f64), &v: &f64| (low.min(v), high.max(v));
    x.columns().into_iter().map(|c| c.iter().fold((f64::INFINITY, f64::NEG_INFINITY), widen)).collect()
}
