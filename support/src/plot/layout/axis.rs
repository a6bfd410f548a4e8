//! An axis: its range, and round numbers along it.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, KeyPointWeight, NoDefaultFormatting, Ranged, ValueFormatter};

/// The largest number of ticks along an axis.
const MOST: usize = 7;

/// The smallest width of a range: narrower ranges cannot be divided into steps.
const NARROWEST: f64 = 1e-300;
/// The largest coordinate, in canvas units: places farther away are moved here, still out of sight.
const FAR: f64 = 1e6;

/// A range of numbers along an edge of a panel.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::plot) struct Axis {
    /// The quantity on the axis, written beside the numbers.
    pub(in crate::plot) name: String,
    /// The lowest and the highest number.
    pub(in crate::plot) range: (f64, f64),
    scale: Scale,
}

/// The scale of an axis: the places of numbers, and which of them are written.
#[derive(Clone, Debug, PartialEq)]
enum Scale {
    /// Even distances between numbers.
    Linear,
    /// Even distances, and only whole numbers: the axis counts something.
    Whole,
    /// Distances by the logarithms of the numbers.
    Logarithmic,
    /// Even distances; 0, 1, 2 … have names.
    Names(Vec<String>),
}

impl Axis {
    /// Returns an axis exactly from `low` to `high`; a range of no width is widened.
    pub(in crate::plot) fn exact(name: &str, (low, high): (f64, f64)) -> Self {
        let range = if high - low > 1e-9 * low.abs().max(high.abs()) && high - low > NARROWEST {
            (low, high)
        } else {
            let room = 0.5 * low.abs().max(high.abs()).max(1.0);
            (low - room, high + room)
        };
        Self { name: name.to_string(), range, scale: Scale::Linear }
    }

    /// Returns an axis with a place per name, the first at the low end, or if `downwards` at the high end.
    pub(in crate::plot) fn names(name: &str, names: Vec<String>, downwards: bool) -> Self {
        let (low, high) = (-0.5, names.len() as f64 - 0.5);
        let range = if downwards { (high, low) } else { (low, high) };
        Self { name: name.to_string(), range, scale: Scale::Names(names) }
    }

    /// Returns a logarithmic axis with room at both ends. The numbers must be finite and above 0.
    pub(in crate::plot) fn logarithmic(name: &str, numbers: impl Iterator<Item = f64>) -> Self {
        let logs = Self::around(name, numbers.map(f64::log10));
        // The margin may go beyond the range of `f64`.
        let number = |log: f64| 10f64.powf(log).clamp(f64::MIN_POSITIVE, f64::MAX);
        let range = (number(logs.range.0), number(logs.range.1));
        Self { range, scale: Scale::Logarithmic, ..logs }
    }

    /// Returns an axis a twentieth wider than the numbers at each end. The numbers must be finite.
    pub(in crate::plot) fn around(name: &str, numbers: impl Iterator<Item = f64>) -> Self {
        let (low, high) =
            numbers.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        let axis = Self::exact(name, (low, high));
        let (low, high) = axis.range;
        let room = 0.05 * (high - low);
        Self { range: (low - room, high + room), ..axis }
    }

    /// Keeps the range inside `low` to `high`, with a little room for the line itself.
    pub(in crate::plot) fn within(mut self, low: f64, high: f64) -> Self {
        let room = 0.02 * (high - low);
        self.range = (self.range.0.max(low - room), self.range.1.min(high + room));
        self
    }

    /// Writes whole numbers only.
    pub(in crate::plot) fn whole(self) -> Self {
        Self { scale: Scale::Whole, ..self }
    }

    /// Returns the numbers beside the axis, as they are written.
    pub(in crate::plot) fn labels(&self) -> Vec<String> {
        match &self.scale {
            Scale::Names(names) => names.clone(),
            // One at a time: on this scale the numbers have different numbers of decimals.
            Scale::Logarithmic => self.ticks().iter().flat_map(|&tick| labels(&[tick])).collect(),
            Scale::Linear | Scale::Whole => labels(&self.ticks()),
        }
    }

    /// Returns the numbers that are written beside the axis.
    fn ticks(&self) -> Vec<f64> {
        match &self.scale {
            Scale::Names(names) => (0..names.len()).map(|i| i as f64).collect(),
            Scale::Logarithmic => self.powers(),
            Scale::Linear | Scale::Whole => self.round_numbers(),
        }
    }

