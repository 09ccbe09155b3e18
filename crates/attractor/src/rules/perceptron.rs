//! The perceptron rule with a margin, neuron by neuron or for symmetric couplings.

use super::{Rule, TrainError, Trained, check_sizes};
use crate::control::Control;
use crate::couplings::Couplings;
use crate::network::Network;
use crate::patterns::Patterns;
use crate::stability::{Ties, signed_sum};
use rayon::prelude::*;

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
        check_sizes(patterns, couplings)?;
        if !(self.margin.is_finite() && self.margin >= 0.0) {
            return Err(TrainError::Unsupported {
                rule: self.name(),
                reason: format!(
                    "the margin must be a finite number ≥ 0, not {}",
                    self.margin
                ),
            });
        }
        let neurons = patterns.neurons();
        let mut weights = vec![0.0; neurons * neurons];
        let mut biases = vec![0.0; neurons];
        if couplings.is_symmetric() {
            self.fit_symmetric(patterns, couplings, &mut weights, &mut biases, control);
        } else {
            weights
                .par_chunks_exact_mut(neurons)
                .zip(&mut biases)
                .enumerate()
                .for_each(|(i, (row, bias))| {
                    self.fit_neuron(patterns, couplings, i, row, bias, control);
                });
        }
        Ok(Network::trusted(couplings.symmetry(), weights, biases))
    }

    /// Whether bit (μ,i) asks for a step.
    fn lacks(&self, patterns: &Patterns, mu: usize, i: usize, row: &[f64], bias: f64) -> bool {
        let field = signed_sum(row, patterns.bits(mu)) + bias;
        let aligned = f64::from(patterns.sign(mu, i)) * field;
        // At margin 0 a field of zero is still no right bit.
        aligned < self.margin * patterns.neurons() as f64 || aligned <= 0.0
    }

    fn fit_neuron(
        &self,
        patterns: &Patterns,
        couplings: &Couplings,
        i: usize,
        row: &mut [f64],
        bias: &mut f64,
        control: &Control<'_>,
    ) {
        let inputs = couplings.inputs(i);
        for _ in 0..self.epochs {
            if control.should_stop() {
                return;
            }
            let mut stepped = false;
            for mu in 0..patterns.count() {
                if self.lacks(patterns, mu, i, row, *bias) {
                    stepped = true;
                    let own = patterns.sign(mu, i);
                    for &j in &inputs {
                        row[j] += f64::from(own * patterns.sign(mu, j));
                    }
                    if self.bias {
                        *bias += f64::from(own);
                    }
                }
            }
            if !stepped {
                return;
            }
        }
    }

    fn fit_symmetric(
        &self,
        patterns: &Patterns,
        couplings: &Couplings,
        weights: &mut [f64],
        biases: &mut [f64],
        control: &Control<'_>,
    ) {
        let neurons = patterns.neurons();
        for _ in 0..self.epochs {
            let mut stepped = false;
            for mu in 0..patterns.count() {
                if control.should_stop() {
                    return;
                }
                let steps: Vec<f64> = weights
                    .par_chunks_exact(neurons)
                    .with_min_len(32)
                    .enumerate()
                    .map(|(i, row)| f64::from(self.lacks(patterns, mu, i, row, biases[i])))
                    .collect();
                if steps.iter().all(|&step| step == 0.0) {
                    continue;
                }
                stepped = true;
                let pattern = Network::state_of(patterns, mu);
                weights
                    .par_chunks_exact_mut(neurons)
                    .with_min_len(32)
                    .enumerate()
                    .for_each(|(i, row)| {
                        for (j, w) in row.iter_mut().enumerate() {
                            let step = steps[i] + steps[j];
                            if step != 0.0 && couplings.allows(i, j) {
                                *w += step * pattern[i] * pattern[j];
                            }
                        }
                    });
                if self.bias {
                    for (bias, (step, s)) in biases.iter_mut().zip(steps.iter().zip(&pattern)) {
                        *bias += step * s;
                    }
                }
            }
            if !stepped {
                return;
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
        Ok(Trained::unproven(network, patterns, self.ties)?)
    }
}
