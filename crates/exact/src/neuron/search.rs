//! The search for one neuron's optimum, in steps that can be continued: rising bound, falling incumbent.

use super::incumbent;
use super::rows::{Contradiction, MinNormRows};
use super::weights::{self, Unit};
use super::{NeuronOutcome, NeuronSystem};
use crate::dependency::{Dependency, Packed};
use crate::hitting_set::{Answer, Ending, HittingSets, Query, Separate, hitting_sets};
use crate::min_norm::{Gram, MOST_ROWS, MinNorm};
use crate::outcome::{PhaseTimes, Statistics};
use attractor::{Control, Phase};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::time::{Duration, Instant};

/// How many optimal removals, each of wider margin than those before, are looked at.
const MOST_OPTIMA: usize = 256;
/// Effort for finding them, relative to that of finding the optimum, and at least.
const OPTIMA_EFFORT: (u64, u64) = (2, 1 << 18);

/// One part in so many of the effort of a continued search goes into its incumbent, within limits.
const LOCAL_SEARCH_SHARE: u64 = 8;
const MOST_CALLS: u64 = 20_000;

/// How far a neuron is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// There may be a better unit.
    Open,
    /// The incumbent has the fewest wrong bits, proven.
    Proven,
    /// The bound cannot be raised: rounding hides something, or there are too many rows for a search.
    Stuck,
}

/// How many of the removals of least weight were compared by margin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Optima {
    Unknown,
    Some,
    All,
}

/// One neuron's system with its pool, bound and incumbent.
pub struct NeuronSearch {
    system: NeuronSystem,
    /// Made when first needed.
    gram: Option<Gram>,
    tree: Option<Box<dyn HittingSets>>,
    /// By member of the pool.
    certified: Vec<Option<Packed>>,
    incumbent: Unit,
    wrong_bits: u32,
    bound: u32,
    /// Members of the pool that refute `bound − 1`.
    refutation: Vec<usize>,
    stuck: bool,
    optima: Optima,
    started: bool,
    seed: u64,
    stream: u64,
    calls: u64,
    times: PhaseTimes,
    effort: u64,
}

/// The phases whose time is kept.
const PHASES: [Phase; 4] = [Phase::Incumbent, Phase::MinNorm, Phase::Tree, Phase::Exact];

