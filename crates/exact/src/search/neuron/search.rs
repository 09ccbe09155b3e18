//! The search for one neuron's optimum, in steps that can be continued: rising bound, falling incumbent.

use super::contradiction::{Contradiction, MinNormRows};
use super::outcome::{NeuronOutcome, Stage};
use super::unit::{self, Unit};
use crate::geometry::dependency::{Dependency, Packed};
use crate::geometry::min_norm::{Gram, MOST_ROWS, MinNorm};
use crate::instance::NeuronSystem;
use crate::outcome::{PhaseTimes, Statistics};
use crate::search::hitting_set::{Answer, Ending, HittingSets, Query, hitting_sets};
use attractor::clock::Instant;
use attractor::{Control, Phase};

/// How many of the removals of least weight were compared by margin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Optima {
    Unknown,
    Some,
    All,
}

/// One neuron's system with its pool, bound and incumbent.
pub struct NeuronSearch {
    pub(super) system: NeuronSystem,
    /// Made when first needed.
    pub(super) gram: Option<Gram>,
    pub(super) tree: Option<Box<dyn HittingSets>>,
    /// By member of the pool.
    pub(super) certified: Vec<Option<Packed>>,
    pub(super) incumbent: Unit,
    pub(super) wrong_bits: u32,
    pub(super) bound: u32,
    /// Members of the pool that refute `bound − 1`.
    pub(super) refutation: Vec<usize>,
    pub(super) stuck: bool,
    pub(super) optima: Optima,
    pub(super) started: bool,
    pub(super) seed: u64,
    pub(super) stream: u64,
    pub(super) calls: u64,
    pub(super) times: PhaseTimes,
    pub(super) effort: u64,
}

/// The phases whose time is kept.
const PHASES: [Phase; 4] = [Phase::Incumbent, Phase::MinNorm, Phase::Tree, Phase::Exact];

impl NeuronSearch {
    /// A search that has not begun: its incumbent are the Hebbian weights `Σ_r a_r`, or zero ones. `seed` and `stream`
    /// steer the incumbent search.
    pub fn new(system: NeuronSystem, seed: u64, stream: u64) -> Self {
        let rows: Vec<u32> = (0..system.len()).map(|r| system.weight(r)).collect();
        let incumbent = unit::unit_of(&system, &vec![0.0; system.columns()]);
        let mut search = Self {
            gram: None,
            tree: hitting_sets(&rows),
            certified: Vec::new(),
            wrong_bits: 0,
            incumbent,
            bound: 0,
            refutation: Vec::new(),
            stuck: false,
            optima: Optima::Unknown,
            started: false,
            seed,
            stream,
            calls: 0,
            times: PhaseTimes::of(&PHASES),
            effort: 0,
            system,
        };
        search.wrong_bits = search.weigh(&search.incumbent.wrong);
        let hebbian = |j| {
            (0..search.system.len())
                .map(|r| search.system.sign(r, j) * i64::from(search.system.weight(r)))
                .sum()
        };
        let sums: Vec<i64> = (0..search.system.columns()).map(hebbian).collect();
        search.take(unit::unit_of_whole(&search.system, &sums));
        search
    }

    /// The rows.
    pub fn system(&self) -> &NeuronSystem {
        &self.system
    }

    /// Fewest wrong bits found.
    pub fn wrong_bits(&self) -> usize {
        self.wrong_bits as usize
    }

    /// The best weights found.
    pub fn weights(&self) -> &[f64] {
        &self.incumbent.weights
    }

    /// The rows that the best weights found leave wrong; empty where the search never began.
    pub fn wrong(&self) -> &[usize] {
        &self.incumbent.wrong
    }

    /// Proven: no weights have fewer.
    pub fn lower_bound(&self) -> usize {
        self.bound as usize
    }

    /// Nodes of the search so far.
    pub fn nodes(&self) -> u64 {
        self.tree.as_ref().map_or(0, |tree| tree.nodes())
    }

