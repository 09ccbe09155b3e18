//! Solving the paper's model in process, and what its answer is worth.
//!
//! A solver's floats decide nothing: integral weights are rounded, and the wrong bits are counted anew on the patterns
//! with the weights that are returned. Its bound is a float too, so it is handed on as the solver's word, beside what is
//! proven: a recount without wrong bits, and nothing else. Where rounding broke a bit that the model holds (a −1 bit
//! whose field should be 0 and came out as 1e-9), the weights of the widest margin for the same right bits repair it.

use super::MilpError;
use super::backend::{Backend, SolverAnswer, run};
use super::build::{BigM, NeuronWeights, assemble};
use super::options::ModelOptions;
use crate::budget;
use crate::problem::Weights;
use attractor::{Bounds, Control, Couplings, Patterns, Phase, Stability, Trained};
use rayon::prelude::*;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What the solver says about the model's optimum, for its ε and M, in floating point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SolverStatus {
    /// Solved: the objective is the model's optimum within the solver's tolerance.
    Optimal,
    /// A solution of the model and a bound.
    Feasible,
    /// Stopped before the solver had a solution of the model.
    NoSolution,
}

impl fmt::Display for SolverStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Optimal => "optimal",
            Self::Feasible => "feasible",
            Self::NoSolution => "no-solution",
        })
    }
}

/// The answer to a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// What the solver says about the model's optimum.
    pub status: SolverStatus,
    /// −Σ E_μ + factor·Σ|w_ij| of the solver's solution, if it has one.
    pub objective: Option<f64>,
    /// By the solver's word no solution of the model has a smaller objective.
    pub objective_bound: Option<f64>,
    /// By the solver's word no solution of the model has fewer wrong bits, for its ε and M: nothing proven. With real
    /// weights a network whose fields are within ε of zero may have fewer, also the one that is returned.
    pub model_bound: usize,
    /// Nodes of the branch and bound.
    pub nodes: u64,
    /// Why the solver gave up after its last solution, if it did.
    pub failure: Option<String>,
    /// The network with its wrong bits recounted; optimal iff none is wrong, since nothing else is proven. Where the
    /// solver found nothing, the Hebbian rule rounded to the weights asked for.
    pub trained: Trained,
}

impl Solution {
    /// (wrong bits − [`Solution::model_bound`]) / wrong bits; 0 if the bound is not below the wrong bits.
    pub fn model_gap(&self) -> f64 {
        let wrong_bits = self.trained.total.wrong_bits;
        let bounds = Bounds {
            wrong_bits,
            lower_bound: self.model_bound.min(wrong_bits),
        };
        bounds.gap()
    }
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
///     &milp::ModelOptions { form: milp::Form::Compact, ..milp::ModelOptions::default() },
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
    // What is left is for the repair.
    let search = budget::solver(control);
    let parts = if model.couplings().is_symmetric() {
        let report = |answer: &SolverAnswer| {
            let incumbent = answer.objective.map(|o| model.wrong_bits_at(o));
            let bound = answer.bound.map_or(0, |b| model.wrong_bits_at(b));
            control.report(incumbent, bound, answer.nodes, Phase::BigM);
        };
        vec![Part::solve(model.clone(), backend, &search, &report)?]
    } else {
        in_shares(model.neurons(), &search, |&i, share| {
            Part::solve(model.of_neuron(i), backend, share, &|_| {})
        })?
    };
    conclude(model, &parts, backend, control)
}

