//! One program to the fewest wrong rows, then the fewest non-zeros: annealing and branch and bound in turns.
//!
//! The branch and bound asks for at most W wrong rows, for W from the lower bound up: each W without an answer raises
//! the bound, so that a search cut short has proven all that its time was good for.

use super::anneal::{Incumbent, anneal, hebbian};
use super::branch::{Branching, Verdict};
use super::program::IntegerProgram;
use crate::control::Control;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Nodes between two looks at the control, times the words of the program: some 10 ms.
const WORDS_PER_SLICE: usize = 50_000;

/// Sweeps of the first annealing run; each later one has half as many again, up to [`MOST_SWEEPS`].
const FIRST_SWEEPS: f64 = 100.0;

/// Sweeps of the longest annealing runs.
const MOST_SWEEPS: f64 = 1e5;

/// Trials of annealing that take as long as one node of branch and bound: the two share the time about equally.
const TRIALS_PER_NODE: usize = 5;

/// Non-zeros are only the second aim: the search for fewer ends after so many nodes, with or without proof.
const NODES_FOR_NONZEROS: u64 = 20_000_000;

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
    /// Nodes of the branch and bound for wrong rows, at most.
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
    let mut search: Option<Branching<'_>> = None;
    let slice = nodes_per_slice(program);
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
            if control.should_stop() || answer.nodes >= effort.nodes {
                return answer;
            }
            let guide = &answer.incumbent.weights;
            let branching = search
                .get_or_insert_with(|| Branching::new(program, guide, answer.lower_bound, None));
            let before = branching.nodes();
            let verdict = branching.run(slice);
            answer.nodes += branching.nodes() - before;
            match verdict {
                Verdict::Found(weights) => answer.incumbent = Incumbent::new(program, weights),
                Verdict::Exhausted => {
                    answer.lower_bound += 1;
                    search = None;
                }
                Verdict::Paused => {}
            }
        }
    }
    thin_out(program, &mut answer, control);
    answer
}

/// Fewer and fewer non-zeros with as few wrong rows, until there are none or the nodes are used up.
fn thin_out(program: &IntegerProgram, answer: &mut Answer, control: &Control<'_>) {
    let mut nodes = 0;
    let slice = nodes_per_slice(program);
    while !answer.sparsest {
        if answer.incumbent.nonzeros == 0 {
            answer.sparsest = true;
            return;
        }
        let fewer = answer.incumbent.nonzeros - 1;
        let guide = vec![0; program.columns()];
        let mut branching = Branching::new(program, &guide, answer.incumbent.wrong, Some(fewer));
        loop {
            if control.should_stop() || nodes + branching.nodes() >= NODES_FOR_NONZEROS {
                answer.nodes += nodes + branching.nodes();
                return;
            }
            match branching.run(slice) {
                Verdict::Found(weights) => {
                    answer.incumbent = Incumbent::new(program, weights);
                    break;
                }
                Verdict::Exhausted => {
                    answer.sparsest = true;
                    break;
                }
                Verdict::Paused => {}
            }
        }
        nodes += branching.nodes();
    }
    answer.nodes += nodes;
}

fn nodes_per_slice(program: &IntegerProgram) -> u64 {
    (WORDS_PER_SLICE / program.words).max(10) as u64
}
