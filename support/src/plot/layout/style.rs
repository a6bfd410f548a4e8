//! The look of every figure: colours, sizes, fonts, in one place.

use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle, TextStyle};

/// Canvas units per pixel at 1x. plotters counts in whole numbers; tenths of a pixel keep curves smooth.
pub(in crate::plot) const UNITS: u32 = 10;

/// Converts pixels at 1x to canvas units.
pub(in crate::plot) fn px(pixels: f64) -> i32 {
    (pixels * f64::from(UNITS)).round() as i32
}

/// Pixels of the PNG per pixel at 1x.
pub(in crate::plot) const PNG_SCALE: f32 = 2.0;

/// The font that is part of the crate.
pub(in crate::plot) const FONT: &str = "Inter";

/// Size of axis and legend text, in pixels.
pub(in crate::plot) const TEXT: f64 = 13.0;
/// Size of a panel's title, in pixels.
pub(in crate::plot) const TITLE: f64 = 15.0;

/// Size of a panel in a figure with two columns: two panels are as wide as a notebook's column.
pub(in crate::plot) const HALF: (f64, f64) = (450.0, 420.0);
/// Size of a single panel of points, in which a circle looks round.
pub(in crate::plot) const WHOLE: (f64, f64) = (560.0, 510.0);
/// Size of a panel of curves in a figure with two columns.
pub(in crate::plot) const HALF_CURVES: (f64, f64) = (450.0, 340.0);
/// Size of a single panel of curves.
pub(in crate::plot) const WHOLE_CURVES: (f64, f64) = (640.0, 400.0);

pub(in crate::plot) const BACKGROUND: RGBColor = RGBColor(255, 255, 255);
pub(in crate::plot) const TEXT_COLOR: RGBColor = RGBColor(31, 31, 31);
pub(in crate::plot) const SECONDARY_TEXT: RGBColor = RGBColor(74, 74, 74);
pub(in crate::plot) const FRAME: RGBColor = RGBColor(140, 140, 140);
pub(in crate::plot) const GRID: RGBColor = RGBColor(232, 232, 232);

/// The colour of each class. Chosen so that any two stay apart under protanopia, deuteranopia and tritanopia (Machado
/// et al. 2009), which a test checks.
pub(in crate::plot) const CLASSES: [RGBColor; 10] = [
    RGBColor(0xd1, 0x44, 0x2e),
    RGBColor(0x16, 0x68, 0xb0),
    RGBColor(0xe8, 0xa9, 0x1f),
    RGBColor(0x5c, 0xc0, 0xc8),
    RGBColor(0x68, 0x08, 0x35),
    RGBColor(0x37, 0x16, 0x8c),
    RGBColor(0x99, 0x81, 0xfb),
    RGBColor(0x7f, 0x49, 0x69),
    RGBColor(0xa7, 0x75, 0x8c),
    RGBColor(0x9c, 0x0b, 0x02),
];

/// The colour of training data and its curves, in every figure.
pub(in crate::plot) const TRAIN: RGBColor = CLASSES[1];
/// The colour of test data and its curves.
pub(in crate::plot) const TEST: RGBColor = RGBColor(0x5b, 0xbd, 0x6a);
/// The colour of a model's predictions.
pub(in crate::plot) const PREDICTION: RGBColor = CLASSES[0];

/// Returns the opaque light shade of a class's region: a third of the class's colour on white.
pub(in crate::plot) fn tint(colour: RGBColor) -> RGBColor {
    faded(colour, 0.36)
}

/// Returns `share` (0 to 1) of a colour on white.
pub(in crate::plot) fn faded(RGBColor(r, g, b): RGBColor, share: f64) -> RGBColor {
    let mix = |c: u8| 255 - (f64::from(255 - c) * share) as u8;
    RGBColor(mix(r), mix(g), mix(b))
}

/// Returns the shade of a probability of 0.5 or more: the higher, the stronger the colour.
pub(in crate::plot) fn confidence(colour: RGBColor, probability: f64) -> RGBColor {
    faded(colour, 0.06 + 1.08 * (probability - 0.5))
}

/// The colour of numbers below zero: weights, a neuron's output.
pub(in crate::plot) const NEGATIVE: RGBColor = RGBColor(0xe0, 0x7b, 0x1a);
/// The colour of numbers above zero.
pub(in crate::plot) const POSITIVE: RGBColor = RGBColor(0x17, 0x6d, 0xb5);

/// Returns the shade of a number between -1 and 1; white is zero.
pub(in crate::plot) fn signed(value: f64) -> RGBColor {
    faded(if value < 0.0 { NEGATIVE } else { POSITIVE }, value.abs().min(1.0))
}

