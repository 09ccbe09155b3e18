//! The Storkey rule of second order: the term that the first leaves out, too.

use super::card::{Card, Taken, admit};
use super::error::TrainError;
use super::rule::Rule;
use super::storkey::{Order, add_pattern};
use super::trained::Trained;
use crate::couplings::Couplings;
use crate::network::{Network, NetworkError};
use crate::patterns::Patterns;
use crate::ties::Ties;

pub(super) const CARD: Card = Card {
    best_at: "patterns that come one by one and are seen once; nearer to the pseudo-inverse than the first order",
    cost: "P N²",
    source: "Storkey, ICANN 1997, LNCS 1327, 451",
    couplings: Taken::Any,
    biases: false,
    iterative: false,
};

/// Pattern by pattern, in order: w_ij ← w_ij + (ξ_i − h_ij)(ξ_j − h_ji)/N with h_ij = Σ_{k≠i,j} w_ik ξ_k. It is the step by which
/// the pseudo-inverse takes up a pattern, with N for the squared length of what is new in it; [`Storkey`](super::Storkey)
/// leaves the product of the two fields out. Sums run over the couplings that exist. No biases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StorkeySecondOrder {
    /// Always refused: the rule has no biases.
    pub bias: bool,
    /// How zero fields count.
    pub ties: Ties,
}

impl StorkeySecondOrder {
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
            add_pattern(&pattern, couplings, Order::Second, &mut weights);
        }
        let network = Network::new(couplings.symmetry(), weights, vec![0.0; neurons]);
        network.map_err(|error: NetworkError| error.into())
    }
}

impl Rule for StorkeySecondOrder {
    fn name(&self) -> &'static str {
        "storkey-second-order"
    }

    fn summary(&self) -> &'static str {
        "Storkey's rule with the product of the two local fields, a step of the pseudo-inverse (Storkey 1997)"
    }

    fn train(&self, patterns: &Patterns, couplings: &Couplings) -> Result<Trained, TrainError> {
        let network = self.fit(patterns, couplings)?;
        Ok(Trained::unproven(network, patterns, self.ties)?)
    }
}
