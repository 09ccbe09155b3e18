//! Directed networks: every neuron is a problem of its own, and the threads share them out.
//!
//! Neurons take turns: in each round every neuron that is still open continues with a few times the effort of the round
//! before, counted in nodes and not in seconds. So easy neurons leave the time to hard ones, a limit finds all neurons
//! about equally far, and the answer does not depend on the number of threads.

mod sparsify;
#[cfg(test)]
mod tests;
mod turns;

use crate::control::{Control, Progress};
use crate::dependency::Packed;
use crate::neuron::{NeuronOutcome, NeuronSystem};
use crate::outcome::Statistics;
use crate::problem::{Options, Preference, Problem};
use crate::start;
use crate::storable::Separator;
use attractor::{Network, Symmetry, TrainError, Trained};
use rayon::prelude::*;
use sparsify::sparsify;
use std::time::Duration;
use turns::{Standing, Turn};

/// Effort of the first round, about a tenth of a second a neuron.
const FIRST_ROUND: u64 = 1 << 20;
/// By how much the effort grows from round to round. Each round begins its level of the search again, with the pool of
/// all rounds before; so the rounds before the last cost less than a third of it.
const GROWTH: u64 = 4;

/// A directed network with all that is known about its neurons.
#[derive(Debug, Clone)]
pub struct Directed {
    /// The network and its bounds.
    pub trained: Trained,
    /// Sums over the neurons.
    pub statistics: Statistics,
    /// Neuron by neuron; rows are those of its [`NeuronSystem`].
    pub neurons: Vec<NeuronOutcome>,
}

impl Directed {
    /// Neuron `i`'s evidence for its lower bound, with patterns (the first of those that fell together) as rows.
    pub fn evidence(&self, i: usize) -> Vec<Packed> {
        self.neurons[i].named_evidence()
    }
}

/// Trains every neuron of `problem`, whose couplings are directed and whose weights are real, to its fewest wrong bits.
///
/// # Errors
/// [`TrainError::Unsupported`] for symmetric couplings.
pub fn train(
    problem: &Problem,
    options: &Options,
    control: &Control<'_>,
) -> Result<Directed, TrainError> {
    let none = vec![None; problem.patterns.neurons()];
    train_from(problem, options, control, start::hebbian(problem)?, &none)
}