/// Returns black or white for letters, whichever is read more easily on a colour (WCAG 2's luminance).
pub(in crate::plot) fn ink_on(RGBColor(r, g, b): RGBColor) -> RGBColor {
    let linear = |c: u8| (f64::from(c) / 255.0).powf(2.2);
    let luminance = 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    if luminance > 0.28 { TEXT_COLOR } else { BACKGROUND }
}

/// Width of curves, in pixels.
pub(in crate::plot) const CURVE: f64 = 1.8;
/// Width of the white ring around a dot, in pixels.
pub(in crate::plot) const DOT_RING: f64 = 0.7;
/// Width of the dark ring around a point that the model predicts wrongly, in pixels.
pub(in crate::plot) const WRONG_RING: f64 = 1.7;
/// Width of the line between two classes, in pixels.
pub(in crate::plot) const BORDER: f64 = 1.4;
/// Colour of the line between two classes.
pub(in crate::plot) const BORDER_INK: RGBColor = RGBColor(60, 60, 60);

/// Returns the radius of one of `n` dots, in pixels: smaller where there are many.
pub(in crate::plot) fn dot_radius(n: usize) -> f64 {
    match n {
        0..=250 => 4.2,
        251..=1200 => 3.6,
        1201..=4000 => 2.6,
        _ => 1.8,
    }
}

/// Returns the style of a line `width` pixels wide.
pub(in crate::plot) fn stroke(colour: RGBColor, width: f64) -> ShapeStyle {
    ShapeStyle::from(colour.to_rgba()).stroke_width(px(width).unsigned_abs())
}

/// Returns the style of text `size` pixels high.
pub(in crate::plot) fn text(size: f64, style: FontStyle, colour: RGBColor) -> TextStyle<'static> {
    let mut text = TextStyle::from(FontDesc::new(FontFamily::Name(FONT), f64::from(px(size)), style));
    text.color = colour.to_backend_color();
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    type Matrix = [[f64; 3]; 3];
    /// Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
    const VISIONS: [Matrix; 4] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    ];
    /// Ottosson's OKLab, from linear RGB.
    const LMS: Matrix = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ];
    const LAB: Matrix = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ];

    fn times(m: &Matrix, v: [f64; 3]) -> [f64; 3] {
        std::array::from_fn(|i| (0..3).map(|j| m[i][j] * v[j]).sum())
    }

    fn linear(c: u8) -> f64 {
        let c = f64::from(c) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    }

    /// Returns the smallest difference between two colours under any of the `VISIONS`.
    fn distance(RGBColor(r, g, b): RGBColor, RGBColor(s, h, c): RGBColor) -> f64 {
        let seen = |vision: &Matrix, rgb: [u8; 3]| {
            times(&LAB, times(&LMS, times(vision, rgb.map(linear)).map(|c| c.clamp(0.0, 1.0))).map(f64::cbrt))
        };
        let apart = |vision| {
            let (one, other) = (seen(vision, [r, g, b]), seen(vision, [s, h, c]));
            (0..3).map(|i| (one[i] - other[i]).powi(2)).sum::<f64>().sqrt()
        };
        VISIONS.iter().map(apart).fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn colour_blind_readers_tell_classes_apart() {
        for (i, &one) in CLASSES.iter().enumerate() {
            for (j, &other) in CLASSES.iter().enumerate().take(i) {
                let (dots, regions) = (distance(one, other), distance(tint(one), tint(other)));
                // The fewer classes there are, the further apart they should be.
                let least = if i < 4 { (0.15, 0.04) } else { (0.09, 0.0) };
                assert!(dots > least.0 && regions > least.1, "classes {j} and {i}: {dots:.3}, {regions:.3}");
            }
            let found = distance(one, tint(one));
            assert!(found > 0.1, "class {i} on its own region: {found:.3}");
        }
        let apart = distance(NEGATIVE, POSITIVE);
        assert!(apart > 0.2, "negative and positive: {apart:.3}");
        for share in [0.25, 0.5, 0.85] {
            let apart = distance(signed(-share), signed(share));
            assert!(apart > 0.1 * share, "-{share} and {share}: {apart:.3}");
        }
        for (i, &one) in CLASSES.iter().enumerate().take(4) {
            for &other in &CLASSES[..i] {
                let apart = distance(confidence(one, 1.0), confidence(other, 1.0));
                assert!(apart > 0.06, "certain of {one:?} and of {other:?}: {apart:.3}");
            }
            let found = distance(one, confidence(one, 1.0));
            assert!(found > 0.08, "class {i} on its strongest shade: {found:.3}");
            let steps = distance(confidence(one, 0.5), confidence(one, 1.0));
            assert!(steps > 0.1, "class {i} from undecided to certain: {steps:.3}");
        }
        for (one, other) in [(TRAIN, TEST), (TEST, PREDICTION), (TRAIN, PREDICTION)] {
            let found = distance(one, other);
            assert!(found > 0.12, "{one:?} and {other:?}: {found:.3}");
        }
    }
}
