//! Symmetric networks (w_ij = w_ji) with the fewest wrong bits, anytime, with a proven lower bound.
//!
//! All neurons share their weights, so there is one system of N·P rows over N(N−1)/2 weights. Two searches run side by
//! side and meet after every round:
//!
//! - *incumbents*: what the neurons' optima hold, together (`together`), descents on a loss that turns from convex to a
//!   count (`descent`, `concave`), the classical rules as far as time allows, so that the answer is no worse than theirs
//!   (`classical`), and, where a dense inverse is small enough, a tabu search on removal sets through an elastic linear
//!   program (`search`, `elastic`);
//! - *bound*: the sum of the neurons' own optima (`optima`), which symmetry can only raise, then cores (`bound`, `cores`,
//!   `shrink`): groups of neurons that cannot all be within their own least numbers, refuted with infeasible subsystems of the
//!   coupled rows (`refute`).
//!
//! What counts: weights rounded to a grid on which all sums are exact and recounted on the patterns; infeasible
//! subsystems with checked integer multipliers ([`Evidence`]).

mod bound;
mod classical;
mod concave;
mod cores;
mod cover;
mod cuts;
mod descent;
mod elastic;
mod inverse;
mod neurons;
mod optima;
mod pocket;
mod refute;
mod search;
mod shrink;
mod system;
#[cfg(test)]
mod tests;
mod together;

use crate::dependency::{Dependency, Packed};
use crate::evidence::Evidence;
use crate::instance::Instance;
use crate::min_norm::Gram;
use crate::neuron::Stage;
use crate::outcome;
use crate::outcome::Statistics;
use crate::problem::Options;
use attractor::{Control, Phase, Ties, Trained};
use bound::Raise;
use descent::Descent;
use optima::Optimum;
use pocket::Pocket;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rayon::prelude::*;
use refute::Refuter;
use search::Search;
use std::cell::OnceCell;
use std::time::Instant;
use system::Coupled;

/// Multiplications of a round, in order of size, in each of the two searches: some tenths of a second. Both take as long.
const WORK: u64 = 1 << 28;
/// Short turns before anything else: an incumbent within a second at N = 81.
const FIRST_TURNS: usize = 3;
/// Rounds without a better incumbent after which its search has shorter turns.
const STALE: usize = 20;
/// Rounds after which the answer stands where there is no time limit.
const ROUNDS: usize = 2_000;
/// Most rows for the refutation, whose Gram matrix takes 200 MB then.
const GRAM_ROWS: usize = 5_000;
/// Most weights for it: an irreducible subsystem has one row more, and its multipliers take a dense factor, a tenth of a
/// second that no stop cuts short.
const REFUTED_COLUMNS: usize = 1_000;
/// Most weights for the elastic program's dense inverse: at any load, and with so many rows a weight. Beyond, too many rows
/// are to be given up one by one.
const SMALL_COLUMNS: usize = 450;
const DENSE_COLUMNS: usize = 900;
const DENSE_LOAD: usize = 4;

/// The dependencies that the lower bound rests on. Row μ·N+i is bit (μ,i); a folded row (equal to an earlier one of its
/// neuron, with the same strictness) is named by the earliest pattern.
///
/// The claim is: a neuron's set of bits that meets all its members has at least its lower bound of bits (equal rows
/// counting together); no sets that are within a core's numbers meet all members among its neurons; and wrong bits of the
/// neurons that fit these bounds and cores add up to `lower_bound` at least. It is checked by checking the multipliers,
/// `Σ λ_r a_r = 0` over the weights (w_ij and w_ji one column), and searching for smaller sets and sums.
#[derive(Debug, Clone, Default)]
struct Subsystems {
    /// Each neuron's infeasible subsystems.
    neurons: Vec<Vec<Dependency>>,
    /// Infeasible subsystems of rows of several neurons.
    coupled: Vec<Dependency>,
    /// Neurons with the wrong bits that they cannot all be within at once.
    cores: Vec<Vec<(usize, u32)>>,
}

impl Subsystems {
    /// The evidence for the neurons' bounds `least` and the `total`; a neuron's rows are patterns there.
    fn named(self, least: &[usize], total: usize) -> Evidence {
        let count = self.neurons.len() as u32;
        let mut evidence = Evidence {
            coupled: self.coupled,
            cores: self.cores,
            total: total as u64,
            ..Evidence::default()
        };
        for (i, (own, &bound)) in self.neurons.iter().zip(least).enumerate() {
            let pattern = |d: &Dependency| Packed::from(d).renamed(|r| r / count);
            evidence.add_neuron(i, bound, own.iter().map(pattern).collect());
        }
        evidence
    }
}

