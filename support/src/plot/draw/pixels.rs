//! Shapes turned into a picture of pixels, where their number would make the SVG large.

use std::collections::HashMap;
use std::sync::Arc;

use plotters::style::RGBColor;
use tiny_skia::Pixmap;

use super::paint::{Brush, disc};
use super::png::{Rgb, encoded, indexed};
use super::scene::{Place, Scene, Shape, Stroke};
use crate::error::{Error, Result};
use crate::plot::layout::style::{PNG_SCALE, UNITS};

/// The largest number of bytes of an SVG whose shapes are kept.
const FEW: usize = 900_000;
/// Approximate bytes of a dot, of a corner of a line, and of any shape in addition.
const DOT: usize = 37;
const CORNER: usize = 8;
const SHAPE: usize = 60;
/// Neighbouring shapes of fewer bytes are kept: axes, frames, the legend.
const SMALL: usize = 5000;
/// The largest number of bytes of all pictures together.
const ROOM: usize = 600_000;
/// Pixels of a picture per pixel at 1x: the first scale that keeps to these bytes is used.
const SCALES: [f32; 4] = [PNG_SCALE, 1.0, 0.5, 0.25];

/// Pixels as indices into a palette; index 0 is transparent.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::plot) struct Image {
    width: u32,
    height: u32,
    palette: Vec<Rgb>,
    indices: Vec<u8>,
    /// The picture as a PNG file.
    png: Vec<u8>,
}

/// Returns whether this number of dots is drawn as pixels.
pub(in crate::plot) fn are_many(dots: usize) -> bool {
    dots.saturating_mul(DOT) > FEW
}

impl Scene {
    /// Turns large shapes into pictures if the SVG would be large, and returns whether it did.
    pub(in crate::plot) fn lightened(&mut self, op: &'static str) -> Result<bool> {
        if self.shapes.iter().map(bytes).sum::<usize>() <= FEW {
            return Ok(false);
        }
        // Neighbouring shapes become one picture.
        let runs: Vec<&[Shape]> = self.shapes.chunk_by(|a, b| is_mark(a) == is_mark(b)).collect();
        let heavy = |run: &[Shape]| is_mark(&run[0]) && run.iter().map(bytes).sum::<usize>() >= SMALL;
        let mut pictures = Vec::new();
        for scale in SCALES {
            pictures.clear();
            for run in runs.iter().filter(|run| heavy(run)) {
                pictures.push(picture(op, run, self.size, scale)?);
            }
            if pictures.iter().map(weight).sum::<usize>() <= ROOM {
                break;
            }
        }
        let mut pictures = pictures.into_iter();
        let mut lighter = Vec::new();
        for run in &runs {
            match heavy(run) {
                true => lighter.extend(pictures.next().flatten()),
                false => lighter.extend_from_slice(run),
            }
        }
        self.shapes = lighter;
        Ok(true)
    }
}

fn is_mark(shape: &Shape) -> bool {
    matches!(shape, Shape::Dots { .. } | Shape::Line { .. } | Shape::Area { .. })
}

/// Returns the approximate bytes of a shape in an SVG.
fn bytes(shape: &Shape) -> usize {
    let own = match shape {
        Shape::Dots { at, .. } => DOT * at.len(),
        Shape::Line { at, .. } => CORNER * at.len(),
        Shape::Area { loops, .. } => CORNER * loops.iter().map(Vec::len).sum::<usize>(),
        Shape::Rectangle { .. } | Shape::Text { .. } | Shape::Picture { .. } => 0,
    };
    SHAPE + own
}

fn weight(shape: &Option<Shape>) -> usize {
    match shape {
        Some(Shape::Picture { image, .. }) => image.png.len().div_ceil(3) * 4,
        _ => 0,
    }
}

/// Returns the upper left and the lower right corner of the part of the canvas that shapes cover, at whole pixels.
fn bounds(shapes: &[Shape], (width, height): (u32, u32)) -> Option<[Place; 2]> {
    let mut corners: Option<[Place; 2]> = None;
    let mut reach = |at: Place, by: i32| {
        let ([l, t], [r, b]) = ([at.0 - by, at.1 - by], [at.0 + by, at.1 + by]);
        let [(left, top), (right, bottom)] = corners.unwrap_or([(l, t), (r, b)]);
        corners = Some([(left.min(l), top.min(t)), (right.max(r), bottom.max(b))]);
    };
    for shape in shapes {
        match shape {
            Shape::Dots { at, radius, ring, .. } => at.iter().for_each(|&at| reach(at, radius + ring.width)),
            Shape::Line { at, stroke } => at.iter().for_each(|&at| reach(at, stroke.width)),
            Shape::Area { loops, outline, .. } => loops.iter().flatten().for_each(|&at| reach(at, *outline)),
            _ => {}
        }
    }
    let unit = UNITS as i32;
    let down = |v: i32, most: u32| v.clamp(0, most as i32) / unit * unit;
    let up = |v: i32, most: u32| (v.clamp(0, most as i32) + unit - 1) / unit * unit;
    let [(left, top), (right, bottom)] = corners?;
    let corners = [(down(left, width), down(top, height)), (up(right, width), up(bottom, height))];
    (corners[0].0 < corners[1].0 && corners[0].1 < corners[1].1).then_some(corners)
}