/// Like [`train`], from a network counted on the patterns, where weights of widest margin that hold every bit are known
/// for some neurons.
///
/// # Errors
/// As [`train`].
///
/// # Panics
/// Unless there are N `separators`.
pub(crate) fn train_from(
    problem: &Problem,
    options: &Options,
    control: &Control<'_>,
    start: Trained,
    separators: &[Option<Separator>],
) -> Result<Directed, TrainError> {
    if problem.couplings.symmetry() != Symmetry::Directed {
        return Err(TrainError::Unsupported {
            rule: "exact",
            reason: "symmetric couplings do not split into neurons".to_owned(),
        });
    }
    let count = problem.patterns.neurons();
    let wrong_bits = |i: usize| start.per_neuron[i].wrong_bits;
    let unsearched = |i: usize| match &separators[i] {
        Some(known) => {
            let weights = inputs_of(problem, i, &known.weights, known.bias);
            NeuronOutcome::unsearched(weights, 0, known.margin * known.margin)
        }
        None => {
            let Trained { network, .. } = &start;
            let weights = inputs_of(problem, i, network.row(i), network.biases()[i]);
            NeuronOutcome::unsearched(weights, wrong_bits(i), 0.0)
        }
    };
    let mut turns: Vec<Turn> = (0..count)
        .map(|i| match separators[i] {
            Some(_) => Turn::Done(i, Box::new(unsearched(i))),
            None => Turn::Waiting(i),
        })
        .collect();
    let standing = Standing::new((0..count).map(|i| match separators[i] {
        Some(_) => 0,
        None => wrong_bits(i),
    }));
    let mut effort = FIRST_ROUND;
    let mut proven_after = None;
    loop {
        let each = |step: &(dyn Fn(&mut Turn, &Control<'_>) + Sync), turns: &mut [Turn]| {
            turns.par_iter_mut().with_max_len(1).for_each(|turn| {
                let i = turn.neuron();
                let heard = |progress: &Progress| standing.hear(i, progress, control);
                step(turn, &control.clone().with_listener(&heard));
            });
        };
        each(
            &|turn, own| turn.take(problem, options.seed, effort, own),
            &mut turns,
        );
        if proven_after.is_none() && turns.iter().all(Turn::is_proven) {
            proven_after = Some(control.elapsed());
        }
        each(&|turn, own| turn.finish(own), &mut turns);
        let open = turns.iter().any(|turn| matches!(turn, Turn::Open(..)));
        if !open || control.should_stop() {
            break;
        }
        effort = effort.saturating_mul(GROWTH);
    }
    let untouched = turns.iter().all(|turn| matches!(turn, Turn::Waiting(_)));
    let mut neurons: Vec<NeuronOutcome> = turns
        .into_iter()
        .map(|turn| match turn {
            Turn::Waiting(i) => unsearched(i),
            Turn::Open(_, search) | Turn::Closed(_, search) => search.outcome(),
            Turn::Done(_, outcome) => *outcome,
        })
        .collect();
    if let Preference::Sparse { balance } = problem.preference {
        neurons
            .par_iter_mut()
            .enumerate()
            .for_each(|(i, neuron)| sparsify(problem, i, neuron, balance, control));
    }
    let counted = if untouched {
        start
    } else {
        let network = assemble(problem, &neurons)?;
        Trained::unproven(network, &problem.patterns, problem.ties)?
    };
    let bounds = neurons.iter().map(|neuron| neuron.lower_bound);
    let total = bounds.clone().sum();
    Ok(Directed {
        trained: counted.bounded(bounds, total, control.interrupted()),
        statistics: Statistics {
            proven_after,
            ..sum(&neurons)
        },
        neurons,
    })
}

/// Of neuron `i`'s `weights` from all neurons and its `bias` those that the problem asks for, in the order of its system.
fn inputs_of(problem: &Problem, i: usize, weights: &[f64], bias: f64) -> Vec<f64> {
    let inputs = problem.couplings.inputs(i).into_iter();
    let coupled = inputs.map(|j| weights[j]);
    coupled.chain(problem.bias.then_some(bias)).collect()
}

pub(crate) fn system_of(problem: &Problem, i: usize) -> NeuronSystem {
    NeuronSystem::of_neuron(
        &problem.patterns,
        &problem.couplings,
        problem.bias,
        problem.ties,
        i,
    )
}

/// The network of all neurons' weights.
fn assemble(problem: &Problem, neurons: &[NeuronOutcome]) -> Result<Network, TrainError> {
    let count = neurons.len();
    let mut weights = vec![0.0; count * count];
    let mut biases = vec![0.0; count];
    for (i, neuron) in neurons.iter().enumerate() {
        let inputs = problem.couplings.inputs(i);
        for (&j, &w) in inputs.iter().zip(&neuron.weights) {
            weights[i * count + j] = w;
        }
        if problem.bias {
            biases[i] = neuron.weights[inputs.len()];
        }
    }
    Ok(Network::new(Symmetry::Directed, weights, biases)?)
}

fn sum(neurons: &[NeuronOutcome]) -> Statistics {
    let all = || neurons.iter().map(|neuron| &neuron.statistics);
    // A neuron that was not searched has no phases.
    let phases = all()
        .map(|s| &s.phases[..])
        .find(|phases| !phases.is_empty())
        .unwrap_or_default();
    let of_phase = |k: usize| all().filter_map(move |s| s.phases.get(k));
    let time = |k: usize| of_phase(k).map(|(_, time)| *time).sum::<Duration>();
    Statistics {
        nodes: all().map(|s| s.nodes).sum(),
        min_norm_calls: all().map(|s| s.min_norm_calls).sum(),
        pool: all().map(|s| s.pool).sum(),
        phases: phases
            .iter()
            .enumerate()
            .map(|(k, &(name, _))| (name, time(k)))
            .collect(),
        proven_after: None,
    }
}
