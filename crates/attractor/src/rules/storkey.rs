//! The Storkey rule: Hebb's, less what the network already recalls.

use super::card::{Card, Taken, admit};
use super::error::TrainError;
use super::rule::Rule;
use super::trained::Trained;
use crate::couplings::Couplings;
use crate::network::Network;
use crate::patterns::Patterns;
use crate::ties::Ties;
use rayon::prelude::*;

pub(super) const CARD: Card = Card {
    best_at: "patterns that come one by one and are seen once; stores more than Hebb's rule",
    cost: "P N²",
    source: "Storkey, ICANN 1997, LNCS 1327, 451",
    couplings: Taken::Any,
    biases: false,
    iterative: false,
};

/// Pattern by pattern, in order: w_ij ← w_ij + (ξ_i ξ_j − ξ_i h_ji − h_ij ξ_j)/N with h_ij = Σ_{k≠i,j} w_ik ξ_k (Storkey
/// 1997). Sums run over the couplings that exist. No biases. P·N² operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Storkey {
    /// Always refused: the rule has no biases.
    pub bias: bool,
    /// How zero fields count.
    pub ties: Ties,
}

impl Storkey {
    /// The network alone, without counting its wrong bits.
    ///
    /// # Errors
    /// [`TrainError::Size`]; [`TrainError::Unsupported`] for biases; [`TrainError::Network`] if weights overflow.
    pub fn fit(&self, patterns: &Patterns, couplings: &Couplings) -> Result<Network, TrainError> {
        admit(self, &CARD, self.bias, patterns, couplings)?;
        let neurons = patterns.neurons();
        let mut weights = vec![0.0; neurons * neurons];
        for mu in 0..patterns.count() {
            let pattern = Network::state_of(patterns, mu);
            add_pattern(&pattern, couplings, Order::First, &mut weights);
        }
        let biases = vec![0.0; neurons];
        // Of many more patterns than neurons the weights grow beyond all numbers.
        Ok(Network::new(couplings.symmetry(), weights, biases)?)
    }
}

impl Rule for Storkey {
    fn name(&self) -> &'static str {
        "storkey"
    }

    fn summary(&self) -> &'static str {
        "Hebb's rule less the local fields already there, pattern by pattern (Storkey 1997)"
    }

    fn train(&self, patterns: &Patterns, couplings: &Couplings) -> Result<Trained, TrainError> {
        let network = self.fit(patterns, couplings)?;
        Ok(Trained::unproven(network, patterns, self.ties)?)
    }
}

/// Which products of local fields a step has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Those of a field and a bit.
    First,
    /// That of two fields, too.
    Second,
}

/// A pattern's step, from the local fields that it meets.
pub(super) fn add_pattern(
    pattern: &[f64],
    couplings: &Couplings,
    order: Order,
    weights: &mut [f64],
) {
    let neurons = pattern.len();
    let field = |row: &[f64]| row.iter().zip(pattern).map(|(w, s)| w * s).sum();
    let fields: Vec<f64> = weights.par_chunks_exact(neurons).map(field).collect();
    // h_ji needs w_ji: its own row where weights are directed, w_ij where they are symmetric. Both rows hold the same
    // numbers then, and a + b = b + a keeps them so.
    let transposed = (!couplings.is_symmetric()).then(|| weights.to_vec());
    weights
        .par_chunks_exact_mut(neurons)
        .enumerate()
        .for_each(|(i, row)| {
            for j in (0..neurons).filter(|&j| couplings.allows(i, j)) {
                let (to, from) = (pattern[i], pattern[j]);
                let reverse = transposed
                    .as_ref()
                    .map_or(row[j], |all| all[j * neurons + i]);
                let (h_ij, h_ji) = (fields[i] - row[j] * from, fields[j] - reverse * to);
                let fields = match order {
                    Order::First => 0.0,
                    Order::Second => h_ij * h_ji,
                };
                row[j] += (to * from - (to * h_ji + from * h_ij) + fields) / neurons as f64;
            }
        });
}
