//! Ternary, binary and integer weights: the fewest wrong bits, then the widest margin or the fewest non-zeros.
//!
//! No ε, no M: fields of integral weights are integers, and a bit is right if its aligned field is at least 1 (a −1 bit
//! under [`attractor::Ties::Negative`]: at least 0). Directed couplings leave the neurons independent; each is solved by branch and
//! bound over its weights on all patterns at once in bit planes, the last weights' choices all at once, in turns with
//! simulated annealing. Symmetric couplings tie the neurons together: the sum of the neurons' own bounds is a bound and
//! annealing over the pairs gives networks. Where the choices of each neuron can be tabulated, prices on the shared
//! weights make the neurons agree, which raises the bound, and a tree on the tables closes the rest; beyond that the
//! same branch and bound as for a neuron closes small cases. Everything is integer arithmetic. What real weights cannot reach,
//! integral ones cannot either: a neuron's bound starts from there, and where it rises above, it is proven by exhaustion:
//! running the search again proves it again.

mod anneal;
mod bits;
mod margin;
mod program;
mod search;
mod slice_end;
mod tables;
#[cfg(test)]
mod tests;

use crate::budget;
use crate::error::{ExactError, Unsupported};
use crate::evidence::Evidence;
use crate::geometry::dependency::Packed;
use crate::instance::{Columns, Instance, NeuronSystem};
use crate::margin::{NetworkAnswer, Request};
use crate::outcome::{Found, Outcome, Statistics};
use crate::problem::{Options, Preference, Problem};
use crate::repair;
use crate::search::neuron::{NeuronOutcome, NeuronSearch};
use attractor::{Bounds, Control, Phase, Trained};
use program::{IntegerProgram, Signs};
use rayon::prelude::*;
use search::{Effort, Prefer, minimise};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

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
    /// Whether no weights with as few wrong bits are preferred: none has a wider margin, or fewer non-zeros (biases count)
    /// where sparse weights are asked for.
    pub preferred: bool,
    /// Nodes of the branch and bound.
    pub nodes: u64,
}

impl Neuron {
    /// Adds what the neuron's bound rests on: the dependencies of real weights, as discrete ones are real, too; where that
    /// is not enough, trying all weights.
    pub(crate) fn add_to(&self, evidence: &mut Evidence, i: usize) {
        if self.real_bound > 0 {
            evidence.add_neuron(i, self.real_bound, self.evidence.clone());
        }
        if self.bounds.lower_bound > self.real_bound {
            evidence.tried.push((i, self.bounds.lower_bound as u64));
        }
    }
}

/// Trains neuron i on its own, until the proof or until `control` says stop.
///
/// # Errors
/// What training cannot honour: [`ExactError`].
///
/// # Panics
/// If i ≥ N.
pub fn solve_neuron(
    problem: &Problem,
    i: usize,
    seed: u64,
    control: &Control<'_>,
) -> Result<Neuron, ExactError> {
    let instance = Instance::new(problem)?;
    if !problem.weights.is_discrete() {
        Err(Unsupported::NotDiscrete)?;
    }
    let report = |wrong, bound, nodes| control.report(Some(wrong), bound, nodes, Phase::Neuron);
    Ok(neuron_within(
        &instance,
        &Signs::new(&problem.patterns),
        i,
        &Asked {
            seed,
            nodes: u64::MAX,
            prefer: asked(&instance),
        },
        control,
        &report,
    ))
}

/// The network of fewest wrong bits with discrete weights, or the best until `control` says stop.
pub(crate) fn search(
    instance: &Instance<'_>,
    options: &Options,
    control: &Control<'_>,
) -> Result<Outcome, ExactError> {
    if instance.couplings.is_symmetric() {
        search_symmetric(instance, options.seed, control)
    } else {
        search_directed(instance, options.seed, control)
    }
}

