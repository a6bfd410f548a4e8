//! Diagrams of networks: the weights, and the output of each neuron over the plane.

mod layout;
mod network;
mod neurons;

pub use network::plot_network;
pub use neurons::plot_neurons;
