//! The neurons' own infeasible subsystems, and what removing or keeping rows costs a neuron given them.
//!
//! A pool answers for one neuron: the least weight of a hitting set that contains the removed rows and none of the kept
//! ones. A pool knows only some subsystems, so its answers are lower bounds, and they are what the symmetric bound rests
//! on.

use crate::geometry::dependency::Dependency;
use attractor::Paced;
use attractor::kernels::bits::{self, has, meets, ones, put};

/// A set of patterns, one bit each.
pub(crate) type Bits = Vec<u64>;

/// Nodes of a descent between two questions whether to stop: some tens of microseconds. More delay a stop; fewer spend time
/// on the clock. Once a stop was seen, no answer of the descent counts.
pub(crate) const NODES_PER_LOOK: u32 = 1024;

/// One neuron's infeasible subsystems as sets of patterns.
#[derive(Debug, Clone)]
pub(crate) struct NeuronPool {
    /// Wrong bits that giving up a pattern's row costs; 0 for rows that another one stands for.
    weight: Vec<u32>,
    members: Vec<Bits>,
    /// Why each member cannot hold; the rows are numbered as in the whole coupled system.
    proofs: Vec<Dependency>,
}

/// What is decided about a neuron's rows, and what follows.
#[derive(Debug, Clone)]
pub(crate) struct Decided {
    pub(crate) removed: Bits,
    pub(crate) kept: Bits,
    /// Least weight of a hitting set that agrees.
    pub(crate) least: u32,
    /// By how much removing one more row raises `least`; [`FIXED`] for decided rows.
    pub(crate) extra: Vec<u32>,
    /// `least` without the weight of what is removed.
    pub(crate) owed: u32,
    /// All hitting sets of the least weight that agree; none if they are many.
    pub(crate) sets: Vec<Bits>,
}

impl Decided {
    /// The row is kept, which no lightest hitting set has: all of them stand.
    pub(crate) fn keeping(&self, mu: usize) -> Self {
        let mut kept = self.clone();
        put(&mut kept.kept, mu);
        kept.extra[mu] = FIXED;
        kept
    }
}

/// Most lightest hitting sets that are listed; beyond, the list is dropped. More: memory and time for each decision; fewer:
/// weaker bounds in `cover`.
const MOST_SETS: usize = 256;

/// Stands for the extra cost of a row that is decided already.
pub(crate) const FIXED: u32 = u32::MAX;

impl NeuronPool {
    pub(crate) fn new(weight: Vec<u32>) -> Self {
        Self {
            weight,
            members: Vec::new(),
            proofs: Vec::new(),
        }
    }

    pub(crate) fn words(&self) -> usize {
        self.weight.len().div_ceil(64)
    }

    pub(crate) fn proofs(&self) -> &[Dependency] {
        &self.proofs
    }

    pub(crate) fn push(&mut self, member: Bits, proof: Dependency) {
        self.members.push(member);
        self.proofs.push(proof);
    }

    fn weigh(&self, rows: &[u64]) -> u32 {
        ones(rows).map(|mu| self.weight[mu]).sum()
    }

    /// A lightest hitting set with all `removed` and no `kept` row and weight at most `most`; none is claimed to be the
    /// lightest where the watch has stopped the search.
    pub(crate) fn lightest(
        &self,
        removed: &[u64],
        kept: &[u64],
        most: u32,
        watch: &Paced<'_>,
    ) -> Option<(u32, Bits)> {
        let base = self.weigh(removed);
        let mut budget = most.checked_sub(base)?;
        let mut best = None;
        let mut chosen = removed.to_vec();
        let mut kept = kept.to_vec();
        loop {
            let mut found = None;
            if !self.descend(&mut chosen, &mut kept, budget, &mut found, watch) {
                return best.filter(|_| !watch.has_stopped());
            }
            let set: Bits = found?;
            let weight = self.weigh(&set);
            best = Some((weight, set));
            if weight == base {
                return best;
            }
            budget = weight - base - 1;
        }
    }

