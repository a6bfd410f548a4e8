//! A scene as compact SVG, with one shape per line.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use plotters::style::RGBColor;
use tiny_skia::{Path, PathSegment, Point};

use super::scene::{Paint, Place, Scene, Shape, Stroke};
use super::{font, script};
use crate::plot::layout::style::{BACKGROUND, UNITS};

impl Scene {
    /// Returns the SVG document. In a page, a screen reader reads `alt`.
    pub(in crate::plot) fn svg(&self, alt: &str) -> String {
        let (alt, (w, h)) = (escaped(alt), self.size);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {w} {h}\" \
             role=\"img\" aria-label=\"{alt}\">\n<title>{alt}</title>\n\
             <rect width=\"{w}\" height=\"{h}\" fill=\"{}\"/>\n",
            w / UNITS,
            h / UNITS,
            hex(BACKGROUND),
        );
        for shape in &self.shapes {
            // Writing to a String cannot fail.
            let _ = write(shape, &mut svg);
        }
        svg.push_str("</svg>\n");
        svg
    }
}

fn write(shape: &Shape, svg: &mut String) -> std::fmt::Result {
    match shape {
        Shape::Rectangle { corners: [(left, top), (right, bottom)], paint } => {
            let (w, h) = (right - left, bottom - top);
            let paint = match paint {
                Paint::Fill(colour) => format!("fill=\"{}\"", hex(*colour)),
                Paint::Edge(edge) => format!("fill=\"none\" {}", stroke(*edge)),
            };
            writeln!(svg, "<rect x=\"{left}\" y=\"{top}\" width=\"{w}\" height=\"{h}\" {paint}/>")
        }
        Shape::Area { loops, fill, outline } => {
            let path = loops.iter().fold(String::new(), |all, one| all + &path(one, "z"));
            let fill = hex(*fill);
            write!(svg, "<path d=\"{path}\" fill=\"{fill}\" fill-rule=\"evenodd\"")?;
            if *outline > 0 {
                write!(svg, " stroke=\"{fill}\" stroke-width=\"{outline}\"")?;
            }
            svg.write_str("/>\n")
        }
        Shape::Line { at, stroke: line } => {
            let (path, stroke) = (path(at, ""), stroke(*line));
            writeln!(svg, "<path d=\"{path}\" fill=\"none\" {stroke} stroke-linejoin=\"round\"/>")
        }
        Shape::Dots { at, radius, fill, ring } => {
            writeln!(svg, "<g fill=\"{}\" {}>", hex(*fill), stroke(*ring))?;
            for (x, y) in at {
                writeln!(svg, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>")?;
            }
            svg.write_str("</g>\n")
        }
        Shape::Text { text, at, look } => {
            let Some(path) = font::outline(text, *at, *look) else { return Ok(()) };
            let (path, fill, text) = (curves(&path), hex(look.colour), escaped(text));
            writeln!(
                svg,
                "<path aria-label=\"{text}\" transform=\"scale(.1)\" fill=\"{fill}\" d=\"{path}\"/>"
            )
        }
        Shape::Picture { corners: [(left, top), (right, bottom)], image } => {
            let (w, h, png) = (right - left, bottom - top, STANDARD.encode(image.png()));
            writeln!(
                svg,
                "<image x=\"{left}\" y=\"{top}\" width=\"{w}\" height=\"{h}\" preserveAspectRatio=\"none\" \
                 href=\"data:image/png;base64,{png}\"/>"
            )
        }
    }
}

/// Returns outlines of letters as path data, in tenths of a canvas unit.
fn curves(path: &Path) -> String {
    let whole = |p: Point| ((10.0 * p.x).round() as i32, (10.0 * p.y).round() as i32);
    let (mut data, mut last, mut start) = (String::new(), (0, 0), (0, 0));
    let mut add = |command: char, points: &[Point], from: Place| -> Place {
        data.push(command);
        for (i, &point) in points.iter().enumerate() {
            let (dx, dy) = (whole(point).0 - from.0, whole(point).1 - from.1);
            let before = if i == 0 { "" } else { separator(dx) };
            let _ = write!(data, "{before}{dx}{}{dy}", separator(dy));
        }
        points.last().map_or(from, |&point| whole(point))
    };
    for segment in path.segments() {
        last = match segment {
            PathSegment::MoveTo(p) => {
                start = add('M', &[p], (0, 0));
                start
            }
            PathSegment::LineTo(p) => add('l', &[p], last),
            PathSegment::QuadTo(a, p) => add('q', &[a, p], last),
            PathSegment::CubicTo(a, b, p) => add('c', &[a, b, p], last),
            PathSegment::Close => {
                add('z', &[], start);
                start
            }
        };
    }
    data
}

fn stroke(stroke: Stroke) -> String {
    let dashes =
        stroke.dashes().map_or(String::new(), |[on, off]| format!(" stroke-dasharray=\"{on} {off}\""));
    format!("stroke=\"{}\" stroke-width=\"{}\"{dashes}", hex(stroke.colour), stroke.width)
}

/// Returns path data with relative steps, which are short to write.
fn path(at: &[Place], end: &str) -> String {
    let Some((&first, rest)) = at.split_first() else { return String::new() };
    let mut data = format!("M{} {}", first.0, first.1);
    let (mut last, mut is_first) = (first, true);
    for &(x, y) in rest {
        let (dx, dy) = (x - last.0, y - last.1);
        if (dx, dy) != (0, 0) {
            let before = if is_first { "l" } else { separator(dx) };
            let _ = write!(data, "{before}{dx}{}{dy}", separator(dy));
            (last, is_first) = ((x, y), false);
        }
    }
    data + end
}

/// Returns the separator before a number: none before a minus sign, which already parts two numbers.
fn separator(next: i32) -> &'static str {
    if next < 0 { "" } else { " " }
}

fn hex(RGBColor(r, g, b): RGBColor) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Returns text for XML: markup escaped, tabs and ends of lines as spaces, other control characters left out.
pub(in crate::plot) fn escaped(text: &str) -> String {
    text.chars().filter_map(script::plain).fold(String::new(), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
        out
    })
}
