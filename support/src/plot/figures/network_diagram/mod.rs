//! Networks from the inside: their weights, and what each neuron makes of the plane.

mod heatmap;
mod layout;
mod network;
mod neurons;

pub use network::plot_network;
pub use neurons::plot_neurons;