/// The fewest wrong bits that symmetric real weights can have, or the best until `control` stops: no worse than `start`, a
/// network with the problem's couplings that was counted on its patterns.
pub(crate) fn search(
    problem: &Instance<'_>,
    options: &Options,
    start: Trained,
    control: &Control<'_>,
) -> outcome::Found {
    let mut pocket = Pocket::new(&problem.patterns, start);
    let Some(coupled) = Coupled::new(problem, control) else {
        let found = Found::nothing(problem.patterns.neurons());
        return found.outcome(pocket, control);
    };
    if problem.ties == Ties::Negative {
        // Without weights every −1 bit is right.
        pocket.offer(&coupled, &vec![0.0; coupled.columns()]);
    }
    let mut run = Run::new(&coupled, pocket, *options);
    run.rounds(problem, control);
    run.found.outcome(run.pocket, control)
}

/// The incumbent search that fits the size.
enum Incumbents<'a> {
    Elastic(Box<Search<'a>>),
    Descent(Box<Descent<'a>>),
}

impl<'a> Incumbents<'a> {
    fn new(coupled: &'a Coupled, rng: ChaCha8Rng) -> Self {
        let (columns, rows) = (coupled.columns(), coupled.len());
        let is_moderate = columns <= DENSE_COLUMNS && rows <= DENSE_LOAD * columns;
        if is_moderate || (1..=SMALL_COLUMNS).contains(&columns) {
            Self::Elastic(Box::new(Search::new(coupled, rng)))
        } else {
            Self::Descent(Box::new(Descent::new(coupled, rng)))
        }
    }

    /// A turn beside another search that takes about `work`.
    fn run(&mut self, turn: Turn, work: u64, pocket: &mut Pocket<'_>, control: &Control<'_>) {
        let work = match turn {
            Turn::Long => 8 * work,
            Turn::Whole => work,
            Turn::Half => work / 2,
            Turn::Short => work / 16,
        };
        match self {
            Self::Elastic(search) => search.run(work, pocket, control),
            Self::Descent(descent) => descent.run(work, pocket, control),
        }
    }
}

/// How long the incumbent search goes on.
#[derive(Clone, Copy)]
enum Turn {
    /// Where two searches for incumbents go on side by side, which need not meet often.
    Long,
    /// As long as the other search's part of the round.
    Whole,
    /// While it has found nothing for long, and the bound can use the time.
    Half,
    Short,
}

/// One turn for every neuron that is still open.
fn advance(optima: &mut [Optimum], control: &Control<'_>) {
    optima
        .par_iter_mut()
        .filter(|o| o.stage() == Stage::Open)
        .for_each(|o| o.advance(control));
}

/// Everything between the start and the answer.
struct Run<'a> {
    coupled: &'a Coupled,
    pocket: Pocket<'a>,
    seed: u64,
    found: Found,
}

/// What is proven, and what it took.
struct Found {
    /// By neuron.
    least: Vec<usize>,
    bound: usize,
    evidence: Subsystems,
    statistics: Statistics,
}

impl Found {
    fn nothing(neurons: usize) -> Self {
        Self {
            least: vec![0; neurons],
            bound: 0,
            evidence: Subsystems {
                neurons: vec![Vec::new(); neurons],
                ..Subsystems::default()
            },
            statistics: Statistics::default(),
        }
    }

    fn outcome(self, pocket: Pocket<'_>, control: &Control<'_>) -> outcome::Found {
        let bound = self.bound.min(pocket.wrong());
        let best = pocket.into_best();
        let evidence = self.evidence.named(&self.least, bound);
        outcome::Found {
            trained: best.bounded(self.least, bound, control.interrupted()),
            evidence,
            statistics: self.statistics,
        }
    }
}

impl<'a> Run<'a> {
    fn new(coupled: &'a Coupled, pocket: Pocket<'a>, options: Options) -> Self {
        Self {
            coupled,
            pocket,
            seed: options.seed,
            found: Found::nothing(coupled.neurons()),
        }
    }

