//! A scene as pixels, painted with tiny-skia straight from its shapes: reading the SVG back would take longer
//! than painting.

use std::collections::HashMap;

use plotters::style::RGBColor;
use tiny_skia::{
    Color, FillRule, FilterQuality, Paint as Ink, Path, PathBuilder, Pixmap, PixmapPaint, Rect, StrokeDash,
    Transform,
};

use super::font;
use super::scene::{Paint, Place, Scene, Shape, Stroke};
use crate::plot::layout::style::{BACKGROUND, UNITS};

/// Paints `scene`, with `scale` pixels per pixel at 1x; `None` if it is too large.
pub(super) fn pixels(scene: &Scene, scale: f32) -> Option<Pixmap> {
    let scale = scale / UNITS as f32;
    let side = |units: u32| (units as f32 * scale).round() as u32;
    let mut pixmap = Pixmap::new(side(scene.size.0), side(scene.size.1))?;
    pixmap.fill(colour(BACKGROUND));
    let mut brush = Brush::new(pixmap, scale, (0, 0));
    scene.shapes.iter().for_each(|shape| brush.shape(shape));
    Some(brush.pixmap)
}

/// A brush that paints shapes on pixels.
pub(super) struct Brush {
    pub(super) pixmap: Pixmap,
    /// Pixels per canvas unit.
    pub(super) scale: f32,
    /// The place of the upper left pixel.
    pub(super) origin: Place,
    stamps: HashMap<Disc, Pixmap>,
}

/// Radius, colours and ring width of a disc, and the offset of its centre from a whole pixel, in 1/100 pixel.
type Disc = (i32, [u8; 6], i32, Place);

/// A dot's radius, colour and ring.
pub(super) type Dot = (i32, RGBColor, Stroke);

impl Brush {
    pub(super) fn new(pixmap: Pixmap, scale: f32, origin: Place) -> Self {
        Self { pixmap, scale, origin, stamps: HashMap::new() }
    }