    /// Whether a hitting set of at most `budget` more than `chosen` exists; the first one found goes to `found`.
    fn descend(
        &self,
        chosen: &mut Bits,
        kept: &mut Bits,
        budget: u32,
        found: &mut Option<Bits>,
        watch: &Paced<'_>,
    ) -> bool {
        if watch.should_stop() {
            return false;
        }
        let Some(member) = self.tightest(chosen, kept) else {
            *found = Some(chosen.clone());
            return true;
        };
        if budget == 0 {
            return false;
        }
        let choices = self.choices(member, (chosen, kept), budget);
        let before = kept.clone();
        let mut success = false;
        for mu in ones(&choices) {
            if self.weight[mu] <= budget {
                put(chosen, mu);
                success = self.descend(chosen, kept, budget - self.weight[mu], found, watch);
                bits::clear(chosen, mu);
                if success {
                    break;
                }
            }
            put(kept, mu);
        }
        *kept = before;
        success
    }

    /// Of the members that `chosen` does not hit, one with the fewest rows that are not kept; the first with one or none
    /// of them at once.
    fn tightest(&self, chosen: &[u64], kept: &[u64]) -> Option<&Bits> {
        let mut tightest: Option<(u32, &Bits)> = None;
        for member in self.members.iter().filter(|member| !meets(member, chosen)) {
            let open = member.iter().zip(kept).map(|(m, k)| (m & !k).count_ones());
            let open = open.sum();
            if tightest.is_none_or(|(fewest, _)| open < fewest) {
                tightest = Some((open, member));
                if open <= 1 {
                    break;
                }
            }
        }
        tightest.map(|(_, member)| member)
    }

    /// The rows of `member` that may be chosen: not kept, and where one more wrong bit is all that is left, in all members
    /// that `chosen` does not hit.
    fn choices(&self, member: &Bits, (chosen, kept): (&Bits, &Bits), budget: u32) -> Bits {
        let open = member.iter().zip(kept).map(|(m, k)| m & !k);
        let mut choices: Bits = open.collect();
        if budget == 1 {
            for member in self.members.iter().filter(|member| !meets(member, chosen)) {
                for (choice, m) in choices.iter_mut().zip(member) {
                    *choice &= m;
                }
            }
        }
        choices
    }

    /// All rows are removed: the neuron asks for nothing.
    pub(crate) fn absent(&self) -> Decided {
        let mut removed = vec![0; self.words()];
        (0..self.weight.len()).for_each(|mu| put(&mut removed, mu));
        Decided {
            least: self.weigh(&removed),
            kept: vec![0; self.words()],
            removed,
            extra: vec![FIXED; self.weight.len()],
            owed: 0,
            sets: Vec::new(),
        }
    }

    /// What follows from these decisions; `None` if no hitting set within `most` agrees.
    pub(crate) fn decide(
        &self,
        removed: Bits,
        kept: Bits,
        most: u32,
        watch: &Paced<'_>,
    ) -> Option<Decided> {
        let (least, _) = self.lightest(&removed, &kept, most, watch)?;
        let owed = least - self.weigh(&removed);
        let mut sets = Vec::new();
        let mut open = kept.clone();
        let listed = self.list(&mut removed.clone(), &mut open, owed, &mut sets, watch);
        if !listed {
            sets.clear();
        }
        let mut with = removed.clone();
        let extra = (0..self.weight.len()).map(|mu| {
            if self.weight[mu] == 0 || has(&removed, mu) || has(&kept, mu) {
                return FIXED;
            }
            if listed && sets.iter().any(|set| has(set, mu)) {
                return 0;
            }
            // Removing one more row costs at most its weight.
            if listed && self.weight[mu] == 1 {
                return 1;
            }
            put(&mut with, mu);
            let limit = least + self.weight[mu] - 1;
            let dearer = self
                .lightest(&with, &kept, limit, watch)
                .map_or(self.weight[mu], |(l, _)| l - least);
            bits::clear(&mut with, mu);
            dearer
        });
        let extra = extra.collect();
        Some(Decided {
            removed,
            kept,
            least,
            extra,
            owed,
            sets,
        })
    }

