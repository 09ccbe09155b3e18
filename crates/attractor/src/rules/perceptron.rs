//! The perceptron rule with a margin, neuron by neuron or for symmetric couplings.

use super::card::{Card, Taken, admit};
use super::error::TrainError;
use super::rule::Rule;
use super::settings::{Range, Setting};
use super::trained::Trained;
use crate::control::{ADDITIONS_BETWEEN_QUESTIONS, Control, Phase};
use crate::couplings::Couplings;
use crate::kernels::exact_sum::signed_sum;
use crate::network::Network;
use crate::patterns::Patterns;
use crate::ties::Ties;
use rayon::prelude::*;

/// Neurons that one task of a thread takes at least. Fewer, and handing tasks out costs more than they do; more, and
/// threads idle on small networks.
const NEURONS_A_TASK: usize = 32;

pub(super) const CARD: Card = Card {
    best_at: "storing whatever can be stored, with any couplings; whole weights",
    cost: "P N² a pass",
    source: "Diederich, Opper, PRL 58, 949 (1987); Gardner, J. Phys. A 21, 257 (1988)",
    couplings: Taken::Any,
    biases: true,
    iterative: true,
};

/// Hebb's step for each bit whose aligned field is not yet large enough: w_ij ← w_ij + ξ_i ξ_j while ξ_i h_i < margin·N
/// (Diederich and Opper 1987; symmetric: the step of neuron j too, Gardner 1988). Ends when no bit asks for a step, which
/// happens if and only if the patterns can be stored, or after `epochs` passes over the patterns. Weights are integers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Perceptron {
    /// Train biases too, as weights of a constant input +1.
    pub bias: bool,
    /// The aligned field asked for, in units of N, ≥ 0. At 1 the margin is at least half the widest possible.
    pub margin: f64,
    /// The most passes over the patterns.
    pub epochs: usize,
    /// How zero fields count.
    pub ties: Ties,
}

impl Default for Perceptron {
    /// Margin 1, at most 1000 passes.
    fn default() -> Self {
        Self {
            bias: false,
            margin: 1.0,
            epochs: 1000,
            ties: Ties::Strict,
        }
    }
}

impl Perceptron {
    /// The network alone, without counting its wrong bits. P·N² operations a pass.
    ///
    /// # Errors
    /// [`TrainError::Size`]; [`TrainError::Unsupported`] for a margin that is no finite number ≥ 0.
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
        let neurons = patterns.neurons();
        let mut weights = vec![0.0; neurons * neurons];
        let mut biases = vec![0.0; neurons];
        if couplings.is_symmetric() {
            let mut network = Coupled {
                rule: self,
                patterns,
                couplings,
                weights: &mut weights,
                biases: &mut biases,
            };
            repeat(self.epochs, control, || network.pass(control));
        } else {
            let rows = weights.par_chunks_exact_mut(neurons).zip(&mut biases);
            rows.enumerate().for_each(|(i, (row, bias))| {
                let mut neuron = Neuron {
                    rule: self,
                    patterns,
                    i,
                    inputs: couplings.inputs(i),
                    row,
                    bias,
                };
                repeat(self.epochs, control, || neuron.pass(control));
            });
        }
        Ok(Network::trusted(couplings.symmetry(), weights, biases))
    }
}

/// Whether bit (μ,i) asks for a step.
fn lacks(
    rule: &Perceptron,
    patterns: &Patterns,
    (mu, i): (usize, usize),
    row: &[f64],
    bias: f64,
) -> bool {
    let field = signed_sum(row, patterns.bits(mu)) + bias;
    let aligned = f64::from(patterns.sign(mu, i)) * field;
    // At margin 0 a field of zero is still no right bit.
    aligned < rule.margin * patterns.neurons() as f64 || aligned <= 0.0
}

/// How a pass over the patterns ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    /// Some bit asked for a step.
    Stepped,
    /// No bit did: this is the answer.
    Quiet,
    /// It was told to stop.
    Stopped,
}

impl Pass {
    fn of(stepped: bool) -> Self {
        if stepped { Self::Stepped } else { Self::Quiet }
    }
}

