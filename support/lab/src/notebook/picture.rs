//! Compares PNG pictures by visible differences.

use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Error, Result};

/// Largest difference of a channel that is not visible.
const VISIBLE: u8 = 32;

/// Decodes a picture that a notebook stores as base64.
pub fn bytes(base64: &str) -> Result<Vec<u8>> {
    let joined: String = base64.split_whitespace().collect();
    STANDARD.decode(joined).map_err(|error| Error::Picture(format!("expected base64: {error}")))
}

/// Returns the share of pixels that differ visibly; an error if the pictures cannot be compared.
pub fn difference(expected: &[u8], got: &[u8]) -> Result<f64> {
    let (expected, got) = (pixels(expected)?, pixels(got)?);
    if expected.size != got.size {
        let ((a, b), (c, d)) = (expected.size, got.size);
        return Err(Error::Picture(format!("expected {a} x {b} pixels, got {c} x {d}")));
    }
    let pairs = expected.rgba.chunks_exact(4).zip(got.rgba.chunks_exact(4));
    let differ = |(a, b): &(&[u8], &[u8])| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > VISIBLE);
    let different = pairs.filter(differ).count();
    Ok(different as f64 / (expected.rgba.len() / 4).max(1) as f64)
}

struct Pixels {
    size: (u32, u32),
    rgba: Vec<u8>,
}

fn pixels(png: &[u8]) -> Result<Pixels> {
    let wrong = |error: png::DecodingError| Error::Picture(error.to_string());
    let mut decoder = png::Decoder::new(Cursor::new(png));
    decoder.set_transformations(png::Transformations::normalize_to_color8() | png::Transformations::ALPHA);
    let mut reader = decoder.read_info().map_err(wrong)?;
    let size = reader.output_buffer_size().ok_or_else(|| Error::Picture("it is too big".to_owned()))?;
    let mut raw = vec![0; size];
    let frame = reader.next_frame(&mut raw).map_err(wrong)?;
    raw.truncate(frame.buffer_size());
    let rgba = match frame.color_type {
        png::ColorType::GrayscaleAlpha => {
            raw.chunks_exact(2).flat_map(|p| [p[0], p[0], p[0], p[1]]).collect()
        }
        _ => raw,
    };
    Ok(Pixels { size: (frame.width, frame.height), rgba })
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Makes a square PNG of one colour with a few pixels of another.
    pub fn square(side: u32, colour: [u8; 3], others: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, side, side);
        encoder.set_color(png::ColorType::Rgb);
        let mut data = colour.repeat((side * side) as usize);
        data[..others * 3].fill(0);
        encoder.write_header().unwrap().write_image_data(&data).unwrap();
        out
    }

    #[test]
    fn only_visible_differences_count() {
        let white = square(20, [255; 3], 0);
        assert_eq!(difference(&white, &square(20, [250; 3], 0)).unwrap(), 0.0);
        assert_eq!(difference(&white, &square(20, [255; 3], 8)).unwrap(), 0.02);
        assert_eq!(difference(&white, &square(20, [0; 3], 0)).unwrap(), 1.0);
    }

    #[test]
    fn sizes_must_agree_and_nonsense_is_refused() {
        let white = square(20, [255; 3], 0);
        let error = difference(&white, &square(10, [255; 3], 0)).unwrap_err().to_string();
        assert!(error.contains("20 x 20") && error.contains("10 x 10"), "{error}");
        assert!(difference(&white, b"not a png").is_err());
        assert!(difference(&white, &white[..white.len() / 2]).is_err());
        assert!(bytes("@@").is_err());
    }
}