    /// Adds every hitting set of weight `budget` above `chosen`, which is the least, to `sets`; false if they are too
    /// many or the watch stopped it.
    fn list(
        &self,
        chosen: &mut Bits,
        kept: &mut Bits,
        budget: u32,
        sets: &mut Vec<Bits>,
        watch: &Paced<'_>,
    ) -> bool {
        if watch.should_stop() || sets.len() >= MOST_SETS {
            return false;
        }
        let Some(member) = self.tightest(chosen, kept) else {
            sets.push(chosen.clone());
            return true;
        };
        if budget == 0 {
            return true;
        }
        let choices = self.choices(member, (chosen, kept), budget);
        let before = kept.clone();
        let mut complete = true;
        for mu in ones(&choices) {
            if self.weight[mu] <= budget {
                put(chosen, mu);
                complete &= self.list(chosen, kept, budget - self.weight[mu], sets, watch);
                bits::clear(chosen, mu);
                if !complete {
                    break;
                }
            }
            put(kept, mu);
        }
        *kept = before;
        complete
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use attractor::Control;
    use proptest::prelude::*;

    fn brute(pool: &NeuronPool, removed: u64, kept: u64) -> Option<u32> {
        let sets = 0..1_u64 << pool.weight.len();
        sets.filter(|s| s & removed == removed && s & kept == 0)
            .filter(|s| pool.members.iter().all(|m| m[0] & s != 0))
            .map(|s| pool.weigh(&[s]))
            .min()
    }

    /// Stopped after any number of nodes, the search claims the lightest set or nothing.
    #[test]
    fn what_a_stop_cut_short_is_not_claimed() {
        let mut pool = NeuronPool::new(vec![1; 12]);
        pool.members = (0..12)
            .map(|k| vec![(0b1011 << k | 0b1011 >> (12 - k)) & 0xfff])
            .collect();
        let expected = brute(&pool, 0, 0);
        let control = Control::new().with_time_limit(std::time::Duration::ZERO);
        let mut answers = Vec::new();
        for nodes in 0..300 {
            let watch = control.every(nodes + 1);
            let found = pool.lightest(&[0], &[0], 100, &watch);
            answers.push(found.is_some());
            assert!(found.is_none_or(|(weight, _)| Some(weight) == expected));
        }
        assert!(answers.contains(&true) && answers.contains(&false));
    }

    proptest! {
        #[test]
        fn lightest_hitting_sets(
            members in prop::collection::vec(1_u64..256, 0..9),
            weight in prop::collection::vec(1_u32..4, 8),
            removed in 0_u64..256,
            kept in 0_u64..256,
        ) {
            let kept = kept & !removed & 0x5a;
            let removed = removed & 0x21;
            let mut pool = NeuronPool::new(weight);
            pool.members = members.into_iter().map(|m| vec![m]).collect();
            let expected = brute(&pool, removed, kept);
            let control = Control::new();
            let watch = control.every(NODES_PER_LOOK);
            let found = pool.lightest(&[removed], &[kept], 100, &watch);
            prop_assert_eq!(found.map(|(w, _)| w), expected);
            if let Some(least) = expected {
                prop_assert_eq!(pool.lightest(&[removed], &[kept], least, &watch).map(|f| f.0), Some(least));
                prop_assert!(least == 0 || pool.lightest(&[removed], &[kept], least - 1, &watch).is_none());
                let decided = pool.decide(vec![removed], vec![kept], 100, &watch).unwrap();
                for mu in 0..8 {
                    let with = brute(&pool, removed | 1 << mu, kept & !(1 << mu));
                    if decided.extra[mu] != FIXED {
                        prop_assert_eq!(with, Some(least + decided.extra[mu]));
                    }
                }
            }
        }
    }
}