/// Paints shapes as a picture; `None` if they lie outside the canvas.
fn picture(op: &'static str, shapes: &[Shape], size: (u32, u32), scale: f32) -> Result<Option<Shape>> {
    let Some(corners) = bounds(shapes, size) else { return Ok(None) };
    let [(left, top), (right, bottom)] = corners;
    let scale = scale / UNITS as f32;
    let side = |units: i32| ((units as f32 * scale).ceil() as u32).max(1);
    let pixmap = Pixmap::new(side(right - left), side(bottom - top)).ok_or_else(|| Error::Figure {
        op,
        problem: format!("{right} × {bottom} tenths of a pixel are too many"),
    })?;
    let mut brush = Brush::new(pixmap, scale, (left, top));
    for shape in shapes {
        match shape {
            Shape::Dots { at, radius, fill, ring } => stamp(&mut brush, at, (*radius, *fill, *ring)),
            other => brush.shape(other),
        }
    }
    let pixmap = brush.pixmap;
    let (width, height) = (pixmap.width(), pixmap.height());
    // Pixels become opaque or clear: half-clear ones lie at the light rings of dots, where no difference is visible.
    let seen = |pixel: &[u8; 4]| pixel[3] >= 128;
    let all = pixmap.data().as_chunks::<4>().0;
    let full = |pixel: &[u8; 4]| {
        let a = u32::from(pixel[3]);
        [0, 1, 2].map(|i| (u32::from(pixel[i]) * 255 / a).min(255) as u8)
    };
    let opaque: Vec<u8> =
        all.iter().filter(|p| seen(p)).flat_map(|p| full(p).into_iter().chain([255])).collect();
    let (colours, numbers) = indexed(&opaque);
    let mut numbers = numbers.into_iter();
    let number = |pixel| if seen(pixel) { numbers.next().map_or(0, |i| i + 1) } else { 0 };
    let indices: Vec<u8> = all.iter().map(number).collect();
    let palette: Vec<Rgb> = [[255; 3]].into_iter().chain(colours).collect();
    let png = encoded(op, (width, height), &palette, Some(vec![0]), &indices)?;
    let image = Arc::new(Image { width, height, palette, indices, png });
    Ok(Some(Shape::Picture { corners, image }))
}

/// Paints a dot at each place: each kind is painted once, at quarters of a pixel, then copied.
fn stamp(brush: &mut Brush, at: &[Place], (radius, fill, ring): (i32, RGBColor, Stroke)) {
    const PHASES: f32 = 4.0;
    let scale = brush.scale;
    let (left, top) = brush.origin;
    let room = ((radius as f32 + ring.width as f32 / 2.0) * scale).ceil() as i32 + 1;
    let (width, height) = (brush.pixmap.width() as i32, brush.pixmap.height() as i32);
    let to = brush.pixmap.data_mut();
    let mut stamps: HashMap<(i32, i32), Pixmap> = HashMap::new();
    for &(x, y) in at {
        let quarters = |v: i32| (v as f32 * scale * PHASES).round() as i32;
        let (x, y) = (quarters(x - left), quarters(y - top));
        let phases = PHASES as i32;
        let phase = (x.rem_euclid(phases), y.rem_euclid(phases));
        let stamp = stamps.entry(phase).or_insert_with(|| {
            let rest = |quarters: i32| quarters as f32 / PHASES;
            disc((rest(phase.0), rest(phase.1)), room, (radius, fill, ring), scale)
        });
        let side = stamp.width() as i32;
        let (left, top) = (x.div_euclid(phases) - room, y.div_euclid(phases) - room);
        let (from, to_column) = ((-left).max(0), (width - left).min(side));
        if from >= to_column {
            continue;
        }
        for row in (-top).max(0)..(height - top).min(side) {
            let source =
                &stamp.data()[(4 * (row * side + from)) as usize..(4 * (row * side + to_column)) as usize];
            let start = (4 * ((top + row) * width + left + from)) as usize;
            let target = &mut to[start..start + source.len()];
            for (over, under) in source.as_chunks::<4>().0.iter().zip(target.as_chunks_mut::<4>().0) {
                match over[3] {
                    0 => {}
                    255 => *under = *over,
                    a => {
                        for (over, under) in over.iter().zip(under) {
                            let rest = u32::from(*under) * (255 - u32::from(a)) + 127;
                            *under = over.saturating_add((rest / 255) as u8);
                        }
                    }
                }
            }
        }
    }
}

impl Image {
    /// Returns the picture as a PNG file.
    pub(super) fn png(&self) -> &[u8] {
        &self.png
    }

    /// Returns the picture as pixels, to be painted on another picture.
    pub(super) fn pixmap(&self) -> Option<Pixmap> {
        let mut pixmap = Pixmap::new(self.width, self.height)?;
        for (pixel, &i) in pixmap.data_mut().as_chunks_mut::<4>().0.iter_mut().zip(&self.indices) {
            if i > 0 {
                let [r, g, b] = self.palette[usize::from(i)];
                *pixel = [r, g, b, 255];
            }
        }
        Some(pixmap)
    }
}
