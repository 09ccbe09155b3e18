//! Unlearning: Hebb's rule, then dreams are taken away.

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

pub(super) const CARD: Card = Card {
    best_at: "seeing what dreams do: wrong bits fall, then rise, so that it must end in time",
    cost: "N² a dream, some ten sweeps of it",
    source: "Hopfield, Feinstein, Palmer, Nature 304, 158 (1983)",
    couplings: Taken::Any,
    biases: true,
    iterative: true,
};

/// J ← J − ε σσᵀ/N from Hebb's J = (1/N) Σ ξξᵀ on, σ the fixed point that a random state falls to one neuron at a time
/// (Hopfield, Feinstein, Palmer 1983). It takes away what is spurious first, and the patterns after: wrong bits fall, then
/// rise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unlearning {
    /// Train biases too, as weights of a constant input +1.
    pub bias: bool,
    /// How much of a dream is taken away, > 0.
    pub epsilon: f64,
    /// How many epochs of P dreams. Each takes away what one pattern adds after 1/ε of them: end well before.
    pub epochs: usize,
    /// Seed of the random states.
    pub seed: u64,
    /// How zero fields count.
    pub ties: Ties,
}

impl Default for Unlearning {
    /// ε = 0.01, 50 epochs: in the middle of the range without wrong bits at N = 100, P = 30.
    fn default() -> Self {
        Self {
            bias: false,
            epsilon: 0.01,
            epochs: 50,
            seed: 0,
            ties: Ties::Strict,
        }
    }
}

impl Unlearning {
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
        let factor = -self.epsilon / patterns.neurons() as f64;
        for step in 0..self.epochs.saturating_mul(patterns.count()) {
            if control.should_stop() {
                break;
            }
            if step % patterns.count() == 0 {
                control.report(None, 0, step as u64, Phase::Rule);
            }
            let dream = dreamer.dream();
            dreamer.learn(&dream, factor);
        }
        Ok(dreamer.wake()?)
    }
}

impl Rule for Unlearning {
    fn name(&self) -> &'static str {
        "unlearning"
    }

    fn summary(&self) -> &'static str {
        "Hebb's rule less the fixed points that random states fall to (Hopfield, Feinstein, Palmer 1983)"
    }

    fn settings(&mut self) -> Vec<Setting<'_>> {
        vec![
            Setting::number(
                "epsilon",
                "how much of a dream is taken away",
                Range::Above(0.0),
                &mut self.epsilon,
            ),
            Setting::count(
                "epochs",
                "epochs of as many dreams as there are patterns",
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
