//! What a figure consists of: a short list of shapes in canvas units, which are tenths of a pixel.

use std::sync::Arc;

use plotters::style::RGBColor;

use super::pixels::Image;

/// A place on the canvas, from its upper left corner.
pub(in crate::plot) type Place = (i32, i32);

/// Shapes in the order in which they are drawn, on a ground of one colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::plot) struct Scene {
    /// Width and height.
    pub(in crate::plot) size: (u32, u32),
    pub(in crate::plot) shapes: Vec<Shape>,
    /// Whether of a line with too many corners some were left out.
    pub(in crate::plot) thinned: bool,
}

/// One shape.
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

/// How a line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::plot) struct Stroke {
    pub(in crate::plot) colour: RGBColor,
    pub(in crate::plot) width: i32,
    pub(in crate::plot) dashed: bool,
}

impl Stroke {
    /// Lengths of a dash and of the gap after it.
    pub(super) fn dashes(self) -> Option<[i32; 2]> {
        self.dashed.then_some([3 * self.width, 2 * self.width])
    }
}

/// How text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::plot) struct TextStyle {
    /// Height of the font.
    pub(in crate::plot) size: i32,
    pub(in crate::plot) bold: bool,
    pub(in crate::plot) colour: RGBColor,
    pub(in crate::plot) anchor: Anchor,
    /// Written upwards.
    pub(in crate::plot) upwards: bool,
}

/// Which part of a text stands at its place; its baseline always does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::plot) enum Anchor {
    Start,
    Middle,
    End,
}
