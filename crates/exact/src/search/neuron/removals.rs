//! Questions about removals, for searches over several neurons.

use super::contradiction::Contradiction;
use super::search::NeuronSearch;
use crate::search::hitting_set::{Answer, Ending, Query};
use attractor::Control;
use std::time::Duration;

impl NeuronSearch {
    /// Looks for removals of weight at most `budget` besides the rows `removed`, keeping the rows `kept`; see
    /// [`Query`] for the other arguments. A bound drawn from the answer counts only after [`Self::certify_used`].
    pub fn removals(
        &mut self,
        (removed, kept): (&[usize], &[usize]),
        budget: u32,
        most: usize,
        effort: u64,
        control: &Control<'_>,
    ) -> Answer {
        let query = Query {
            removed,
            kept,
            budget,
            most,
            effort,
        };
        // Its nodes are not on the way to the bound, so they are not counted.
        let (answer, _) = self.query(
            &query,
            Contradiction::Infeasible,
            &control.phase(Duration::MAX),
        );
        self.forget(control);
        answer
    }

    /// The rows that lie in some removal of weight at most `budget`, ascending; rows that `effort` per row did not
    /// decide count as such.
    pub fn removable(&mut self, budget: u32, effort: u64, control: &Control<'_>) -> Vec<usize> {
        let mut known = vec![false; self.system.len()];
        for r in 0..self.system.len() {
            let weight = self.system.weight(r);
            if control.should_stop() {
                // Undecided counts as removable.
                known[r] |= weight <= budget;
                continue;
            }
            if known[r] || weight > budget {
                continue;
            }
            let answer = self.removals((&[r], &[]), budget - weight, 1, effort, control);
            if let Some(removal) = answer.removals.first() {
                for &s in removal {
                    known[s] = true;
                }
                known[r] = true;
            } else {
                let refuted = answer.ending == Ending::Exhausted && !answer.undecided;
                known[r] = !(refuted && self.certify_used(control));
            }
        }
        (0..known.len()).filter(|&r| known[r]).collect()
    }
}
