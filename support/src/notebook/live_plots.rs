//! Figures that are updated while a model trains.

use std::time::Instant;

use super::throttle::Throttle;
use crate::data::Split;
use crate::display::{DisplayHandle, Frontend, MimeBundle, Show};
use crate::error::Result;
use crate::models::Model;
use crate::plot::{self, Figure, plot_decision_boundary, plot_loss_curves};
use crate::train::{Callback, History, TrainState};

/// Callback that updates figures while a model trains, in the order in which the figures were added.
///
/// The last figures stay in the notebook. Drawing uses no random numbers and does not change the results.
#[derive(Debug)]
pub struct LivePlots {
    frontend: Frontend,
    views: Vec<View>,
    throttle: Option<Throttle>,
}

impl Default for LivePlots {
    fn default() -> Self {
        Self { frontend: Frontend::here(), views: Vec::new(), throttle: None }
    }
}

impl LivePlots {
    /// Makes the callback without figures.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the figure [`plot_loss_curves`] of the epochs so far.
    pub fn curves(self) -> Self {
        self.view(Of::Curves)
    }

    /// Adds the figure [`plot_decision_boundary`] of the current model, over `data` with two features.
    ///
    /// # Errors
    /// A model or data without a boundary is refused when the training begins.
    pub fn boundary(self, data: &Split) -> Self {
        self.view(Of::Boundary(Box::new(data.clone())))
    }

    fn view(mut self, of: Of) -> Self {
        self.views.push(View { of, shown: None });
        self
    }

    #[cfg(test)]
    pub(super) fn on(self, frontend: &Frontend) -> Self {
        Self { frontend: frontend.clone(), ..self }
    }
}

impl Callback for LivePlots {
    fn on_begin(&mut self, state: &mut TrainState<'_>) -> Result<()> {
        self.throttle = None;
        for view in &self.views {
            if let Of::Boundary(data) = &view.of {
                plot::check_boundary("fit", state.model, data)?;
            }
        }
        Ok(())
    }

    fn on_epoch_end(&mut self, state: &mut TrainState<'_>) -> Result<()> {
        let now = Instant::now();
        let throttle = self.throttle.get_or_insert_with(|| Throttle::figures(now, state.slow_motion > 0.0));
        if !self.frontend.watched || !throttle.is_due(now) {
            return Ok(());
        }
        for view in &mut self.views {
            // A figure that cannot be drawn now is drawn later; on_end shows the error if it still cannot.
            if let Ok(figure) = view.of.draw(state.model, &state.history) {
                view.put(&self.frontend, figure.draft());
            }
        }
        throttle.shown(now, Instant::now());
        Ok(())
    }

    fn on_end(&mut self, state: &mut TrainState<'_>) -> Result<()> {
        for view in self.views.iter_mut().filter(|_| !state.history.is_empty()) {
            let last = match view.of.draw(state.model, &state.history) {
                Ok(figure) => figure.bundle(),
                Err(error) => MimeBundle::text(error.to_string()),
            };
            view.put(&self.frontend, last);
            view.shown = None;
        }
        Ok(())
    }
}

/// A figure and its display in the notebook.
#[derive(Debug)]
struct View {
    of: Of,
    shown: Option<DisplayHandle>,
}

#[derive(Debug)]
enum Of {
    Curves,
    Boundary(Box<Split>),
}

impl Of {
    fn draw(&self, model: &Model, history: &History) -> Result<Figure> {
        match self {
            Of::Curves => plot_loss_curves(history).draw(),
            Of::Boundary(data) => plot_decision_boundary(model, data).draw(),
        }
    }
}

impl View {
    fn put(&mut self, frontend: &Frontend, bundle: MimeBundle) {
        match &mut self.shown {
            Some(shown) => shown.update(&bundle),
            None => self.shown = Some(DisplayHandle::on(frontend, bundle)),
        }
    }
}
