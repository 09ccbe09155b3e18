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
    /// One number a neuron: in every network some neuron has more wrong bits than its number.
    pub most: Vec<u64>,
    /// Indices of dependencies of the builder, within these neurons, that show it.
    pub dependencies: Vec<u32>,
}
