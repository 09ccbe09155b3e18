//! Rules that minimise a smooth loss of every bit's aligned field, with an L2 penalty on the weights, by L-BFGS.

use super::error::TrainError;
use super::hebbian::Hebbian;
use crate::control::{Control, Phase};
use crate::couplings::Couplings;
use crate::kernels::lbfgs::Lbfgs;
use crate::kernels::linear::{WIDTH, add_multiple, dot_padded};
use crate::kernels::vectors::with_vectors;
use crate::network::Network;
use crate::patterns::Patterns;
use crate::tolerances::{LOSS_DECREASE, LOSS_GRADIENT};
use rayon::prelude::*;

/// Patterns that are unpacked at a time. More: the block leaves the second-level cache. Fewer: rows are read more often.
const BLOCK: usize = 64;

/// Pairs that L-BFGS keeps: each is two matrices of weights.
const MEMORY: usize = 6;

/// (1/P) Σ_μ Σ_i φ(ξ_i h_i) + (l2/2) Σ w_ij², biases without penalty. A symmetric weight stands in it once for each of its
/// neurons.
pub(super) struct SmoothLoss<'a, F> {
    pub(super) patterns: &'a Patterns,
    pub(super) couplings: &'a Couplings,
    pub(super) bias: bool,
    /// Strength of the penalty, ≥ 0.
    pub(super) l2: f64,
    /// The most iterations.
    pub(super) iterations: usize,
    /// φ and its derivative at an aligned field.
    pub(super) loss: F,
}

impl<F: Fn(f64) -> (f64, f64) + Sync> SmoothLoss<'_, F> {
    /// The network at the minimum, or so far down as iterations and `control` allow. Each evaluation takes 2 P N²
    /// multiplications; memory is that of some fifteen matrices of weights and one block of patterns.
    pub(super) fn minimise(&self, control: &Control<'_>) -> Result<Network, TrainError> {
        let neurons = self.patterns.neurons();
        let mask = self.mask();
        let method = Lbfgs {
            memory: MEMORY,
            iterations: self.iterations,
            gradient_tolerance: LOSS_GRADIENT,
            value_tolerance: LOSS_DECREASE,
        };
        let mut x = self.start()?;
        let mut evaluations = 0;
        method.minimise(&mut x, control, |x, gradient| {
            control.report(None, 0, evaluations, Phase::Rule);
            evaluations += 1;
            self.evaluate(&mask, x, gradient, control)
        });
        let biases = x.split_off(neurons * neurons);
        Ok(Network::new(self.couplings.symmetry(), x, biases)?)
    }

    /// N rows of weights, then the biases: downhill from zero, in the direction of Hebb's weights, so far that no field
    /// exceeds 1. What is stopped before its first step is then Hebb's network, not an empty one.
    fn start(&self) -> Result<Vec<f64>, TrainError> {
        let hebbian = Hebbian {
            bias: self.bias,
            ..Hebbian::default()
        };
        let network = hebbian.fit(self.patterns, self.couplings)?;
        let scale = (self.patterns.count() * (self.patterns.neurons() + 1)) as f64;
        let numbers = network.weights().iter().chain(network.biases());
        Ok(numbers.map(|w| w / scale).collect())
    }

    /// 1 where there is a weight, else 0.
    fn mask(&self) -> Vec<f64> {
        let neurons = self.couplings.neurons();
        let mut mask = vec![0.0; neurons * neurons];
        let rows = mask.par_chunks_exact_mut(neurons).enumerate();
        rows.for_each(|(i, row)| {
            for (j, entry) in row.iter_mut().enumerate() {
                *entry = f64::from(u8::from(self.couplings.allows(i, j)));
            }
        });
        mask
    }

    /// The loss at x, and its gradient; told to stop, a value that no step is taken for.
    fn evaluate(
        &self,
        mask: &[f64],
        x: &[f64],
        gradient: &mut [f64],
        control: &Control<'_>,
    ) -> f64 {
        let (neurons, count) = (self.patterns.neurons(), self.patterns.count());
        let (weights, biases) = x.split_at(neurons * neurons);
        let (by_weight, by_bias) = gradient.split_at_mut(neurons * neurons);
        by_weight.fill(0.0);
        by_bias.fill(0.0);
        let mut losses = vec![0.0; neurons];
        let width = neurons.next_multiple_of(WIDTH);
        let mut states = vec![0.0; BLOCK.min(count) * width];
        for first in (0..count).step_by(BLOCK) {
            if control.should_stop() {
                return f64::INFINITY;
            }
            let block = BLOCK.min(count - first);
            for (k, state) in states.chunks_exact_mut(width).take(block).enumerate() {
                let signs = self.patterns.signs(first + k);
                state
                    .iter_mut()
                    .zip(signs)
                    .for_each(|(s, sign)| *s = f64::from(sign));
            }
            let states = &states[..block * width];
            by_weight
                .par_chunks_exact_mut(neurons)
                .zip(by_bias.par_iter_mut())
                .zip(losses.par_iter_mut())
                .enumerate()
                .for_each(|(i, ((by_weight, by_bias), loss))| {
                    let row = (&weights[i * neurons..][..neurons], biases[i]);
                    let (sum, slope) = self.add_row(i, row, states, by_weight);
                    *loss += sum;
                    *by_bias += slope;
                });
        }
        let mean = 1.0 / count as f64;
        let penalty: f64 = weights.iter().map(|w| w * w).sum();
        self.finish(mask, mean, x, gradient);
        mean * losses.iter().sum::<f64>() + 0.5 * self.l2 * penalty
    }

    /// Adds what a block of states has to say about neuron i's weights; returns its loss and the derivative by its bias.
    fn add_row(
        &self,
        i: usize,
        (row, bias): (&[f64], f64),
        states: &[f64],
        by_weight: &mut [f64],
    ) -> (f64, f64) {
        let width = row.len().next_multiple_of(WIDTH);
        let (mut padded, mut sums) = (vec![0.0; width], vec![0.0; width]);
        padded[..row.len()].copy_from_slice(row);
        let (mut total, mut total_slope) = (0.0, 0.0);
        with_vectors(
            #[inline(always)]
            || {
                for state in states.chunks_exact(width) {
                    let aligned = state[i] * (dot_padded(&padded, state) + bias);
                    let (loss, slope) = (self.loss)(aligned);
                    total += loss;
                    total_slope += slope * state[i];
                    add_multiple(slope * state[i], state, &mut sums);
                }
            },
        );
        add_multiple(1.0, &sums[..row.len()], by_weight);
        (total, total_slope)
    }

    /// Sums become means; no derivative where there is no weight; one for both halves of a symmetric weight.
    fn finish(&self, mask: &[f64], mean: f64, x: &[f64], gradient: &mut [f64]) {
        let neurons = self.patterns.neurons();
        let (by_weight, by_bias) = gradient.split_at_mut(neurons * neurons);
        for ((g, m), w) in by_weight.iter_mut().zip(mask).zip(x) {
            *g = m * (mean * *g + self.l2 * w);
        }
        for g in by_bias.iter_mut() {
            *g *= if self.bias { mean } else { 0.0 };
        }
        if self.couplings.is_symmetric() {
            for i in 0..neurons {
                for j in 0..i {
                    let (a, b) = (i * neurons + j, j * neurons + i);
                    let half = f64::midpoint(by_weight[a], by_weight[b]);
                    (by_weight[a], by_weight[b]) = (half, half);
                }
            }
        }
    }
}