/// All tasks in parallel, each with an equal share of the time that remains when it starts.
fn in_shares<T: Sync, R: Send>(
    tasks: &[T],
    control: &Control<'_>,
    work: impl Fn(&T, &Control<'_>) -> Result<R, MilpError> + Sync,
) -> Result<Vec<R>, MilpError> {
    let waiting = AtomicUsize::new(tasks.len());
    let in_share = |task| {
        let waiting = waiting.fetch_sub(1, Ordering::Relaxed);
        let rounds = waiting.div_ceil(rayon::current_num_threads()).max(1);
        let limit = control.remaining().map(|left| left / rounds as u32);
        work(task, &control.phase(limit.unwrap_or(Duration::MAX)))
    };
    tasks.par_iter().map(in_share).collect()
}

/// A model solved for itself: the whole symmetric network or one directed neuron.
struct Part {
    model: BigM,
    answer: SolverAnswer,
}

impl Part {
    fn solve(
        model: BigM,
        backend: Backend,
        control: &Control<'_>,
        report: &dyn Fn(&SolverAnswer),
    ) -> Result<Self, MilpError> {
        let answer = run(model.model(), backend, control, report)?;
        Ok(Self { model, answer })
    }

    /// By the solver's word.
    fn bound(&self) -> usize {
        self.answer
            .bound
            .map_or(0, |bound| self.model.wrong_bits_at(bound))
    }

    /// The weights that the solver found.
    fn found(&self) -> Option<Vec<NeuronWeights>> {
        let values = self.answer.values.as_ref()?;
        Some(self.model.weights_of(values))
    }

    /// Weights of the widest margin for the right bits of the solver's solution, if these are fewer than it says.
    fn repaired(
        &self,
        recounted: usize,
        backend: Backend,
        control: &Control<'_>,
    ) -> Result<Option<Vec<NeuronWeights>>, MilpError> {
        let real = self.model.options().weights == Weights::Real;
        match &self.answer.values {
            Some(values) if real && recounted > self.model.wrong_bits_of(values) => {
                let margin = self.model.widest_margin(values);
                let answer = run(margin.model(), backend, control, &|_| {})?;
                Ok(answer.values.map(|values| margin.weights_of(&values)))
            }
            _ => Ok(None),
        }
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
    let repairs = in_shares(parts, control, |part, share| {
        // A repair that fails leaves what was found.
        Ok(part.repaired(found.wrong_in(part), backend, share))
    })?;
    let mut failures = parts.iter().filter_map(|part| part.answer.failure.clone());
    let mut failure = failures.next();
    for (part, repair) in parts.iter().zip(repairs) {
        match repair {
            Ok(repaired) => replace(&mut weights, part, repaired),
            Err(error) => failure = failure.or_else(|| Some(error.to_string())),
        }
    }
    let repaired = Candidate::new(model, weights)?;
    let mut chosen = found.weights.clone();
    for part in parts {
        if repaired.wrong_in(part) < found.wrong_in(part) {
            for &i in part.model.neurons() {
                chosen[i] = repaired.weights[i].clone();
            }
        }
    }
    let network = assemble(model.couplings(), chosen)?;
    let mut trained = Trained::unproven(network, model.patterns(), options.ties)?;
    trained.status = trained.total.status(control.interrupted());
    Ok(Solution {
        status: solver_status(parts),
        objective: parts.iter().map(|part| part.answer.objective).sum(),
        objective_bound: parts.iter().map(|part| part.answer.bound).sum(),
        model_bound: parts.iter().map(Part::bound).sum(),
        nodes: parts.iter().map(|part| part.answer.nodes).sum(),
        failure,
        trained,
    })
}

fn replace(weights: &mut [NeuronWeights], part: &Part, by: Option<Vec<NeuronWeights>>) {
    for (&i, row) in part.model.neurons().iter().zip(by.into_iter().flatten()) {
        weights[i] = row;
    }
}

fn solver_status(parts: &[Part]) -> SolverStatus {
    if parts.iter().all(|part| part.answer.proven) {
        SolverStatus::Optimal
    } else if parts.iter().all(|part| part.answer.values.is_some()) {
        SolverStatus::Feasible
    } else {
        SolverStatus::NoSolution
    }
}

/// The Hebbian rule rounded to the set of weights, as a start: w_ij = Σ_μ ξ_i ξ_j, b_i = Σ_μ ξ_i, scaled so that the
/// largest of a neuron (of the network, if symmetric) is the largest allowed.
fn hebbian(
    patterns: &Patterns,
    couplings: &Couplings,
    options: &ModelOptions,
) -> Vec<NeuronWeights> {
    let by_neuron = patterns.transposed();
    let pair = |i: usize, j: usize| by_neuron.overlap(i, j) as f64;
    let single = |i: usize| {
        let pluses = (0..patterns.count()).filter(|&mu| patterns.is_plus(mu, i));
        2.0 * pluses.count() as f64 - patterns.count() as f64
    };
    let largest_of = |i: usize| {
        let pairs = couplings.inputs(i).into_iter().map(|j| pair(i, j).abs());
        let bias = options.bias.then(|| single(i).abs());
        pairs.chain(bias).fold(0.0, f64::max)
    };
    let mut largest: Vec<f64> = (0..patterns.neurons()).map(largest_of).collect();
    if couplings.is_symmetric() {
        let of_all = largest.iter().copied().fold(0.0, f64::max);
        largest.fill(of_all);
    }
    let neuron = |i: usize| {
        let nearest = |sum| options.weights.nearest(sum, largest[i]);
        let mut incoming = vec![0.0; patterns.neurons()];
        for j in couplings.inputs(i) {
            incoming[j] = nearest(pair(i, j));
        }
        let bias = if options.bias {
            nearest(single(i))
        } else {
            0.0
        };
        NeuronWeights { incoming, bias }
    };
    (0..patterns.neurons()).map(neuron).collect()
}
