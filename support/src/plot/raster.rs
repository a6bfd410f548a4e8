//! SVG to PNG.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use super::font;
use super::style::{FONT, PNG_SCALE};
use crate::error::{Error, Result};

/// Only the crate's font, so that the same figure gives the same bytes on every machine.
static OPTIONS: LazyLock<Options<'static>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    font::FILES.iter().for_each(|file| fonts.load_font_data(file.to_vec()));
    Options { fontdb: Arc::new(fonts), font_family: FONT.to_string(), ..Options::default() }
});

/// Draws the SVG, which has an opaque ground, and encodes it.
pub(super) fn png(op: &'static str, svg: &str) -> Result<Vec<u8>> {
    let failed = |problem: String| Error::Figure { op, problem };
    let tree = Tree::from_str(svg, &OPTIONS).map_err(|e| failed(e.to_string()))?;
    let scale = PNG_SCALE as f32;
    let side = |length: f32| (length * scale).round() as u32;
    let (width, height) = (side(tree.size().width()), side(tree.size().height()));
    let mut pixels = Pixmap::new(width, height)
        .ok_or_else(|| failed(format!("{width} × {height} pixels are too many")))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());

    let (palette, indices) = indexed(pixels.data());
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_palette(palette);
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header().map_err(|e| failed(e.to_string()))?;
    writer.write_image_data(&indices).map_err(|e| failed(e.to_string()))?;
    writer.finish().map_err(|e| failed(e.to_string()))?;
    Ok(bytes)
}

type Rgb = [u8; 3];

/// The 256 most frequent colours, and for each pixel the number of the nearest of them. A figure has few
/// colours, and of the many shades along smoothed edges the eye does not miss any; the file is a third as
/// large.
fn indexed(rgba: &[u8]) -> (Vec<u8>, Vec<u8>) {
    // Neighbouring pixels mostly have the same colour, so runs are what is counted and looked up.
    let runs = || {
        rgba.as_chunks::<4>()
            .0
            .chunk_by(|a, b| a == b)
            .map(|run| ([run[0][0], run[0][1], run[0][2]], run.len()))
    };
    let mut counts: HashMap<Rgb, usize> = HashMap::new();
    runs().for_each(|(colour, n)| *counts.entry(colour).or_default() += n);
    let mut colours: Vec<(Rgb, usize)> = counts.into_iter().collect();
    colours.sort_unstable_by_key(|&(colour, n)| (Reverse(n), colour));
    let palette: Vec<Rgb> = colours.iter().take(256).map(|&(colour, _)| colour).collect();
    let index: HashMap<Rgb, u8> =
        colours.iter().map(|&(colour, _)| (colour, nearest(&palette, colour))).collect();
    let mut indices = Vec::with_capacity(rgba.len() / 4);
    runs().for_each(|(colour, n)| indices.resize(indices.len() + n, index[&colour]));
    (palette.into_flattened(), indices)
}

fn nearest(palette: &[Rgb], colour: Rgb) -> u8 {
    let distance = |p: &Rgb| (0..3).map(|i| i32::from(p[i].abs_diff(colour[i])).pow(2)).sum::<i32>();
    let place = (0..palette.len()).min_by_key(|&i| distance(&palette[i]));
    place.map_or(0, |place| place as u8)
}
