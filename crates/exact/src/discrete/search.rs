//! One program to the fewest wrong rows, then the fewest non-zeros: annealing and branch and bound in turns.
//!
//! The branch and bound asks for at most W wrong rows, for W from the lower bound up: each W without an answer raises
//! the bound, so that a search cut short has proven all that its time was good for. It is that on the tables of a
//! symmetric network's neurons where these are small enough, otherwise that on the bit planes of all rows.

use super::anneal::{Incumbent, anneal, hebbian, settle};
use super::bits::{Branching, Masks};
use super::program::IntegerProgram;
use super::tables::{Objective, TableProver, Tables};
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

/// Non-zeros are only the second aim: the search for fewer ends after so many nodes, with or without proof.
const NODES_FOR_NONZEROS: u64 = 20_000_000;

/// A node of the tables' tree tries every value of every weight: it takes about as long as so many of the bit planes'.
const TABLE_NODES: u64 = 10;

/// How a slice of a search for weights within limits ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SliceEnd {
    /// Weights within the limits.
    Found(Vec<i32>),
    /// There are none.
    Exhausted,
    /// The slice is used up; call again to go on.
    Paused,
}

/// What is known about one program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) incumbent: Incumbent,
    /// No weights leave fewer rows wrong.
    pub(super) lower_bound: usize,
    /// No weights with as few wrong rows have fewer non-zeros.
    pub(super) sparsest: bool,
    pub(super) nodes: u64,
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
}

/// Minimises wrong rows, then non-zeros, until the proof, the effort or the control ends it; `report` sees
/// (wrong rows, lower bound, nodes).
pub(super) fn minimise(
    program: &IntegerProgram,
    effort: Effort,
    control: &Control<'_>,
    report: &dyn Fn(usize, usize, u64),
) -> Answer {
    let mut rng = ChaCha8Rng::seed_from_u64(effort.seed);
    rng.set_stream(effort.stream);
    let mut answer = Answer {
        incumbent: Incumbent::new(program, hebbian(program)),
        lower_bound: effort.lower_bound,
        sparsest: program.is_binary(),
        nodes: 0,
    };
    let shared = program.blocks() > 1;
    let tables = shared.then(|| Tables::new(program, control)).flatten();
    let masks = Masks::new(program);
    let mut prover = Prover::new(program, &masks, tables.as_ref());
    let slice = nodes_per_slice(&masks);
    for turn in 0.. {
        if answer.lower_bound >= answer.incumbent.wrong {
            break;
        }
        let sweeps = (FIRST_SWEEPS * 1.5_f64.powi(turn)).min(MOST_SWEEPS) as usize;
        let found = anneal(program, &answer.incumbent, sweeps, &mut rng, control);
        if found.rank() < answer.incumbent.rank() {
            answer.incumbent = found;
        }
        let trials = sweeps * program.columns();
        let slices = trials / (TRIALS_PER_NODE * slice as usize) + 1;
        for _ in 0..slices {
            report(answer.incumbent.wrong, answer.lower_bound, answer.nodes);
            if answer.lower_bound >= answer.incumbent.wrong {
                break;
            }
            if control.should_stop() || prover.work >= effort.nodes {
                return answer;
            }
            prover.slice(&mut answer, control);
        }
    }
    prover.thin_out(&mut answer, control);
    answer
}

/// What proves that no weights do better.
struct Prover<'s> {
    program: &'s IntegerProgram,
    masks: &'s Masks,
    tables: Option<TableProver<'s>>,
    branching: Option<Branching<'s>>,
    /// Time of the branching so far, in nodes.
    work: u64,
}

impl<'s> Prover<'s> {
    fn new(program: &'s IntegerProgram, masks: &'s Masks, tables: Option<&'s Tables>) -> Self {
        let both = tables.zip(Objective::wrong_bits(program));
        Self {
            program,
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
            let settled = settle(self.program, proposal);
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
        let guide = &answer.incumbent.weights;
        let branching = self.branching.get_or_insert_with(|| {
            Branching::new(self.program, self.masks, guide, answer.lower_bound, None)
        });
        let before = branching.nodes();
        let end = branching.run(nodes_per_slice(self.masks));
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
        thin_out_by_bits(self.program, self.masks, answer, control);
    }

    /// None if the tables cannot do it.
    fn thin_out_by_tables(&mut self, answer: &mut Answer, control: &Control<'_>) -> Option<()> {
        let objective = Objective::then_nonzeros(self.program)?;
        let before = self.tables.take()?;
        let mut prover = TableProver::new(before.tables(), objective, Some(&before));
        while !answer.sparsest && answer.incumbent.nonzeros > 0 {
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
                SliceEnd::Exhausted => answer.sparsest = true,
                SliceEnd::Paused => {}
            }
        }
        answer.sparsest = true;
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
        answer.sparsest = true;
        return;
    };
    if answer.sparsest {
        return;
    }
    let guide = vec![0; program.columns()];
    let mut branching = Branching::new(program, masks, &guide, answer.incumbent.wrong, Some(fewer));
    while !control.should_stop() && branching.work() < NODES_FOR_NONZEROS {
        match branching.run(nodes_per_slice(masks)) {
            SliceEnd::Found(weights) => {
                answer.incumbent = Incumbent::new(program, weights);
                let Some(fewer) = answer.incumbent.nonzeros.checked_sub(1) else {
                    answer.sparsest = true;
                    break;
                };
                branching.tighten(fewer);
            }
            SliceEnd::Exhausted => {
                answer.sparsest = true;
                break;
            }
            SliceEnd::Paused => {}
        }
    }
    answer.nodes += branching.nodes();
}

fn nodes_per_slice(masks: &Masks) -> u64 {
    (WORDS_PER_SLICE / masks.words()).max(10) as u64
}