    /// How far the search is.
    pub fn stage(&self) -> Stage {
        if self.bound >= self.wrong_bits {
            Stage::Proven
        } else if self.stuck {
            Stage::Stuck
        } else {
            Stage::Open
        }
    }

    /// Offers weights in the order of the system's columns: they become the incumbent if they are better, by exact
    /// recount on the grid of [`unit`](super::unit). `squared_margin` is believed.
    pub fn offer(&mut self, weights: &[f64], squared_margin: f64) {
        let mut unit = unit::unit_of(&self.system, weights);
        unit.squared_margin = squared_margin;
        self.take(unit);
    }

    /// Gives back the memory that the next call can make again.
    pub fn release(&mut self) {
        self.gram = None;
    }

    /// Continues until the optimum is proven, `effort` (units of some 100 ns) is spent or the control says stop. The
    /// control hears of the neuron's incumbent and bound as they change, and every few milliseconds of its nodes alone.
    pub fn run(&mut self, effort: u64, control: &Control<'_>) -> Stage {
        if self.stage() == Stage::Open && !control.should_stop() {
            self.improve(effort, control);
        }
        self.report(control);
        let mut left = effort;
        while self.stage() == Stage::Open && left > 0 && !control.should_stop() {
            let query = Query {
                removed: &[],
                kept: &[],
                budget: self.bound,
                most: 1,
                effort: left,
            };
            let (answer, used) = self.query(&query, Contradiction::Infeasible, control);
            left = left.saturating_sub(used);
            self.effort += used;
            match answer.removals.first() {
                Some(removal) => {
                    if !self.accept(removal, control) && !control.should_stop() {
                        self.stuck = true;
                    }
                }
                None if answer.ending == Ending::Exhausted => {
                    if !answer.undecided && self.certify_used(control) {
                        self.bound += 1;
                        self.refutation = self.tree.as_ref().map_or_else(Vec::new, |t| t.used());
                    } else if !control.should_stop() {
                        self.stuck = true;
                    }
                }
                None => break,
            }
            self.report(control);
        }
        self.forget(control);
        self.stage()
    }

    /// After a stop the Gram matrix may be cut short.
    pub(super) fn forget(&mut self, control: &Control<'_>) {
        if control.should_stop() {
            self.gram = None;
        }
    }

    /// Turns the members of the pool that the last query used into exact dependencies; false if one is none, or if the
    /// control says stop.
    pub fn certify_used(&mut self, control: &Control<'_>) -> bool {
        let Some(tree) = &self.tree else {
            return false;
        };
        let start = Instant::now();
        let used = tree.used();
        self.certified.resize(tree.pool(), None);
        for &member in &used {
            if self.certified[member].is_none() {
                if control.should_stop() {
                    return false;
                }
                let rows = tree.conflict(member);
                self.certified[member] =
                    Packed::among(&self.system, &rows, control).or_else(|| {
                        // Rows that depend in more than one way: a cold start finds fewer of them.
                        let gram = gram_of(&mut self.gram, &self.system, control);
                        let mut solver =
                            MinNorm::new(gram, self.system.strict(), self.system.columns())
                                .with_control(control);
                        solver.solve(&[&rows]);
                        Packed::among(&self.system, solver.corral(), control)
                    });
            }
        }
        self.times.spend(Phase::Exact, start.elapsed());
        used.iter().all(|&member| self.certified[member].is_some())
    }

    /// All members of the pool that were turned into exact dependencies.
    pub fn dependencies(&self) -> Vec<Dependency> {
        self.certified
            .iter()
            .flatten()
            .map(Packed::unpack)
            .collect()
    }

    /// Calls of the min-norm primitive so far.
    pub fn calls(&self) -> u64 {
        self.calls
    }

