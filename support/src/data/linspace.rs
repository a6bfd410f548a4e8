//! NumPy's `linspace`, bit for bit.

/// Returns `n` evenly spaced numbers from `a` to `b`, `b` included.
pub(super) fn closed(a: f64, b: f64, n: usize) -> Vec<f64> {
    let step = if n > 1 { (b - a) / (n - 1) as f64 } else { 0.0 };
    let mut values: Vec<f64> = (0..n).map(|i| i as f64 * step + a).collect();
    if n > 1 {
        values[n - 1] = b;
    }
    values
}

/// Returns `n` evenly spaced numbers from `a` to `b`, `b` excluded.
pub(super) fn half_open(a: f64, b: f64, n: usize) -> Vec<f64> {
    let step = (b - a) / n.max(1) as f64;
    (0..n).map(|i| i as f64 * step + a).collect()
}
