//! A movie as an animated GIF.

use gif::{DisposalMethod, Encoder, Frame, Repeat};
use rustc_hash::FxHashMap;

use super::Movie;
use crate::error::{Error, Result};
use crate::plot::draw::png::{Indexed, Rgb, nearest};
use crate::plot::figure::Figure;

const OP: &str = "Movie::gif";
/// The largest number of frames shown, because browsers show no frame for less than two hundredths of a second.
const MOST: usize = 300;
/// How long the last frame is shown, in hundredths of a second, the unit of GIF.
const LAST: u16 = 200;
/// Height of the progress bar below the figure, in pixels.
const STRIP: u32 = 4;
const PASSED: Rgb = [74, 74, 74];
const AHEAD: Rgb = [232, 232, 232];
/// Bytes per frame; each frame of a movie with fewer than `SHORT` frames may take more.
const FRAME: usize = 25_000;
const SHORT: usize = 60;
/// Pixels per pixel of the SVG; the first scale that keeps to these bytes is used.
const SCALES: [f32; 3] = [1.0, 0.75, 0.5];
/// Palette index of a pixel that is the same as in the frame before.
const SAME: u8 = 255;

impl Movie {
    /// Returns the movie as an animated GIF with a progress bar below. The movie starts again after two seconds. The
    /// GIF has a pixel per pixel of the SVG, or fewer where it would take more than 1.5 MB (25 kB per frame if there
    /// are more than 60).
    ///
    /// # Errors
    /// Figures too large for a GIF: more than 65,535 pixels wide or high.
    pub fn gif(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for scale in SCALES {
            bytes = self.gif_at(scale)?;
            if bytes.len() <= FRAME * self.len().max(SHORT) {
                break;
            }
        }
        Ok(bytes)
    }

    fn gif_at(&self, scale: f32) -> Result<Vec<u8>> {
        let failed = |e: gif::EncodingError| Error::Figure { op: OP, problem: e.to_string() };
        let side = |pixels: u32| {
            u16::try_from(pixels)
                .map_err(|_| Error::argument(OP, "frames", "at most 65535 pixels wide", pixels))
        };
        let first = self.still().indexed(OP, scale)?;
        let (w, h) = (side(first.width)?, side(first.height + STRIP)?);
        let width = usize::from(w);
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, w, h, &[]).map_err(failed)?;
        encoder.set_repeat(Repeat::Infinite).map_err(failed)?;
        let mut seen: Vec<Rgb> = Vec::new();
        // The last frame is always among those shown.
        let every = self.len().div_ceil(MOST);
        let shown =
            self.frames().iter().enumerate().filter(|(i, _)| (self.len() - 1 - i).is_multiple_of(every));
        for (i, (_, figure)) in shown {
            let pixels = painted(figure, scale, (i + 1) as f64 / self.len() as f64)?;
            let (top, rows) = changed(&seen, &pixels, width);
            let (palette, indices) = compact(&seen, &pixels, top * width..rows * width);
            let mut frame = Frame::from_palette_pixels(w, (rows - top) as u16, indices, palette, Some(SAME));
            frame.top = top as u16;
            frame.dispose = DisposalMethod::Keep;
            frame.delay = if i + 1 == self.len() { LAST } else { (self.pace() * every as u64 / 10) as u16 };
            encoder.write_frame(&frame).map_err(failed)?;
            seen = pixels;
        }
        drop(encoder);
        Ok(bytes)
    }
}

/// Returns a frame's pixels with the progress bar below.
fn painted(figure: &Figure, scale: f32, passed: f64) -> Result<Vec<Rgb>> {
    let Indexed { width, palette, indices, .. } = figure.indexed(OP, scale)?;
    let mut pixels: Vec<Rgb> = indices.iter().map(|&i| palette[usize::from(i)]).collect();
    let edge = (f64::from(width) * passed).round() as u32;
    for _ in 0..STRIP {
        pixels.extend((0..width).map(|x| if x < edge { PASSED } else { AHEAD }));
    }
    Ok(pixels)
}

/// Returns the rows that differ, from the first to behind the last; at least one.
fn changed(before: &[Rgb], now: &[Rgb], width: usize) -> (usize, usize) {
    let rows = now.len() / width;
    if before.len() != now.len() {
        return (0, rows);
    }
    let differs = |row: &usize| before[row * width..][..width] != now[row * width..][..width];
    let first = (0..rows).find(differs).unwrap_or(0);
    let last = (0..rows).rfind(differs).unwrap_or(0);
    (first, last + 1)
}

/// Returns a palette of 255 colours and the pixels as indices into it; unchanged pixels are `SAME`, which packs well.
fn compact(before: &[Rgb], now: &[Rgb], part: std::ops::Range<usize>) -> (Vec<u8>, Vec<u8>) {
    let (mut palette, mut known): (Vec<Rgb>, FxHashMap<Rgb, u8>) = Default::default();
    let mut number = |colour: Rgb| {
        if let Some(&known) = known.get(&colour) {
            return known;
        }
        let number = if palette.len() < usize::from(SAME) {
            palette.push(colour);
            (palette.len() - 1) as u8
        } else {
            // Smoothed edges may have a few more shades than the palette.
            nearest(&palette, colour)
        };
        known.insert(colour, number);
        number
    };
    let indices = part.map(|i| if before.get(i) == Some(&now[i]) { SAME } else { number(now[i]) }).collect();
    (palette.into_flattened(), indices)
}
