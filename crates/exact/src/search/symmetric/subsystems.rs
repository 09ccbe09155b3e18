//! What the lower bound of a symmetric network rests on, as evidence.

use crate::evidence::Evidence;
use crate::geometry::dependency::{Dependency, Packed};

/// The dependencies that the lower bound rests on. Row μ·N+i is bit (μ,i); a folded row (equal to an earlier one of its
/// neuron, with the same strictness) is named by the earliest pattern.
///
/// The claim is: a neuron's set of bits that meets all its members has at least its lower bound of bits (equal rows
/// counting together); no sets that are within a core's numbers meet all members among its neurons; and wrong bits of the
/// neurons that fit these bounds and cores add up to `lower_bound` at least. It is checked by checking the multipliers,
/// `Σ λ_r a_r = 0` over the weights (w_ij and w_ji one column), and searching for smaller sets and sums.
#[derive(Debug, Clone, Default)]
pub(super) struct Subsystems {
    /// Each neuron's infeasible subsystems.
    pub(super) neurons: Vec<Vec<Dependency>>,
    /// Infeasible subsystems of rows of several neurons.
    pub(super) coupled: Vec<Dependency>,
    /// Neurons with the wrong bits that they cannot all be within at once.
    pub(super) cores: Vec<Vec<(usize, u32)>>,
}

impl Subsystems {
    /// The evidence for the neurons' bounds and the `total`; a neuron's rows are patterns there.
    pub(super) fn evidence(self, neurons: &[usize], total: usize) -> Evidence {
        let count = self.neurons.len() as u32;
        let mut evidence = Evidence {
            coupled: self.coupled,
            cores: self.cores,
            total: total as u64,
            ..Evidence::default()
        };
        for (i, (own, &bound)) in self.neurons.iter().zip(neurons).enumerate() {
            let pattern = |d: &Dependency| Packed::from(d).renamed(|r| r / count);
            evidence.add_neuron(i, bound, own.iter().map(pattern).collect());
        }
        evidence
    }
}
