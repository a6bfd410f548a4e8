//! The look of every figure: colours, sizes, fonts, in one place.

use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle, TextStyle};

/// Canvas units in a pixel at 1x. plotters counts in whole numbers; tenths of a pixel keep curves smooth.
pub(super) const UNITS: u32 = 10;

/// Pixels at 1x as canvas units.
pub(super) fn px(pixels: f64) -> i32 {
    (pixels * f64::from(UNITS)).round() as i32
}

/// Pixels of the PNG for a pixel at 1x.
pub(super) const PNG_SCALE: u32 = 2;

/// The font that travels in the crate.
pub(super) const FONT: &str = "Inter";
/// What a browser takes: the crate's font where it is installed, else the system's.
pub(super) const FONT_STACK: &str = "Inter,'Helvetica Neue',Arial,'Liberation Sans',sans-serif";

/// Size of axis and legend text, in pixels.
pub(super) const TEXT: f64 = 13.0;
/// Size of a panel's title, in pixels.
pub(super) const TITLE: f64 = 15.0;

/// A panel of a figure with two columns: two of them are as wide as a notebook's column.
pub(super) const HALF: (f64, f64) = (450.0, 420.0);
/// A panel of points of its own, in which a circle looks round.
pub(super) const WHOLE: (f64, f64) = (560.0, 510.0);
/// A panel of curves in a figure with two columns.
pub(super) const HALF_CURVES: (f64, f64) = (450.0, 340.0);
/// A panel of curves of its own.
pub(super) const WHOLE_CURVES: (f64, f64) = (640.0, 400.0);

pub(super) const GROUND: RGBColor = RGBColor(255, 255, 255);
pub(super) const INK: RGBColor = RGBColor(31, 31, 31);
pub(super) const QUIET_INK: RGBColor = RGBColor(74, 74, 74);
pub(super) const FRAME: RGBColor = RGBColor(140, 140, 140);
pub(super) const GRID: RGBColor = RGBColor(232, 232, 232);

/// The colour of each class. Chosen so that any two stay apart under protanopia, deuteranopia and
/// tritanopia (Machado et al. 2009); a test keeps it so.
pub(super) const CLASSES: [RGBColor; 10] = [
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

/// Training data and its curves, in every figure.
pub(super) const TRAIN: RGBColor = CLASSES[1];
/// Test data and its curves.
pub(super) const TEST: RGBColor = RGBColor(0x5b, 0xbd, 0x6a);
/// What a model predicts.
pub(super) const PREDICTION: RGBColor = CLASSES[0];

/// The opaque light shade of a class's region: a third of its colour on white.
pub(super) fn tint(RGBColor(r, g, b): RGBColor) -> RGBColor {
    let mix = |c: u8| 255 - ((255 - u16::from(c)) * 36 / 100) as u8;
    RGBColor(mix(r), mix(g), mix(b))
}

/// Width of curves, in pixels.
pub(super) const CURVE: f64 = 1.8;
/// Width of the white ring around a dot, in pixels.
pub(super) const DOT_RING: f64 = 0.7;

/// The radius of one of `n` dots, in pixels: smaller where there are many.
pub(super) fn dot_radius(n: usize) -> f64 {
    match n {
        0..=250 => 4.2,
        251..=1200 => 3.6,
        1201..=4000 => 2.6,
        _ => 1.8,
    }
}

/// A line `width` pixels wide.
pub(super) fn stroke(colour: RGBColor, width: f64) -> ShapeStyle {
    ShapeStyle::from(colour.to_rgba()).stroke_width(px(width).unsigned_abs())
}

/// Text `size` pixels high.
pub(super) fn text(size: f64, style: FontStyle, colour: RGBColor) -> TextStyle<'static> {
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

    /// How far apart two colours look to the eye that tells them apart least.
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
        for (one, other) in [(TRAIN, TEST), (TEST, PREDICTION), (TRAIN, PREDICTION)] {
            let found = distance(one, other);
            assert!(found > 0.12, "{one:?} and {other:?}: {found:.3}");
        }
    }
}