    /// Returns powers of ten in the range; where there are fewer than three, 2 and 5 times them as well.
    fn powers(&self) -> Vec<f64> {
        let (low, high) = self.range;
        let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
        let every = (last - first) / MOST as i32 + 1;
        let within = |multiples: &[f64]| -> Vec<f64> {
            let powers = (first..=last).filter(|power| power % every == 0);
            let all = powers.flat_map(|power| multiples.iter().map(move |m| m * 10f64.powi(power)));
            all.filter(|tick| (low..=high).contains(tick)).collect()
        };
        [&[1.0][..], &[1.0, 2.0, 5.0]].map(within).into_iter().find(|ticks| ticks.len() >= 3).unwrap_or_else(
            // Less than a power of ten: the scale is almost even.
            || self.round_numbers().into_iter().filter(|&tick| tick > 0.0).collect(),
        )
    }

    /// Returns a few round numbers in the range: multiples of 1, 2 or 5 times a power of ten.
    fn round_numbers(&self) -> Vec<f64> {
        let (low, high) = self.range;
        let rough = (high - low) / MOST as f64;
        let power = 10f64.powf(rough.log10().floor());
        for step in [1.0, 2.0, 5.0, 10.0, 20.0].map(|m| m * power) {
            let step = if self.scale == Scale::Whole { step.max(1.0) } else { step };
            let (first, last) = ((low / step).ceil(), (high / step).floor());
            if last - first + 1.0 <= MOST as f64 {
                // Counting steps keeps 0.3 from becoming 0.30000000000000004.
                return (0..=(last - first).max(0.0) as usize).map(|i| (first + i as f64) * step).collect();
            }
        }
        Vec::new()
    }
}

/// The interface for plotters: the place of a number, and which numbers are written.
impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        let (low, high) = self.range;
        let share = match self.scale {
            // The axis ends at the smallest normal number.
            Scale::Logarithmic => (value.max(low).ln() - low.ln()) / (high.ln() - low.ln()),
            _ => (value - low) / (high - low),
        };
        (f64::from(from) + f64::from(to - from) * share).round().clamp(-FAR, FAR) as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        match hint.weight() {
            KeyPointWeight::Bold => self.ticks(),
            KeyPointWeight::Any => Vec::new(),
        }
    }

    fn range(&self) -> Range<f64> {
        self.range.0..self.range.1
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        let ticks = self.ticks();
        let place = ticks.iter().position(|tick| tick == value);
        place.and_then(|i| self.labels().get(i).cloned()).unwrap_or_default()
    }
}

/// Formats the numbers beside an axis: equally many decimals, a real minus sign, powers of ten where the numbers
/// would be long.
pub(in crate::plot) fn labels(ticks: &[f64]) -> Vec<String> {
    let step = ticks.windows(2).map(|w| w[1] - w[0]).fold(f64::INFINITY, f64::min);
    let largest = ticks.iter().fold(0f64, |most, t| most.max(t.abs()));
    let step = if step.is_finite() { step } else { largest };
    if largest == 0.0 {
        return ticks.iter().map(|_| "0".to_string()).collect();
    }
    let exponent = (step * 1.000_001).log10().floor() as i32;
    let top = largest.log10().floor() as i32;
    ticks
        .iter()
        .map(|&t| {
            let text = if !(-4..5).contains(&top) {
                let digits = (top - exponent).clamp(0, 15) as usize;
                let mantissa = format!("{:.digits$}", t / 10f64.powi(top));
                if mantissa.trim_matches(['-', '0', '.']).is_empty() {
                    "0".to_string()
                } else if ticks.len() == 1 && mantissa == "1" {
                    format!("10{}", superscript(top))
                } else {
                    format!("{mantissa}×10{}", superscript(top))
                }
            } else {
                let text = format!("{t:.*}", (-exponent).clamp(0, 15) as usize);
                if t == 0.0 { "0".to_string() } else { text }
            };
            text.replace('-', "−")
        })
        .collect()
}

