//! The Hebbian rule: w_ij = Σ_μ ξ_i^μ ξ_j^μ.

use super::card::{Card, Taken, admit};
use super::error::TrainError;
use super::rule::Rule;
use super::trained::Trained;
use super::{bit_counts, byte_sums};
use crate::couplings::Couplings;
use crate::kernels::bits;
use crate::network::Network;
use crate::patterns::Patterns;
use crate::ties::Ties;

pub(super) const CARD: Card = Card {
    best_at: "few patterns, at once; under heavy noise on few patterns no rule repairs more",
    cost: "P N² bit operations",
    source: "Hopfield, PNAS 79, 2554 (1982)",
    couplings: Taken::Any,
    biases: true,
    iterative: false,
};

/// w_ij = Σ_μ ξ_i^μ ξ_j^μ for every coupling that exists, b_i = Σ_μ ξ_i^μ with `bias` (a constant input +1). Integers,
/// hence exact. Stores about 0.138 N random patterns with few wrong bits, N/(4 ln N) without (Amit, Gutfreund,
/// Sompolinsky 1985; McEliece et al. 1987).
///
/// ```
/// use attractor::{Couplings, Patterns, Rule, Symmetry, rules::Hebbian};
/// let patterns = Patterns::from_signs(2, 3, &[1, 1, -1, 1, 1, 1])?;
/// let trained = Hebbian::default().train(&patterns, &Couplings::full(3, Symmetry::Symmetric)?)?;
/// assert_eq!(trained.network.row(0), [0.0, 2.0, 0.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hebbian {
    /// Train biases too.
    pub bias: bool,
    /// How zero fields count.
    pub ties: Ties,
}

impl Hebbian {
    /// The network alone, without counting its wrong bits.
    ///
    /// # Errors
    /// [`TrainError::Size`].
    pub fn fit(&self, patterns: &Patterns, couplings: &Couplings) -> Result<Network, TrainError> {
        admit(self, &CARD, self.bias, patterns, couplings)?;
        let products = if patterns.count() <= byte_sums::MOST {
            byte_sums::products
        } else {
            bit_counts::products
        };
        let weights = products(patterns, couplings);
        let biases = if self.bias {
            bit_sums(patterns)
        } else {
            vec![0.0; patterns.neurons()]
        };
        Ok(Network::trusted(couplings.symmetry(), weights, biases))
    }
}

impl Rule for Hebbian {
    fn name(&self) -> &'static str {
        "hebbian"
    }

    fn summary(&self) -> &'static str {
        "sum of outer products, w_ij = Σ ξ_i ξ_j (Hopfield 1982); stores about 0.138 N random patterns"
    }

    fn train(&self, patterns: &Patterns, couplings: &Couplings) -> Result<Trained, TrainError> {
        let network = self.fit(patterns, couplings)?;
        Ok(Trained::unproven(network, patterns, self.ties)?)
    }
}

/// Σ_μ ξ_i^μ for every neuron.
fn bit_sums(patterns: &Patterns) -> Vec<f64> {
    let by_neuron = patterns.transposed();
    (0..patterns.neurons())
        .map(|i| 2.0 * f64::from(bits::count(by_neuron.bits(i))) - patterns.count() as f64)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::couplings::{Shape, Symmetry};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn weights_are_sums_of_products(neurons in 1usize..90, count in 1usize..600, seed in any::<u64>()) {
            let patterns = Patterns::random(count, neurons, seed).unwrap();
            let couplings = Couplings::full(neurons, Symmetry::Symmetric).unwrap();
            let network = Hebbian::default().fit(&patterns, &couplings).unwrap();
            for i in 0..neurons {
                for j in 0..neurons {
                    let agree = |mu: &usize| patterns.is_plus(*mu, i) == patterns.is_plus(*mu, j);
                    let agreeing = (0..count).filter(agree).count() as f64;
                    let sum = if i == j { 0.0 } else { 2.0 * agreeing - count as f64 };
                    prop_assert_eq!(network.row(i)[j], sum);
                }
            }
        }
    }

    #[test]
    fn bits_and_bytes_count_alike() {
        let shape = Shape {
            height: 9,
            width: 67,
        };
        let local = Couplings::receptive_field(shape, 4.0, Symmetry::Symmetric).unwrap();
        let full = |neurons| Couplings::full(neurons, Symmetry::Symmetric).unwrap();
        for couplings in [full(1), full(17), full(512), full(1031), local] {
            for count in [1, 16, 83, byte_sums::MOST] {
                let random = Patterns::random(count, couplings.neurons(), 7).unwrap();
                // Sums as large as a byte has to hold.
                let equal =
                    Patterns::from_fn(count, couplings.neurons(), |_, i| i % 3 == 0).unwrap();
                for patterns in [random, equal] {
                    let by_bits = bit_counts::products(&patterns, &couplings);
                    let by_bytes = byte_sums::products(&patterns, &couplings);
                    assert!(by_bits == by_bytes, "{count} patterns");
                }
            }
        }
    }
}
