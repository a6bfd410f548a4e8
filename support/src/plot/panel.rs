//! A panel: a frame with two axes, a title, and what it shows.

use plotters::chart::ChartBuilder;
use plotters::element::{BackendCoordOnly, Rectangle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, RGBColor};

use super::axis::Axis;
use super::canvas::{Area, failed};
use super::font;
use super::mark::Mark;
use super::style::{FRAME, GRID, INK, QUIET_INK, TEXT, TITLE, px, stroke, text};
use crate::error::Result;

/// What a panel shows, in its axes' units.
pub(super) struct Panel {
    pub(super) title: String,
    pub(super) x: Axis,
    pub(super) y: Axis,
    pub(super) under: Under,
    pub(super) marks: Vec<Mark>,
}

/// What lies under the marks.
pub(super) enum Under {
    /// Lines at the axes' numbers.
    Lines,
    /// A ground colour with regions on it.
    Regions(RGBColor, Vec<Mark>),
}

/// Length of the marks at the numbers, in pixels; the numbers stand as far away again.
const TICK: f64 = 4.0;

impl Panel {
    /// Draws the panel so that it fills `area`.
    pub(super) fn draw(&self, op: &'static str, area: &Area) -> Result<()> {
        self.drawn(area).map_err(failed(op))
    }

    fn drawn(
        &self,
        area: &Area,
    ) -> Result<(), plotters::drawing::DrawingAreaErrorKind<std::convert::Infallible>> {
        let widest = self.y.labels().iter().map(|l| font::width(l, TEXT, false)).fold(0.0, f64::max);
        let name_room = |axis: &Axis, room: f64| if axis.name.is_empty() { 0.0 } else { room };
        let mut chart = ChartBuilder::on(area)
            .margin_top(px(38.0))
            .margin_right(px(16.0))
            .margin_left(px(10.0))
            .x_label_area_size(px(2.0 * TICK + 18.0 + name_room(&self.x, 18.0)))
            .y_label_area_size(px(2.0 * TICK + widest + 2.0 + name_room(&self.y, 22.0)))
            .build_cartesian_2d(self.x.clone(), self.y.clone())?;

        // Pixel ranges are absolute, elements on an area relative to it.
        let (across, down) = chart.plotting_area().get_pixel_range();
        let (left, top) = area.get_base_pixel();
        let frame = [(across.start - left, down.start - top), (across.end - left, down.end - top)];
        if let Under::Regions(ground, regions) = &self.under {
            area.draw(&Rectangle::new(frame, plotters::style::Color::filled(ground)))?;
            chart.draw_series::<BackendCoordOnly, Mark, _, _>(regions)?;
        }

        let quiet = text(TEXT, FontStyle::Normal, QUIET_INK);
        let mut mesh = chart.configure_mesh();
        mesh.axis_style(stroke(FRAME, 1.0))
            .bold_line_style(stroke(GRID, 1.0))
            .set_all_tick_mark_size(px(TICK))
            .label_style(quiet.clone())
            .axis_desc_style(quiet)
            .x_desc(self.x.name.clone())
            .y_desc(self.y.name.clone());
        if matches!(self.under, Under::Regions(..)) {
            mesh.disable_mesh();
        }
        mesh.draw()?;

        area.draw(&Rectangle::new(frame, stroke(FRAME, 1.0)))?;
        chart.draw_series::<BackendCoordOnly, Mark, _, _>(&self.marks)?;

        let room = f64::from(across.end - across.start);
        let title = font::fit(&self.title, f64::from(px(TITLE)), true, room);
        let style = text(TITLE, FontStyle::Bold, INK).pos(Pos::new(HPos::Center, VPos::Bottom));
        area.draw_text(&title, &style, ((frame[0].0 + frame[1].0) / 2, frame[0].1 - px(6.0)))
    }
}
