//! A finished figure.

use std::fmt;
use std::path::Path;

use super::alt_text;
use super::draw::png::Indexed;
use super::draw::scene::Scene;
use super::layout::style::{PNG_SCALE, UNITS};
use crate::error::{Error, Result};

/// A figure: an SVG image, and an alternative text that says what the image shows. [`Plot::draw`](super::Plot::draw)
/// returns it.
///
/// A notebook shows a figure that is the last expression of a cell. The figure has a white background and its own
/// text colours, so it looks the same in a light and a dark notebook and on paper.
///
/// Titles and names are drawn as outlines, in a font that is part of the crate. Letters missing in this font, such as
/// Chinese, Arabic and emoji, are drawn in a font of the computer. Arabic letters are joined, and text of
/// right-to-left scripts runs from right to left; the signs of Devanagari and similar scripts stand one after the
/// other, not moved or merged. Letters that no font has are drawn as boxes, and [`Figure::alt`] and a warning say so.
///
/// Dots and lines that would make an SVG of more than about 1 MB, such as 100,000 dots, are kept as a picture of
/// pixels inside the SVG; the alternative text says so.
///
/// ```
/// use support::prelude::*;
/// let circles = make_circles(1000).noise(0.03).random_state(42).build()?;
/// let figure = plot_dataset(&circles).draw()?;
/// assert!(figure.svg().starts_with("<svg"));
/// assert_eq!(figure.alt(), "Scatter plot of 1000 points in 2 classes: 500 of class 0, 500 of class 1.");
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Figure {
    scene: Scene,
    svg: String,
    alt: String,
}

impl Figure {
    /// Returns the figure of a scene; `alt` is extended by what the picture does not show as it is.
    pub(super) fn new(op: &'static str, mut scene: Scene, alt: &str) -> Result<Self> {
        let mut alt = alt_text::shortened(alt, alt_text::SENTENCES);
        if scene.thinned {
            alt += " Lines with more corners than can be seen are drawn through some of them, evenly chosen.";
        }
        if scene.lightened(op)? {
            alt += " So many dots or lines are kept as a picture of pixels inside the figure.";
        }
        let missing = alt_text::missing(&scene);
        if !missing.is_empty() {
            alt += &format!(" {}", alt_text::boxes(&missing));
            alt_text::warn(op, &missing);
        }
        Ok(Self { svg: scene.svg(&alt), scene, alt })
    }

    /// Returns the figure as an SVG document.
    pub fn svg(&self) -> &str {
        &self.svg
    }

    /// Returns the figure as PNG bytes, two pixels wide for each pixel of the SVG.
    ///
    /// # Errors
    /// A figure too large for memory.
    pub fn png(&self) -> Result<Vec<u8>> {
        self.scene.png("Figure::png", PNG_SCALE)
    }

    /// Returns the alternative text: what the figure shows, for readers who do not see it.
    pub fn alt(&self) -> &str {
        &self.alt
    }

    /// Writes the figure to a file whose name ends in `.svg` or `.png`.
    ///
    /// # Errors
    /// Another ending; a file that cannot be written.
    ///
    /// ```
    /// use support::prelude::*;
    /// let figure = plot_dataset(&make_moons(100).build()?).draw()?;
    /// let path = std::env::temp_dir().join(format!("moons-{}.png", std::process::id()));
    /// figure.save(&path)?;
    /// # std::fs::remove_file(path).unwrap();
    /// assert!(figure.save("moons.jpeg").is_err());
    /// # Ok::<(), Error>(())
    /// ```
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        const OP: &str = "Figure::save";
        let path = path.as_ref();
        let ending = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
        let bytes = match ending.as_deref() {
            Some("svg") => self.svg.clone().into_bytes(),
            Some("png") => self.png()?,
            _ => {
                let expected = "a name that ends in .svg or .png";
                return Err(Error::argument(OP, "path", expected, path.display()));
            }
        };
        write(OP, path, &bytes)
    }

    /// Returns width and height in pixels at 1x.
    pub(super) fn size(&self) -> (u32, u32) {
        let (width, height) = self.scene.size;
        (width / UNITS, height / UNITS)
    }

    /// Returns the figure's pixels, `scale` of them per pixel at 1x.
    pub(super) fn indexed(&self, op: &'static str, scale: f32) -> Result<Indexed> {
        self.scene.indexed(op, scale)
    }
}

/// Writes a file.
pub(super) fn write(op: &'static str, path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).map_err(|source| Error::File { op, path: path.into(), source })
}

/// Lets a function of the caller return a plot, a figure or a `Result` of one, as [`replay`](crate::notebook::replay)
/// does.
impl From<Figure> for Result<Figure> {
    fn from(figure: Figure) -> Self {
        Ok(figure)
    }
}

impl fmt::Debug for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Figure({})", self.alt)
    }
}
