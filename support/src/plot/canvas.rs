//! The canvas plotters draws on: compact SVG, in tenths of a pixel.

use std::convert::Infallible;
use std::fmt::Write as _;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::style::RGBColor;
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
    FontTransform,
};

use super::font;
use super::style::{DOT_RING, FONT_STACK, GROUND, UNITS, px};
use crate::error::{Error, Result};

/// A part of the canvas, in canvas units.
pub(super) type Area<'a> = DrawingArea<Canvas<'a>, Shift>;
/// What drawing on it returns.
pub(super) type Drawn = Result<(), DrawingErrorKind<Infallible>>;

/// Writes what is drawn as SVG elements.
pub(super) struct Canvas<'a> {
    svg: &'a mut String,
    size: (u32, u32),
}

/// Draws a figure of `size` canvas units and returns its SVG. Where the SVG stands in a page, `alt` is
/// what a screen reader says.
pub(super) fn draw(size: (u32, u32), alt: &str, marks: impl FnOnce(&Area) -> Result<()>) -> Result<String> {
    let alt = escaped(alt);
    let (w, h) = size;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {w} {h}\" \
         role=\"img\" aria-label=\"{alt}\" font-family=\"{FONT_STACK}\">\n<title>{alt}</title>\n",
        w / UNITS,
        h / UNITS,
    );
    let area = Canvas { svg: &mut svg, size }.into_drawing_area();
    let drawn = area.fill(&GROUND).map_err(failed("Figure")).and_then(|()| marks(&area));
    drop(area);
    drawn?;
    svg.push_str("</svg>\n");
    Ok(svg)
}

/// plotters' error as the crate's.
pub(super) fn failed(op: &'static str) -> impl Fn(DrawingAreaErrorKind<Infallible>) -> Error {
    move |error| Error::Figure { op, problem: error.to_string() }
}

impl Canvas<'_> {
    fn line(&mut self, args: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.svg.write_fmt(args);
        self.svg.push('\n');
    }

    /// Dots with a thin light ring, so that those which overlap can be counted.
    pub(super) fn dots(&mut self, at: impl Iterator<Item = BackendCoord>, radius: i32, fill: RGBColor) {
        let (ring, fill, white) = (px(DOT_RING), hex(fill), hex(GROUND));
        self.line(format_args!("<g fill=\"{fill}\" stroke=\"{white}\" stroke-width=\"{ring}\">"));
        for (x, y) in at {
            self.line(format_args!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>"));
        }
        self.line(format_args!("</g>"));
    }

    /// An open line through `at`.
    pub(super) fn curve(
        &mut self,
        at: impl Iterator<Item = BackendCoord>,
        width: i32,
        dashed: bool,
        colour: RGBColor,
    ) {
        let dash =
            if dashed { format!(" stroke-dasharray=\"{} {}\"", 3 * width, 2 * width) } else { String::new() };
        let (colour, path) = (hex(colour), path(at, ""));
        self.line(format_args!(
            "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" \
             stroke-linejoin=\"round\"{dash}/>"
        ));
    }

    /// Closed loops, filled; a loop inside a loop is a hole. The hairline closes the seam that smoothing
    /// leaves between neighbours.
    pub(super) fn region(&mut self, loops: impl Iterator<Item = Vec<BackendCoord>>, fill: RGBColor) {
        let path = loops.fold(String::new(), |all, one| all + &path(one.into_iter(), "z"));
        let fill = hex(fill);
        self.line(format_args!(
            "<path d=\"{path}\" fill=\"{fill}\" fill-rule=\"evenodd\" stroke=\"{fill}\" stroke-width=\"5\"/>"
        ));
    }
}

/// Path data with relative steps, which are short to write.
fn path(mut at: impl Iterator<Item = BackendCoord>, end: &str) -> String {
    let Some(mut last) = at.next() else { return String::new() };
    let mut data = format!("M{} {}", last.0, last.1);
    let mut first = true;
    for (x, y) in at {
        let (dx, dy) = (x - last.0, y - last.1);
        if (dx, dy) != (0, 0) {
            let before = if first { "l" } else { separator(dx) };
            let _ = write!(data, "{before}{dx}{}{dy}", separator(dy));
            (last, first) = ((x, y), false);
        }
    }
    data + end
}

/// A minus sign already parts two numbers.
fn separator(next: i32) -> &'static str {
    if next < 0 { "" } else { " " }
}

fn hex(RGBColor(r, g, b): RGBColor) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn backend_hex(BackendColor { rgb: (r, g, b), .. }: BackendColor) -> String {
    hex(RGBColor(r, g, b))
}

/// Text as XML wants it: marks escaped, control characters left out.
fn escaped(text: &str) -> String {
    let allowed = |c: &char| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}');
    text.chars().filter(allowed).fold(String::new(), |mut out, c| {
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

impl DrawingBackend for Canvas<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, colour: BackendColor) -> Drawn {
        let fill = backend_hex(colour);
        self.line(format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"1\" height=\"1\" fill=\"{fill}\"/>"));
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        at: I,
        style: &S,
    ) -> Drawn {
        let BackendColor { rgb: (r, g, b), .. } = style.color();
        self.curve(at.into_iter(), style.stroke_width() as i32, false, RGBColor(r, g, b));
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (x0, y0): BackendCoord,
        (x1, y1): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let (colour, width) = (backend_hex(style.color()), style.stroke_width());
        let paint = match fill {
            true => format!("fill=\"{colour}\""),
            false => format!("fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\""),
        };
        let (w, h) = (x1 - x0, y1 - y0);
        self.line(format_args!("<rect x=\"{x0}\" y=\"{y0}\" width=\"{w}\" height=\"{h}\" {paint}/>"));
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, (x, y): BackendCoord) -> Drawn {
        let size = style.size();
        let anchor = match style.anchor().h_pos {
            HPos::Left => "",
            HPos::Center => " text-anchor=\"middle\"",
            HPos::Right => " text-anchor=\"end\"",
        };
        let weight = if bold(style) { " font-weight=\"600\"" } else { "" };
        // From the place plotters means to the baseline: Inter's capitals and digits are 0.73 em high.
        let down = match style.anchor().v_pos {
            VPos::Top => (0.8 * size) as i32,
            VPos::Center => (0.365 * size) as i32,
            VPos::Bottom => (-0.25 * size) as i32,
        };
        let place = match style.transform() {
            FontTransform::Rotate270 => format!("transform=\"translate({} {y})rotate(-90)\"", x + down),
            _ => format!("x=\"{x}\" y=\"{}\"", y + down),
        };
        let (fill, text) = (backend_hex(style.color()), escaped(text));
        self.line(format_args!(
            "<text {place} font-size=\"{size}\"{weight}{anchor} fill=\"{fill}\">{text}</text>"
        ));
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let size = style.size();
        Ok((font::width(text, size, bold(style)).ceil() as u32, size.ceil() as u32))
    }
}

fn bold<S: BackendTextStyle>(style: &S) -> bool {
    matches!(style.style(), FontStyle::Bold)
}
