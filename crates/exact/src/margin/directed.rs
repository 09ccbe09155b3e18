//! Directed networks: each neuron its own widest margin, all of them at once.

use super::dual::{Dual, hopeless};
use super::finish::{Products, Settled, settle};
use super::operator::FieldOperator;
use super::request::{NeuronAnswer, Request, Separator};
use super::rows::{NeuronProducts, NeuronRows, Overlaps, SharedProducts, distinct};

use crate::geometry::grid;
use crate::geometry::min_norm::MOST_ROWS;
use crate::tolerances::SEPARATION_ROUNDING;
use attractor::kernels::linear::norm;
use attractor::rules::check_sizes;
use attractor::{Control, Couplings, Patterns, Ties, TrainError};
use rayon::prelude::*;

/// Gap at which Newton takes over. Larger: it begins on wrong faces; smaller: first-order iterations crawl.
const NEAR: f64 = 0.02;
/// Gap below which every field is positive.
const RIGHT: f64 = 1.0 - SEPARATION_ROUNDING;
/// Most first-order iterations; Newton or Wolfe settle the rest. More: ill-conditioned neurons crawl; fewer: Newton begins
/// far off.
const ITERATIONS: usize = 150;

/// The widest margin of every neuron, or why it has none.
///
/// Each neuron reads `couplings` for itself, whether symmetric or not. Deterministic, parallel over neurons; if `control`
/// stops it, the neurons that are not finished come back with what the first-order iteration reached, or undecided.
///
/// # Errors
/// [`TrainError::Size`].
///
/// # Panics
/// If `request.kept` has not P·N entries.
pub(crate) fn directed(
    patterns: &Patterns,
    couplings: &Couplings,
    request: &Request<'_>,
    control: &Control<'_>,
) -> Result<Vec<NeuronAnswer>, TrainError> {
    check_sizes(patterns, couplings)?;
    let Some((finisher, started)) = start(patterns, couplings, request, NEAR, control) else {
        let bound = f64::INFINITY;
        return Ok(vec![NeuronAnswer::Undecided { bound }; patterns.neurons()]);
    };
    let started = started.into_iter();
    let reached: Vec<_> = started
        .map(|(rows, dual)| (rows, dual.into_multipliers()))
        .collect();
    Ok(reached
        .into_par_iter()
        .enumerate()
        .map(|(i, (rows, multipliers))| finisher.neuron(i, rows, &multipliers))
        .collect())
}

/// Whether some neuron alone shows that not every kept bit can hold: much less work than all widest margins. False also
/// if `control` stops it before one is found.
///
/// # Errors
/// [`TrainError::Size`].
///
/// # Panics
/// If `request.kept` has not P·N entries.
pub(crate) fn refuted(
    patterns: &Patterns,
    couplings: &Couplings,
    request: &Request<'_>,
    control: &Control<'_>,
) -> Result<bool, TrainError> {
    check_sizes(patterns, couplings)?;
    let Some((finisher, started)) = start(patterns, couplings, request, RIGHT, control) else {
        return Ok(false);
    };
    let undecided: Vec<_> = started
        .into_iter()
        .enumerate()
        .filter(|(_, (rows, dual))| {
            let asked = !matches!(rows, Ok(rows) if rows.is_empty());
            asked && dual.summary().gap() > RIGHT
        })
        .collect();
    Ok(undecided.into_par_iter().any(|(i, (rows, dual))| {
        let neuron = finisher.neuron(i, rows, &dual.into_multipliers());
        matches!(neuron, NeuronAnswer::Infeasible { .. })
    }))
}

/// Of every neuron its distinct rows, or one or two patterns whose rows sum to zero; and its multipliers.
type Started = Vec<(Result<Vec<usize>, Vec<usize>>, Dual)>;

