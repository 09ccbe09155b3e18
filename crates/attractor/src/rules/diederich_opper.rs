//! Diederich and Opper's second rule: every aligned field becomes 1.

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
    best_at: "the pseudo-inverse's even fields where there is a mask or a receptive field",
    cost: "P N² a sweep, times two if symmetric",
    source: "Diederich, Opper, PRL 58, 949 (1987), rule II",
    couplings: Taken::Any,
    biases: true,
    iterative: true,
};

/// w += γ(1 − u) a/n for each bit with aligned field u and row a of n entries ±1 in turn, until every aligned field is 1
/// (Diederich and Opper 1987, rule II). Directed, each neuron's weights become the pseudo-inverse's, each row in a scale of
/// its own. Where not all fields can be 1 (from N patterns on; symmetric: from about N/2 on) it goes round until the sweeps
/// are over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DiederichOpper {
    /// Train biases too, as weights of a constant input +1.
    pub bias: bool,
    /// Share of the way to aligned field 1 that a step goes, in (0, 2).
    pub gamma: f64,
    /// The most sweeps over the bits.
    pub epochs: usize,
    /// It ends when no step of a sweep is longer than this, > 0.
    pub tolerance: f64,
    /// How zero fields count.
    pub ties: Ties,
}

impl Default for DiederichOpper {
    /// γ = 1, at most 1000 sweeps, tolerance 10⁻⁶.
    fn default() -> Self {
        Self {
            bias: false,
            gamma: 1.0,
            epochs: 1000,
            tolerance: 1e-6,
            ties: Ties::Strict,
        }
    }
}

impl DiederichOpper {
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
            clamp: false,
            epochs: self.epochs,
            tolerance: self.tolerance,
        };
        Ok(ascent.run(patterns, couplings, control))
    }
}

impl Rule for DiederichOpper {
    fn name(&self) -> &'static str {
        "diederich-opper"
    }

    fn summary(&self) -> &'static str {
        "steps until every aligned field is 1: the pseudo-inverse, with any couplings (Diederich and Opper 1987, rule II)"
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
                "tolerance",
                "ends when no step is longer",
                Range::Above(0.0),
                &mut self.tolerance,
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
