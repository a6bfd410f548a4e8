//! The figures that grow while a model trains.

use std::any::Any;
use std::time::Instant;

use super::throttle::Throttle;
use crate::data::{Split, Target};
use crate::display::{Bundle, Console, Show, Shown};
use crate::error::{Error, Result};
use crate::models::Model;
use crate::plot::{self, Figure, plot_decision_boundary, plot_loss_curves};
use crate::train::{History, TrainConfig};

/// The figures asked for, in the order in which they are shown.
pub(super) struct Figures<'a> {
    views: Vec<View<'a>>,
    throttle: Throttle,
}

impl<'a> Figures<'a> {
    /// # Errors
    /// A boundary of data that has none to draw.
    pub(super) fn new<Y: Target>(
        model: &'a Model,
        data: &'a Split<Y>,
        config: &TrainConfig,
        start: Instant,
        slow: bool,
    ) -> Result<Self> {
        let mut views = Vec::new();
        if config.watch.curves() {
            views.push(View { of: Of::Curves, shown: None });
        }
        if config.watch.boundary() {
            let data = (data as &dyn Any).downcast_ref::<Split>().ok_or_else(|| Error::Labels {
                op: "fit",
                problem: "Watch::Boundary expects class labels, got values to predict".to_string(),
            })?;
            plot::check_boundary("fit", model, data)?;
            views.push(View { of: Of::Boundary(model, data), shown: None });
        }
        Ok(Self { views, throttle: Throttle::figures(start, slow) })
    }

    /// Draws if it is time to. Nothing that is random is used, so the training goes on as if it had not.
    pub(super) fn epoch(&mut self, console: &Console, history: &History, now: Instant) {
        if self.views.is_empty() || !console.watched || !self.throttle.is_due(now) {
            return;
        }
        for view in &mut self.views {
            // What cannot be drawn now is drawn later, or its reason given at the end.
            if let Ok(figure) = view.of.draw(history) {
                view.put(console, figure.draft());
            }
        }
        self.throttle.shown(now, Instant::now());
    }

    /// Leaves the figures of the whole training.
    pub(super) fn finish(self, console: &Console, history: &History) {
        for mut view in self.views.into_iter().filter(|_| !history.is_empty()) {
            let last = match view.of.draw(history) {
                Ok(figure) => figure.bundle(),
                Err(error) => Bundle::text(error.to_string()),
            };
            view.put(console, last);
        }
    }
}

/// A figure's place in the notebook.
struct View<'a> {
    of: Of<'a>,
    shown: Option<Shown>,
}

enum Of<'a> {
    Curves,
    Boundary(&'a Model, &'a Split),
}

impl Of<'_> {
    fn draw(&self, history: &History) -> Result<Figure> {
        match self {
            Of::Curves => plot_loss_curves(history),
            Of::Boundary(model, data) => plot_decision_boundary(*model, data),
        }
    }
}

impl View<'_> {
    fn put(&mut self, console: &Console, bundle: Bundle) {
        match &mut self.shown {
            Some(shown) => shown.update(&bundle),
            None => self.shown = Some(Shown::on(console, bundle)),
        }
    }
}
