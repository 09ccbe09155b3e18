//! Ternary, binary and integer weights: the fewest wrong bits, then the fewest non-zeros.
//!
//! No ε, no M: fields of integral weights are integers, and a bit is right if its aligned field is at least 1 (a −1 bit
//! under [`Ties::Negative`]: at least 0). Directed couplings leave the neurons independent; each is solved by branch and
//! bound over its weights on all patterns at once in bit planes, the last weights' choices all at once, in turns with
//! simulated annealing. Symmetric couplings tie the neurons together: the sum of the neurons' own bounds is a bound and
//! annealing over the pairs gives networks. Where the choices of each neuron can be tabulated, prices on the shared
//! weights make the neurons agree, which raises the bound, and a tree on the tables closes the rest; beyond that the
//! same branch and bound as for a neuron closes small cases. Everything is integer arithmetic. What real weights cannot reach,
//! integral ones cannot either: a neuron's bound starts from there, and where it rises above, it is proven by exhaustion:
//! running the search again proves it again.

mod anneal;
mod branch;
mod climb;
mod leaf;
mod priced;
mod program;
mod search;
mod table_tree;
mod tables;
#[cfg(test)]
mod tests;

use crate::control::Control;
use crate::dependency::Packed;
use crate::directed::system_of;
use crate::neuron::{NeuronOutcome, NeuronSearch};
use crate::problem::{Options, Problem, Weights};
use crate::rows::{Places, Rows};
use attractor::{Bounds, Network, Ties, TrainError, Trained};
use program::IntegerProgram;
use rayon::prelude::*;
use search::{Answer, Effort, minimise};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// The largest K of integer weights here: one byte a weight. Beyond it weights are as good as real.
pub const MAX_LEVEL: u32 = 127;

/// Nodes for the bound of one neuron of a symmetric network.
const NODES_PER_RELAXATION: u64 = 20_000_000;

/// Effort of a neuron's search over real weights, in its units: about a second.
const REAL_EFFORT: u64 = 10_000_000;

/// One neuron with discrete weights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neuron {
    /// w_i0 … w_i,N−1.
    pub weights: Vec<i32>,
    /// b_i; 0 without biases.
    pub bias: i32,
    /// Wrong bits over all patterns and the fewest possible.
    pub bounds: Bounds,
    /// The bound of real weights, which has exact dependencies as its proof; `bounds.lower_bound` is above it only by
    /// exhaustive search.
    pub real_bound: usize,
    /// These dependencies; rows are patterns.
    pub evidence: Vec<Packed>,
    /// Whether no weights with as few wrong bits have fewer non-zeros (biases count).
    pub sparsest: bool,
    /// Nodes of the branch and bound.
    pub nodes: u64,
}

impl Neuron {
    fn is_exhaustive(&self) -> bool {
        self.bounds.lower_bound > self.real_bound
    }
}

/// A network with discrete weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Discrete {
    /// The network and its bounds.
    pub trained: Trained,
    /// The neurons, each on its own: under symmetric couplings they do not agree on their weights.
    pub neurons: Vec<Neuron>,
    /// Whether some bound is above that of real weights, and so rests on exhaustive search.
    pub exhaustive: bool,
    /// Whether no network with as few wrong bits has fewer non-zeros (biases count).
    pub sparsest: bool,
    /// Nodes of the branch and bound.
    pub nodes: u64,
}

/// Trains neuron i on its own, until the proof or until `control` says stop.
///
/// ```
/// use attractor::{Couplings, Patterns, Symmetry};
/// use attractor_exact::{Control, Problem, Weights, discrete};
/// let mut problem = Problem::new(
///     Patterns::random(8, 12, 0)?,
///     Couplings::full(12, Symmetry::Directed)?,
/// )?;
/// problem.weights = Weights::Ternary;
/// let neuron = discrete::solve_neuron(&problem, 0, 0, &Control::new())?;
/// assert_eq!(neuron.bounds.wrong_bits, neuron.bounds.lower_bound);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Those of [`Problem::check`]; [`TrainError::Unsupported`] for real weights or K above [`MAX_LEVEL`].
///
/// # Panics
/// If i ≥ N.
pub fn solve_neuron(
    problem: &Problem,
    i: usize,
    seed: u64,
    control: &Control<'_>,
) -> Result<Neuron, TrainError> {
    check(problem)?;
    let report = |wrong, bound, nodes| control.report(Some(wrong), bound, nodes, "neuron");
    Ok(neuron_within(problem, i, seed, u64::MAX, control, &report))
}

