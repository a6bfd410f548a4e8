//! Movies: figures shown one after the other.

mod gif;
mod player;

use std::fmt;
use std::path::Path;

use super::alt_text;
use super::figure::{Figure, write};
use crate::error::{Error, Result};

/// A movie: figures of one size, each with a caption.
///
/// In a notebook and in exported HTML a movie can be played, stopped and moved to any frame, without a network; where
/// scripts do not run, the last frame is shown. [`Movie::save`] writes the same as a page, or an animated GIF.
///
/// ```
/// use support::prelude::*;
/// let frame = |noise: f64| -> Result<(String, Figure)> {
///     Ok((format!("noise {noise}"), plot_dataset(&make_circles(100).noise(noise).build()?).draw()?))
/// };
/// let movie = Movie::new(vec![frame(0.0)?, frame(0.1)?, frame(0.2)?])?;
/// assert_eq!(movie.len(), 3);
/// assert!(movie.html()?.contains("noise 0.2"));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Movie {
    /// The figures with their captions, at least one.
    frames: Vec<(String, Figure)>,
}

/// The longest time for which all frames together, and a single frame, are shown, in seconds.
const LENGTH: f64 = 6.0;
const SLOWEST: f64 = 0.5;

impl Movie {
    /// The largest number of frames: among more, single frames cannot be selected.
    pub(crate) const MOST: usize = 1000;

    /// Creates a movie of figures with captions, such as `epoch 100`.
    ///
    /// # Errors
    /// No frames or more than 1000, figures of different sizes.
    pub fn new(frames: Vec<(String, Figure)>) -> Result<Self> {
        const OP: &str = "Movie::new";
        if frames.is_empty() || frames.len() > Self::MOST {
            return Err(Error::argument(
                OP,
                "number of frames",
                format!("1 to {}", Self::MOST),
                frames.len(),
            ));
        }
        let first = frames[0].1.size();
        if let Some((caption, other)) = frames.iter().find(|(_, figure)| figure.size() != first) {
            let shown = |(w, h): (u32, u32)| format!("{w} × {h} pixels");
            let got = format!("{} in {:?}", shown(other.size()), alt_text::name(caption));
            return Err(Error::argument(OP, "frames", format!("all of {}", shown(first)), got));
        }
        Ok(Self { frames })
    }

    /// Returns the figures with their captions.
    pub fn frames(&self) -> &[(String, Figure)] {
        &self.frames
    }

    /// Returns the number of frames.
    pub fn len(&self) -> usize {
        self.frames.len()
    }

    /// Returns whether the movie has no frames; always `false`.
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Returns the last frame, which is shown where the movie cannot play.
    pub fn still(&self) -> &Figure {
        &self.frames[self.frames.len() - 1].1
    }

    /// Returns the alternative text: the first and the last caption, and what the last frame shows.
    pub fn alt(&self) -> String {
        let captions = [0, self.len() - 1].map(|i| alt_text::name(&self.frames[i].0));
        let alt = self.still().alt();
        format!("Movie of {} frames from {} to {}. The last one: {alt}", self.len(), captions[0], captions[1])
    }

    /// Writes the movie to a file: `.html` with a player, `.gif` as an animation, `.svg` or `.png` of the last frame.
    ///
    /// # Errors
    /// Another ending; a file that cannot be written; those of [`Movie::html`], [`Movie::gif`] and [`Figure::png`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let ending = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
        match ending.as_deref() {
            Some("html") => write("Movie::save", path, self.page()?.as_bytes()),
            Some("gif") => write("Movie::save", path, &self.gif()?),
            Some("svg" | "png") => self.still().save(path),
            _ => {
                let expected = "a name that ends in .html, .gif, .svg or .png";
                Err(Error::argument("Movie::save", "path", expected, path.display()))
            }
        }
    }

    /// Returns how long a frame is shown, in milliseconds.
    fn pace(&self) -> u64 {
        (1000.0 * (LENGTH / self.len() as f64).min(SLOWEST)).round() as u64
    }
}

impl fmt::Debug for Movie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Movie({})", self.alt())
    }
}
