//! Training in a notebook: `fit` with log and stop button, callbacks that draw or wait, and replays.
//!
//! The topmost module, which uses training, figures and the notebook's protocol, and which no other module uses.
//!
//! The final output of a training and its results are the same whether somebody watched the cell or not, because these
//! callbacks only read the model.

mod fit;
mod live_plots;
mod log;
mod replay;
mod slow_motion;
#[cfg(test)]
mod tests;
mod throttle;

pub use fit::fit;
pub use live_plots::LivePlots;
pub use replay::replay;
pub use slow_motion::SlowMotion;