/// Trains the whole network, until the proof or until `control` says stop.
///
/// # Errors
/// Those of [`Problem::check`]; [`TrainError::Unsupported`] for real weights or K above [`MAX_LEVEL`].
pub fn train(
    problem: &Problem,
    options: &Options,
    control: &Control<'_>,
) -> Result<Discrete, TrainError> {
    check(problem)?;
    if problem.couplings.is_symmetric() {
        train_symmetric(problem, options.seed, control)
    } else {
        train_directed(problem, options.seed, control)
    }
}

fn check(problem: &Problem) -> Result<(), TrainError> {
    problem.check()?;
    let reason = match problem.weights {
        Weights::Real => "discrete training needs ternary, binary or integer weights".to_owned(),
        Weights::Integer(k) if k > MAX_LEVEL => {
            format!("integer weights go up to {MAX_LEVEL}, not {k}; take real weights")
        }
        _ => return Ok(()),
    };
    Err(TrainError::Unsupported {
        rule: "exact",
        reason,
    })
}

fn train_directed(
    problem: &Problem,
    seed: u64,
    control: &Control<'_>,
) -> Result<Discrete, TrainError> {
    let neurons = every_neuron(problem, seed, u64::MAX, control, control.remaining());
    let n = neurons.len();
    let mut weights = Vec::with_capacity(n * n);
    for neuron in &neurons {
        weights.extend(neuron.weights.iter().map(|&w| f64::from(w)));
    }
    let biases = neurons.iter().map(|n| f64::from(n.bias)).collect();
    let network = Network::new(problem.couplings.symmetry(), weights, biases)?;
    let counted = Trained::unproven(network, &problem.patterns, problem.ties)?;
    let lower_bounds = neurons.iter().map(|n| n.bounds.lower_bound);
    let total = lower_bounds.clone().sum();
    Ok(Discrete {
        trained: counted.bounded(lower_bounds, total, control.interrupted()),
        exhaustive: neurons.iter().any(Neuron::is_exhaustive),
        sparsest: neurons.iter().all(|neuron| neuron.sparsest),
        nodes: neurons.iter().map(|neuron| neuron.nodes).sum(),
        neurons,
    })
}

fn train_symmetric(
    problem: &Problem,
    seed: u64,
    control: &Control<'_>,
) -> Result<Discrete, TrainError> {
    // A third of the time for the bound that the neurons give, the rest for networks and the search.
    let share = control.remaining().map(|left| left / 3);
    let relaxed = every_neuron(problem, seed, NODES_PER_RELAXATION, control, share);
    let lower_bounds: Vec<usize> = relaxed.iter().map(|n| n.bounds.lower_bound).collect();
    let (n, count) = (problem.patterns.neurons(), problem.patterns.count());
    let bits: Vec<(usize, usize)> = (0..n)
        .flat_map(|i| (0..count).map(move |mu| (mu, i)))
        .collect();
    let (rows, places) =
        Rows::of_symmetric(&problem.patterns, &problem.couplings, problem.bias, &bits);
    let strict: Vec<bool> = bits
        .iter()
        .map(|&(mu, i)| is_strict(problem, mu, i))
        .collect();
    let neuron: Vec<usize> = bits.iter().map(|&(_, i)| i).collect();
    let program = IntegerProgram::new(&rows, &strict, &neuron, problem.weights);
    let effort = Effort {
        seed,
        stream: n as u64,
        nodes: u64::MAX,
        lower_bound: lower_bounds.iter().sum(),
    };
    let report = |wrong, bound, nodes| control.report(Some(wrong), bound, nodes, "symmetric");
    let answer = minimise(&program, effort, control, &report);
    let (weights, biases) = placed(n, &places, &answer.incumbent.weights, true);
    let to_reals = |values: Vec<i32>| values.into_iter().map(f64::from).collect();
    let network = Network::new(
        problem.couplings.symmetry(),
        to_reals(weights),
        to_reals(biases),
    )?;
    let counted = Trained::unproven(network, &problem.patterns, problem.ties)?;
    let own = answer.lower_bound > lower_bounds.iter().sum();
    Ok(Discrete {
        trained: counted.bounded(lower_bounds, answer.lower_bound, control.interrupted()),
        exhaustive: own || relaxed.iter().any(Neuron::is_exhaustive),
        sparsest: answer.sparsest,
        nodes: answer.nodes + relaxed.iter().map(|neuron| neuron.nodes).sum::<u64>(),
        neurons: relaxed,
    })
}