fn superscript(n: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raised = |c: char| c.to_digit(10).map_or('⁻', |d| DIGITS[d as usize]);
    n.to_string().chars().map(raised).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(low: f64, high: f64) -> Vec<String> {
        labels(&Axis::exact("", (low, high)).ticks())
    }

    #[test]
    fn numbers_are_round_and_short() {
        assert_eq!(written(-1.1, 1.1), ["−1.0", "−0.5", "0", "0.5", "1.0"]);
        assert_eq!(written(0.0, 1000.0), ["0", "200", "400", "600", "800", "1000"]);
        assert_eq!(written(0.693, 0.6945), ["0.6930", "0.6935", "0.6940", "0.6945"]);
        assert_eq!(written(0.0, 2.5e7), ["0", "0.5×10⁷", "1.0×10⁷", "1.5×10⁷", "2.0×10⁷", "2.5×10⁷"]);
        assert_eq!(written(0.0, 1e-6).last().map(String::as_str), Some("1.0×10⁻⁶"));
    }

    #[test]
    fn any_range_has_a_few_numbers_inside_it() {
        let mut span = 1e-12;
        while span < 1e15 {
            for low in [-3.0 * span, -0.37 * span, 0.0, 0.11 * span, 7.7 * span] {
                let axis = Axis::exact("", (low, low + span));
                let ticks = axis.ticks();
                assert!((3..=7).contains(&ticks.len()), "{axis:?} {ticks:?}");
                let slack = 1e-9 * span;
                assert!(
                    ticks.iter().all(|&t| t >= low - slack && t <= low + span + slack),
                    "{axis:?} {ticks:?}"
                );
                let written = labels(&ticks);
                assert!(written.windows(2).all(|w| w[0] != w[1]), "{written:?}");
            }
            span *= 3.3;
        }
    }

    #[test]
    fn logarithmic_numbers_are_powers_or_round() {
        let written = |low: f64, high: f64| Axis::logarithmic("", [low, high].into_iter()).labels();
        assert_eq!(written(0.001, 1.0), ["0.001", "0.01", "0.1", "1"]);
        assert_eq!(written(0.02, 0.6), ["0.02", "0.05", "0.1", "0.2", "0.5"]);
        assert_eq!(written(0.68, 0.7).len(), 5);
        assert!(written(1e-30, 1e30).len() <= 8);
        assert!(written(1e-9, 1e-6).contains(&"10⁻⁸".to_string()), "{:?}", written(1e-9, 1e-6));
        for extremes in [[1e-300, 1e300], [1e-250, 1e-250], [f64::MIN_POSITIVE, f64::MAX]] {
            let axis = Axis::logarithmic("", extremes.into_iter());
            assert!((1..=8).contains(&axis.labels().len()), "{extremes:?} {:?}", axis.labels());
            assert!(extremes.iter().all(|v| (0..=1000).contains(&axis.map(v, (0, 1000)))), "{extremes:?}");
        }
        let axis = Axis::logarithmic("", [0.01, 1.0].into_iter());
        assert_eq!(axis.map(&0.1, (0, 1000)), 500);
    }

    #[test]
    fn the_smallest_and_the_largest_numbers_have_a_place() {
        let tiny = f64::from_bits(1);
        for (low, high) in [
            (0.0, tiny),
            (-tiny, tiny),
            (tiny, 3.0 * tiny),
            (1e-310, 2e-310),
            (0.0, 1e-299),
            (-1e300, 1e300),
            (1e300, 1e300),
            (1e300, 1e300 * (1.0 + f64::EPSILON)),
            (-1e300, tiny),
        ] {
            let axis = Axis::around("", [low, high].into_iter());
            assert!((1..=8).contains(&axis.labels().len()), "{axis:?} {:?}", axis.labels());
            assert!(axis.labels().iter().all(|l| l.chars().count() < 12), "{axis:?} {:?}", axis.labels());
            assert!([low, high].iter().all(|v| (0..=1000).contains(&axis.map(v, (0, 1000)))), "{axis:?}");
            assert_eq!(axis.map(&f64::INFINITY, (0, 1000)), FAR as i32);
        }
        for least in [tiny, 1e-310] {
            let axis = Axis::logarithmic("", [least, 1.0].into_iter());
            assert!([least, 1.0].iter().all(|v| (0..=1000).contains(&axis.map(v, (0, 1000)))), "{axis:?}");
        }
    }

    #[test]
    fn names_stand_at_their_places() {
        let axis = Axis::names("true", ["a", "b"].map(String::from).to_vec(), true);
        assert_eq!(axis.labels(), ["a", "b"]);
        assert_eq!([0.0, 1.0].map(|v| axis.map(&v, (100, 0))), [25, 75]);
    }

    #[test]
    fn epochs_are_whole() {
        assert_eq!(Axis::around("", [0.0, 2.0].into_iter()).whole().labels(), ["0", "1", "2"]);
        assert_eq!(Axis::around("", [0.0].into_iter()).whole().labels(), ["0"]);
    }

    #[test]
    fn a_range_without_width_is_widened() {
        assert_eq!(Axis::exact("", (3.0, 3.0)).range, (1.5, 4.5));
        assert_eq!(Axis::around("", [0.0].into_iter()).range, (-0.55, 0.55));
        assert_eq!(Axis::around("", [60.0, 100.0].into_iter()).within(0.0, 100.0).range, (58.0, 102.0));
    }
}