/// Brings all neurons within the gap `near`; what is left of each is the finisher's. None if `control` says stop before
/// the rows are known.
fn start<'a>(
    patterns: &'a Patterns,
    couplings: &'a Couplings,
    request: &'a Request<'a>,
    near: f64,
    control: &'a Control<'a>,
) -> Option<(Finisher<'a>, Started)> {
    let rows = distinct(patterns, couplings, request.bias, request.kept, control)?;
    let asked: Vec<Vec<usize>> = rows
        .iter()
        .map(|rows| rows.clone().unwrap_or_default())
        .collect();
    let operator = FieldOperator::new(patterns, couplings, request.bias, false, &asked);
    let duals = first_order(&operator, &asked, near, control);
    let finisher = Finisher {
        patterns,
        couplings,
        request,
        overlaps: Overlaps::new(patterns, couplings, control),
        control,
    };
    Some((finisher, rows.into_iter().zip(duals).collect()))
}

/// Brings all neurons' multipliers within the gap `near`, together. Neurons without rows are left out.
fn first_order(
    operator: &FieldOperator,
    rows: &[Vec<usize>],
    near: f64,
    control: &Control<'_>,
) -> Vec<Dual> {
    let p = operator.patterns();
    let scale = rows.len() as f64;
    let mut duals: Vec<Dual> = (0..rows.len())
        .map(|i| Dual::new(&operator.asked(i..i + 1)))
        .collect();
    let mut active: Vec<usize> = (0..rows.len()).filter(|&i| !rows[i].is_empty()).collect();
    let (mut requests, mut products) = (Vec::new(), Vec::new());
    for _ in 0..ITERATIONS {
        if active.is_empty() || control.should_stop() {
            break;
        }
        requests.resize(active.len() * p, 0.0);
        products.resize(active.len() * p, 0.0);
        for (column, &i) in requests.chunks_mut(p).zip(&active) {
            column.copy_from_slice(duals[i].request());
        }
        operator.apply(&active, &requests, &mut products, control);
        if control.should_stop() {
            break;
        }
        let mut product = products.chunks(p);
        let mut next = active.iter().copied().peekable();
        let working: Vec<(&mut Dual, &[f64])> = duals
            .iter_mut()
            .enumerate()
            .filter(|(i, _)| next.next_if_eq(i).is_some())
            .filter_map(|(_, dual)| product.next().map(|product| (dual, product)))
            .collect();
        let open: Vec<bool> = working
            .into_par_iter()
            .map(|(dual, product)| {
                dual.advance(product);
                let summary = dual.summary();
                summary.gap() > near && !hopeless(&summary, scale)
            })
            .collect();
        let mut open = open.into_iter();
        active.retain(|_| open.next() == Some(true));
    }
    duals
}

struct Finisher<'a> {
    patterns: &'a Patterns,
    couplings: &'a Couplings,
    request: &'a Request<'a>,
    overlaps: Option<Overlaps>,
    control: &'a Control<'a>,
}

