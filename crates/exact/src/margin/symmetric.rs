//! Symmetric networks: one widest margin over all bits, tied together by w_ij = w_ji.

use super::dual::{Dual, hopeless};
use super::finish::{Settled, settle};
use super::operator::FieldOperator;
use super::request::{NetworkAnswer, Request};
use super::rows::{distinct, symmetric_gram};
use super::sweeps::{Reached, Sweeps};
use crate::geometry::grid;
use crate::tolerances::SEPARATION_ROUNDING;
use attractor::kernels::linear::squared_norm;
use attractor::rules::check_sizes;
use attractor::{
    Control, Couplings, Network, Patterns, Stability, Symmetry, Ties, TrainError, Trained,
};

/// Rows up to which the Gram matrix is held (200 MB) and the optimum finished exactly. Larger: memory and a cubic finish;
/// smaller: more sets without an exact margin or a contradiction.
const DENSE_ROWS: usize = 5_000;
/// First-order iterations at most. More: ill-conditioned sets, which blocks serve better, wait; fewer: random patterns,
/// which these serve better, are cut short.
const ITERATIONS: usize = 300;
/// Iterations after which blocks take over if bits are still wrong. More: images wait; fewer: random patterns near capacity
/// go to the slower method.
const PATIENCE: usize = 30;
/// Sweeps over the blocks at most. More: sets that cannot be stored take longer; fewer: large images are not stored.
const SWEEPS: usize = 2_000;
/// The same where an exact finish follows, which also tells what cannot be stored: more would do the finish's work slower.
const SWEEPS_BEFORE_FINISH: usize = 50;

/// The widest margin of a symmetric network, or why it has none.
///
/// Deterministic; if `control` stops it, the last weights are returned if they are better than the incumbent: storable if
/// every kept bit is right.
///
/// # Errors
/// [`TrainError::Size`]; directed couplings.
///
/// # Panics
/// If `request.kept` has not P·N entries.
pub(crate) fn symmetric(
    patterns: &Patterns,
    couplings: &Couplings,
    request: &Request<'_>,
    control: &Control<'_>,
) -> Result<NetworkAnswer, TrainError> {
    check_sizes(patterns, couplings)?;
    if !couplings.is_symmetric() {
        return Err(TrainError::Unsupported {
            rule: "exact",
            reason: attractor::Refusal::other("directed couplings have no symmetric network"),
        });
    }
    let rows = match asked_rows(patterns, couplings, request, control) {
        Ok(rows) => rows,
        Err(answer) => return Ok(*answer),
    };
    let operator = FieldOperator::new(patterns, couplings, request.bias, true, &rows);
    let solver = Solver {
        patterns,
        couplings,
        request,
        operator,
        control,
    };
    let dense = rows.iter().map(Vec::len).sum::<usize>() <= DENSE_ROWS;
    let sweeps = if dense { SWEEPS_BEFORE_FINISH } else { SWEEPS };
    let mut reached = solver.first_order(ITERATIONS);
    if !control.should_stop() {
        reached = Sweeps::new(
            (patterns, couplings),
            request,
            (&solver.operator, &rows),
            reached,
            control,
        )
        .run(sweeps);
    }
    let Reached { multipliers, wrong } = reached;
    if control.should_stop() && wrong >= request.incumbent {
        return Ok(UNDECIDED);
    }
    if !dense || control.should_stop() {
        return solver.judge(&multipliers);
    }
    let bits: Vec<(usize, usize)> = rows
        .iter()
        .enumerate()
        .flat_map(|(i, rows)| rows.iter().map(move |&mu| (mu, i)))
        .collect();
    solver.finish(&bits, &multipliers)
}

/// Whether a symmetric network that holds every kept bit is found by a few first-order iterations, a small share of the work
/// of [`symmetric`]. False if `control` stops it.
pub(crate) fn stores_soon(
    patterns: &Patterns,
    couplings: &Couplings,
    request: &Request<'_>,
    control: &Control<'_>,
) -> bool {
    let Ok(rows) = asked_rows(patterns, couplings, request, control) else {
        return false;
    };
    let solver = Solver {
        patterns,
        couplings,
        request,
        operator: FieldOperator::new(patterns, couplings, request.bias, true, &rows),
        control,
    };
    solver.first_order(PATIENCE + 1).wrong == 0
}

/// The patterns of every neuron's distinct rows among the kept bits; the error is an answer without any search.
fn asked_rows(
    patterns: &Patterns,
    couplings: &Couplings,
    request: &Request<'_>,
    control: &Control<'_>,
) -> Result<Vec<Vec<usize>>, Box<NetworkAnswer>> {
    let contradicts = |mu, i| request.ties == Ties::Strict || patterns.is_plus(mu, i);
    let distinct = distinct(patterns, couplings, request.bias, request.kept, control);
    let rows_of = |(i, neuron): (usize, Result<Vec<usize>, Vec<usize>>)| match neuron {
        Ok(rows) => Ok(rows),
        Err(patterns) if patterns.iter().any(|&mu| contradicts(mu, i)) => {
            Err(Box::new(NetworkAnswer::Infeasible {
                multipliers: vec![1.0 / patterns.len() as f64; patterns.len()],
                bits: patterns.into_iter().map(|mu| (mu, i)).collect(),
            }))
        }
        // Both fields must be zero, which no widest margin gives: the other kept bits are trained.
        Err(_) => Ok(Vec::new()),
    };
    let neurons = distinct.ok_or_else(|| Box::new(UNDECIDED))?.into_iter();
    neurons.enumerate().map(rows_of).collect()
}

