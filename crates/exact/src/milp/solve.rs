//! Solving the paper's model in process, and what its answer is worth.
//!
//! A solver's floats decide nothing: integral weights are rounded, and the wrong bits are counted anew on the patterns
//! with the weights that are returned. Where rounding broke a bit that the model holds (a −1 bit whose field should be
//! 0 and came out as 1e-9), the weights of the widest margin for the same right bits repair it.

use super::build::{BigM, NeuronWeights, Options, assemble};
use super::model::Model;
use super::{MilpError, microlp};
use crate::control::Control;
use crate::problem::Weights;
use attractor::{Bounds, Couplings, Patterns, Stability, Status, Trained};
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Who solves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Backend {
    /// microlp: pure Rust, in every build.
    #[default]
    Microlp,
    /// HiGHS: faster, needs the cargo feature `highs`.
    #[cfg(feature = "highs")]
    Highs,
}

/// What is known about the model's optimum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SolverStatus {
    /// Solved: the objective is the model's optimum, for its ε and M, within the solver's tolerance.
    Optimal,
    /// A solution of the model and a bound.
    Feasible,
    /// Stopped before the solver had a solution of the model.
    NoSolution,
}

/// The answer to a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// What is known about the model's optimum.
    pub status: SolverStatus,
    /// −Σ E_μ + factor·Σ|w_ij| of the solver's solution, if it has one.
    pub objective: Option<f64>,
    /// No solution of the model has a smaller objective.
    pub objective_bound: Option<f64>,
    /// Nodes of the branch and bound.
    pub nodes: u64,
    /// The network, its wrong bits recounted, and what the model's bound proves about wrong bits *for its ε and M*:
    /// with real weights the scale-free optimum can be lower. Where the solver found nothing, the Hebbian rule rounded
    /// to the weights asked for.
    pub trained: Trained,
}

/// The widest margin is one linear program; it is not worth more than this.
const REPAIR_LIMIT: Duration = Duration::from_secs(2);

/// What a solver says about one model.
#[derive(Debug, Clone, Default)]
pub(super) struct Raw {
    pub(super) values: Option<Vec<f64>>,
    pub(super) objective: Option<f64>,
    pub(super) bound: Option<f64>,
    pub(super) nodes: u64,
    pub(super) proven: bool,
}

/// Solves the model with the embedded solver until the proof, the limit or the interrupt.
///
/// Directed couplings leave the neurons independent: each is solved as a model of its own, in parallel, and gets an
/// equal share of the time that is left.
///
/// ```
/// use attractor::{Couplings, Patterns, Symmetry};
/// use attractor_exact::{Control, milp};
/// let model = milp::BigM::new(
///     &Patterns::random(3, 4, 0)?,
///     &Couplings::full(4, Symmetry::Symmetric)?,
///     &milp::Options { form: milp::Form::Compact, ..milp::Options::default() },
/// )?;
/// let solution = milp::solve(&model, &Control::new())?;
/// assert_eq!(solution.status, milp::SolverStatus::Optimal);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`MilpError::Infeasible`], [`MilpError::Solver`].
pub fn solve(model: &BigM, control: &Control<'_>) -> Result<Solution, MilpError> {
    solve_with(model, Backend::default(), control)
}

/// [`solve`] with the solver of choice.
///
/// # Errors
/// [`MilpError::Infeasible`], [`MilpError::Solver`].
pub fn solve_with(
    model: &BigM,
    backend: Backend,
    control: &Control<'_>,
) -> Result<Solution, MilpError> {
    let parts = if model.couplings().is_symmetric() {
        let report = |raw: &Raw| {
            let incumbent = raw.objective.map(|o| model.wrong_bits_at(o));
            let bound = raw.bound.map_or(0, |b| model.wrong_bits_at(b));
            control.report(incumbent, bound, raw.nodes, "big-M branch and bound");
        };
        vec![Part::solve(model.clone(), backend, control, &report)?]
    } else {
        let waiting = AtomicUsize::new(model.neurons().len());
        let neurons = model.neurons().par_iter();
        neurons
            .map(|&i| {
                let share = share(control, waiting.fetch_sub(1, Ordering::Relaxed));
                Part::solve(model.of_neuron(i), backend, &share, &|_| {})
            })
            .collect::<Result<_, _>>()?
    };
    conclude(model, &parts, backend, control)
}

/// An equal share of the remaining time for each of the neurons that wait, as many at once as there are threads.
fn share<'a>(control: &Control<'a>, waiting: usize) -> Control<'a> {
    let rounds = waiting.div_ceil(rayon::current_num_threads()).max(1);
    let limit = control.remaining().map(|left| left / rounds as u32);
    control.phase(limit.unwrap_or(Duration::MAX))
}

fn run(
    model: &Model,
    backend: Backend,
    control: &Control<'_>,
    report: &dyn Fn(&Raw),
) -> Result<Raw, MilpError> {
    match backend {
        Backend::Microlp => microlp::solve(model, control, report),
        #[cfg(feature = "highs")]
        Backend::Highs => super::highs::solve(model, control, report),
    }
}

/// A model solved for itself: the whole symmetric network or one directed neuron.
struct Part {
    model: BigM,
    raw: Raw,
}

impl Part {
    fn solve(
        model: BigM,
        backend: Backend,
        control: &Control<'_>,
        report: &dyn Fn(&Raw),
    ) -> Result<Self, MilpError> {
        let raw = run(model.model(), backend, control, report)?;
        Ok(Self { model, raw })
    }

    fn lower_bound(&self) -> usize {
        self.raw
            .bound
            .map_or(0, |bound| self.model.wrong_bits_at(bound))
    }

    /// The weights that the solver found.
    fn found(&self) -> Option<Vec<NeuronWeights>> {
        let values = self.raw.values.as_ref()?;
        Some(self.model.weights_of(values))
    }