fn search_directed(
    instance: &Instance<'_>,
    seed: u64,
    control: &Control<'_>,
) -> Result<Outcome, ExactError> {
    let signs = Signs::new(&instance.patterns);
    let neurons = every_neuron(
        instance,
        &signs,
        &Asked {
            seed,
            nodes: u64::MAX,
            prefer: asked(instance),
        },
        control,
        control.remaining(),
    );
    let preferred = neurons.iter().all(|neuron| neuron.preferred);
    let columns = |i| Columns::of_neuron(&instance.couplings, instance.bias, i);
    let columns: Vec<(Columns, Vec<f64>)> = (neurons.iter().enumerate())
        .map(|(i, neuron)| {
            let weights: Vec<f64> = neuron.weights.iter().map(|&w| f64::from(w)).collect();
            let columns = columns(i);
            let values = columns.values_of_row(&weights, f64::from(neuron.bias));
            (columns, values)
        })
        .collect();
    let network = Columns::directed_network(neurons.len(), columns)?;
    let counted = Trained::unproven(network, &instance.patterns, instance.ties)?;
    let lower_bounds = neurons.iter().map(|n| n.bounds.lower_bound);
    let total = lower_bounds.clone().sum();
    let found = Found {
        trained: counted.bounded(lower_bounds, total, control.interrupted()),
        evidence: evidence(&neurons),
        statistics: Statistics {
            nodes: neurons.iter().map(|neuron| neuron.nodes).sum(),
            ..Statistics::default()
        },
    };
    Ok(outcome(instance, found, preferred))
}

/// What is preferred among weights with equally few wrong bits.
fn asked(instance: &Instance<'_>) -> Prefer {
    match (instance.preference, instance.preference.damage()) {
        (Preference::Sparse { balance }, _) if balance > 0.0 => Prefer::FewestNonzeros,
        (_, Some(damage)) => Prefer::Repair(damage.into()),
        (_, None) => Prefer::WidestMargin,
    }
}

/// With a margin gap of 0 where the margin is proven to be the widest.
fn outcome(instance: &Instance<'_>, found: Found, preferred: bool) -> Outcome {
    let widest = preferred && asked(instance) == Prefer::WidestMargin;
    Outcome {
        margin_gap: widest.then_some(0.0),
        ..found.into()
    }
}

fn evidence(neurons: &[Neuron]) -> Evidence {
    let mut evidence = Evidence::default();
    for (i, neuron) in neurons.iter().enumerate() {
        neuron.add_to(&mut evidence, i);
    }
    evidence
}

fn search_symmetric(
    instance: &Instance<'_>,
    seed: u64,
    control: &Control<'_>,
) -> Result<Outcome, ExactError> {
    let share = budget::discrete_neurons(control);
    let signs = Signs::new(&instance.patterns);
    let relaxation = Asked {
        seed,
        nodes: NODES_PER_RELAXATION,
        prefer: Prefer::Nothing,
    };
    let relaxed = every_neuron(instance, &signs, &relaxation, control, share);
    let lower_bounds: Vec<usize> = relaxed.iter().map(|n| n.bounds.lower_bound).collect();
    let n = instance.patterns.neurons();
    let program = IntegerProgram::of_network(&signs, instance);
    let effort = Effort {
        seed,
        stream: n as u64,
        nodes: u64::MAX,
        lower_bound: lower_bounds.iter().sum(),
        prefer: asked(instance),
    };
    let report = |wrong, bound, nodes| control.report(Some(wrong), bound, nodes, Phase::Symmetric);
    let real = |weights: &[i32]| real_network(instance, &program, weights, control);
    let answer = minimise(&program, effort, &real, control, &report);
    let values: Vec<f64> = answer
        .incumbent
        .weights
        .iter()
        .map(|&w| f64::from(w))
        .collect();
    let columns = Columns::of_symmetric(&instance.couplings, instance.bias);
    let network = columns.network(&values)?;
    let counted = Trained::unproven(network, &instance.patterns, instance.ties)?;
    let found = Found {
        trained: counted.bounded(lower_bounds, answer.lower_bound, control.interrupted()),
        evidence: evidence(&relaxed),
        statistics: Statistics {
            nodes: answer.nodes + relaxed.iter().map(|neuron| neuron.nodes).sum::<u64>(),
            ..Statistics::default()
        },
    };
    Ok(outcome(instance, found, answer.preferred))
}