/// Nothing was found out.
const UNDECIDED: NetworkAnswer = NetworkAnswer::Undecided {
    trained: None,
    bound: f64::INFINITY,
};

struct Solver<'a> {
    patterns: &'a Patterns,
    couplings: &'a Couplings,
    request: &'a Request<'a>,
    operator: FieldOperator,
    control: &'a Control<'a>,
}

impl Solver<'_> {
    /// Multipliers whose weights are within the gap, or as near as they get in these iterations.
    fn first_order(&self, iterations: usize) -> Reached {
        let n = self.patterns.neurons();
        let columns: Vec<usize> = (0..n).collect();
        let mut dual = Dual::new(&self.operator.asked(0..n));
        let mut product = vec![0.0; dual.request().len()];
        for k in 0..iterations {
            let summary = dual.summary();
            let done = summary.gap() <= self.request.gap || hopeless(&summary, n as f64);
            let slow = k >= PATIENCE && summary.least <= 0.0;
            if slow {
                // Blocks find few rows on the margin sooner from nothing than from many multipliers.
                return Reached {
                    multipliers: vec![0.0; product.len()],
                    wrong: product.len(),
                };
            }
            if done || self.control.should_stop() {
                break;
            }
            self.operator
                .apply(&columns, dual.request(), &mut product, self.control);
            if self.control.should_stop() {
                break;
            }
            dual.advance(&product);
        }
        Reached {
            wrong: dual.summary().wrong,
            multipliers: dual.into_multipliers(),
        }
    }

    /// The optimum to rounding, or an infeasible subsystem, from the Gram matrix.
    fn finish(&self, bits: &[(usize, usize)], start: &[f64]) -> Result<NetworkAnswer, TrainError> {
        let p = self.patterns.count();
        let gram = symmetric_gram(
            self.patterns,
            self.couplings,
            self.request.bias,
            bits,
            self.control,
        );
        let start: Vec<f64> = bits.iter().map(|&(mu, i)| start[i * p + mu]).collect();
        let scale = self.patterns.neurons() as f64;
        let strict: Vec<bool> = bits
            .iter()
            .map(|&(mu, i)| self.request.ties == Ties::Strict || self.patterns.is_plus(mu, i))
            .collect();
        let dimension = self.couplings.weights()
            + if self.request.bias {
                self.patterns.neurons()
            } else {
                0
            };
        match settle(&gram, dimension, scale, &strict, &start, self.control) {
            Settled::Multipliers(multipliers) => self.judge(&self.spread(bits, &multipliers)),
            Settled::Dependent(rows, multipliers) => Ok(NetworkAnswer::Infeasible {
                bits: rows.into_iter().map(|r| bits[r]).collect(),
                multipliers,
            }),
        }
    }

    fn spread(&self, bits: &[(usize, usize)], multipliers: &[f64]) -> Vec<f64> {
        let p = self.patterns.count();
        let mut all = vec![0.0; p * self.patterns.neurons()];
        for (&(mu, i), &l) in bits.iter().zip(multipliers) {
            all[i * p + mu] = l;
        }
        all
    }

    /// The weights that belong to multipliers, on the grid, judged by the exact recount of their bits.
    fn judge(&self, multipliers: &[f64]) -> Result<NetworkAnswer, TrainError> {
        let n = self.patterns.neurons();
        if multipliers.iter().all(|&l| l == 0.0) {
            return Ok(UNDECIDED);
        }
        let (mut values, biases) = self
            .operator
            .symmetric_weights(multipliers, &Control::new());
        values.extend(biases);
        let bound =
            norm(n, &values) / multipliers.iter().sum::<f64>() * (1.0 + SEPARATION_ROUNDING);
        grid::snap(&mut values, n);
        let norm = norm(n, &values);
        let biases = values.split_off(n * n);
        let network = Network::new(Symmetry::Symmetric, values, biases)?;
        let stability = Stability::of(&network, self.patterns, self.request.recount_ties)?;
        let kept = |mu: usize, i: usize| self.request.kept.is_none_or(|kept| kept[mu * n + i]);
        let bits = (0..self.patterns.count()).flat_map(|mu| (0..n).map(move |i| (mu, i)));
        let least = bits
            .filter(|&(mu, i)| kept(mu, i))
            .map(|(mu, i)| stability.aligned_field(mu, i))
            .fold(f64::INFINITY, f64::min);
        let trained = Trained::counted(network, &stability);
        Ok(if least > 0.0 {
            let margin = least / norm;
            NetworkAnswer::Storable {
                trained,
                margin,
                bound: bound.max(margin),
            }
        } else {
            NetworkAnswer::Undecided {
                trained: Some(trained),
                bound,
            }
        })
    }
}

/// Norm of the free weights: pairs once, biases.
fn norm(n: usize, values: &[f64]) -> f64 {
    let (weights, biases) = values.split_at(n * n);
    (0.5 * squared_norm(weights) + squared_norm(biases)).sqrt()
}
