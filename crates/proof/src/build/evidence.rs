//! Evidence: what a solver found out about the wrong bits, as data.

use crate::format::natural::Natural;

/// What a solver knows about one neuron.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeuronEvidence {
    /// The neuron.
    pub neuron: usize,
    /// The solver's lower bound on its wrong bits.
    pub bound: u64,
    /// Its dependencies: patterns, and their multipliers.
    pub dependencies: Vec<(Vec<usize>, Vec<Natural>)>,
}

/// What a solver knows about several neurons together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoreEvidence {
    /// The neurons, ascending.
    pub neurons: Vec<usize>,
    /// No network has at most so many wrong bits in each of them at once.
    pub most: Vec<u64>,
    /// Dependencies of the builder within these neurons that show it.
    pub dependencies: Vec<u32>,
}