    pub(super) fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Rectangle { corners: [(left, top), (right, bottom)], paint } => {
                let [l, t, r, b] = [left, top, right, bottom].map(|v| *v as f32);
                let Some(rect) = Rect::from_ltrb(l, t, r, b) else { return };
                match paint {
                    Paint::Fill(fill) => self.fill(&PathBuilder::from_rect(rect), *fill),
                    Paint::Edge(edge) => self.stroke(&PathBuilder::from_rect(rect), *edge),
                }
            }
            Shape::Area { loops, fill, outline } => {
                let Some(path) = path(loops, true) else { return };
                self.fill(&path, *fill);
                if *outline > 0 {
                    self.stroke(&path, Stroke { colour: *fill, width: *outline, dashed: false });
                }
            }
            Shape::Line { at, stroke } => {
                if let Some(path) = path(std::slice::from_ref(at), false) {
                    self.stroke(&path, *stroke);
                }
            }
            Shape::Dots { at, radius, fill, ring } => {
                at.iter().for_each(|place| self.dot(*place, *radius, *fill, *ring));
            }
            Shape::Text { text, at, look } => {
                if let Some(path) = font::outline(text, *at, *look) {
                    let transform = self.transform();
                    self.pixmap.fill_path(&path, &ink(look.colour), FillRule::Winding, transform, None);
                }
            }
            Shape::Picture { corners: [(left, top), (right, _)], image } => {
                let Some(picture) = image.pixmap() else { return };
                let units = (right - left) as f32 / picture.width() as f32;
                let place = Transform::from_row(units, 0.0, 0.0, units, *left as f32, *top as f32);
                let transform = place.post_concat(self.transform());
                let same = (units * self.scale - 1.0).abs() < 1e-3;
                let quality = if same { FilterQuality::Nearest } else { FilterQuality::Bilinear };
                let paint = PixmapPaint { quality, ..Default::default() };
                self.pixmap.draw_pixmap(0, 0, picture.as_ref(), &paint, transform, None);
            }
        }
    }

    fn transform(&self) -> Transform {
        let (left, top) = self.origin;
        Transform::from_scale(self.scale, self.scale).pre_translate(-left as f32, -top as f32)
    }

    fn fill(&mut self, path: &Path, fill: RGBColor) {
        let transform = self.transform();
        self.pixmap.fill_path(path, &ink(fill), FillRule::EvenOdd, transform, None);
    }

    fn stroke(&mut self, path: &Path, stroke: Stroke) {
        let transform = self.transform();
        self.pixmap.stroke_path(path, &ink(stroke.colour), &pen(stroke), transform, None);
    }

    /// Paints a dot. Thousands of dots differ only by a fraction of a pixel: each kind is painted once, then copied.
    fn dot(&mut self, (x, y): Place, radius: i32, fill: RGBColor, ring: Stroke) {
        let reach = radius as f32 + ring.width as f32 / 2.0;
        let room = (reach * self.scale).ceil() as i32 + 1;
        let whole = |v: i32| (v as f32 * self.scale).floor() as i32;
        // A pixel may be a fractional number of units; a hundredth of a pixel is near enough.
        let rest = |v: i32| ((v as f32 * self.scale - whole(v) as f32) * 100.0).round() as i32;
        let RGBColor(r, g, b) = fill;
        let RGBColor(s, h, c) = ring.colour;
        let phase = (rest(x), rest(y));
        let scale = self.scale;
        let stamp = self.stamps.entry((radius, [r, g, b, s, h, c], ring.width, phase)).or_insert_with(|| {
            let rest = |hundredths: i32| hundredths as f32 / 100.0;
            disc((rest(phase.0), rest(phase.1)), room, (radius, fill, ring), scale)
        });
        let corner = (whole(x) - room, whole(y) - room);
        let paint = PixmapPaint::default();
        self.pixmap.draw_pixmap(corner.0, corner.1, stamp.as_ref(), &paint, Transform::identity(), None);
    }
}

/// Paints a dot on pixels of its own, `room` of them on each side of the pixel of the dot's centre.
pub(super) fn disc(rest: (f32, f32), room: i32, (radius, fill, ring): Dot, scale: f32) -> Pixmap {
    let side = 2 * room.unsigned_abs() + 1;
    let mut stamp = Pixmap::new(side, side).expect("a dot's size is above 0");
    let at = |rest: f32| (room as f32 + rest) / scale;
    if let Some(circle) = PathBuilder::from_circle(at(rest.0), at(rest.1), radius as f32) {
        let transform = Transform::from_scale(scale, scale);
        stamp.fill_path(&circle, &ink(fill), FillRule::Winding, transform, None);
        stamp.stroke_path(&circle, &ink(ring.colour), &pen(ring), transform, None);
    }
    stamp
}

fn path(lines: &[Vec<Place>], closed: bool) -> Option<Path> {
    let mut path = PathBuilder::new();
    for line in lines {
        let Some((first, rest)) = line.split_first() else { continue };
        path.move_to(first.0 as f32, first.1 as f32);
        rest.iter().for_each(|at| path.line_to(at.0 as f32, at.1 as f32));
        if closed {
            path.close();
        }
    }
    path.finish()
}

fn colour(RGBColor(r, g, b): RGBColor) -> Color {
    Color::from_rgba8(r, g, b, 255)
}

fn ink(fill: RGBColor) -> Ink<'static> {
    let mut ink = Ink::default();
    ink.set_color(colour(fill));
    ink
}

fn pen(stroke: Stroke) -> tiny_skia::Stroke {
    let dashes = stroke.dashes().map(|d| d.map(|length| length as f32).to_vec());
    tiny_skia::Stroke {
        width: stroke.width as f32,
        line_join: tiny_skia::LineJoin::Round,
        dash: dashes.and_then(|dashes| StrokeDash::new(dashes, 0.0)),
        ..Default::default()
    }
}
