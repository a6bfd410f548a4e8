//! NumPy's legacy `RandomState` and its `linspace`, bit for bit.
//!
//! Source: NumPy, `numpy/random/src/legacy` and `_mt19937.pyx`; the generator is MT19937 by Matsumoto
//! and Nishimura, seeded as `init_genrand` does.

use rand_mt::Mt;

/// The generator `numpy.random.RandomState(seed)`.
pub(super) struct RandomState {
    mt: Mt,
    /// The second number of the last Gaussian pair, or `None` if it was used.
    kept: Option<f64>,
}

impl RandomState {
    pub(super) fn new(seed: u32) -> Self {
        Self { mt: Mt::new(seed), kept: None }
    }

    /// Draws a number uniform in [0, 1) with 53 random bits.
    pub(super) fn random_sample(&mut self) -> f64 {
        let a = f64::from(self.mt.next_u32() >> 5);
        let b = f64::from(self.mt.next_u32() >> 6);
        (a * 67_108_864.0 + b) / 9_007_199_254_740_992.0
    }

    /// Draws a number uniform in [low, high).
    pub(super) fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.random_sample()
    }

    /// Draws a standard normal number by Marsaglia's polar method, which makes numbers in pairs.
    pub(super) fn gauss(&mut self) -> f64 {
        if let Some(kept) = self.kept.take() {
            return kept;
        }
        loop {
            let x1 = 2.0 * self.random_sample() - 1.0;
            let x2 = 2.0 * self.random_sample() - 1.0;
            let r2 = x1 * x1 + x2 * x2;
            if r2 < 1.0 && r2 != 0.0 {
                let f = (-2.0 * r2.ln() / r2).sqrt();
                self.kept = Some(f * x1);
                return f * x2;
            }
        }
    }

    /// Draws a normal number with mean `loc` and standard deviation `scale`.
    pub(super) fn normal(&mut self, loc: f64, scale: f64) -> f64 {
        loc + scale * self.gauss()
    }

    /// Draws an integer uniform in 0..=max by masked rejection.
    fn interval(&mut self, max: u32) -> u32 {
        let mask = max.checked_ilog2().map_or(0, |bits| u32::MAX >> (31 - bits));
        if mask == 0 {
            return 0;
        }
        loop {
            let value = self.mt.next_u32() & mask;
            if value <= max {
                return value;
            }
        }
    }

    /// Returns 0..n in random order. The caller keeps `n` below 2^32.
    pub(super) fn permutation(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        for i in (1..n).rev() {
            order.swap(i, self.interval(i as u32) as usize);
        }
        order
    }
}

/// Returns `n` evenly spaced numbers from `a` to `b`, `b` included.
pub(super) fn linspace(a: f64, b: f64, n: usize) -> Vec<f64> {
    let step = if n > 1 { (b - a) / (n - 1) as f64 } else { 0.0 };
    let mut values: Vec<f64> = (0..n).map(|i| i as f64 * step + a).collect();
    if n > 1 {
        values[n - 1] = b;
    }
    values
}

/// Returns `n` evenly spaced numbers from `a` to `b`, `b` excluded.
pub(super) fn linspace_without_end(a: f64, b: f64, n: usize) -> Vec<f64> {
    let step = (b - a) / n.max(1) as f64;
    (0..n).map(|i| i as f64 * step + a).collect()
}
