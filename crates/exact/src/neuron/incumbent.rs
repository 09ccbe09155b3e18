//! A good removal before the search: greedy deletion, re-insertion and exchanges.

use crate::control::Control;
use crate::min_norm::{Gram, MinNorm, Verdict};
use crate::neuron::System;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// Rows, ascending, whose removal lets the others hold (by floating point), few by weight but with no promise: greedily.
pub(super) fn greedy(system: &System, gram: &Gram, control: &Control<'_>) -> Vec<usize> {
    let mut search = LocalSearch::new(system, gram, control);
    search.delete();
    search.reinsert();
    search.removed_rows()
}

/// A removal of no greater weight than `removal`, which suffices: the best that `exchanges` exchanges reach.
pub(super) fn improved(
    system: &System,
    gram: &Gram,
    removal: &[usize],
    exchanges: usize,
    rng: &mut ChaCha8Rng,
    control: &Control<'_>,
) -> Vec<usize> {
    let mut search = LocalSearch::new(system, gram, control);
    for &r in removal {
        search.removed[r] = true;
    }
    for _ in 0..exchanges {
        if control.should_stop() || search.removed_rows().len() <= 1 {
            break;
        }
        search.exchange(rng);
    }
    search.removed_rows()
}

struct LocalSearch<'s> {
    system: &'s System,
    control: &'s Control<'s>,
    solver: MinNorm<'s>,
    removed: Vec<bool>,
}

impl<'s> LocalSearch<'s> {
    fn new(system: &'s System, gram: &'s Gram, control: &'s Control<'s>) -> Self {
        let solver = MinNorm::new(gram, system.strict(), system.columns());
        Self {
            system,
            control,
            solver: solver.with_control(control),
            removed: vec![false; system.len()],
        }
    }

    fn removed_rows(&self) -> Vec<usize> {
        (0..self.removed.len())
            .filter(|&r| self.removed[r])
            .collect()
    }

    fn holds(&mut self) -> bool {
        let kept: Vec<usize> = (0..self.removed.len())
            .filter(|&r| !self.removed[r])
            .collect();
        matches!(
            self.solver.solve(&[&kept]),
            Verdict::Separable { .. } | Verdict::Unasked
        )
    }

    /// Removes the row with the greatest multiplier per weight until the others hold.
    fn delete(&mut self) {
        while !self.holds() {
            if self.control.should_stop() {
                self.removed.fill(true);
                return;
            }
            let carried = self.solver.corral().iter().zip(self.solver.multipliers());
            let burden = |(&r, &l): (&usize, &f64)| (l / f64::from(self.system.weight(r)), r);
            let heaviest = carried.map(burden).max_by(|a, b| a.0.total_cmp(&b.0));
            match heaviest {
                Some((_, r)) => self.removed[r] = true,
                // Unresolved without a corral: nothing is certain but the removal of all.
                None => self.removed.fill(true),
            }
        }
    }

    /// Puts back what can be put back, the least wrong first.
    fn reinsert(&mut self) {
        if !self.holds() {
            return;
        }
        let fields = self.solver.fields().to_vec();
        let mut order = self.removed_rows();
        order.sort_by(|&a, &b| fields[b].total_cmp(&fields[a]));
        for r in order {
            self.removed[r] = false;
            if self.control.should_stop() || !self.holds() {
                self.removed[r] = true;
            }
        }
    }

    /// Puts one row back for another of the contradiction that this makes, then whatever fits.
    fn exchange(&mut self, rng: &mut ChaCha8Rng) {
        let removed = self.removed_rows();
        let entering = removed[rng.random_range(0..removed.len())];
        self.removed[entering] = false;
        if self.holds() {
            return;
        }
        let conflict: Vec<usize> = self.solver.corral().to_vec();
        for _ in 0..4 {
            let leaving = conflict[rng.random_range(0..conflict.len())];
            let cheap = self.system.weight(leaving) <= self.system.weight(entering);
            if leaving == entering || !cheap {
                continue;
            }
            self.removed[leaving] = true;
            if self.holds() {
                self.reinsert();
                return;
            }
            self.removed[leaving] = false;
        }
        self.removed[entering] = true;
    }
}
