//! The number of right predictions, counted while a model trains.

use tch::Tensor;

use super::loss::Loss;
use crate::error::Result;
use crate::predictor::argmax;

/// Counts the rows of `outputs` that predict the right class; `None` for a regression. The labels are those of
/// `round(sigmoid(outputs))` and `argmax(outputs, 1)`, counted in one pass instead of with four tensors.
pub(super) fn count_correct(loss: Loss, outputs: &Tensor, labels: &[f64]) -> Result<Option<usize>> {
    let count = match loss {
        Loss::BceWithLogits => count(outputs, labels, |row| rounded_sigmoid(row[0])),
        Loss::CrossEntropy => count(outputs, labels, |row| argmax(row.iter().copied())),
        Loss::L1 => return Ok(None),
    };
    count.map(Some)
}

fn count(outputs: &Tensor, labels: &[f64], predict: impl Fn(&[f32]) -> usize) -> Result<usize> {
    let columns = outputs.size().get(1).map_or(1, |&columns| columns as usize);
    let values = Vec::<f32>::try_from(outputs.f_contiguous()?.f_view([-1])?)?;
    let rows = values.chunks_exact(columns).zip(labels);
    Ok(rows.filter(|&(row, &label)| predict(row) as f64 == label).count())
}

/// Computes `round(sigmoid(z))` in f32: 1 if the sigmoid is above 0.5, which it is not for a tiny positive `z`.
fn rounded_sigmoid(z: f32) -> usize {
    let above = if z.abs() > 1e-6 { z > 0.0 } else { 1.0 / (1.0 + (-z).exp()) > 0.5 };
    usize::from(above)
}

#[cfg(test)]
mod tests {
    use tch::Kind;

    use super::*;

    #[test]
    fn counting_agrees_with_libtorchs_sigmoid_round_and_argmax() -> Result<()> {
        let edge = [0.0f32, -0.0, 1e-9, 5e-8, 6e-8, 1.2e-7, 1e-6, 2e-6, -1e-9, -1e-7, 0.3, -0.3, 40.0, -40.0];
        let logits = Tensor::from_slice(&edge);
        let labels = Vec::<f32>::try_from(logits.sigmoid().round())?;
        let labels: Vec<f64> = labels.into_iter().map(f64::from).collect();
        assert_eq!(count_correct(Loss::BceWithLogits, &logits, &labels)?, Some(edge.len()));

        let logits = Tensor::rand([500, 4], (Kind::Float, tch::Device::Cpu));
        let labels = Vec::<i64>::try_from(logits.argmax(1, false))?;
        let labels: Vec<f64> = labels.into_iter().map(|label| label as f64).collect();
        assert_eq!(count_correct(Loss::CrossEntropy, &logits, &labels)?, Some(500));
        Ok(())
    }
}
