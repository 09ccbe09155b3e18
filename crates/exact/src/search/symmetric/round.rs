//! The rounds of the symmetric search: incumbents on one side, the bound on the other, until the two meet.
//!
//! 1. [`Rounds::open`]: every neuron's own search begins beside short turns for incumbents and the classical rules.
//! 2. Rounds of two turns side by side. The incumbents' side goes on; the bound's side works on whatever is next: neurons
//!    whose optimum is not proven, then cores, and once nothing raises the bound a second search for incumbents.
//! 3. Once all neurons' optima are proven, their right bits are asked of one network ([`Rounds::combine_optima`]).
//!
//! Both sides of a round start from the same best network and know nothing of each other until its end, so that the answer
//! does not depend on the number of threads.

use super::bound::optima::{self, Optimum};
use super::bound::{CoreBound, refutes};
use super::coupled::Coupled;
use super::early::Early;
use super::incumbents::best_network::BestNetwork;
use super::incumbents::{IncumbentSearch, Turn, WORK, classical, combine, first_seconds, stream};
use super::row_subset::GRAM_ROWS;
use super::subsystems::Subsystems;
use crate::geometry::min_norm::Gram;
use crate::instance::Instance;
use crate::outcome::{Found, Statistics};
use crate::search::neuron::Stage;
use attractor::clock::Instant;
use attractor::{Control, Phase, TrainError};
use rayon::prelude::*;
use std::sync::OnceLock;

/// Short turns before anything else. More: the neurons' bound comes later; fewer: at N = 81 no good network within a second.
const FIRST_TURNS: usize = 3;
/// Neurons that have their first turn beside each of these. More: on one thread, networks come later; fewer: bounds come
/// later, which end the search of small networks.
const FIRST_NEURONS: usize = 8;
/// And for each second that such a turn may take, where it is one long descent.
const NEURONS_A_SECOND: f64 = 50.0;
/// Rounds without a better network after which the incumbents' turns are halved. More: the bound waits for a search that
/// finds nothing; fewer: searches that need some rounds for a step lose half their time.
const STALE_ROUNDS: usize = 20;
/// Rounds after which the answer stands where there is no time limit. More: hopeless instances take hours; fewer: gaps stay
/// open that would close.
const MOST_ROUNDS: usize = 2_000;

/// The coupled rows and their Gram matrix, made when the cores' search begins.
pub(super) struct GramRows {
    rows: Vec<usize>,
    gram: OnceLock<Gram>,
}

impl GramRows {
    pub(super) fn new(coupled: &Coupled) -> Self {
        Self {
            rows: coupled.leaders().collect(),
            gram: OnceLock::new(),
        }
    }

    fn gram(&self, coupled: &Coupled, control: &Control<'_>) -> &Gram {
        let rows = &self.rows;
        let product = |k: usize, l: usize| coupled.inner(rows[k], rows[l]) as f64;
        self.gram
            .get_or_init(|| Gram::until_stopped(rows.len(), control, product))
    }
}

/// The search between its start and its answer.
pub(super) struct Rounds<'a> {
    problem: &'a Instance<'a>,
    coupled: &'a Coupled,
    gram_rows: &'a GramRows,
    seed: u64,
    control: &'a Control<'a>,
    best: BestNetwork<'a>,
    early: Early,
    proven: Proven,
    incumbents: IncumbentSearch<'a>,
    /// For the bound's side once nothing raises the bound.
    second: Option<IncumbentSearch<'a>>,
    optima: Vec<Optimum>,
    has_combined: bool,
    cores: Option<CoreBound<'a>>,
    pace: Pace,
    statistics: Statistics,
}

/// Lower bounds on the number of wrong bits.
struct Proven {
    /// Of each neuron, whatever the others do.
    neurons: Vec<usize>,
    /// Of the network.
    total: usize,
}

/// How long the turns are.
struct Pace {
    rounds: usize,
    /// Rounds since the last better network.
    stale: usize,
    /// What the bound's side took in the last round; the incumbents' side gets as much.
    work: u64,
}

impl Pace {
    fn turn(&self, beside: BoundTurn) -> Turn {
        match beside {
            BoundTurn::Neurons => Turn::Whole,
            BoundTurn::Cores if self.stale < STALE_ROUNDS => Turn::Whole,
            BoundTurn::Cores => Turn::Half,
            BoundTurn::Incumbents => Turn::Long,
        }
    }
}

/// What comes next.
enum Step {
    CombineOptima,
    BeginCores,
    Turns(BoundTurn),
}

/// What the bound's side of a round works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BoundTurn {
    /// The neurons' own optima.
    Neurons,
    /// Groups of neurons.
    Cores,
    /// Nothing raises the bound: incumbents, from other random numbers.
    Incumbents,
}

