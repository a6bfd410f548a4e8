//! The structure of a model: a tree of layers with their names and kinds, printed as PyTorch prints a model.

use std::collections::HashMap;

use tch::Tensor;

/// One layer of a model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Node {
    /// The dotted name in the `state_dict`, such as `stack.0`; empty for the whole model.
    pub name: String,
    /// The kind, such as `Linear`.
    pub kind: &'static str,
    /// The settings shown in brackets, such as `p=0.5`.
    pub settings: String,
    /// The number of features that the layer takes, or `None` if the kind does not fix it.
    pub in_features: Option<i64>,
    /// The indices of the layers inside this one.
    children: Vec<usize>,
}

impl Node {
    /// Returns the full name of a parameter of the layer.
    pub fn parameter(&self, suffix: &str) -> String {
        if self.name.is_empty() { suffix.to_string() } else { format!("{}.{suffix}", self.name) }
    }
}

/// The tree of a model's layers, in the order in which they were built; the first node is the whole model.
#[derive(Debug, Default)]
pub(crate) struct Structure {
    nodes: Vec<Node>,
}

impl Structure {
    /// Adds a layer inside `parent` and returns its index.
    pub fn push(&mut self, parent: Option<usize>, name: String) -> usize {
        let index = self.nodes.len();
        self.nodes.push(Node { name, ..Node::default() });
        if let Some(parent) = parent {
            self.nodes[parent].children.push(index);
        }
        index
    }

    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    pub fn node(&mut self, index: usize) -> &mut Node {
        &mut self.nodes[index]
    }

    pub fn is_leaf(&self, index: usize) -> bool {
        self.nodes[index].children.is_empty()
    }

    /// Returns the number of features that the first layer takes, or `None` if the first layer does not fix it.
    pub fn in_features(&self) -> Option<i64> {
        let first = self.nodes.iter().find(|node| node.children.is_empty());
        first.and_then(|node| node.in_features)
    }

    /// Returns recorded outputs with their layers.
    pub fn outputs_of(&self, outputs: Vec<(usize, Tensor)>) -> Vec<(Node, Tensor)> {
        outputs.into_iter().map(|(index, output)| (self.nodes[index].clone(), output)).collect()
    }

    /// Sorts parameters in the order of PyTorch's `state_dict`: layer by layer, each layer's weight before its bias.
    pub fn sort(&self, parameters: HashMap<String, Tensor>) -> Vec<(String, Tensor)> {
        let places: HashMap<&str, usize> =
            self.nodes.iter().enumerate().map(|(place, node)| (node.name.as_str(), place)).collect();
        let place = |name: &str| {
            let (layer, suffix) = name.rsplit_once('.').unwrap_or(("", name));
            let rank = ["weight", "bias"].iter().position(|first| *first == suffix).unwrap_or(2);
            (places.get(layer).copied().unwrap_or(usize::MAX), rank)
        };
        let mut sorted: Vec<_> = parameters.into_iter().collect();
        sorted.sort_by(|(a, _), (b, _)| place(a).cmp(&place(b)).then_with(|| a.cmp(b)));
        sorted
    }

    /// Prints the tree as PyTorch does: `Name(\n  (field): Part\n)`.
    pub fn to_pytorch(&self) -> String {
        self.print(0, 0)
    }

    fn print(&self, index: usize, depth: usize) -> String {
        let node = &self.nodes[index];
        if node.children.is_empty() {
            return format!("{}({})", node.kind, node.settings);
        }
        let indent = "  ".repeat(depth);
        let lines = node.children.iter().map(|&child| {
            let name = self.nodes[child].name.rsplit('.').next().unwrap_or_default();
            format!("{indent}  ({name}): {}\n", self.print(child, depth + 1))
        });
        format!("{}(\n{}{indent})", node.kind, lines.collect::<String>())
    }
}
