//! One program to the fewest wrong rows, then to what is preferred: annealing and branch and bound in turns.
//!
//! The branch and bound asks for at most W wrong rows, for W from the lower bound up: each W without an answer raises
//! the bound, so that a search cut short has proven all that its time was good for. It is that on the tables of a
//! symmetric network's neurons where these are small enough, otherwise that on the bit planes of all rows.

use super::anneal::{Incumbent, anneal, hebbian, settle};
use super::bits::{Branching, Masks};
use super::margin::{Goal, best_of_all, improve};
use super::program::IntegerProgram;
use super::slice_end::SliceEnd;
use super::tables::{Objective, TableProver, Tables};
use crate::budget;
use crate::repair::Law;
use attractor::Control;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Nodes between two looks at the control, times the words of the program: some 10 ms.
const WORDS_PER_SLICE: usize = 50_000;

/// Sweeps of the first annealing run; each later one has half as many again, up to [`MOST_SWEEPS`].
const FIRST_SWEEPS: f64 = 100.0;

/// Sweeps of the longest annealing runs.
const MOST_SWEEPS: f64 = 1e5;

/// Trials of annealing that take as long as one node of branch and bound: the two share the time about equally.
const TRIALS_PER_NODE: usize = 2;

/// Non-zeros are only the second aim: the search for fewer ends after these nodes, with or without proof.
const NODES_FOR_NONZEROS: u64 = 20_000_000;

/// A node of the tables' tree tries every value of every weight: it takes about as long as ten nodes on the bit planes.
const TABLE_NODES: u64 = 10;

/// Memory of branching on bit planes, at most: 256 MiB a program. Where it would take more, as in symmetric networks of
/// some hundred neurons, no bound is raised above the neurons' own, which branching has no hope to do there anyway.
const MOST_BYTES: usize = 1 << 28;

/// Turns of annealing where nothing is proven: the last one makes 4,000 sweeps.
const LAST_TURN: i32 = 9;

/// What is known about one program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) incumbent: Incumbent,
    /// No weights leave fewer rows wrong.
    pub(super) lower_bound: usize,
    /// No weights with as few wrong rows are preferred.
    pub(super) preferred: bool,
    pub(super) nodes: u64,
}

/// What is preferred among weights with equally few wrong rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Prefer {
    /// Nothing: only the bound is of interest.
    Nothing,
    /// The fewest non-zeros, biases counted.
    FewestNonzeros,
    /// The widest margin.
    WidestMargin,
    /// The best repair of damage.
    Repair(Law),
}

/// How much may be spent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort {
    pub(super) seed: u64,
    pub(super) stream: u64,
    /// What the branch and bound for wrong rows may take, in nodes.
    pub(super) nodes: u64,
    /// A lower bound that is known already.
    pub(super) lower_bound: usize,
    pub(super) prefer: Prefer,
}

/// Minimises wrong rows, then what is preferred, until the proof, the effort or the control ends it; `report` sees
/// (wrong rows, lower bound, nodes). `real` gives real weights of wide margin that hold the rows that some weights hold.
pub(super) fn minimise(
    program: &IntegerProgram,
    effort: Effort,
    real: &dyn Fn(&[i32]) -> Option<Vec<f64>>,
    control: &Control<'_>,
    report: &dyn Fn(usize, usize, u64),
) -> Answer {
    let mut rng = ChaCha8Rng::seed_from_u64(effort.seed);
    rng.set_stream(effort.stream);
    let mut answer = Answer {
        incumbent: Incumbent::new(program, hebbian(program)),
        lower_bound: effort.lower_bound,
        preferred: program.is_binary() && effort.prefer == Prefer::FewestNonzeros,
        nodes: 0,
    };
    if control.should_stop() {
        return answer;
    }
    let shared = program.blocks() > 1;
    let tables = shared.then(|| Tables::new(program, control)).flatten();
    let masks = (Branching::bytes(program) <= MOST_BYTES).then(|| Masks::new(program));
    let mut prover = Prover::new(program, effort.prefer, masks.as_ref(), tables.as_ref());
    let search = match effort.prefer {
        Prefer::WidestMargin | Prefer::Repair(_) => budget::discrete_search(control),
        Prefer::FewestNonzeros | Prefer::Nothing => control.clone(),
    };
    fewest_wrong(&mut prover, effort, &mut answer, &mut rng, &search, report);
    let proven = answer.lower_bound >= answer.incumbent.wrong;
    let goal = match effort.prefer {
        Prefer::FewestNonzeros | Prefer::Nothing => {
            if proven && effort.prefer == Prefer::FewestNonzeros {
                prover.thin_out(&mut answer, control);
            }
            return answer;
        }
        Prefer::WidestMargin => Goal::Margin,
        Prefer::Repair(law) => Goal::Repair(law),
    };
    let real = real(&answer.incumbent.weights);
    let real = real.as_deref();
    let better = improve(program, goal, &answer.incumbent, real, &mut rng, control);
    let (best, all) = best_of_all(program, goal, better, control);
    answer.incumbent = best;
    answer.preferred = all && answer.lower_bound >= answer.incumbent.wrong;
    answer
}

