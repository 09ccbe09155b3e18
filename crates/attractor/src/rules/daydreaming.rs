//! Daydreaming: every dream is weighed against a pattern.

use super::card::{Card, Taken, admit};
use super::dreams::Dreamer;
use super::error::TrainError;
use super::rule::Rule;
use super::settings::{Range, Setting};
use super::trained::Trained;
use crate::control::{Control, Phase};
use crate::couplings::Couplings;
use crate::network::Network;
use crate::patterns::Patterns;
use crate::ties::Ties;
use rand::RngExt;

pub(super) const CARD: Card = Card {
    best_at: "wide basins without a moment to stop at: patterns are learnt while dreams are unlearnt",
    cost: "N² a step, some ten sweeps of it; P steps an epoch",
    source: "Serricchio et al., arXiv 2405.08777 (2024)",
    couplings: Taken::Any,
    biases: true,
    iterative: true,
};

/// J ← J + (ξξᵀ − σσᵀ)/(τN) from Hebb's J = (1/N) Σ ξξᵀ on, ξ a random pattern, σ the fixed point that a random state falls to
/// one neuron at a time (Serricchio et al. 2024). Where dreams are patterns the two terms cancel on average: unlike
/// unlearning it need not end in time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Daydreaming {
    /// Train biases too, as weights of a constant input +1.
    pub bias: bool,
    /// How slowly it learns, > 0.
    pub tau: f64,
    /// How many epochs of P steps.
    pub epochs: usize,
    /// Seed of the random states.
    pub seed: u64,
    /// How zero fields count.
    pub ties: Ties,
}

impl Default for Daydreaming {
    /// τ = 64, 400 epochs.
    fn default() -> Self {
        Self {
            bias: false,
            tau: 64.0,
            epochs: 400,
            seed: 0,
            ties: Ties::Strict,
        }
    }
}

impl Daydreaming {
    /// The network alone, without counting its wrong bits.
    ///
    /// # Errors
    /// [`TrainError::Size`]; [`TrainError::Unsupported`] for settings out of range; [`TrainError::Network`] if weights
    /// overflow.
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
        let mut dreamer = Dreamer::new(patterns, couplings, self.bias, self.seed)?;
        let factor = 1.0 / (self.tau * patterns.neurons() as f64);
        let steps = self.epochs.saturating_mul(patterns.count());
        for step in 0..steps {
            if control.should_stop() {
                break;
            }
            if step % patterns.count() == 0 {
                control.report(None, 0, step as u64, Phase::Rule);
            }
            let mu = dreamer.rng.random_range(0..patterns.count());
            let dream = dreamer.dream();
            dreamer.learn(&Network::state_of(patterns, mu), factor);
            dreamer.learn(&dream, -factor);
        }
        Ok(dreamer.wake()?)
    }
}

impl Rule for Daydreaming {
    fn name(&self) -> &'static str {
        "daydreaming"
    }

    fn summary(&self) -> &'static str {
        "patterns are learnt while the fixed points that random states fall to are unlearnt (Serricchio et al. 2024)"
    }

    fn settings(&mut self) -> Vec<Setting<'_>> {
        vec![
            Setting::number(
                "tau",
                "how slowly it learns",
                Range::Above(0.0),
                &mut self.tau,
            ),
            Setting::count(
                "epochs",
                "epochs of as many steps as there are patterns",
                0,
                &mut self.epochs,
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
