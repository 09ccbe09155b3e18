//! AdaTron: the widest margin, by coordinate ascent on its multipliers.

use super::card::{Card, Taken, admit};
use super::dual_ascent::Ascent;
use super::error::TrainError;
use super::rule::Rule;
use super::settings::{Range, Setting};
use super::trained::Trained;
use crate::control::Control;
use crate::couplings::Couplings;
use crate::network::Network;
use crate::patterns::Patterns;
use crate::ties::Ties;

pub(super) const CARD: Card = Card {
    best_at: "the widest margin of what can be stored, fast; directed and symmetric",
    cost: "P N² a sweep, times two if symmetric",
    source: "Anlauf, Biehl, Europhys. Lett. 10, 687 (1989)",
    couplings: Taken::Any,
    biases: true,
    iterative: true,
};

/// δx = max(−x, γ(1 − u)) for each bit with aligned field u in turn, and w += δx a/n for its row a of n entries ±1 (Anlauf
/// and Biehl 1989). Where everything can be stored it converges to the widest margin: of each neuron, in units of its
/// weights' norm, where couplings are directed; of the whole, in units of the norm of all weights, where they are symmetric.
/// Elsewhere multipliers grow until the sweeps are over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdaTron {
    /// Train biases too, as weights of a constant input +1, part of the norm.
    pub bias: bool,
    /// Share of the way to aligned field 1 that a step goes, in (0, 2).
    pub gamma: f64,
    /// The most sweeps over the bits.
    pub epochs: usize,
    /// It ends with a margin within this share of the widest, > 0.
    pub gap: f64,
    /// How zero fields count.
    pub ties: Ties,
}

impl Default for AdaTron {
    /// γ = 1, at most 1000 sweeps, gap 0.001.
    fn default() -> Self {
        Self {
            bias: false,
            gamma: 1.0,
            epochs: 1000,
            gap: 0.001,
            ties: Ties::Strict,
        }
    }
}

impl AdaTron {
    /// The network alone, without counting its wrong bits.
    ///
    /// # Errors
    /// [`TrainError::Size`]; [`TrainError::Unsupported`] for settings out of range.
    pub fn fit(&self, patterns: &Patterns, couplings: &Couplings) -> Result<Network, TrainError> {
        self.fit_until(patterns, couplings, &Control::new())
    }

    fn fit_until(
        &self,
        patterns: &Patterns,
        couplings: &Couplings,
        control: &Control<'_>,
    ) -> Result<Network, TrainError> {
        admit(self, &CARD, self.bias, patterns, couplings)?;
        let ascent = Ascent {
            bias: self.bias,
            gamma: self.gamma,
            clamp: true,
            epochs: self.epochs,
            tolerance: self.gap,
        };
        Ok(ascent.run(patterns, couplings, control))
    }
}

impl Rule for AdaTron {
    fn name(&self) -> &'static str {
        "adatron"
    }

    fn summary(&self) -> &'static str {
        "the widest margin of what can be stored, bit by bit on its multipliers (Anlauf and Biehl 1989)"
    }

    fn settings(&mut self) -> Vec<Setting<'_>> {
        vec![
            Setting::number(
                "gamma",
                "share of the way to aligned field 1 that a step goes",
                Range::Between(0.0, 2.0),
                &mut self.gamma,
            ),
            Setting::count("epochs", "the most sweeps", 0, &mut self.epochs),
            Setting::number(
                "gap",
                "ends within this share of the widest margin",
                Range::Above(0.0),
                &mut self.gap,
            ),
        ]
    }

    fn train(&self, patterns: &Patterns, couplings: &Couplings) -> Result<Trained, TrainError> {
        self.train_until(patterns, couplings, &Control::new())
    }

    fn train_until(
        &self,
        patterns: &Patterns,
        couplings: &Couplings,
        control: &Control<'_>,
    ) -> Result<Trained, TrainError> {
        let network = self.fit_until(patterns, couplings, control)?;
        Ok(Trained::so_far(network, patterns, self.ties, control)?)
    }
}
