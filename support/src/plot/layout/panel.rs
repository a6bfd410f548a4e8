//! A panel: marks under a title, mostly in a frame with two axes.

use std::convert::Infallible;

use plotters::chart::ChartBuilder;
use plotters::drawing::DrawingAreaErrorKind;
use plotters::element::{BackendCoordOnly, Drawable, PointCollection, Rectangle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, RGBColor};

use super::axis::Axis;
use super::mark::Mark;
use super::style::{FRAME, GRID, SECONDARY_TEXT, TEXT, TEXT_COLOR, TITLE, px, stroke, text};
use crate::error::Result;
use crate::plot::draw::canvas::{Area, failed};
use crate::plot::draw::font;

/// A panel: its title, its frame and its marks.
pub(in crate::plot) struct Panel {
    pub(in crate::plot) title: String,
    pub(in crate::plot) frame: Frame,
    pub(in crate::plot) marks: Vec<Mark>,
}

/// The coordinates of a panel's marks.
pub(in crate::plot) enum Frame {
    /// The units of two axes, which are drawn around the marks.
    Axes { x: Axis, y: Axis, under: Background },
    /// Pixels from the panel's upper left corner, below the title, without axes.
    None,
}

/// The background under the marks.
pub(in crate::plot) enum Background {
    /// Lines at the axes' numbers.
    Lines,
    /// Lines at the numbers of y only.
    Rows,
    /// A background colour with regions on it.
    Regions(RGBColor, Vec<Mark>),
}

/// Length of the tick marks, in pixels; the numbers stand as far away again.
const TICK: f64 = 4.0;
/// Height above the frame for the title, in pixels.
pub(in crate::plot) const HEAD: f64 = 38.0;

type Failed = DrawingAreaErrorKind<Infallible>;

impl Panel {
    /// Draws the panel so that it fills `area`.
    pub(in crate::plot) fn draw(&self, op: &'static str, area: &Area) -> Result<()> {
        let drawn = match &self.frame {
            Frame::Axes { x, y, under } => self.draw_with_axes(x, y, under, area),
            Frame::None => self.draw_free(area),
        };
        drawn.map_err(failed(op))
    }

    fn draw_with_axes(&self, x: &Axis, y: &Axis, under: &Background, area: &Area) -> Result<(), Failed> {
        let widest = y.labels().iter().map(|l| font::width(l, TEXT, false)).fold(0.0, f64::max);
        let name_room = |axis: &Axis, room: f64| if axis.name.is_empty() { 0.0 } else { room };
        let mut chart = ChartBuilder::on(area)
            .margin_top(px(HEAD))
            .margin_right(px(16.0))
            .margin_left(px(10.0))
            .x_label_area_size(px(2.0 * TICK + 18.0 + name_room(x, 18.0)))
            .y_label_area_size(px(2.0 * TICK + widest + 2.0 + name_room(y, 22.0)))
            .build_cartesian_2d(x.clone(), y.clone())?;

        // Pixel ranges are absolute, elements on an area relative to it.
        let (across, down) = chart.plotting_area().get_pixel_range();
        let (left, top) = area.get_base_pixel();
        let frame = [(across.start - left, down.start - top), (across.end - left, down.end - top)];
        if let Background::Regions(ground, regions) = under {
            area.draw(&Rectangle::new(frame, plotters::style::Color::filled(ground)))?;
            chart.draw_series::<BackendCoordOnly, Mark, _, _>(regions)?;
        }

        let quiet = text(TEXT, FontStyle::Normal, SECONDARY_TEXT);
        let mut mesh = chart.configure_mesh();
        mesh.axis_style(stroke(FRAME, 1.0))
            .bold_line_style(stroke(GRID, 1.0))
            .set_all_tick_mark_size(px(TICK))
            .label_style(quiet.clone())
            .axis_desc_style(quiet)
            .x_desc(x.name.clone())
            .y_desc(y.name.clone());
        match under {
            Background::Lines => &mut mesh,
            Background::Rows => mesh.disable_x_mesh(),
            Background::Regions(..) => mesh.disable_mesh(),
        };
        mesh.draw()?;

        area.draw(&Rectangle::new(frame, stroke(FRAME, 1.0)))?;
        chart.draw_series::<BackendCoordOnly, Mark, _, _>(&self.marks)?;
        self.draw_title(area, (frame[0].0, frame[1].0), frame[0].1)
    }

    fn draw_free(&self, area: &Area) -> Result<(), Failed> {
        for mark in &self.marks {
            area.draw(&InPixels(mark))?;
        }
        let (width, _) = area.dim_in_pixel();
        self.draw_title(area, (0, width as i32), px(HEAD))
    }

    /// Draws the title in the middle between `left` and `right`, above `bottom`.
    fn draw_title(&self, area: &Area, (left, right): (i32, i32), bottom: i32) -> Result<(), Failed> {
        if self.title.is_empty() {
            return Ok(());
        }
        let title = font::fit(&self.title, f64::from(px(TITLE)), true, f64::from(right - left));
        let style = text(TITLE, FontStyle::Bold, TEXT_COLOR).pos(Pos::new(HPos::Center, VPos::Bottom));
        area.draw_text(&title, &style, ((left + right) / 2, bottom - px(6.0)))
    }
}

/// Approximate width of a panel's numbers and margins, in pixels.
const BESIDE: f64 = 90.0;

/// Returns a title of a name and a remark `said` for a panel `width` pixels wide; a name too long is cut short.
pub(in crate::plot) fn title(name: &str, said: &str, width: f64) -> String {
    font::fit(name, TITLE, true, width - BESIDE - font::width(said, TITLE, true)) + said
}

/// A mark whose points are pixels at 1x.
struct InPixels<'a>(&'a Mark);

impl<'a> PointCollection<'a, (i32, i32)> for &'a InPixels<'_> {
    type Point = (i32, i32);
    type IntoIter = Vec<(i32, i32)>;

    fn point_iter(self) -> Self::IntoIter {
        self.0.point_iter().iter().map(|&(x, y)| (px(x), px(y))).collect()
    }
}

impl<B: plotters_backend::DrawingBackend> Drawable<B> for InPixels<'_>
where
    Mark: Drawable<B>,
{
    fn draw<I: Iterator<Item = plotters_backend::BackendCoord>>(
        &self,
        at: I,
        to: &mut B,
        size: (u32, u32),
    ) -> Result<(), plotters_backend::DrawingErrorKind<B::ErrorType>> {
        Drawable::draw(self.0, at, to, size)
    }
}
