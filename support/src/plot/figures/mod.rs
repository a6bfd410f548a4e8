//! The figures, one per file.

pub(super) mod activations;
pub(super) mod balance;
pub(super) mod boundary;
pub(super) mod confusion;
pub(super) mod curves;
pub(super) mod dataset;
pub(super) mod gradients;
pub(super) mod learning;
pub(super) mod network_diagram;
pub(super) mod predictions;
