//! Minimum probability flow: an exponential loss of every bit.

use super::card::{Card, Taken, admit};
use super::error::TrainError;
use super::rule::Rule;
use super::settings::{Range, Setting};
use super::smooth_loss::SmoothLoss;
use super::trained::Trained;
use crate::control::Control;
use crate::couplings::Couplings;
use crate::network::Network;
use crate::patterns::Patterns;
use crate::ties::Ties;

pub(super) const CARD: Card = Card {
    best_at: "storing up to about 1.5 N random patterns, and finding structured sets such as cliques",
    cost: "P N² an iteration",
    source: "Hillar, Sohl-Dickstein, Koepsell, arXiv 1204.2916 (2012); Sohl-Dickstein et al., PRL 107, 220601 (2011)",
    couplings: Taken::Any,
    biases: true,
    iterative: true,
};

/// The least mean of Σ_i exp(−ξ_i h_i): how fast probability would flow from the patterns to states one flip away, under
/// Glauber dynamics with these weights (Sohl-Dickstein, Battaglino, DeWeese 2011; for Hopfield networks Hillar,
/// Sohl-Dickstein, Koepsell 2012). A penalty (l2/2) Σ w² is added: without it patterns that can be stored have no minimum,
/// and the weights grow until the loss hardly falls. Directed couplings make it the exponential loss of each neuron.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MinimumProbabilityFlow {
    /// Train biases too, without penalty.
    pub bias: bool,
    /// Strength of the penalty on the weights, ≥ 0.
    pub l2: f64,
    /// The most iterations of L-BFGS.
    pub iterations: usize,
    /// How zero fields count.
    pub ties: Ties,
}

impl Default for MinimumProbabilityFlow {
    /// L2 0.0001, at most 1000 iterations.
    fn default() -> Self {
        Self {
            bias: false,
            l2: 0.0001,
            iterations: 1000,
            ties: Ties::Strict,
        }
    }
}

impl MinimumProbabilityFlow {
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
        let loss = SmoothLoss {
            patterns,
            couplings,
            bias: self.bias,
            l2: self.l2,
            iterations: self.iterations,
            loss: exponential,
        };
        loss.minimise(control)
    }
}

/// exp(−u) and its derivative.
fn exponential(aligned: f64) -> (f64, f64) {
    let flow = (-aligned).exp();
    (flow, -flow)
}

impl Rule for MinimumProbabilityFlow {
    fn name(&self) -> &'static str {
        "minimum-probability-flow"
    }

    fn summary(&self) -> &'static str {
        "least flow of probability from the patterns to their neighbours, Σ exp(−ξ h) (Hillar et al. 2012)"
    }

    fn settings(&mut self) -> Vec<Setting<'_>> {
        vec![
            Setting::number(
                "l2",
                "strength of the penalty on the weights",
                Range::AtLeast(0.0),
                &mut self.l2,
            ),
            Setting::count("iterations", "the most iterations", 0, &mut self.iterations),
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
