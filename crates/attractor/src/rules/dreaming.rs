//! The dreaming kernel: from Hebb's rule to the pseudo-inverse by one number.

use super::card::{Card, Taken, admit};
use super::error::TrainError;
use super::gram::GramFactor;
use super::pseudo_inverse::projection;
use super::rule::Rule;
use super::settings::{Range, Setting};
use super::trained::Trained;
use crate::couplings::Couplings;
use crate::network::Network;
use crate::patterns::Patterns;
use crate::ties::Ties;

pub(super) const CARD: Card = Card {
    best_at: "repairing below N patterns: wider basins than the pseudo-inverse at a well chosen t",
    cost: "P³ + P N²",
    source: "Fachechi, Agliari, Barra, arXiv 1810.12217 (2019)",
    couplings: Taken::Full,
    biases: true,
    iterative: false,
};

/// J = (1/N) ξᵀ (1 + t)(1 + t C)⁻¹ ξ with C = ξ ξᵀ/N, without its diagonal: what unlearning for a time t leaves of the
/// Hebbian couplings. t = 0 is Hebb's rule over N, t → ∞ the pseudo-inverse.
///
/// With `bias`, of the patterns with a constant entry +1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dreaming {
    /// Train biases too.
    pub bias: bool,
    /// How long the network dreams, ≥ 0.
    pub t: f64,
    /// How zero fields count.
    pub ties: Ties,
}

impl Default for Dreaming {
    /// t = 30, the best of those tried on handwritten digits.
    fn default() -> Self {
        Self {
            bias: false,
            t: 30.0,
            ties: Ties::Strict,
        }
    }
}

impl Dreaming {
    /// The network alone, without counting its wrong bits.
    ///
    /// # Errors
    /// [`TrainError::Size`]; [`TrainError::Unsupported`] for receptive fields, masks and a t out of range.
    pub fn fit(&self, patterns: &Patterns, couplings: &Couplings) -> Result<Network, TrainError> {
        admit(self, &CARD, self.bias, patterns, couplings)?;
        let neurons = patterns.neurons();
        let constant = if self.bias { 1.0 } else { 0.0 };
        // (1 + t)/N (1 + t G/N)⁻¹ = (N/(1 + t) + t/(1 + t) G)⁻¹ with G = ξ ξᵀ: no number of it overflows.
        let (ridge, scale) = (neurons as f64 / (1.0 + self.t), self.t / (1.0 + self.t));
        let factor = GramFactor::ridge(patterns, constant, ridge, scale);
        let (mut weights, mut biases) = projection(patterns, &factor);
        if !self.bias {
            biases.fill(0.0);
        }
        for i in 0..neurons {
            weights[i * neurons + i] = 0.0;
        }
        Ok(Network::trusted(couplings.symmetry(), weights, biases))
    }
}

impl Rule for Dreaming {
    fn name(&self) -> &'static str {
        "dreaming"
    }

    fn summary(&self) -> &'static str {
        "between Hebb (t = 0) and pseudo-inverse (t → ∞): what unlearning for a time t leaves (Fachechi et al. 2019)"
    }

    fn settings(&mut self) -> Vec<Setting<'_>> {
        vec![Setting::number(
            "t",
            "how long it dreams: 0 is Hebb's rule, large values the pseudo-inverse",
            Range::AtLeast(0.0),
            &mut self.t,
        )]
    }

    fn train(&self, patterns: &Patterns, couplings: &Couplings) -> Result<Trained, TrainError> {
        let network = self.fit(patterns, couplings)?;
        Ok(Trained::unproven(network, patterns, self.ties)?)
    }
}