/// Goes over the patterns until no bit asks for a step, at most `epochs` times.
fn repeat(epochs: usize, control: &Control<'_>, mut pass: impl FnMut() -> Pass) {
    for epoch in 0..epochs {
        control.report(None, 0, epoch as u64, Phase::Rule);
        if pass() != Pass::Stepped {
            return;
        }
    }
}

/// One neuron on its way, for directed couplings.
struct Neuron<'a> {
    rule: &'a Perceptron,
    patterns: &'a Patterns,
    i: usize,
    inputs: Vec<usize>,
    row: &'a mut [f64],
    bias: &'a mut f64,
}

impl Neuron<'_> {
    fn pass(&mut self, control: &Control<'_>) -> Pass {
        let between = (ADDITIONS_BETWEEN_QUESTIONS / self.row.len()).max(1);
        let mut stepped = false;
        for mu in 0..self.patterns.count() {
            if mu % between == 0 && control.should_stop() {
                return Pass::Stopped;
            }
            if lacks(self.rule, self.patterns, (mu, self.i), self.row, *self.bias) {
                stepped = true;
                self.step(mu);
            }
        }
        Pass::of(stepped)
    }

    /// w_ij ← w_ij + ξ_i ξ_j.
    fn step(&mut self, mu: usize) {
        let own = self.patterns.sign(mu, self.i);
        for &j in &self.inputs {
            self.row[j] += f64::from(own * self.patterns.sign(mu, j));
        }
        if self.rule.bias {
            *self.bias += f64::from(own);
        }
    }
}

/// All neurons on their way together, for symmetric couplings.
struct Coupled<'a> {
    rule: &'a Perceptron,
    patterns: &'a Patterns,
    couplings: &'a Couplings,
    weights: &'a mut [f64],
    biases: &'a mut [f64],
}

impl Coupled<'_> {
    fn pass(&mut self, control: &Control<'_>) -> Pass {
        let mut stepped = false;
        for mu in 0..self.patterns.count() {
            if control.should_stop() {
                return Pass::Stopped;
            }
            let steps = self.steps(mu);
            if steps.iter().any(|&step| step != 0.0) {
                stepped = true;
                self.step(mu, &steps);
            }
        }
        Pass::of(stepped)
    }

    /// 1 for each neuron whose bit asks for a step, else 0.
    fn steps(&self, mu: usize) -> Vec<f64> {
        let lacks =
            |i: usize, row: &[f64]| lacks(self.rule, self.patterns, (mu, i), row, self.biases[i]);
        self.weights
            .par_chunks_exact(self.patterns.neurons())
            .with_min_len(NEURONS_A_TASK)
            .enumerate()
            .map(|(i, row)| f64::from(lacks(i, row)))
            .collect()
    }

    /// w_ij ← w_ij + ξ_i ξ_j for each of the neurons i and j that asks for it.
    fn step(&mut self, mu: usize, steps: &[f64]) {
        let pattern = Network::state_of(self.patterns, mu);
        let couplings = self.couplings;
        let step_row = |i: usize, row: &mut [f64]| {
            for (j, w) in row.iter_mut().enumerate() {
                let step = steps[i] + steps[j];
                if step != 0.0 && couplings.allows(i, j) {
                    *w += step * pattern[i] * pattern[j];
                }
            }
        };
        self.weights
            .par_chunks_exact_mut(pattern.len())
            .with_min_len(NEURONS_A_TASK)
            .enumerate()
            .for_each(|(i, row)| step_row(i, row));
        if self.rule.bias {
            for (bias, (step, s)) in self.biases.iter_mut().zip(steps.iter().zip(&pattern)) {
                *bias += step * s;
            }
        }
    }
}

impl Rule for Perceptron {
    fn name(&self) -> &'static str {
        "perceptron"
    }

    fn summary(&self) -> &'static str {
        "Hebb's steps for bits whose field is too small, until there are none (Diederich and Opper 1987)"
    }

    fn settings(&mut self) -> Vec<Setting<'_>> {
        vec![
            Setting::number(
                "margin",
                "aligned field asked for, in units of N",
                Range::AtLeast(0.0),
                &mut self.margin,
            ),
            Setting::count("epochs", "the most passes", 0, &mut self.epochs),
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