impl<'a> Rounds<'a> {
    pub(super) fn new(
        problem: &'a Instance<'a>,
        (coupled, gram_rows): (&'a Coupled, &'a GramRows),
        seed: u64,
        best: BestNetwork<'a>,
        early: Early,
        control: &'a Control<'a>,
    ) -> Self {
        Self {
            problem,
            coupled,
            gram_rows,
            seed,
            control,
            best,
            early,
            proven: Proven {
                neurons: vec![0; coupled.neurons()],
                total: 0,
            },
            incumbents: IncumbentSearch::new(coupled, stream(seed, 0)),
            second: None,
            optima: Vec::new(),
            has_combined: false,
            cores: None,
            pace: Pace {
                rounds: 0,
                stale: 0,
                work: WORK,
            },
            statistics: Statistics::default(),
        }
    }

    /// Searches until the best network is proven optimal, the control says stop or the rounds are used up.
    ///
    /// # Errors
    /// Those of the classical rules and of combining the neurons' optima.
    pub(super) fn run(mut self) -> Result<Found, TrainError> {
        self.open()?;
        let began = Instant::now();
        while let Some(step) = self.next() {
            match step {
                Step::CombineOptima => self.combine_optima()?,
                Step::BeginCores => self.begin_cores(),
                Step::Turns(beside) => self.take_turns(beside),
            }
        }
        self.spend(Phase::Symmetric, began);
        Ok(self.outcome())
    }

    /// The first incumbents beside the first turn of the neurons' searches, in small steps: on one thread, neither waits
    /// for the other's end.
    fn open(&mut self) -> Result<(), TrainError> {
        let began = Instant::now();
        let (problem, coupled, seed, control) =
            (self.problem, self.coupled, self.seed, self.control);
        self.optima = optima::begin(problem, seed, control);
        let neurons = FIRST_NEURONS.max((NEURONS_A_SECOND * first_seconds(coupled)) as usize);
        for turn in 0..FIRST_TURNS {
            self.first_turn(turn * neurons..(turn + 1) * neurons);
        }
        let (mut own, known) = (self.best.clone(), self.best.clone());
        let rest = self.optima.len().min(FIRST_TURNS * neurons);
        let (optima, early) = (&mut self.optima, &self.early.rules);
        let ((), offered) = rayon::join(
            || {
                optima::advance(&mut optima[rest..], control);
                known.prove(optima.iter().map(Optimum::least).sum());
            },
            || classical::offer_rules(problem, coupled, (seed, early), &mut own, control),
        );
        offered?;
        self.best.merge(own);
        self.note_bounds();
        self.spend(Phase::Neurons, began);
        self.report(Phase::Neurons);
        Ok(())
    }

    /// A short turn for incumbents beside the first turn of some neurons.
    fn first_turn(&mut self, neurons: std::ops::Range<usize>) {
        let control = self.control;
        let count = self.optima.len();
        let neurons = neurons.start.min(count)..neurons.end.min(count);
        let mut own = self.best.clone();
        let (incumbents, optima) = (&mut self.incumbents, &mut self.optima[neurons]);
        rayon::join(
            || optima::advance(optima, control),
            || incumbents.run(Turn::Short, WORK, &mut own, control),
        );
        self.best.merge(own);
        self.note_bounds();
        self.report(Phase::Neurons);
    }

    /// `None` where the answer stands.
    fn next(&self) -> Option<Step> {
        let is_closed = self.best.wrong() <= self.proven.total;
        let is_over = self.control.remaining().is_none() && self.pace.rounds >= MOST_ROUNDS;
        if is_closed || is_over || self.control.should_stop() {
            return None;
        }
        let mut stages = self.optima.iter().map(Optimum::stage);
        let is_open = stages.clone().any(|stage| stage == Stage::Open);
        let is_proven = !self.optima.is_empty() && stages.all(|stage| stage == Stage::Proven);
        Some(if is_proven && !self.has_combined {
            Step::CombineOptima
        } else if is_proven && self.cores.is_none() && self.can_refute() {
            Step::BeginCores
        } else if is_open {
            Step::Turns(BoundTurn::Neurons)
        } else if self.cores.as_ref().is_some_and(|cores| !cores.is_stuck()) {
            Step::Turns(BoundTurn::Cores)
        } else {
            Step::Turns(BoundTurn::Incumbents)
        })
    }

    /// Whether the system is small enough for subsystems of several neurons.
    fn can_refute(&self) -> bool {
        self.gram_rows.rows.len() <= GRAM_ROWS && refutes(self.coupled)
    }

    /// The bits that the neurons' own best weights hold are asked of one network.
    fn combine_optima(&mut self) -> Result<(), TrainError> {
        self.has_combined = true;
        self.pace.rounds += 1;
        let began = Instant::now();
        self.report(Phase::Together);
        let given_up: Vec<Vec<usize>> = self.optima.iter().map(Optimum::given_up).collect();
        combine::combine_optima(self.problem, &given_up, &mut self.best, self.control)?;
        self.spend(Phase::Together, began);
        Ok(())
    }