/// Every neuron on its own, in parallel, each with an equal share of `limit`.
fn every_neuron(
    problem: &Problem,
    seed: u64,
    nodes: u64,
    control: &Control<'_>,
    limit: Option<Duration>,
) -> Vec<Neuron> {
    let all = control.phase(limit.unwrap_or(Duration::MAX));
    let waiting = AtomicUsize::new(problem.patterns.neurons());
    (0..problem.patterns.neurons())
        .into_par_iter()
        .map(|i| {
            let left = waiting.fetch_sub(1, Ordering::Relaxed);
            let rounds = left.div_ceil(rayon::current_num_threads()).max(1);
            let share = all.remaining().map(|time| time / rounds as u32);
            let own = all.phase(share.unwrap_or(Duration::MAX));
            neuron_within(problem, i, seed, nodes, &own, &|_, _, _| {})
        })
        .collect()
}

fn neuron_within(
    problem: &Problem,
    i: usize,
    seed: u64,
    nodes: u64,
    control: &Control<'_>,
    report: &dyn Fn(usize, usize, u64),
) -> Neuron {
    let patterns = &problem.patterns;
    let all: Vec<usize> = (0..patterns.count()).collect();
    let (rows, places) = Rows::of_neuron(patterns, &problem.couplings, problem.bias, i, &all);
    let strict: Vec<bool> = all.iter().map(|&mu| is_strict(problem, mu, i)).collect();
    let program = IntegerProgram::new(&rows, &strict, &vec![i; all.len()], problem.weights);
    let real = real(problem, i, seed, control);
    let effort = Effort {
        seed,
        stream: i as u64,
        nodes,
        lower_bound: real.lower_bound,
    };
    let Answer {
        incumbent,
        lower_bound,
        sparsest,
        nodes,
    } = minimise(&program, effort, control, report);
    let n = patterns.neurons();
    let (weights, biases) = placed(n, &places, &incumbent.weights, false);
    Neuron {
        weights: weights[i * n..][..n].to_vec(),
        bias: biases[i],
        bounds: Bounds {
            wrong_bits: incumbent.wrong,
            lower_bound,
        },
        real_bound: real.lower_bound,
        evidence: real.named_evidence(),
        sparsest,
        nodes,
    }
}

/// What the search over real weights finds and proves in a short time.
fn real(problem: &Problem, i: usize, seed: u64, control: &Control<'_>) -> NeuronOutcome {
    let mut search = NeuronSearch::new(system_of(problem, i), seed, i as u64);
    let limit = control.remaining().map_or(Duration::MAX, |left| left / 4);
    search.run(REAL_EFFORT, &control.phase(limit));
    search.outcome()
}

fn is_strict(problem: &Problem, mu: usize, i: usize) -> bool {
    problem.ties == Ties::Strict || problem.patterns.is_plus(mu, i)
}

/// Columns to the N×N weights and N biases.
fn placed(n: usize, places: &Places, columns: &[i32], symmetric: bool) -> (Vec<i32>, Vec<i32>) {
    let mut weights = vec![0; n * n];
    let mut biases = vec![0; n];
    for (&(i, j), &value) in places.iter().zip(columns) {
        if i == j {
            biases[i] = value;
            continue;
        }
        weights[i * n + j] = value;
        if symmetric {
            weights[j * n + i] = value;
        }
    }
    (weights, biases)
}
