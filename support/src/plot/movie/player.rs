//! A movie as HTML: a picture of the last frame, and a script that replaces the picture with a player.
//!
//! Frames have most of their lines in common (dots, axes, legend), so every line of SVG is kept once and a frame
//! is a list of runs of lines.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Movie;
use crate::error::Result;
use crate::plot::alt_text;
use crate::plot::draw::svg::escaped;
use crate::plot::figure::Figure;

/// The largest number of letters of a caption, which has one line.
const CAPTION: usize = 200;

/// The player's script: finds its place in the page, loads nothing from the network and defines no global names.
const SCRIPT: &str = include_str!("../../../assets/player.js");

impl Movie {
    /// Returns the movie as HTML for a notebook or a page. Without scripts, the last frame is shown.
    ///
    /// # Errors
    /// Figures too large for memory.
    pub fn html(&self) -> Result<String> {
        let (still, alt) = (STANDARD.encode(self.still().png()?), escaped(&self.alt()));
        let width = self.still().size().0;
        let (lines, frames) = self.runs();
        let lines: Vec<String> = lines.iter().map(|line| text(line)).collect();
        let caption = |(caption, _): &(String, Figure)| text(&alt_text::shortened(caption, CAPTION));
        let captions: Vec<String> = self.frames().iter().map(caption).collect();
        let pace = self.pace();
        Ok(format!(
            "<div class=\"movie\"><img width=\"{width}\" alt=\"{alt}\" src=\"data:image/png;base64,{still}\">\n\
             <script>({})({{\npace: {pace},\ncaptions: [{}],\nframes: [{}],\nlines: [\n{}\n]}})</script></div>",
            SCRIPT.trim_end(),
            captions.join(","),
            frames.join(","),
            lines.join(",\n"),
        ))
    }

    /// Returns a complete HTML page with the movie.
    pub(super) fn page(&self) -> Result<String> {
        let (title, movie) = (escaped(&self.alt()), self.html()?);
        Ok(format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
             <body>\n{movie}\n</body>\n</html>\n"
        ))
    }

    /// Returns all different lines of SVG, and each frame as `[first, count, first, count, …]`.
    fn runs(&self) -> (Vec<&str>, Vec<String>) {
        let mut lines: Vec<&str> = Vec::new();
        let mut known: HashMap<&str, usize> = HashMap::new();
        let mut frames = Vec::new();
        for (_, figure) in self.frames() {
            let mut runs: Vec<[usize; 2]> = Vec::new();
            for line in figure.svg().lines() {
                let at = *known.entry(line).or_insert_with(|| {
                    lines.push(line);
                    lines.len() - 1
                });
                match runs.last_mut() {
                    Some([first, count]) if *first + *count == at => *count += 1,
                    _ => runs.push([at, 1]),
                }
            }
            let numbers: Vec<String> = runs.as_flattened().iter().map(usize::to_string).collect();
            frames.push(format!("[{}]", numbers.join(",")));
        }
        (lines, frames)
    }
}

/// Returns a JavaScript string in which the page's parser finds no end tag or comment.
fn text(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 2);
    out.push('\'');
    for c in line.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            '<' => out.push_str("\\x3c"),
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => out.push(' '),
            _ => out.push(c),
        }
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_cannot_end_the_script() {
        assert_eq!(text("</script><!-- it's \\ \u{2028}"), "'\\x3c/script>\\x3c!-- it\\'s \\\\  '");
        assert_eq!(escaped("a \"b\" <c> & d"), "a &quot;b&quot; &lt;c&gt; &amp; d");
    }
}
