//! The summary of a model: the name, kind, output shape and number of parameters of each layer.

use std::fmt;

use tch::Tensor;

use super::model::Model;
use crate::error::{Error, Result};
use crate::table::Table;

/// The row of one layer in a [`Summary`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryRow {
    /// The layer's name in the `state_dict`.
    pub name: String,
    /// The layer's kind, such as `Linear`.
    pub kind: &'static str,
    /// The shape of the layer's output; `-1` stands for the number of points.
    pub output: Vec<i64>,
    /// The number of the layer's parameters.
    pub parameters: usize,
}

/// The summary of a model, made by [`summary`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The layers in order of execution.
    pub rows: Vec<SummaryRow>,
    /// The number of parameters of the model.
    pub total: usize,
}

/// Summarises a model: passes two points of zeros through it and records the output shape of each layer.
///
/// Layers of this crate are recorded; functions such as `Tensor::relu` in your own `forward` are not, as in PyTorch.
///
/// # Errors
/// A model whose first layer does not fix its number of features; layers that do not fit each other.
///
/// ```
/// use support::prelude::*;
/// let model = seq().add(linear(2, 5)).add(linear(5, 1)).build()?;
/// let summary = summary(&model)?;
/// assert_eq!(summary.rows[0].output, [-1, 5]);
/// assert_eq!(summary.total, 21);
/// # Ok::<(), Error>(())
/// ```
pub fn summary(model: &Model) -> Result<Summary> {
    let features = model.in_features().ok_or_else(|| {
        Error::argument("summary", "first layer", "one that says what it takes, such as linear", "another")
    })?;
    let outputs = model.forward_all(&Tensor::f_zeros([2, features], (model.kind(), model.device()))?)?;
    let parameters = model.named_parameters();
    let rows = outputs.into_iter().map(|(layer, output)| {
        let mut size = output.size();
        if let Some(batch) = size.first_mut() {
            *batch = -1;
        }
        let own =
            parameters.iter().filter(|(name, _)| name.rsplit_once('.').map_or("", |n| n.0) == layer.name);
        let parameters = own.map(|(_, values)| values.numel()).sum();
        SummaryRow { name: layer.name, kind: layer.kind, output: size, parameters }
    });
    Ok(Summary { rows: rows.collect(), total: model.num_parameters() })
}

impl Summary {
    /// Returns the summary as a table.
    pub fn table(&self) -> Table {
        let header = Table::new(["layer", "kind", "output shape", "parameters"]).align_left(2);
        let rows = self.rows.iter().fold(header, |table, row| {
            table.row([
                row.name.clone(),
                row.kind.to_string(),
                format!("{:?}", row.output),
                row.parameters.to_string(),
            ])
        });
        rows.row(["total".to_string(), String::new(), String::new(), self.total.to_string()])
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.table(), f)
    }
}