    fn rng(&self, stream: u64) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(stream);
        rng
    }

    fn closed(&self) -> bool {
        self.pocket.wrong() <= self.found.bound
    }

    fn report(&self, control: &Control<'_>, phase: Phase) {
        control.report(
            Some(self.pocket.wrong()),
            self.found.bound,
            self.found.statistics.nodes,
            phase,
        );
    }

    fn phase(&mut self, name: Phase, since: Instant) {
        let phases = &mut self.found.statistics.phases;
        phases.spend(name, since.elapsed());
    }

    /// The neurons' optima and the first incumbents, then rounds of both searches until they meet.
    fn rounds(&mut self, problem: &Instance<'_>, control: &Control<'_>) {
        let (coupled, seed) = (self.coupled, self.seed);
        let rows: Vec<usize> = coupled.leaders().collect();
        let small = rows.len() <= GRAM_ROWS && coupled.columns() <= REFUTED_COLUMNS;
        let mut search = Incumbents::new(coupled, self.rng(0));
        let (mut own, known) = (self.pocket.clone(), self.pocket.clone());
        let began = Instant::now();
        let ((), mut optima) = rayon::join(
            || {
                for _ in 0..FIRST_TURNS {
                    search.run(Turn::Short, WORK, &mut own, control);
                    control.report(Some(own.wrong()), 0, 0, Phase::Neurons);
                }
                classical::offer(problem, coupled, seed, &mut own, control);
            },
            || {
                let mut optima = optima::begin(problem, seed, control);
                advance(&mut optima, control);
                known.prove(optima.iter().map(Optimum::least).sum());
                optima
            },
        );
        self.pocket.merge(own);
        self.note(&optima);
        self.phase(Phase::Neurons, began);
        self.report(control, Phase::Neurons);
        let gram = OnceCell::new();
        let mut raise: Option<Raise<'_>> = None;
        let (mut second, rng) = (None, self.rng(1));
        let mut stale = 0;
        let (mut put_together, mut beside) = (false, WORK);
        let began = Instant::now();
        let unlimited = control.remaining().is_none();
        for round in 0.. {
            if self.closed() || control.should_stop() || unlimited && round >= ROUNDS {
                break;
            }
            let open = optima.iter().any(|o| o.stage() == Stage::Open);
            let proven = !optima.is_empty() && optima.iter().all(|o| o.stage() == Stage::Proven);
            if proven && !put_together {
                put_together = true;
                let began = Instant::now();
                self.report(control, Phase::Together);
                together::offer(problem, coupled, &optima, &mut self.pocket, control);
                self.phase(Phase::Together, began);
                continue;
            }
            if raise.is_none() && small && proven {
                let product = |k: usize, l: usize| coupled.inner(rows[k], rows[l]) as f64;
                let gram = gram.get_or_init(|| Gram::until_stopped(rows.len(), control, product));
                if control.should_stop() {
                    break;
                }
                raise = Some(self.raise(gram, &rows, &mut optima, control));
            }
            let (mut left, mut right) = (self.pocket.clone(), self.pocket.clone());
            let raising = raise.as_ref().is_some_and(|raise| !raise.is_stuck());
            let turn = match (open, raising) {
                (true, _) => Turn::Whole,
                (false, true) if stale < STALE => Turn::Whole,
                (false, true) => Turn::Half,
                (false, false) => Turn::Long,
            };
            let before = self.pocket.wrong();
            let raised = raise.as_ref().map_or(0, Raise::work);
            rayon::join(
                || search.run(turn, beside, &mut left, control),
                || match &mut raise {
                    _ if open => advance(&mut optima, control),
                    Some(raise) if !raise.is_stuck() => raise.run(WORK, &mut right, control),
                    _ => second
                        .get_or_insert_with(|| Incumbents::new(coupled, rng.clone()))
                        .run(turn, WORK, &mut right, control),
                },
            );
            // Where a node takes longer than a turn, the other search has as long next time.
            beside = WORK.max(raise.as_ref().map_or(0, Raise::work) - raised);
            self.pocket.merge(left);
            self.pocket.merge(right);
            stale = if self.pocket.wrong() < before {
                0
            } else {
                stale + 1
            };
            self.note(&optima);
            if let Some(raise) = &raise {
                self.found.bound = self.found.bound.max(raise.bound());
                self.found.statistics.nodes = raise.nodes();
            }
            self.report(control, Phase::Symmetric);
        }
        self.phase(Phase::Symmetric, began);
        self.gather(&optima, raise.as_ref());
    }

    /// What the bound rests on, and what it took.
    fn gather(&mut self, optima: &[Optimum], raise: Option<&Raise<'_>>) {
        let (coupled, found) = (self.coupled, &mut self.found);
        found.evidence = match raise {
            Some(raise) => Subsystems {
                neurons: raise.pools().iter().map(|p| p.proofs().to_vec()).collect(),
                coupled: raise.cuts().cloned().collect(),
                cores: raise.cores(),
            },
            None if optima.is_empty() => return,
            None => Subsystems {
                neurons: optima.iter().map(|o| o.proofs(coupled)).collect(),
                ..Subsystems::default()
            },
        };
        let members: usize = found.evidence.neurons.iter().map(Vec::len).sum();
        found.statistics.pool = found.evidence.coupled.len() + members;
        found.statistics.min_norm_calls =
            optima.iter().map(Optimum::calls).sum::<u64>() + raise.map_or(0, Raise::calls);
    }

    /// The search for a higher bound, from what the neurons' searches know.
    fn raise<'r>(
        &self,
        gram: &'r Gram,
        rows: &'r [usize],
        optima: &mut [Optimum],
        control: &'r Control<'r>,
    ) -> Raise<'r>
    where
        'a: 'r,
    {
        let explored = optima.par_iter_mut().map(|optimum| {
            optimum.explore(control);
            optimum.pool(self.coupled)
        });
        let refuter = Refuter::new(self.coupled, gram, rows, explored.collect(), control);
        let least = self.found.least.iter().map(|&least| least as u32);
        Raise::new(refuter, least.collect())
    }

    /// What the neurons' searches have proven.
    fn note(&mut self, optima: &[Optimum]) {
        for (least, optimum) in self.found.least.iter_mut().zip(optima) {
            *least = optimum.least();
        }
        self.found.bound = self.found.bound.max(self.found.least.iter().sum());
        self.pocket.prove(self.found.bound);
    }
}