    /// Weights of the widest margin for the right bits of the solver's solution, if these are fewer than it says.
    fn repaired(&self, recounted: usize, backend: Backend) -> Option<Vec<NeuronWeights>> {
        let values = self.raw.values.as_ref()?;
        let real = self.model.options().weights == Weights::Real;
        if !real || recounted <= self.model.wrong_bits_of(values) {
            return None;
        }
        let margin = self.model.widest_margin(values);
        let limit = Control::new().with_time_limit(REPAIR_LIMIT);
        let answer = run(margin.model(), backend, &limit, &|_| {}).ok()?;
        Some(margin.weights_of(&answer.values?))
    }
}

/// All neurons' weights under one way of getting them, and the wrong bits neuron by neuron.
struct Candidate {
    weights: Vec<NeuronWeights>,
    wrong: Vec<usize>,
}

impl Candidate {
    fn new(model: &BigM, weights: Vec<NeuronWeights>) -> Result<Self, MilpError> {
        let network = assemble(model.couplings(), weights.clone())?;
        let stability = Stability::of(&network, model.patterns(), model.options().ties)?;
        let wrong = (0..weights.len()).map(|i| stability.wrong_in_neuron(i));
        Ok(Self {
            wrong: wrong.collect(),
            weights,
        })
    }

    fn wrong_in(&self, part: &Part) -> usize {
        part.model.neurons().iter().map(|&i| self.wrong[i]).sum()
    }
}

/// Part by part what was found, repaired where that helps; the Hebbian start where nothing was found.
fn conclude(
    model: &BigM,
    parts: &[Part],
    backend: Backend,
    control: &Control<'_>,
) -> Result<Solution, MilpError> {
    let options = model.options();
    let mut weights = hebbian(model.patterns(), model.couplings(), options);
    for part in parts {
        replace(&mut weights, part, part.found());
    }
    let found = Candidate::new(model, weights.clone())?;
    for part in parts {
        replace(
            &mut weights,
            part,
            part.repaired(found.wrong_in(part), backend),
        );
    }
    let repaired = Candidate::new(model, weights)?;
    let mut chosen = found.weights.clone();
    let mut per_neuron = Vec::with_capacity(chosen.len());
    for part in parts {
        let best = if repaired.wrong_in(part) < found.wrong_in(part) {
            &repaired
        } else {
            &found
        };
        let single = part.model.neurons().len() == 1;
        for &i in part.model.neurons() {
            chosen[i] = best.weights[i].clone();
            let wrong_bits = best.wrong[i];
            let lower_bound = if single { part.lower_bound() } else { 0 };
            per_neuron.push(Bounds {
                wrong_bits,
                lower_bound: lower_bound.min(wrong_bits),
            });
        }
    }
    let wrong_bits = per_neuron.iter().map(|bounds| bounds.wrong_bits).sum();
    let lower_bound: usize = parts.iter().map(Part::lower_bound).sum();
    let total = Bounds {
        wrong_bits,
        lower_bound: lower_bound.min(wrong_bits),
    };
    let solver_status = solver_status(parts);
    let of_the_model = solver_status != SolverStatus::NoSolution || total.wrong_bits == 0;
    let status = if of_the_model && total.wrong_bits == total.lower_bound {
        Status::Optimal
    } else if control.interrupted() {
        Status::Interrupted
    } else {
        Status::Feasible
    };
    Ok(Solution {
        status: solver_status,
        objective: parts.iter().map(|part| part.raw.objective).sum(),
        objective_bound: parts.iter().map(|part| part.raw.bound).sum(),
        nodes: parts.iter().map(|part| part.raw.nodes).sum(),
        trained: Trained {
            network: assemble(model.couplings(), chosen)?,
            ties: options.ties,
            status,
            total,
            per_neuron,
        },
    })
}

fn replace(weights: &mut [NeuronWeights], part: &Part, by: Option<Vec<NeuronWeights>>) {
    for (&i, row) in part.model.neurons().iter().zip(by.into_iter().flatten()) {
        weights[i] = row;
    }
}

fn solver_status(parts: &[Part]) -> SolverStatus {
    if parts.iter().all(|part| part.raw.proven) {
        SolverStatus::Optimal
    } else if parts.iter().all(|part| part.raw.values.is_some()) {
        SolverStatus::Feasible
    } else {
        SolverStatus::NoSolution
    }
}

/// The Hebbian rule rounded to the set of weights, as a start: w_ij = Σ_μ ξ_i ξ_j, b_i = Σ_μ ξ_i, scaled so that the
/// largest is the largest allowed.
fn hebbian(patterns: &Patterns, couplings: &Couplings, options: &Options) -> Vec<NeuronWeights> {
    let by_neuron = patterns.transposed();
    let count = patterns.count() as f64;
    let largest = f64::from(options.weights.largest());
    let level = |sum: i64| {
        let scaled = sum as f64 / count * largest;
        match options.weights {
            Weights::Real => scaled,
            Weights::Ternary | Weights::Integer(_) => scaled.round(),
            Weights::Binary => {
                if sum >= 0 {
                    1.0
                } else {
                    -1.0
                }
            }
        }
    };
    let neuron = |i: usize| {
        let mut incoming = vec![0.0; patterns.neurons()];
        for j in couplings.inputs(i) {
            incoming[j] = level(by_neuron.overlap(i, j));
        }
        let pluses = (0..patterns.count()).filter(|&mu| patterns.is_plus(mu, i));
        let sum = 2 * pluses.count() as i64 - patterns.count() as i64;
        let bias = if options.bias { level(sum) } else { 0.0 };
        NeuronWeights { incoming, bias }
    };
    (0..patterns.neurons()).map(neuron).collect()
}
