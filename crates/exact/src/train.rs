//! Train: the one door to exact training. Chooses the method that fits the problem, puts the network together, and lets
//! nothing out that was not counted again on the patterns.

use crate::control::Control;
use crate::directed;
use crate::outcome::{Outcome, Statistics};
use crate::problem::{Options, Problem, Weights};
use crate::storable::{self, Coupled, Neuron, Request, Separator};
use attractor::rules::Hebbian;
use attractor::{Bounds, Network, Stability, Status, Symmetry, TrainError, Trained};

/// Patterns from here on are first tried as storable sets, all neurons together: below, one neuron's search finds the
/// widest margin as fast.
const MANY_PATTERNS: usize = 200;

/// Trains to the fewest wrong bits, then to what the problem prefers among equals; stops early with the best so far when
/// `control` says so.
///
/// ```
/// use attractor::{Couplings, Patterns, Status, Symmetry};
/// use attractor_exact::{Control, Options, Problem, train};
/// let patterns = Patterns::random(30, 12, 1)?;
/// let couplings = Couplings::full(12, Symmetry::Directed)?;
/// let outcome = train(&Problem::new(patterns, couplings)?, &Options::default(), &Control::new())?;
/// assert_eq!(outcome.trained.status, Status::Optimal);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Patterns and couplings of different sizes; what the solvers cannot honour is refused, never ignored.
pub fn train(
    problem: &Problem,
    options: &Options,
    control: &Control<'_>,
) -> Result<Outcome, TrainError> {
    attractor::rules::check_sizes(&problem.patterns, &problem.couplings)?;
    match (problem.weights, problem.couplings.symmetry()) {
        (Weights::Real, Symmetry::Directed) => train_directed(problem, options, control),
        (Weights::Real, Symmetry::Symmetric) => train_symmetric(problem, options, control),
        (weights, _) => Err(TrainError::Unsupported {
            rule: "exact",
            reason: format!("{weights} weights are not built in"),
        }),
    }
}

fn train_directed(
    problem: &Problem,
    options: &Options,
    control: &Control<'_>,
) -> Result<Outcome, TrainError> {
    let separators = if problem.patterns.count() >= MANY_PATTERNS {
        separators(problem, control)?
    } else {
        vec![None; problem.patterns.neurons()]
    };
    let directed = directed::train_from(problem, options, control, |i, search| {
        if let Some(separator) = &separators[i] {
            let mut weights: Vec<f64> = problem
                .couplings
                .inputs(i)
                .into_iter()
                .map(|j| separator.weights[j])
                .collect();
            weights.extend(problem.bias.then_some(separator.bias));
            search.offer(&weights, separator.margin * separator.margin);
        }
    })?;
    Ok(Outcome {
        trained: directed.trained,
        statistics: directed.statistics,
    })
}

/// The widest margin of each neuron whose rows can all hold.
fn separators(
    problem: &Problem,
    control: &Control<'_>,
) -> Result<Vec<Option<Separator>>, TrainError> {
    let found = storable::directed(
        &problem.patterns,
        &problem.couplings,
        &request(problem),
        control,
    )?;
    let separator = |neuron| match neuron {
        Neuron::Storable(separator) => Some(separator),
        Neuron::Infeasible { .. } | Neuron::Undecided { .. } => None,
    };
    Ok(found.into_iter().map(separator).collect())
}

fn request(problem: &Problem) -> Request<'static> {
    Request {
        bias: problem.bias,
        ties: problem.ties,
        ..Request::default()
    }
}

fn train_symmetric(
    problem: &Problem,
    options: &Options,
    control: &Control<'_>,
) -> Result<Outcome, TrainError> {
    let (patterns, couplings) = (&problem.patterns, &problem.couplings);
    let network = match storable::symmetric(patterns, couplings, &request(problem), control)? {
        Coupled::Storable { network, .. } => {
            let none = Bounds {
                wrong_bits: 0,
                lower_bound: 0,
            };
            let bounds = vec![none; patterns.neurons()];
            return recounted(problem, network, &bounds, 0, Statistics::default(), control);
        }
        Coupled::Undecided { network, .. } => network,
        Coupled::Infeasible { .. } => Hebbian::default().fit(patterns, couplings)?,
    };
    // Without symmetry the neurons are free: what they cannot do better alone, they cannot do better together.
    let mut free = problem.clone();
    free.couplings = couplings.directed();
    let directed = directed::train(&free, options, control)?;
    let (bounds, statistics) = (&directed.trained.per_neuron, directed.statistics);
    let lower_bound = directed.trained.total.lower_bound;
    recounted(problem, network, bounds, lower_bound, statistics, control)
}

/// The outcome, its wrong bits counted on the patterns with the very weights that are returned.
fn recounted(
    problem: &Problem,
    network: Network,
    bounds: &[Bounds],
    lower_bound: usize,
    statistics: Statistics,
    control: &Control<'_>,
) -> Result<Outcome, TrainError> {
    let stability = Stability::of(&network, &problem.patterns, problem.ties)?;
    let recount = |(i, bounds): (usize, &Bounds)| Bounds {
        wrong_bits: stability.wrong_in_neuron(i),
        ..*bounds
    };
    let per_neuron: Vec<Bounds> = bounds.iter().enumerate().map(recount).collect();
    let total = Bounds {
        wrong_bits: stability.wrong_bits(),
        lower_bound,
    };
    let status = if total.wrong_bits == total.lower_bound {
        Status::Optimal
    } else if control.interrupted() {
        Status::Interrupted
    } else {
        Status::Feasible
    };
    let trained = Trained {
        network,
        ties: problem.ties,
        status,
        total,
        per_neuron,
    };
    Ok(Outcome {
        trained,
        statistics,
    })
}