impl NeuronSearch {
    /// A search that has not begun: its incumbent are the Hebbian weights `Σ_r a_r`, or zero ones. `seed` and `stream`
    /// steer the incumbent search.
    pub fn new(system: NeuronSystem, seed: u64, stream: u64) -> Self {
        let rows: Vec<u32> = (0..system.len()).map(|r| system.weight(r)).collect();
        let incumbent = weights::unit_of(&system, &vec![0.0; system.columns()]);
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
        search.take(weights::unit_of_whole(&search.system, &sums));
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
    /// recount on the grid of [`weights`]. `squared_margin` is believed.
    pub fn offer(&mut self, weights: &[f64], squared_margin: f64) {
        let mut unit = weights::unit_of(&self.system, weights);
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
    fn forget(&mut self, control: &Control<'_>) {
        if control.should_stop() {
            self.gram = None;
        }
    }

    /// Among the units with the fewest wrong bits takes the one of widest margin; true if all were compared. Weak rows
    /// that hold are asked for a margin like all others: only where no such unit gives them one may they vanish.
    pub fn widen(&mut self, control: &Control<'_>) -> bool {
        if self.stage() != Stage::Proven || self.optima != Optima::Unknown {
            return self.optima == Optima::All;
        }
        if self.incumbent.squared_margin == 0.0 {
            let removal = self.incumbent.wrong.clone();
            if let Some(unit) = self.realise(&removal, control) {
                self.incumbent = unit;
            }
        }
        if self.incumbent.wrong.is_empty() {
            self.optima = Optima::All;
            return true;
        }
        self.optima = Optima::Some;
        let mut all = self.compare(Contradiction::to(&self.incumbent), control);
        if self.incumbent.vanishing {
            let margin = self.incumbent.squared_margin;
            all &= self.compare(Contradiction::NoWiderStrict(margin), control);
        }
        if all {
            self.optima = Optima::All;
        }
        all
    }

    /// Takes the unit of widest margin among the optimal ones that `contradiction` leaves; true if all were seen.
    fn compare(&mut self, contradiction: Contradiction, control: &Control<'_>) -> bool {
        let effort = OPTIMA_EFFORT.1.max(OPTIMA_EFFORT.0 * self.effort);
        let query = Query {
            removed: &[],
            kept: &[],
            budget: self.bound,
            most: MOST_OPTIMA,
            effort,
        };
        // Subsystems without a wider margin are no contradictions: they leave the pool again.
        let pool = self.tree.as_ref().map_or(0, |tree| tree.pool());
        let (answer, _) = self.query(&query, contradiction, control);
        if let Some(tree) = &mut self.tree {
            tree.truncate(pool);
        }
        for removal in answer.removals.iter().rev() {
            if control.should_stop() {
                self.gram = None;
                return false;
            }
            let margin = |unit: &Unit| (!unit.vanishing, unit.squared_margin);
            if let Some(unit) = self.realise(removal, control)
                && margin(&unit) > margin(&self.incumbent)
                && self.weigh(&unit.wrong) <= self.wrong_bits
            {
                self.incumbent = unit;
            }
        }
        answer.ending == Ending::Exhausted && !answer.undecided
    }

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
        // Its nodes are not on the way to a bound that somebody waits for.
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

    /// A good incumbent: at first the greedy one, which the search itself mostly proves or beats at once; then, as far as
    /// the neuron is a hard one, a local search that takes a share of the effort.
    fn improve(&mut self, effort: u64, control: &Control<'_>) {
        self.stuck = self.tree.is_none();
        if self.system.len() > MOST_ROWS {
            return;
        }
        let start = Instant::now();
        let gram = gram_of(&mut self.gram, &self.system, control);
        let removal = if self.started {
            let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
            rng.set_stream(self.stream);
            rng.set_word_pos(u128::from(self.effort));
            let call =
                MinNormRows::new(&self.system, gram, Contradiction::Infeasible, control).effort();
            let calls = (effort / LOCAL_SEARCH_SHARE / call).min(MOST_CALLS);
            let wrong = &self.incumbent.wrong;
            incumbent::improved(&self.system, gram, wrong, calls, &mut rng, control)
        } else {
            let (removal, conflicts) = incumbent::greedy(&self.system, gram, control);
            if let Some(tree) = &mut self.tree {
                for rows in &conflicts {
                    tree.add(rows);
                }
            }
            removal
        };
        self.started = true;
        self.accept(&removal, control);
        self.times.spend(Phase::Incumbent, start.elapsed());
    }

    /// Answers `query`.
    fn query(
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
        let mut rows = MinNormRows::new(&self.system, gram, contradiction, control);
        let answer = tree.search(&mut rows, query, control);
        self.calls += rows.calls;
        self.times.spend(Phase::MinNorm, rows.spent);
        let rest = start.elapsed().saturating_sub(rows.spent);
        self.times.spend(Phase::Tree, rest);
        answer
    }

    fn realise(&mut self, removal: &[usize], control: &Control<'_>) -> Option<Unit> {
        if self.system.len() > MOST_ROWS || control.should_stop() {
            return None;
        }
        let kept = |r: &usize| removal.binary_search(r).is_err();
        let kept: Vec<usize> = (0..self.system.len()).filter(kept).collect();
        let gram = gram_of(&mut self.gram, &self.system, control);
        weights::widest(&self.system, gram, &kept, control)
    }

    /// The removal's unit becomes the incumbent if it is better; true if its wrong bits are within the removal.
    fn accept(&mut self, removal: &[usize], control: &Control<'_>) -> bool {
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

    fn weigh(&self, rows: &[usize]) -> u32 {
        rows.iter().map(|&r| self.system.weight(r)).sum()
    }
}

/// The system's Gram matrix, made if there is none. A stop may cut it short: then the call ends without a claim and
/// forgets it.
fn gram_of<'g>(
    gram: &'g mut Option<Gram>,
    system: &NeuronSystem,
    control: &Control<'_>,
) -> &'g Gram {
    gram.get_or_insert_with(|| {
        Gram::until_stopped(system.len(), control, |r, s| system.product(r, s) as f64)
    })
}
