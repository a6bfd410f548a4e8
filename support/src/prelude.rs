//! The names that a notebook imports: `use support::prelude::*;`.

pub use crate::data::{
    Dataset, Feature, Features, Split, Target, make_blobs, make_circles, make_line, make_moons, make_spirals,
    train_test_split,
};
pub use crate::display::{DisplayHandle, MimeBundle, Show, clear_output, stop_requested};
pub use crate::error::{Error, Result};
pub use crate::inspect::{InspectLayers, NeuronLayer};
pub use crate::metrics::{accuracy, classification_report, confusion_matrix, with_labels};
pub use crate::models::{
    Activation, ActivationCurve, BuildLayer, Dropout, Layer, Layers, Linear, Model, Sequential, Snapshot,
    dropout, linear, relu, seq, sigmoid, summary, tanh,
};
pub use crate::notebook::{LivePlots, SlowMotion, fit, replay};
pub use crate::plot::*;
pub use crate::predictor::Predictor;
pub use crate::table::Table;
pub use crate::train::{
    Callback, Epoch, GradientStats, History, Loss, Optimizer, RecordGradients, RecordSnapshots, TrainConfig,
    TrainState, Training, best_device,
};
pub use ndarray::{self, Array1, Array2};
pub use tch::nn::{self, OptimizerConfig};
pub use tch::{self, Device, Kind, Reduction, Tensor};