/// The fewest wrong rows: annealing and the prover in turns of about equal length.
fn fewest_wrong(
    prover: &mut Prover<'_>,
    effort: Effort,
    answer: &mut Answer,
    rng: &mut ChaCha8Rng,
    control: &Control<'_>,
    report: &dyn Fn(usize, usize, u64),
) {
    let program = prover.program;
    let thinned = effort.prefer == Prefer::FewestNonzeros;
    let slice = nodes_per_slice(program);
    for turn in 0.. {
        if answer.lower_bound >= answer.incumbent.wrong {
            return;
        }
        let sweeps = (FIRST_SWEEPS * 1.5_f64.powi(turn)).min(MOST_SWEEPS) as usize;
        let found = anneal(program, &answer.incumbent, sweeps, thinned, rng, control);
        if found.rank() < answer.incumbent.rank() {
            answer.incumbent = found;
        }
        let trials = sweeps * program.columns();
        let slices = trials / (TRIALS_PER_NODE * slice as usize) + 1;
        for _ in 0..slices {
            report(answer.incumbent.wrong, answer.lower_bound, answer.nodes);
            if answer.lower_bound >= answer.incumbent.wrong {
                return;
            }
            let idle = prover.masks.is_none();
            if control.should_stop() || prover.work >= effort.nodes || idle && turn >= LAST_TURN {
                return;
            }
            if idle {
                break;
            }
            prover.slice(answer, control);
        }
    }
}

/// What proves that no weights do better.
struct Prover<'s> {
    program: &'s IntegerProgram,
    prefer: Prefer,
    /// None where branching would take too much memory: then nothing is proven.
    masks: Option<&'s Masks>,
    tables: Option<TableProver<'s>>,
    branching: Option<Branching<'s>>,
    /// Time of the branching so far, in nodes.
    work: u64,
}

impl<'s> Prover<'s> {
    fn new(
        program: &'s IntegerProgram,
        prefer: Prefer,
        masks: Option<&'s Masks>,
        tables: Option<&'s Tables>,
    ) -> Self {
        let both = tables.zip(Objective::wrong_bits(program));
        Self {
            program,
            prefer,
            masks,
            tables: both.map(|(tables, objective)| TableProver::new(tables, objective, None)),
            branching: None,
            work: 0,
        }
    }

    /// Some ms of the search for weights with no more wrong rows than the lower bound.
    fn slice(&mut self, answer: &mut Answer, control: &Control<'_>) {
        let bound = answer.lower_bound;
        match self
            .table_slice(answer, control)
            .unwrap_or_else(|| self.bit_slice(answer))
        {
            SliceEnd::Found(weights) => answer.incumbent = Incumbent::new(self.program, weights),
            SliceEnd::Exhausted => answer.lower_bound = answer.lower_bound.max(bound + 1),
            SliceEnd::Paused => {}
        }
    }

