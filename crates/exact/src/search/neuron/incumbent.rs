//! A good removal before and beside the search: greedy deletion and re-insertion; then some of it undone and done anew.

use crate::geometry::min_norm::{Gram, MinNorm, Verdict};
use crate::instance::NeuronSystem;
use attractor::Control;
use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// Rows, ascending, whose removal lets the others hold (by floating point), few by weight but with no promise: greedily.
/// Then the contradictions met on the way.
pub(super) fn greedy(
    system: &NeuronSystem,
    gram: &Gram,
    control: &Control<'_>,
) -> (Vec<usize>, Vec<Vec<usize>>) {
    let mut search = LocalSearch::new(system, gram, control);
    search.conflicts = Some(Vec::new());
    search.delete(&[], u32::MAX, |burden| burden);
    search.reinsert();
    (search.removed_rows(), search.conflicts.unwrap_or_default())
}

/// Most rows that are put back at once.
const MOST_UNDONE: usize = 3;

/// A removal of no greater weight than `removal`, which suffices: the best that about `calls` min-norm calls reach.
pub(super) fn improved(
    system: &NeuronSystem,
    gram: &Gram,
    removal: &[usize],
    calls: u64,
    rng: &mut ChaCha8Rng,
    control: &Control<'_>,
) -> Vec<usize> {
    let mut search = LocalSearch::new(system, gram, control);
    for &r in removal {
        search.removed[r] = true;
    }
    while search.solver.calls() < calls && search.weight() > 1 && !control.should_stop() {
        search.redo(rng);
    }
    search.removed_rows()
}

struct LocalSearch<'s> {
    system: &'s NeuronSystem,
    control: &'s Control<'s>,
    solver: MinNorm<'s>,
    removed: Vec<bool>,
    /// The contradictions met, if they are wanted.
    conflicts: Option<Vec<Vec<usize>>>,
}

impl<'s> LocalSearch<'s> {
    fn new(system: &'s NeuronSystem, gram: &'s Gram, control: &'s Control<'s>) -> Self {
        let solver = MinNorm::new(gram, system.strict(), system.columns());
        Self {
            system,
            control,
            solver: solver.with_control(control),
            removed: vec![false; system.len()],
            conflicts: None,
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
        let verdict = self.solver.solve(&[&kept]);
        if verdict == Verdict::Dependent
            && let Some(conflicts) = &mut self.conflicts
        {
            conflicts.push(self.solver.corral().to_vec());
        }
        matches!(verdict, Verdict::Separable { .. } | Verdict::Unasked)
    }

    fn weight(&self) -> u32 {
        let removed = self.removed_rows().into_iter();
        removed.map(|r| self.system.weight(r)).sum()
    }

    /// Removes the row with the greatest multiplier per weight, as `judge` sees it, until the others hold or the removal
    /// weighs more than `most`. The rows `kept` leave only where the contradiction has no other.
    fn delete(&mut self, kept: &[usize], most: u32, mut judge: impl FnMut(f64) -> f64) {
        while !self.holds() {
            if self.control.should_stop() {
                self.removed.fill(true);
                return;
            }
            let carried = self.solver.corral().iter().zip(self.solver.multipliers());
            let burden = |(&r, &l): (&usize, &f64)| {
                let burden = judge(l / f64::from(self.system.weight(r)));
                (!kept.contains(&r), burden, r)
            };
            let order = |a: &(bool, f64, usize), b: &(bool, f64, usize)| {
                a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
            };
            match carried.map(burden).max_by(order) {
                Some((.., r)) => self.removed[r] = true,
                // Unresolved without a corral: nothing is certain but the removal of all.
                None => self.removed.fill(true),
            }
            if self.weight() > most {
                return;
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

    /// Puts a few rows back, removes others for them and puts back what then fits; undone if that weighs more.
    fn redo(&mut self, rng: &mut ChaCha8Rng) {
        let (before, weight) = (self.removed.clone(), self.weight());
        let mut entering = self.removed_rows();
        let most = MOST_UNDONE.min(entering.len());
        entering.shuffle(rng);
        entering.truncate(rng.random_range(1..=most));
        for &r in &entering {
            self.removed[r] = false;
        }
        // One more than before may still be made good.
        self.delete(&entering, weight + 1, |burden| {
            burden * rng.random_range(0.5..1.0)
        });
        if self.weight() <= weight + 1 {
            self.reinsert();
        }
        if self.weight() > weight || self.control.should_stop() {
            self.removed = before;
        }
    }
}
