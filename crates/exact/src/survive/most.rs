//! Most patterns: the fewest that must be given up so that all others survive.
//!
//! Patterns that cannot all survive at some neuron are a core; what is given up meets every core, so the fewest are a
//! smallest hitting set, over the patterns of the whole network.

use super::cues::Demand;
use super::relaxation::{Decision, Relaxation, Whole};
use crate::evidence::SurvivalCore;
use crate::search::hitting_set::{Ending, HittingSets, Query, Separate, Separation, hitting_sets};
use attractor::Control;

/// What one question costs, in nodes of the search: all neurons are asked, some milliseconds.
const EFFORT: u64 = 1 << 14;

/// Effort of one budget, in nodes. Larger: hard sets take hours without a time limit. Smaller: fewer are proven.
const BUDGET_EFFORT: u64 = 1 << 30;

/// Which weights are asked whether patterns survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Oracle {
    /// Directed real ones.
    Real,
    /// Directed ones of the domain, which are whole; nothing more is asked once a question was too hard.
    Whole,
}

/// Which patterns survive, and why no more can.
pub(super) struct Survivors {
    /// Patterns that weights of the oracle make survive together.
    pub(super) together: Vec<usize>,
    /// At most so many can.
    pub(super) at_most: usize,
    /// Cores that no smaller number of given-up patterns meets.
    pub(super) cores: Vec<SurvivalCore>,
}

/// Finds as many of the `stored` patterns as can meet `demand` together.
pub(super) fn most(
    relaxation: &mut Relaxation<'_>,
    oracle: Oracle,
    stored: &[usize],
    patterns: usize,
    demand: Demand,
    control: &Control<'_>,
) -> Survivors {
    let mut asking = Asking {
        relaxation,
        oracle,
        is_too_hard: false,
        stored,
        demand,
        demands: vec![Demand::default(); patterns],
        cores: Vec::new(),
        control,
    };
    let everything: Vec<usize> = (0..stored.len()).collect();
    let mut incumbent = asking.greedy(&everything);
    let mut given_up = 0;
    let mut used = Vec::new();
    if let Some(mut tree) = hitting_sets(&vec![1; stored.len()]) {
        let known: Vec<Vec<usize>> = asking.cores.iter().map(|c| asking.rows(c)).collect();
        for rows in &known {
            tree.add(rows);
        }
        (given_up, used) = search(tree.as_mut(), &mut asking, &mut incumbent);
    }
    let kept = (0..stored.len()).filter(|k| !incumbent.contains(k));
    let cores = used.into_iter().map(|k| asking.cores[k].clone());
    Survivors {
        together: kept.map(|k| stored[k]).collect(),
        at_most: stored.len() - given_up,
        cores: cores.collect(),
    }
}

/// Raises the number of patterns to give up until so many are enough; that number, as far as it is proven, and the cores
/// that prove it.
fn search(
    tree: &mut dyn HittingSets,
    asking: &mut Asking<'_, '_>,
    incumbent: &mut Vec<usize>,
) -> (usize, Vec<usize>) {
    let mut proven = (0, Vec::new());
    for budget in 0..incumbent.len() {
        let query = Query {
            removed: &[],
            kept: &[],
            budget: budget as u32,
            most: 1,
            effort: BUDGET_EFFORT,
        };
        let control = asking.control;
        let (answer, _) = tree.search(asking, &query, control);
        if let Some(removal) = answer.removals.into_iter().next() {
            *incumbent = removal;
            return proven;
        }
        if answer.ending != Ending::Exhausted || answer.undecided {
            return proven;
        }
        proven = (budget + 1, tree.used());
    }
    proven
}

/// The neurons, asked for some patterns, and every core that they answered with: the members of the pool, in its order.
struct Asking<'s, 'a> {
    relaxation: &'s mut Relaxation<'a>,
    oracle: Oracle,
    is_too_hard: bool,
    stored: &'s [usize],
    demand: Demand,
    demands: Vec<Demand>,
    cores: Vec<SurvivalCore>,
    control: &'s Control<'s>,
}

impl Asking<'_, '_> {
    /// Whether all of `asked` can survive together.
    fn decide(&mut self, asked: impl Iterator<Item = usize>) -> Decision {
        self.demands.fill(Demand::default());
        for k in asked {
            self.demands[self.stored[k]] = self.demand;
        }
        match self.oracle {
            Oracle::Real => self.relaxation.decide(&self.demands, self.control),
            Oracle::Whole if self.is_too_hard => Decision::Undecided(Vec::new()),
            Oracle::Whole => match self.relaxation.decide_whole(&self.demands, self.control) {
                Whole::Possible(_) => Decision::Possible,
                Whole::Refuted(core) => Decision::Refuted(core),
                Whole::Undecided => {
                    self.is_too_hard = true;
                    Decision::Undecided(Vec::new())
                }
            },
        }
    }

    /// The patterns of a core, as places in `stored`.
    fn rows(&self, core: &SurvivalCore) -> Vec<usize> {
        self.places(core.damaged())
    }

    /// Where patterns stand in `stored`, ascending.
    fn places(&self, patterns: impl Iterator<Item = usize>) -> Vec<usize> {
        let places = patterns.filter_map(|mu| self.stored.binary_search(&mu).ok());
        let mut rows: Vec<usize> = places.collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// Gives up the pattern that most cores have, until no core is left; then takes back what can be. Cores that are not proven
    /// count here, too. All patterns if the neurons do not tell.
    fn greedy(&mut self, everything: &[usize]) -> Vec<usize> {
        let mut given_up: Vec<usize> = Vec::new();
        let mut known: Vec<Vec<usize>> = Vec::new();
        loop {
            let kept = without(everything, &given_up);
            match self.decide(kept.iter().copied()) {
                Decision::Possible => break,
                Decision::Undecided(patterns) => known.push(self.places(patterns.into_iter())),
                Decision::Refuted(core) => {
                    known.push(self.rows(&core));
                    self.cores.push(core);
                }
            }
            let is_open = |rows: &&Vec<usize>| rows.iter().all(|k| !given_up.contains(k));
            let times = |k: &usize| {
                known
                    .iter()
                    .filter(is_open)
                    .filter(|r| r.contains(k))
                    .count()
            };
            let most = kept
                .iter()
                .copied()
                .max_by_key(|k| (times(k), std::cmp::Reverse(*k)));
            match most {
                Some(k) if times(&k) > 0 => given_up.push(k),
                _ => return everything.to_vec(),
            }
        }
        for k in given_up.clone() {
            let fewer = without(&given_up, &[k]);
            let kept = without(everything, &fewer);
            if matches!(self.decide(kept.into_iter()), Decision::Possible) {
                given_up = fewer;
            }
        }
        given_up
    }
}

/// `all` but for some.
fn without(all: &[usize], some: &[usize]) -> Vec<usize> {
    all.iter().copied().filter(|k| !some.contains(k)).collect()
}

impl Separate for Asking<'_, '_> {
    fn separate(
        &mut self,
        kept: &[usize],
        optional: &[usize],
        conflict: &mut Vec<usize>,
    ) -> Separation {
        let asked: Vec<usize> = kept.iter().chain(optional).copied().collect();
        match self.decide(asked.into_iter()) {
            Decision::Possible => Separation::Holds,
            Decision::Undecided(_) => Separation::Undecided,
            Decision::Refuted(core) => {
                conflict.clear();
                conflict.extend(self.rows(&core));
                self.cores.push(core);
                Separation::Conflict
            }
        }
    }

    fn effort(&self) -> u64 {
        EFFORT
    }
}