    /// The search for a higher bound, from what the neurons' searches know.
    fn begin_cores(&mut self) {
        let (coupled, control) = (self.coupled, self.control);
        let gram = self.gram_rows.gram(coupled, control);
        if control.should_stop() {
            return;
        }
        let explored = self.optima.par_iter_mut().map(|optimum| {
            optimum.explore(control);
            optimum.pool(coupled)
        });
        let pools = explored.collect();
        let least = self.proven.neurons.iter().map(|&least| least as u32);
        let rows = (gram, self.gram_rows.rows.as_slice());
        self.cores = Some(CoreBound::new(
            coupled,
            rows,
            pools,
            least.collect(),
            control,
        ));
    }

    /// A round: both sides from the same best network, which then becomes the better of theirs.
    fn take_turns(&mut self, beside: BoundTurn) {
        let (coupled, seed, control) = (self.coupled, self.seed, self.control);
        let (mut left, mut right) = (self.best.clone(), self.best.clone());
        let (turn, work) = (self.pace.turn(beside), self.pace.work);
        let before = self.cores.as_ref().map_or(0, CoreBound::work);
        let (incumbents, optima) = (&mut self.incumbents, &mut self.optima);
        let (cores, second) = (&mut self.cores, &mut self.second);
        rayon::join(
            || incumbents.run(turn, work, &mut left, control),
            || match (beside, cores) {
                (BoundTurn::Neurons, _) => optima::advance(optima, control),
                (BoundTurn::Cores, Some(cores)) => cores.run(WORK, &mut right, control),
                _ => second
                    .get_or_insert_with(|| IncumbentSearch::new(coupled, stream(seed, 1)))
                    .run(turn, WORK, &mut right, control),
            },
        );
        // Where a node of the cores' search takes longer than a turn, the other side has as long next time.
        let after = self.cores.as_ref().map_or(0, CoreBound::work);
        self.pace.work = WORK.max(after - before);
        self.pace.rounds += 1;
        self.meet(left, right);
    }

    /// The sides of a round tell each other what they have found.
    fn meet(&mut self, left: BestNetwork<'a>, right: BestNetwork<'a>) {
        let before = self.best.wrong();
        self.best.merge(left);
        self.best.merge(right);
        self.pace.stale = if self.best.wrong() < before {
            0
        } else {
            self.pace.stale + 1
        };
        self.note_bounds();
        self.report(Phase::Symmetric);
    }

    /// What the neurons and the cores have proven.
    fn note_bounds(&mut self) {
        let proven = &mut self.proven;
        for (bound, optimum) in proven.neurons.iter_mut().zip(&self.optima) {
            *bound = optimum.least();
        }
        proven.total = proven.total.max(proven.neurons.iter().sum());
        self.best.prove(proven.total);
        if let Some(cores) = &self.cores {
            proven.total = proven.total.max(cores.bound());
            self.statistics.nodes = cores.nodes();
        }
    }

    /// Tells how far the search is, and hands over its best network.
    fn report(&self, phase: Phase) {
        let best = self.best.best();
        self.control.keep(&best.network, best.total.wrong_bits);
        self.control.report(
            Some(self.best.wrong().min(self.early.wrong())),
            self.proven.total,
            self.statistics.nodes,
            phase,
        );
    }

    fn spend(&mut self, phase: Phase, since: Instant) {
        self.statistics.phases.spend(phase, since.elapsed());
    }

    /// The best network, what is proven about it, and by what.
    fn outcome(mut self) -> Found {
        let subsystems = self.subsystems();
        let members: usize = subsystems.neurons.iter().map(Vec::len).sum();
        self.statistics.pool = subsystems.coupled.len() + members;
        self.statistics.min_norm_calls = self.optima.iter().map(Optimum::calls).sum::<u64>()
            + self.cores.as_ref().map_or(0, CoreBound::calls);
        let best = self.best.or_better(self.early.best).into_best();
        let bound = self.proven.total.min(best.total.wrong_bits);
        let evidence = subsystems.evidence(&self.proven.neurons, bound);
        Found {
            trained: best.bounded(self.proven.neurons, bound, self.control.interrupted()),
            statistics: self.statistics,
            evidence,
        }
    }

    fn subsystems(&self) -> Subsystems {
        match &self.cores {
            Some(cores) => Subsystems {
                neurons: cores.pools().iter().map(|p| p.proofs().to_vec()).collect(),
                coupled: cores.cuts().cloned().collect(),
                cores: cores.cores(),
            },
            None if self.optima.is_empty() => Subsystems {
                neurons: vec![Vec::new(); self.coupled.neurons()],
                ..Subsystems::default()
            },
            None => Subsystems {
                neurons: self.optima.iter().map(|o| o.proofs(self.coupled)).collect(),
                ..Subsystems::default()
            },
        }
    }
}
