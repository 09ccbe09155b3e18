//! Coordinate ascent on the multipliers x of w = Σ x_r a_r/n, the inner loop of AdaTron and of Diederich and Opper's rule:
//! bit after bit, w changes along the bit's own pattern until the bit has aligned field 1, more or less.

use crate::control::{ADDITIONS_BETWEEN_QUESTIONS, Control, Phase};
use crate::couplings::Couplings;
use crate::kernels::bits;
use crate::kernels::exact_sum::signed_sum;
use crate::network::Network;
use crate::patterns::Patterns;
use rayon::prelude::*;

/// How the ascent goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ascent {
    pub(super) bias: bool,
    /// Share of the way to aligned field 1 that one step goes, in (0, 2).
    pub(super) gamma: f64,
    /// Multipliers stay at or above 0 (AdaTron), or may have any sign (Diederich and Opper).
    pub(super) clamp: bool,
    /// The most sweeps over the bits.
    pub(super) epochs: usize,
    /// The ascent ends when no step of a sweep is longer than this; if clamped, when the margin is within this share of the
    /// widest.
    pub(super) tolerance: f64,
}

/// What is trained together: one neuron of a directed network, or a whole symmetric one.
struct Unit<'a> {
    ascent: Ascent,
    patterns: &'a Patterns,
    couplings: &'a Couplings,
    /// One for each bit, pattern by pattern.
    multipliers: Vec<f64>,
    /// Of the neurons in this unit.
    inputs: Vec<Vec<usize>>,
    first: usize,
    rows: &'a mut [f64],
    biases: &'a mut [f64],
}

impl Ascent {
    /// Ascends from zero weights.
    pub(super) fn run(
        self,
        patterns: &Patterns,
        couplings: &Couplings,
        control: &Control<'_>,
    ) -> Network {
        let neurons = patterns.neurons();
        let mut weights = vec![0.0; neurons * neurons];
        let mut biases = vec![0.0; neurons];
        let together = if couplings.is_symmetric() { neurons } else { 1 };
        let units = weights.par_chunks_mut(together * neurons);
        units
            .zip(biases.par_chunks_mut(together))
            .enumerate()
            .for_each(|(unit, (rows, biases))| {
                let first = unit * together;
                let inputs = (first..first + biases.len()).map(|i| couplings.inputs(i));
                let mut unit = Unit {
                    ascent: self,
                    patterns,
                    couplings,
                    multipliers: vec![0.0; patterns.count() * biases.len()],
                    inputs: inputs.collect(),
                    first,
                    rows,
                    biases,
                };
                unit.ascend(control);
            });
        Network::trusted(couplings.symmetry(), weights, biases)
    }
}

impl Unit<'_> {
    fn ascend(&mut self, control: &Control<'_>) {
        for epoch in 0..self.ascent.epochs {
            control.report(None, 0, epoch as u64, Phase::Rule);
            let Some(longest) = self.sweep(control) else {
                return;
            };
            let settled = longest <= self.ascent.tolerance;
            if settled && (!self.ascent.clamp || self.gap() <= self.ascent.tolerance) {
                return;
            }
        }
    }

    /// One step for each bit; the longest of them, or none when told to stop.
    fn sweep(&mut self, control: &Control<'_>) -> Option<f64> {
        let neurons = self.patterns.neurons();
        let between = (ADDITIONS_BETWEEN_QUESTIONS / neurons).max(1);
        let (mut longest, mut bit) = (0.0_f64, 0);
        for mu in 0..self.patterns.count() {
            for k in 0..self.biases.len() {
                if bit % between == 0 && control.should_stop() {
                    return None;
                }
                let step = self.step(mu, k, bit);
                longest = longest.max(step.abs());
                bit += 1;
            }
        }
        Some(longest)
    }

    /// δx = γ(1 − u), not below −x if clamped, for aligned field u; w += δx a/n.
    fn step(&mut self, mu: usize, k: usize, bit: usize) -> f64 {
        let size = self.inputs[k].len() + usize::from(self.ascent.bias);
        if size == 0 {
            return 0.0;
        }
        let free = self.ascent.gamma * (1.0 - self.aligned_field(mu, k));
        let x = &mut self.multipliers[bit];
        let step = if self.ascent.clamp {
            free.max(-*x)
        } else {
            free
        };
        if step == 0.0 {
            return 0.0;
        }
        *x += step;
        self.add(mu, k, step / size as f64);
        step
    }

    fn aligned_field(&self, mu: usize, k: usize) -> f64 {
        let neurons = self.patterns.neurons();
        let row = &self.rows[k * neurons..][..neurons];
        let field = signed_sum(row, self.patterns.bits(mu)) + self.biases[k];
        f64::from(self.patterns.sign(mu, self.first + k)) * field
    }

    /// w_ij += factor · ξ_i ξ_j for neuron i's inputs j, and w_ji with them where couplings are symmetric.
    fn add(&mut self, mu: usize, k: usize, factor: f64) {
        let neurons = self.patterns.neurons();
        let state = self.patterns.bits(mu);
        let toward = factor * f64::from(self.patterns.sign(mu, self.first + k));
        for &j in &self.inputs[k] {
            let change = if bits::has(state, j) { toward } else { -toward };
            self.rows[k * neurons + j] += change;
            if self.couplings.is_symmetric() {
                self.rows[j * neurons + k] += change;
            }
        }
        if self.ascent.bias {
            self.biases[k] += toward;
        }
    }

    /// How far the margin is from the widest, as a share of it: w = Σ y_r a_r with y ≥ 0 shows that no weights of norm 1 have
    /// a wider margin than ‖w‖/Σ y_r. Above 1 while a bit is wrong.
    fn gap(&self) -> f64 {
        let (mut least, mut total) = (f64::INFINITY, 0.0);
        for mu in 0..self.patterns.count() {
            for (k, inputs) in self.inputs.iter().enumerate() {
                let size = inputs.len() + usize::from(self.ascent.bias);
                if size > 0 {
                    least = least.min(self.aligned_field(mu, k));
                    total += self.multipliers[mu * self.biases.len() + k] / size as f64;
                }
            }
        }
        let squares = |numbers: &[f64]| numbers.iter().map(|x| x * x).sum::<f64>();
        // A symmetric weight is one, and stands in two rows.
        let twice = if self.couplings.is_symmetric() {
            0.5
        } else {
            1.0
        };
        let squared_norm = twice * squares(self.rows) + squares(self.biases);
        if squared_norm == 0.0 {
            return 0.0;
        }
        1.0 - least * total / squared_norm
    }
}
