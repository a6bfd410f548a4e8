//! A scene as PNG.

use rustc_hash::FxHashMap;
use std::cmp::Reverse;

use super::paint;
use super::scene::Scene;
use crate::error::{Error, Result};

/// Number of colours: enough for the shades along smoothed edges; twice as many make the file a fifth larger.
const COLOURS: usize = 128;

/// Pixels as indices into a palette.
pub(in crate::plot) struct Indexed {
    pub(in crate::plot) width: u32,
    pub(in crate::plot) height: u32,
    pub(in crate::plot) palette: Vec<Rgb>,
    pub(in crate::plot) indices: Vec<u8>,
}

pub(in crate::plot) type Rgb = [u8; 3];

impl Scene {
    /// Paints the scene, with `scale` pixels per pixel at 1x.
    pub(in crate::plot) fn indexed(&self, op: &'static str, scale: f32) -> Result<Indexed> {
        let pixels = paint::pixels(self, scale).ok_or_else(|| {
            let (w, h) = self.size;
            Error::Figure { op, problem: format!("{w} × {h} tenths of a pixel are too many") }
        })?;
        let (palette, indices) = indexed(pixels.data());
        Ok(Indexed { width: pixels.width(), height: pixels.height(), palette, indices })
    }

    /// Paints and encodes the scene.
    pub(in crate::plot) fn png(&self, op: &'static str, scale: f32) -> Result<Vec<u8>> {
        let Indexed { width, height, palette, indices } = self.indexed(op, scale)?;
        encoded(op, (width, height), &palette, None, &indices)
    }
}

/// Encodes indices into a palette as a PNG; `clear` holds the opacities of the first colours.
pub(super) fn encoded(
    op: &'static str,
    (width, height): (u32, u32),
    palette: &[Rgb],
    clear: Option<Vec<u8>>,
    indices: &[u8],
) -> Result<Vec<u8>> {
    let failed = |e: png::EncodingError| Error::Figure { op, problem: e.to_string() };
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_palette(palette.as_flattened().to_vec());
    if let Some(clear) = clear {
        encoder.set_trns(clear);
    }
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(indices).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}

/// Returns the most frequent colours, and for each pixel the index of the nearest of them. A figure has few colours,
/// and missing shades along smoothed edges are not visible; the file is a third as large as with all shades.
pub(super) fn indexed(rgba: &[u8]) -> (Vec<Rgb>, Vec<u8>) {
    // Neighbouring pixels mostly have the same colour, so runs are counted and looked up.
    let runs = || {
        rgba.as_chunks::<4>()
            .0
            .chunk_by(|a, b| a == b)
            .map(|run| ([run[0][0], run[0][1], run[0][2]], run.len()))
    };
    let mut counts: FxHashMap<Rgb, usize> = FxHashMap::default();
    runs().for_each(|(colour, n)| *counts.entry(colour).or_default() += n);
    let mut colours: Vec<(Rgb, usize)> = counts.into_iter().collect();
    colours.sort_unstable_by_key(|&(colour, n)| (Reverse(n), colour));
    let palette: Vec<Rgb> = colours.iter().take(COLOURS).map(|&(colour, _)| colour).collect();
    let index: FxHashMap<Rgb, u8> =
        colours.iter().map(|&(colour, _)| (colour, nearest(&palette, colour))).collect();
    let mut indices = Vec::with_capacity(rgba.len() / 4);
    runs().for_each(|(colour, n)| indices.resize(indices.len() + n, index[&colour]));
    (palette, indices)
}

/// Returns the index of the palette's colour that is nearest to `colour`.
pub(in crate::plot) fn nearest(palette: &[Rgb], colour: Rgb) -> u8 {
    let distance = |p: &Rgb| (0..3).map(|i| i32::from(p[i].abs_diff(colour[i])).pow(2)).sum::<i32>();
    let place = (0..palette.len()).min_by_key(|&i| distance(&palette[i]));
    place.map_or(0, |place| place as u8)
}
