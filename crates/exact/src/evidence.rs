//! Evidence: what lower bounds rest on, as plain data. Searches fill it in; [`certify`](crate::certify()) turns it into a
//! certificate.

use crate::geometry::dependency::{Dependency, Packed};

/// What lower bounds rest on.
///
/// The claim is: a neuron's wrong bits meet every dependency of the neuron, so they are at least its bound (equal rows
/// count together); the neurons of a core cannot all be within the core's numbers, because no such wrong bits meet every
/// dependency among these neurons; and wrong bits that fit these bounds and cores add up to at least `total`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Evidence {
    /// What is known about single neurons, each at most once.
    pub neurons: Vec<NeuronBound>,
    /// Dependencies over several neurons of a symmetric network; row μ·N+i is bit (μ,i).
    pub coupled: Vec<Dependency>,
    /// Groups of neurons, each neuron with a number of wrong bits: not all of them can be within their numbers at once.
    pub cores: Vec<Vec<(usize, u32)>>,
    /// The bound on the whole network, where it exceeds the sum of the neurons'.
    pub total: u64,
    /// Neurons with discrete weights, with their bound, where it exceeds what their dependencies carry: it was found by
    /// trying all weights.
    pub tried: Vec<(usize, u64)>,
}

/// What is known about one neuron. The dependencies stay packed until a certificate is written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NeuronBound {
    /// The neuron.
    pub neuron: usize,
    /// The lower bound on its wrong bits.
    pub bound: u64,
    /// The dependencies that carry it; rows are patterns.
    pub dependencies: Vec<Packed>,
}

impl Evidence {
    /// Adds a neuron's dependencies, whose rows are patterns, and the bound that they carry.
    pub fn add_neuron(&mut self, neuron: usize, bound: usize, dependencies: Vec<Packed>) {
        self.neurons.push(NeuronBound {
            neuron,
            bound: bound as u64,
            dependencies,
        });
    }
}
