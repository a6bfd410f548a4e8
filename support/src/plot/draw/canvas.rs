//! The canvas that plotters draws on, which fills a scene.

use std::convert::Infallible;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::style::RGBColor;
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
    FontTransform,
};

use super::font;
use super::scene::{Anchor, Paint, Scene, Shape, Stroke, TextStyle};
use crate::error::{Error, Result};

/// A part of the canvas, in canvas units.
pub(in crate::plot) type Area<'a> = DrawingArea<Canvas<'a>, Shift>;
/// The result of drawing on the canvas.
pub(in crate::plot) type Drawn = Result<(), DrawingErrorKind<Infallible>>;

/// A canvas that records the shapes drawn on it.
pub(in crate::plot) struct Canvas<'a> {
    scene: &'a mut Scene,
}

/// Returns the scene of a figure of `size` canvas units, drawn by `marks`.
pub(in crate::plot) fn draw(size: (u32, u32), marks: impl FnOnce(&Area) -> Result<()>) -> Result<Scene> {
    let mut scene = Scene { size, shapes: Vec::new(), thinned: false };
    let area = Canvas { scene: &mut scene }.into_drawing_area();
    let drawn = marks(&area);
    drop(area);
    drawn.map(|()| scene)
}

/// Converts an error of plotters to one of the crate.
pub(in crate::plot) fn failed(op: &'static str) -> impl Fn(DrawingAreaErrorKind<Infallible>) -> Error {
    move |error| Error::Figure { op, problem: error.to_string() }
}

impl Canvas<'_> {
    /// Adds a shape to the scene.
    pub(in crate::plot) fn add(&mut self, shape: Shape) {
        self.scene.shapes.push(match shape {
            Shape::Text { text, at, look } => Shape::Text { text: font::line(&text), at, look },
            other => other,
        });
    }

    /// Records that not all of a line is drawn.
    pub(in crate::plot) fn has_left_out(&mut self) {
        self.scene.thinned = true;
    }
}

fn rgb(BackendColor { rgb: (r, g, b), .. }: BackendColor) -> RGBColor {
    RGBColor(r, g, b)
}

fn stroke<S: BackendStyle>(style: &S) -> Stroke {
    Stroke { colour: rgb(style.color()), width: style.stroke_width() as i32, dashed: false }
}

impl DrawingBackend for Canvas<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.scene.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, colour: BackendColor) -> Drawn {
        self.add(Shape::Rectangle { corners: [(x, y), (x + 1, y + 1)], paint: Paint::Fill(rgb(colour)) });
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
        self.add(Shape::Line { at: at.into_iter().collect(), stroke: stroke(style) });
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let paint = if fill { Paint::Fill(rgb(style.color())) } else { Paint::Edge(stroke(style)) };
        self.add(Shape::Rectangle { corners: [from, to], paint });
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, (x, y): BackendCoord) -> Drawn {
        let size = style.size();
        let anchor = match style.anchor().h_pos {
            HPos::Left => Anchor::Start,
            HPos::Center => Anchor::Middle,
            HPos::Right => Anchor::End,
        };
        // From the anchor of plotters to the baseline: Inter's capitals and digits are 0.73 em high.
        let down = match style.anchor().v_pos {
            VPos::Top => (0.8 * size) as i32,
            VPos::Center => (0.365 * size) as i32,
            VPos::Bottom => (-0.25 * size) as i32,
        };
        let upwards = matches!(style.transform(), FontTransform::Rotate270);
        let look =
            TextStyle { size: size as i32, bold: bold(style), colour: rgb(style.color()), anchor, upwards };
        let at = if upwards { (x + down, y) } else { (x, y + down) };
        self.add(Shape::Text { text: text.to_string(), at, look });
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