impl Finisher<'_> {
    fn neuron(
        &self,
        i: usize,
        rows: Result<Vec<usize>, Vec<usize>>,
        multipliers: &[f64],
    ) -> NeuronAnswer {
        let rows = match rows {
            Ok(rows) => rows,
            Err(patterns) if patterns.iter().any(|&mu| self.contradicts(i, mu)) => {
                return NeuronAnswer::Infeasible {
                    multipliers: vec![1.0 / patterns.len() as f64; patterns.len()],
                    patterns,
                };
            }
            Err(_) => return NeuronAnswer::Undecided { bound: 0.0 },
        };
        let start: Vec<f64> = rows.iter().map(|&mu| multipliers[mu]).collect();
        if self.control.interrupted() || start.iter().all(|&l| l == 0.0) && !rows.is_empty() {
            // Judging takes milliseconds a neuron, in vain where nothing was found out.
            return NeuronAnswer::Undecided {
                bound: f64::INFINITY,
            };
        }
        if self.control.should_stop() || rows.is_empty() {
            return self.judge(i, &rows, &start);
        }
        if let Some(overlaps) = &self.overlaps {
            let products =
                SharedProducts::new(overlaps, self.patterns, self.request.bias, i, &rows);
            self.settle(i, &rows, &products, &start)
        } else {
            let packed = NeuronRows::new(self.patterns, self.couplings, self.request.bias, i);
            if rows.len() <= MOST_ROWS {
                self.settle(i, &rows, &packed.gram(&rows, self.control), &start)
            } else {
                self.settle(i, &rows, &NeuronProducts::new(&packed, &rows), &start)
            }
        }
    }

    fn settle(
        &self,
        i: usize,
        rows: &[usize],
        products: &impl Products,
        start: &[f64],
    ) -> NeuronAnswer {
        let dimension = self.couplings.inputs(i).len() + usize::from(self.request.bias);
        let strict: Vec<bool> = rows.iter().map(|&mu| self.contradicts(i, mu)).collect();
        let scale = dimension as f64;
        match settle(products, dimension, scale, &strict, start, self.control) {
            Settled::Multipliers(multipliers) => self.judge(i, rows, &multipliers),
            Settled::Dependent(dependent, multipliers) => NeuronAnswer::Infeasible {
                patterns: dependent.into_iter().map(|r| rows[r]).collect(),
                multipliers,
            },
        }
    }

    /// Whether a dependency that bit (μ,i) is part of is a contradiction.
    fn contradicts(&self, i: usize, mu: usize) -> bool {
        self.request.ties == Ties::Strict || self.patterns.is_plus(mu, i)
    }

    /// The weights that belong to multipliers, on the grid, judged by their fields there.
    fn judge(&self, i: usize, rows: &[usize], multipliers: &[f64]) -> NeuronAnswer {
        let n = self.patterns.neurons();
        let mut values = vec![0.0; n + 1];
        for (&mu, &l) in rows.iter().zip(multipliers).filter(|(_, l)| **l > 0.0) {
            let own = f64::from(self.patterns.sign(mu, i));
            add_signs(&mut values[..n], l * own, self.patterns.bits(mu));
            values[n] += l * own;
        }
        for (j, w) in values[..n].iter_mut().enumerate() {
            if !self.couplings.allows(i, j) {
                *w = 0.0;
            }
        }
        if !self.request.bias {
            values[n] = 0.0;
        }
        let bound = norm(&values) / multipliers.iter().sum::<f64>() * (1.0 + SEPARATION_ROUNDING);
        grid::snap(&mut values, n);
        let own = |mu: usize| f64::from(self.patterns.sign(mu, i));
        let field =
            |mu: usize| own(mu) * (signed_sum(&values[..n], self.patterns.bits(mu)) + values[n]);
        let least = rows
            .iter()
            .map(|&mu| field(mu))
            .fold(f64::INFINITY, f64::min);
        if rows.is_empty() || least > 0.0 {
            let margin = least / norm(&values);
            let bias = values[n];
            values.truncate(n);
            NeuronAnswer::Storable(Separator {
                weights: values,
                bias,
                margin,
                bound: bound.max(margin),
            })
        } else {
            NeuronAnswer::Undecided { bound }
        }
    }
}

/// values_j += factor·s_j for a packed state s.
fn add_signs(values: &mut [f64], factor: f64, bits: &[u64]) {
    for (chunk, &word) in values.chunks_mut(64).zip(bits) {
        for (k, value) in chunk.iter_mut().enumerate() {
            *value += f64::from_bits(factor.to_bits() ^ ((!word >> k & 1) << 63));
        }
    }
}

/// Σ_j w_j s_j for a packed state s; exact on the grid.
fn signed_sum(values: &[f64], bits: &[u64]) -> f64 {
    let mut sums = [0.0; 8];
    for (chunk, &word) in values.chunks(64).zip(bits) {
        for (k, w) in chunk.iter().enumerate() {
            sums[k % 8] += f64::from_bits(w.to_bits() ^ ((!word >> k & 1) << 63));
        }
    }
    sums.iter().sum()
}