    /// What is known so far.
    pub fn outcome(&self) -> NeuronOutcome {
        NeuronOutcome {
            weights: self.incumbent.weights.clone(),
            wrong: self.wrong().to_vec(),
            wrong_bits: self.wrong_bits(),
            lower_bound: self.lower_bound().min(self.wrong_bits()),
            stage: self.stage(),
            squared_margin: self.incumbent.squared_margin,
            widest_of_all: self.optima == Optima::All,
            patterns: (0..self.system.len())
                .map(|r| self.system.members(r)[0] as u32)
                .collect(),
            evidence: self.evidence(),
            statistics: Statistics {
                nodes: self.nodes(),
                min_norm_calls: self.calls,
                pool: self.tree.as_ref().map_or(0, |tree| tree.pool()),
                phases: self.times.clone(),
                proven_after: None,
            },
        }
    }

    fn evidence(&self) -> Vec<Packed> {
        if self.bound == 0 {
            return Vec::new();
        }
        let members = self.refutation.iter();
        members
            .filter_map(|&member| self.certified[member].clone())
            .collect()
    }

    /// Answers `query`.
    pub(super) fn query(
        &mut self,
        query: &Query<'_>,
        contradiction: Contradiction,
        control: &Control<'_>,
    ) -> (Answer, u64) {
        let Some(tree) = &mut self.tree else {
            let answer = Answer {
                ending: Ending::Spent,
                undecided: true,
                removals: Vec::new(),
            };
            return (answer, query.effort);
        };
        let start = Instant::now();
        let gram = gram_of(&mut self.gram, &self.system, control);
        let system = (self.system.strict(), self.system.columns());
        let mut rows = MinNormRows::new(system, gram, contradiction, control);
        let answer = tree.search(&mut rows, query, control);
        self.calls += rows.calls;
        self.times.spend(Phase::MinNorm, rows.spent);
        let rest = start.elapsed().saturating_sub(rows.spent);
        self.times.spend(Phase::Tree, rest);
        answer
    }

    pub(super) fn realise(&mut self, removal: &[usize], control: &Control<'_>) -> Option<Unit> {
        if self.system.len() > MOST_ROWS || control.should_stop() {
            return None;
        }
        let kept = |r: &usize| removal.binary_search(r).is_err();
        let kept: Vec<usize> = (0..self.system.len()).filter(kept).collect();
        let gram = gram_of(&mut self.gram, &self.system, control);
        unit::widest(&self.system, gram, &kept, control)
    }

    /// The removal's unit becomes the incumbent if it is better; true if its wrong bits are within the removal.
    pub(super) fn accept(&mut self, removal: &[usize], control: &Control<'_>) -> bool {
        let Some(unit) = self.realise(removal, control) else {
            return false;
        };
        self.take(unit);
        true
    }

    fn take(&mut self, unit: Unit) {
        let wrong_bits = self.weigh(&unit.wrong);
        if wrong_bits < self.wrong_bits {
            self.wrong_bits = wrong_bits;
            self.incumbent = unit;
        }
    }

    fn report(&self, control: &Control<'_>) {
        let bound = self.lower_bound().min(self.wrong_bits());
        control.report(Some(self.wrong_bits()), bound, self.nodes(), Phase::Neurons);
    }

    pub(super) fn weigh(&self, rows: &[usize]) -> u32 {
        rows.iter().map(|&r| self.system.weight(r)).sum()
    }
}

/// The system's Gram matrix, made if there is none. A stop may cut it short: then the call ends without a claim and
/// forgets it.
pub(super) fn gram_of<'g>(
    gram: &'g mut Option<Gram>,
    system: &NeuronSystem,
    control: &Control<'_>,
) -> &'g Gram {
    gram.get_or_insert_with(|| {
        Gram::until_stopped(system.len(), control, |r, s| system.product(r, s) as f64)
    })
}

/// Solves one neuron: until proven, or as far as `control` lets it.
pub(crate) fn solve(system: NeuronSystem, seed: u64, control: &Control<'_>) -> NeuronOutcome {
    let mut search = NeuronSearch::new(system, seed, 0);
    search.run(u64::MAX, control);
    search.widen(control);
    search.outcome()
}