/// Real weights of wide margin that hold the bits that `weights` hold by a positive field, if they are found.
fn real_network(
    instance: &Instance<'_>,
    program: &IntegerProgram,
    weights: &[i32],
    control: &Control<'_>,
) -> Option<Vec<f64>> {
    let (n, count) = (instance.patterns.neurons(), instance.patterns.count());
    let fields = program.fields(weights);
    let held = |k: usize| fields[k % n * count + k / n] > 0;
    let kept: Vec<bool> = (0..n * count).map(held).collect();
    let request = Request {
        bias: instance.bias,
        kept: Some(&kept),
        recount_ties: instance.ties,
        ..Request::default()
    };
    let limited = budget::discrete_rounding(control);
    let (patterns, couplings) = (&instance.patterns, &instance.couplings);
    let answer = crate::margin::symmetric(patterns, couplings, &request, &limited).ok()?;
    let trained = match answer {
        NetworkAnswer::Storable { trained, .. } => trained,
        NetworkAnswer::Undecided { trained, .. } => trained?,
        NetworkAnswer::Infeasible { .. } => return None,
    };
    let columns = Columns::of_symmetric(couplings, instance.bias);
    let network = match asked(instance) {
        Prefer::Repair(law) => repair::best_network(instance, law, &trained, control).ok()?,
        _ => trained.network,
    };
    Some(columns.values(&network))
}

/// How each neuron is to be trained.
#[derive(Debug, Clone, Copy)]
struct Asked {
    seed: u64,
    /// Nodes of its search, at most.
    nodes: u64,
    prefer: Prefer,
}

/// Every neuron on its own, in parallel, each with an equal share of `limit`.
fn every_neuron(
    instance: &Instance<'_>,
    signs: &Signs,
    asked: &Asked,
    control: &Control<'_>,
    limit: Option<Duration>,
) -> Vec<Neuron> {
    let all = control.phase(limit.unwrap_or(Duration::MAX));
    let waiting = AtomicUsize::new(instance.patterns.neurons());
    (0..instance.patterns.neurons())
        .into_par_iter()
        .map(|i| {
            let left = waiting.fetch_sub(1, Ordering::Relaxed);
            let rounds = left.div_ceil(rayon::current_num_threads()).max(1);
            let share = all.remaining().map(|time| time / rounds as u32);
            let own = all.phase(share.unwrap_or(Duration::MAX));
            neuron_within(instance, signs, i, asked, &own, &|_, _, _| {})
        })
        .collect()
}

fn neuron_within(
    instance: &Instance<'_>,
    signs: &Signs,
    i: usize,
    asked: &Asked,
    control: &Control<'_>,
    report: &dyn Fn(usize, usize, u64),
) -> Neuron {
    let program = IntegerProgram::of_neuron(signs, instance, i);
    // A neuron whose time is over before it begins gets rounded Hebbian weights and no bound.
    let real = (!control.should_stop()).then(|| real(instance, i, asked, control));
    let real_bound = real.as_ref().map_or(0, |real| real.lower_bound);
    let effort = Effort {
        seed: asked.seed,
        stream: i as u64,
        nodes: asked.nodes,
        lower_bound: real_bound,
        prefer: asked.prefer,
    };
    let weights = |_: &[i32]| {
        let widest = real.as_ref()?.weights.clone();
        Some(match asked.prefer {
            Prefer::Repair(law) => repair::best_row(instance, law, i, widest, control),
            _ => widest,
        })
    };
    let answer = minimise(&program, effort, &weights, control, report);
    let columns = Columns::of_neuron(&instance.couplings, instance.bias, i);
    let (mut weights, mut bias) = (vec![0; instance.patterns.neurons()], 0);
    for (&(_, j), &value) in columns.places().iter().zip(&answer.incumbent.weights) {
        *(if j == i { &mut bias } else { &mut weights[j] }) = value;
    }
    Neuron {
        weights,
        bias,
        bounds: Bounds {
            wrong_bits: answer.incumbent.wrong,
            lower_bound: answer.lower_bound,
        },
        real_bound,
        evidence: real.map_or_else(Vec::new, |real| real.named_evidence()),
        preferred: answer.preferred,
        nodes: answer.nodes,
    }
}

/// What the search over real weights finds and proves in a short time.
fn real(instance: &Instance<'_>, i: usize, asked: &Asked, control: &Control<'_>) -> NeuronOutcome {
    let mut search = NeuronSearch::new(NeuronSystem::of(instance, i), asked.seed, i as u64);
    let limited = budget::real_bound(control);
    search.run(REAL_EFFORT, &limited);
    // Among several sets of wrong bits the widest margin may take long to find; here it is but a start.
    let of_weights = matches!(asked.prefer, Prefer::WidestMargin | Prefer::Repair(_));
    if of_weights && search.outcome().wrong_bits == 0 {
        search.widen(&limited);
    }
    search.outcome()
}
