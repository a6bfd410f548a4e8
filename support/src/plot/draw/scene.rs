//! A scene: the shapes of a figure in canvas units, which are tenths of a pixel.

use std::sync::Arc;

use plotters::style::RGBColor;

use super::pixels::Image;

/// A place on the canvas, from its upper left corner.
pub(in crate::plot) type Place = (i32, i32);

/// Shapes in the order in which they are drawn, on a background of one colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::plot) struct Scene {
    /// Width and height.
    pub(in crate::plot) size: (u32, u32),
    pub(in crate::plot) shapes: Vec<Shape>,
    /// True if corners were left out of a line with too many of them.
    pub(in crate::plot) thinned: bool,
}

/// One shape of a scene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::plot) enum Shape {
    /// A rectangle between two corners.
    Rectangle { corners: [Place; 2], paint: Paint },
    /// Closed loops, filled; a loop inside a loop is a hole. The outline is of the same colour.
    Area { loops: Vec<Vec<Place>>, fill: RGBColor, outline: i32 },
    /// An open line.
    Line { at: Vec<Place>, stroke: Stroke },
    /// Equal discs, each with a ring.
    Dots { at: Vec<Place>, radius: i32, fill: RGBColor, ring: Stroke },
    /// A line of text.
    Text { text: String, at: Place, look: TextStyle },
    /// Pixels between two corners.
    Picture { corners: [Place; 2], image: Arc<Image> },
}

/// A colour inside or along the edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::plot) enum Paint {
    Fill(RGBColor),
    Edge(Stroke),
}

/// The look of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::plot) struct Stroke {
    pub(in crate::plot) colour: RGBColor,
    pub(in crate::plot) width: i32,
    pub(in crate::plot) dashed: bool,
}

impl Stroke {
    /// Returns the lengths of a dash and of the gap after it; `None` for a solid line.
    pub(super) fn dashes(self) -> Option<[i32; 2]> {
        self.dashed.then_some([3 * self.width, 2 * self.width])
    }
}

/// The look of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::plot) struct TextStyle {
    /// Height of the font.
    pub(in crate::plot) size: i32,
    pub(in crate::plot) bold: bool,
    pub(in crate::plot) colour: RGBColor,
    pub(in crate::plot) anchor: Anchor,
    /// True if the text runs upwards.
    pub(in crate::plot) upwards: bool,
}

/// The part of a text that stands at the text's place; the baseline always does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::plot) enum Anchor {
    Start,
    Middle,
    End,
}
