//! A model at a glance: each layer, what comes out of it, and how much it learns.

use std::fmt;

use tch::{Kind, Tensor};

use super::model::Model;
use crate::error::{Error, Result};
use crate::table::Table;

/// One layer's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryRow {
    /// Its name in the `state_dict`.
    pub name: String,
    /// Its kind, such as `Linear`.
    pub kind: &'static str,
    /// The shape that comes out for one batch; `-1` stands for the number of points.
    pub output: Vec<i64>,
    /// How many numbers it learns.
    pub parameters: usize,
}

/// What [`summary`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The layers in order of execution.
    pub rows: Vec<SummaryRow>,
    /// How many numbers the model learns.
    pub total: usize,
}

/// Sends two points of zeros through the model and notes what comes out of each layer.
///
/// Layers of this crate are seen; functions such as `Tensor::relu` in a `forward` of your own are not, as
/// in PyTorch.
///
/// # Errors
/// A model whose first layer does not say how many features it takes.
///
/// ```
/// use support::prelude::*;
/// let model = Model::new(|vs| nn::seq().add(linear(vs / 0, 2, 5)).add(linear(vs / 1, 5, 1)))?;
/// let summary = summary(&model)?;
/// assert_eq!(summary.rows[0].output, [-1, 5]);
/// assert_eq!(summary.total, 21);
/// # Ok::<(), Error>(())
/// ```
pub fn summary(model: &Model) -> Result<Summary> {
    let features = model.in_features().ok_or_else(|| {
        Error::argument("summary", "first layer", "one that says what it takes, such as linear", "another")
    })?;
    let outputs = model.trace(&Tensor::zeros([2, features], (Kind::Float, model.device())))?;
    let rows = outputs.into_iter().map(|(layer, output)| {
        let mut size = output.size();
        if let Some(batch) = size.first_mut() {
            *batch = -1;
        }
        SummaryRow { name: layer.name, kind: layer.kind, output: size, parameters: layer.parameters }
    });
    Ok(Summary { rows: rows.collect(), total: model.num_parameters() })
}

impl Summary {
    /// The summary as a table.
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