    fn table_slice(&mut self, answer: &mut Answer, control: &Control<'_>) -> Option<SliceEnd> {
        let prover = self.tables.as_mut()?;
        let objective = prover.objective();
        let limit = objective.of(answer.lower_bound, 0);
        let goal = objective.of(answer.incumbent.wrong - 1, 0) + 1;
        let before = prover.nodes();
        let end = prover.run(limit, goal, control);
        answer.nodes += prover.nodes() - before;
        answer.lower_bound = answer
            .lower_bound
            .max(objective.wrong_bits_of(prover.bound()));
        if let Some(proposal) = prover.proposal() {
            let thinned = self.prefer == Prefer::FewestNonzeros;
            let settled = settle(self.program, proposal, thinned);
            if settled.rank() < answer.incumbent.rank() {
                answer.incumbent = settled;
            }
        }
        if end.is_none() {
            self.tables = None;
        }
        end
    }

    fn bit_slice(&mut self, answer: &mut Answer) -> SliceEnd {
        let Some(masks) = self.masks else {
            return SliceEnd::Paused;
        };
        let guide = &answer.incumbent.weights;
        let branching = self.branching.get_or_insert_with(|| {
            Branching::new(self.program, masks, guide, answer.lower_bound, None)
        });
        let before = branching.nodes();
        let end = branching.run(nodes_per_slice(self.program));
        answer.nodes += branching.nodes() - before;
        self.work = branching.work();
        if end == SliceEnd::Exhausted {
            branching.restart(answer.lower_bound + 1);
        }
        end
    }

    /// Fewer and fewer non-zeros with as few wrong rows, until there are none or the nodes are used up.
    fn thin_out(&mut self, answer: &mut Answer, control: &Control<'_>) {
        if self.tables.is_some() && self.thin_out_by_tables(answer, control).is_some() {
            return;
        }
        if let Some(masks) = self.masks {
            thin_out_by_bits(self.program, masks, answer, control);
        }
    }

    /// None if the tables cannot do it.
    fn thin_out_by_tables(&mut self, answer: &mut Answer, control: &Control<'_>) -> Option<()> {
        let objective = Objective::then_nonzeros(self.program)?;
        let before = self.tables.take()?;
        let mut prover = TableProver::new(before.tables(), objective, Some(&before));
        while !answer.preferred && answer.incumbent.nonzeros > 0 {
            let wrong = answer.incumbent.wrong;
            let limit = objective.of(wrong, answer.incumbent.nonzeros - 1);
            let nodes = prover.nodes();
            if control.should_stop() || TABLE_NODES * nodes >= NODES_FOR_NONZEROS {
                return Some(());
            }
            let end = prover.run(limit, limit + 1, control)?;
            answer.nodes += prover.nodes() - nodes;
            match end {
                SliceEnd::Found(weights) => {
                    answer.incumbent = Incumbent::new(self.program, weights);
                }
                SliceEnd::Exhausted => answer.preferred = true,
                SliceEnd::Paused => {}
            }
        }
        answer.preferred = true;
        Some(())
    }
}

/// Fewer and fewer non-zeros with as few wrong rows, until there are none or the nodes are used up.
fn thin_out_by_bits(
    program: &IntegerProgram,
    masks: &Masks,
    answer: &mut Answer,
    control: &Control<'_>,
) {
    let Some(fewer) = answer.incumbent.nonzeros.checked_sub(1) else {
        answer.preferred = true;
        return;
    };
    if answer.preferred {
        return;
    }
    let guide = vec![0; program.columns()];
    let mut branching = Branching::new(program, masks, &guide, answer.incumbent.wrong, Some(fewer));
    while !control.should_stop() && branching.work() < NODES_FOR_NONZEROS {
        match branching.run(nodes_per_slice(program)) {
            SliceEnd::Found(weights) => {
                answer.incumbent = Incumbent::new(program, weights);
                let Some(fewer) = answer.incumbent.nonzeros.checked_sub(1) else {
                    answer.preferred = true;
                    break;
                };
                branching.tighten(fewer);
            }
            SliceEnd::Exhausted => {
                answer.preferred = true;
                break;
            }
            SliceEnd::Paused => {}
        }
    }
    answer.nodes += branching.nodes();
}

fn nodes_per_slice(program: &IntegerProgram) -> u64 {
    let words = program.rows().div_ceil(64).max(1);
    (WORDS_PER_SLICE / words).max(10) as u64
}
