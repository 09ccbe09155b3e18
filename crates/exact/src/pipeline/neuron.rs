//! One neuron alone: the same searches as for a whole directed network.

use crate::damage::Damage;
use crate::error::{ExactError, Unsupported};
use crate::evidence::Evidence;
use crate::instance::{Columns, Instance, NeuronSystem};
use crate::outcome::{Found, Statistics};
use crate::problem::{Options, Problem};
use crate::repair;
use crate::search::discrete;
use crate::search::neuron;
use attractor::{Bounds, Control, Network, Trained};

/// One neuron's weights and what is known about them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TrainedNeuron {
    /// w_i0 … w_i,N−1; zero where no coupling is.
    pub weights: Vec<f64>,
    /// b_i; zero unless asked for.
    pub bias: f64,
    /// The neuron's wrong bits and the fewest possible.
    pub bounds: Bounds,
    /// What the lower bound rests on.
    pub evidence: Evidence,
    /// What the search did.
    pub statistics: Statistics,
}

/// Trains neuron `i` of `problem` alone, as if the couplings were directed: to its fewest wrong bits, then to what the problem
/// prefers; of real weights that is the widest margin where sparse ones are asked for, [`Damage::USUAL`] where nothing is said,
/// and repair has no rounds. Stops early
/// with the best so far when `control` says so.
///
/// ```
/// use attractor::{Couplings, Patterns, Symmetry};
/// use attractor_exact::{Control, Options, Problem, train_neuron};
/// let couplings = Couplings::full(12, Symmetry::Directed)?;
/// let problem = Problem::new(Patterns::random(30, 12, 1)?, couplings)?;
/// let neuron = train_neuron(&problem, 4, &Options::default(), &Control::new())?;
/// assert_eq!(neuron.bounds.wrong_bits, neuron.bounds.lower_bound);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// What training cannot honour is refused, never ignored.
///
/// # Panics
/// If i ≥ N.
pub fn train_neuron(
    problem: &Problem,
    i: usize,
    options: &Options,
    control: &Control<'_>,
) -> Result<TrainedNeuron, ExactError> {
    let instance = &Instance::new(problem)?;
    if instance.survive.is_some() {
        Err(Unsupported::SurviveAlone)?;
    }
    let mut evidence = Evidence::default();
    if problem.weights.is_discrete() {
        let neuron = discrete::solve_neuron(problem, i, options.seed, control)?;
        neuron.add_to(&mut evidence, i);
        return Ok(TrainedNeuron {
            weights: neuron.weights.iter().map(|&w| f64::from(w)).collect(),
            bias: f64::from(neuron.bias),
            bounds: neuron.bounds,
            evidence,
            statistics: Statistics {
                nodes: neuron.nodes,
                ..Statistics::default()
            },
        });
    }
    let neuron = neuron::solve(NeuronSystem::of(instance, i), options.seed, control);
    evidence.add_neuron(i, neuron.lower_bound, neuron.named_evidence());
    let columns = Columns::of_neuron(&instance.couplings, instance.bias, i);
    let network = columns.network(&neuron.weights)?;
    let network = match instance.preference.damage() {
        Some(damage) => repaired(instance, damage, network, options.seed, control)?,
        None => network,
    };
    Ok(TrainedNeuron {
        weights: network.row(i).to_vec(),
        bias: network.biases()[i],
        bounds: Bounds {
            wrong_bits: neuron.wrong_bits,
            lower_bound: neuron.lower_bound,
        },
        evidence,
        statistics: neuron.statistics,
    })
}

/// The network of one neuron's weights with those that repair `damage` best.
fn repaired(
    instance: &Instance<'_>,
    damage: Damage,
    network: Network,
    seed: u64,
    control: &Control<'_>,
) -> Result<Network, ExactError> {
    let problem = Problem {
        couplings: instance.couplings.directed(),
        ..Problem::clone(instance)
    };
    let found = Found {
        trained: Trained::unproven(network, &problem.patterns, problem.ties)?,
        evidence: Evidence::default(),
        statistics: Statistics::default(),
    };
    let asked = repair::Asked {
        damage,
        rounds: Some(0),
        seed,
    };
    let instance = &Instance::new(&problem)?;
    let outcome = repair::repaired(instance, found.into(), asked, control)?;
    Ok(outcome.trained.network)
}
