//! Hold: kept bits that fell below their floor are put back above it.
//!
//! By relaxation: each row takes half of the shortest step that would lift its low bits, all neurons at once (Agmon 1954,
//! averaged over a neuron's low bits; symmetric weights take the steps of both ends). It need not succeed: whoever uses the
//! values counts.

use super::kept::Kept;
use super::rows::{Rows, padded};
use crate::instance::Instance;
use attractor::Control;
use attractor::kernels::linear::add_multiple;
use rayon::prelude::*;

/// What is aimed at, in units of the floor: above it, so that few steps get there.
const AIM: f64 = 1.1;

/// Kept bits, their patterns and floors.
pub(super) struct Hold<'a> {
    instance: &'a Instance<'a>,
    kept: &'a Kept,
    floors: &'a [f64],
    /// Patterns, padded.
    states: Vec<Vec<f64>>,
    /// n_i, and one more with a bias.
    lengths: Vec<f64>,
}

impl<'a> Hold<'a> {
    pub(super) fn new(instance: &'a Instance<'a>, kept: &'a Kept, floors: &'a [f64]) -> Self {
        let patterns = &instance.patterns;
        let n = patterns.neurons();
        let inputs = |i| instance.couplings.inputs(i).len() + usize::from(instance.bias);
        Self {
            instance,
            kept,
            floors,
            states: (0..patterns.count())
                .map(|mu| padded(patterns, mu))
                .collect(),
            lengths: (0..n).map(|i| inputs(i) as f64).collect(),
        }
    }

    /// Lifts bits of `values` (w_ij at i·N+j, then the biases) that are below their floor, in at most so many steps.
    pub(super) fn restore(&self, values: &mut [f64], steps: usize, control: &Control<'_>) {
        let n = self.lengths.len();
        let couplings = &self.instance.couplings;
        for _ in 0..steps {
            let rows = Rows::new(values, n);
            let low = (0..n).into_par_iter();
            let lifts: Vec<Option<Vec<f64>>> = low.map(|i| self.lift(&rows, i)).collect();
            if lifts.iter().all(Option::is_none) || control.should_stop() {
                return;
            }
            for (i, lift) in lifts.iter().enumerate() {
                let Some(lift) = lift else { continue };
                for j in (0..n).filter(|&j| couplings.allows(i, j)) {
                    values[i * n + j] += lift[j];
                    if couplings.is_symmetric() {
                        values[j * n + i] += lift[j];
                    }
                }
                if self.instance.bias {
                    values[n * n + i] += lift[n];
                }
            }
        }
    }

    /// Half of the mean step that lifts neuron i's low bits, the bias last; None if none is low.
    fn lift(&self, rows: &Rows, i: usize) -> Option<Vec<f64>> {
        let n = self.lengths.len();
        let floor = self.floors[i] * rows.norm(i);
        let short = |(&mu, &own): (&usize, &f64)| {
            let field = own * rows.field(i, &self.states[mu]);
            (field < floor).then_some((mu, own, AIM * floor - field))
        };
        let kept = self.kept.rows()[i].iter().zip(self.kept.signs(i));
        let low: Vec<(usize, f64, f64)> = kept.filter_map(short).collect();
        if low.is_empty() || rows.norm(i) == 0.0 {
            return None;
        }
        let share = 0.5 / (low.len() as f64 * self.lengths[i]);
        let mut lift = vec![0.0; n + 1];
        for (mu, own, deficit) in low {
            let size = share * deficit * own;
            add_multiple(size, &self.states[mu][..n], &mut lift[..n]);
            lift[n] += size;
        }
        Some(lift)
    }
}
