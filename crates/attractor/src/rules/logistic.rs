//! Logistic regression of every bit on the others.

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
    best_at: "many more patterns than 2 N, where few bits can be predicted and none stored",
    cost: "P N² an iteration",
    source: "Besag, J. R. Stat. Soc. B 36, 192 (1974), pseudo-likelihood; logistic regression",
    couplings: Taken::Any,
    biases: true,
    iterative: true,
};

/// The least mean of Σ_i ln(1 + exp(−ξ_i h_i)): each bit predicted from the others, which for symmetric weights is Besag's
/// pseudo-likelihood. A penalty (l2/2) Σ w² is added. A loss that grows but linearly with a wrong field gives up bits that
/// cannot be had: for P ≫ 2 N it is better than storing batch after batch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Logistic {
    /// Train biases too, without penalty.
    pub bias: bool,
    /// Strength of the penalty on the weights, ≥ 0.
    pub l2: f64,
    /// The most iterations of L-BFGS.
    pub iterations: usize,
    /// How zero fields count.
    pub ties: Ties,
}

impl Default for Logistic {
    /// L2 0.001, at most 1000 iterations.
    fn default() -> Self {
        Self {
            bias: false,
            l2: 0.001,
            iterations: 1000,
            ties: Ties::Strict,
        }
    }
}

impl Logistic {
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
            loss: logistic,
        };
        loss.minimise(control)
    }
}

/// ln(1 + exp(−u)) and its derivative, without overflow.
fn logistic(aligned: f64) -> (f64, f64) {
    let small = (-aligned.abs()).exp();
    let loss = small.ln_1p() + (-aligned).max(0.0);
    let share = if aligned > 0.0 { small } else { 1.0 };
    (loss, -share / (1.0 + small))
}

impl Rule for Logistic {
    fn name(&self) -> &'static str {
        "logistic"
    }

    fn summary(&self) -> &'static str {
        "logistic regression of each bit on the others, with L2 (pseudo-likelihood, Besag 1974); for P far above 2 N"
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
