//! The symmetric dual by coordinates: one multiplier after another to its best value, neuron by neuron.
//!
//! Hildreth's method (1957), for support vectors Hsieh et al. (2008): λ_r ← max(0, λ_r + (1 − a_r·w)/|a_r|²) with w kept up
//! to date. Images have a hundred dominating directions (pixels that are nearly always black), on which conjugate
//! gradients are slow to start; coordinates do not mind them, and each step makes a wrong bit right. Rows that hold with
//! room to spare rest for a growing number of sweeps.

use super::system::System;
use crate::control::Control;
use attractor::{Couplings, Patterns};
use pulp::Arch;

/// Sweeps that a row sits out at most.
const LONGEST_REST: u8 = 32;

/// Multipliers, their weights, and which rows rest.
pub(super) struct Sweeps<'a> {
    couplings: &'a Couplings,
    patterns: usize,
    neurons: usize,
    bias: bool,
    /// ξ_j^μ at μ·N+j.
    signs: Vec<f64>,
    asked: Vec<bool>,
    /// λ_μi at i·P+μ.
    multipliers: Vec<f64>,
    /// Row i: w_i0 … w_i,N−1.
    weights: Vec<f64>,
    biases: Vec<f64>,
    rests: Vec<(u8, u8)>,
}

impl<'a> Sweeps<'a> {
    /// From some multipliers ≥ 0.
    pub(super) fn new(
        patterns: &Patterns,
        couplings: &'a Couplings,
        bias: bool,
        system: &System,
        multipliers: Vec<f64>,
    ) -> Self {
        let (p, n) = (patterns.count(), patterns.neurons());
        let (weights, biases) = system.symmetric_weights(&multipliers);
        Self {
            couplings,
            patterns: p,
            neurons: n,
            bias,
            signs: (0..p)
                .flat_map(|mu| patterns.signs(mu).map(f64::from))
                .collect(),
            asked: system.asked(0..n),
            rests: vec![(0, 1); multipliers.len()],
            multipliers,
            weights,
            biases,
        }
    }

    /// λ_μi at i·P+μ.
    pub(super) fn multipliers(&self) -> &[f64] {
        &self.multipliers
    }

    /// One sweep over the rows that do not rest.
    pub(super) fn sweep(&mut self, control: &Control<'_>) {
        for i in 0..self.neurons {
            if control.should_stop() {
                return;
            }
            self.visit(i);
        }
    }

    /// Wakes the rows whose fields (exact ones of the present multipliers) fall short of 1.
    pub(super) fn wake(&mut self, fields: &[f64]) {
        for (rest, &field) in self.rests.iter_mut().zip(fields) {
            if field < 1.0 {
                *rest = (0, 1);
            }
        }
    }

    fn visit(&mut self, i: usize) {
        let (p, n) = (self.patterns, self.neurons);
        let mask: Option<Vec<bool>> = (!self.couplings.is_full())
            .then(|| (0..n).map(|j| self.couplings.allows(i, j)).collect());
        let inputs = mask
            .as_ref()
            .map_or(n - 1, |mask| mask.iter().filter(|&&m| m).count());
        let squared = (inputs + usize::from(self.bias)) as f64;
        let weights = &mut self.weights[i * n..(i + 1) * n];
        let bias = &mut self.biases[i];
        let mut changed = false;
        for mu in 0..p {
            let k = i * p + mu;
            let (rest, next) = self.rests[k];
            if rest > 0 || !self.asked[k] {
                self.rests[k].0 = rest.saturating_sub(1);
                continue;
            }
            let signs = &self.signs[mu * n..(mu + 1) * n];
            let field = signs[i] * (dot(weights, signs) + *bias);
            let old = self.multipliers[k];
            let new = (old + (1.0 - field) / squared).max(0.0);
            if new == 0.0 && old == 0.0 {
                self.rests[k] = (next, (2 * next).min(LONGEST_REST));
                continue;
            }
            self.rests[k] = (0, 1);
            self.multipliers[k] = new;
            let change = (new - old) * signs[i];
            add(weights, change, signs);
            if self.bias {
                *bias += change;
            }
            match &mask {
                None => weights[i] = 0.0,
                Some(mask) => {
                    for (w, &exists) in weights.iter_mut().zip(mask) {
                        *w = if exists { *w } else { 0.0 };
                    }
                }
            }
            changed = true;
        }
        if changed {
            for j in 0..n {
                self.weights[j * n + i] = self.weights[i * n + j];
            }
        }
    }
}

/// w·s.
fn dot(w: &[f64], s: &[f64]) -> f64 {
    Arch::new().dispatch(
        #[inline(always)]
        || {
            let mut sums = [0.0; 32];
            let (ws, ss) = (w.chunks_exact(32), s.chunks_exact(32));
            let rest: f64 = ws
                .remainder()
                .iter()
                .zip(ss.remainder())
                .map(|(w, s)| w * s)
                .sum();
            for (w, s) in ws.zip(ss) {
                for lane in 0..32 {
                    sums[lane] += w[lane] * s[lane];
                }
            }
            sums.iter().sum::<f64>() + rest
        },
    )
}

/// w += factor·s.
fn add(w: &mut [f64], factor: f64, s: &[f64]) {
    Arch::new().dispatch(
        #[inline(always)]
        || {
            for (w, s) in w.iter_mut().zip(s) {
                *w += factor * s;
            }
        },
    );
}
