//! Symmetric networks: one widest margin over all bits, tied together by w_ij = w_ji.

use super::blocks::Blocks;
use super::dual::{Dual, Summary, hopeless};
use super::finish::{Settled, settle};
use super::momentum::{Momentum, Point};
use super::operator::FieldOperator;
use super::rows::{distinct, symmetric_gram};
use super::{NetworkAnswer, Request};
use crate::grid;
use crate::tolerances::SEPARATION_ROUNDING;
use attractor::kernels::linear::squared_norm;
use attractor::rules::check_sizes;
use attractor::{
    Control, Couplings, Network, Patterns, Stability, Symmetry, Ties, TrainError, Trained,
};

/// Rows up to which the Gram matrix is held (200 MB) and the optimum finished exactly.
const DENSE_ROWS: usize = 5_000;
/// First-order iterations at most: what is slow is better done by blocks.
const ITERATIONS: usize = 300;
/// Iterations after which blocks take over if bits are still wrong.
const PATIENCE: usize = 30;
/// Sweeps over the blocks at most; few where an exact finish follows, which also tells what cannot be stored.
const SWEEPS: usize = 2_000;
const SWEEPS_BEFORE_FINISH: usize = 50;
/// Sweeps without fewer wrong bits after which a set counts as not storable.
const STALLED: usize = 100;
/// A set with at most one wrong bit in so many counts as nearly stored: patience does not end its descent.
const NEARLY: usize = 1_000;
/// Blocks are solved to this share of the gap that is asked for.
const BLOCK_SHARE: f64 = 0.25;

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
    let contradicts = |mu, i| request.ties == Ties::Strict || patterns.is_plus(mu, i);
    let mut rows = Vec::with_capacity(patterns.neurons());
    let Some(distinct) = distinct(patterns, couplings, request.bias, request.kept, control) else {
        return Ok(UNDECIDED);
    };
    for (i, neuron) in distinct.into_iter().enumerate() {
        match neuron {
            Ok(neuron) => rows.push(neuron),
            Err(patterns) if patterns.iter().any(|&mu| contradicts(mu, i)) => {
                return Ok(NetworkAnswer::Infeasible {
                    multipliers: vec![1.0 / patterns.len() as f64; patterns.len()],
                    bits: patterns.into_iter().map(|mu| (mu, i)).collect(),
                });
            }
            // Both fields must be zero, which no widest margin gives: the other kept bits are trained.
            Err(_) => rows.push(Vec::new()),
        }
    }
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
    let mut reached = solver.first_order();
    if !control.should_stop() {
        reached = solver.blocks(&rows, reached, sweeps);
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

/// Nothing was found out.
const UNDECIDED: NetworkAnswer = NetworkAnswer::Undecided {
    trained: None,
    bound: f64::INFINITY,
};

/// Multipliers, and kept bits that their weights' rounded fields leave wrong.
struct Reached {
    multipliers: Vec<f64>,
    wrong: usize,
}

/// The fewest wrong bits from sweep to sweep.
struct Decline {
    rows: usize,
    fewest: Vec<usize>,
}

impl Decline {
    /// Of so many rows, all of them wrong.
    fn new(rows: usize) -> Self {
        Self {
            rows,
            fewest: vec![rows],
        }
    }

    fn note(&mut self, wrong: usize) {
        self.fewest.push(self.fewest().min(wrong));
    }

    fn fewest(&self) -> usize {
        self.fewest.last().map_or(self.rows, |fewest| *fewest)
    }

    /// Sweeps since it last fell.
    fn stalled(&self) -> usize {
        let fewest = self.fewest();
        let same = self.fewest.iter().rev().take_while(|f| **f == fewest);
        same.count() - 1
    }

    /// Nearly nothing is wrong, or half as much as when half of the sweeps were done. Either holds at every size on the
    /// way to storage, and neither where the set is far from storable.
    fn promises_storage(&self) -> bool {
        let midway = self.fewest[self.fewest.len() / 2];
        self.fewest() * NEARLY <= self.rows || self.fewest() * 2 <= midway
    }
}

struct Solver<'a> {
    patterns: &'a Patterns,
    couplings: &'a Couplings,
    request: &'a Request<'a>,
    operator: FieldOperator,
    control: &'a Control<'a>,
}

impl Solver<'_> {
    /// Multipliers whose weights are within the gap, or as near as it gets.
    fn first_order(&self) -> Reached {
        let n = self.patterns.neurons();
        let columns: Vec<usize> = (0..n).collect();
        let mut dual = Dual::new(&self.operator.asked(0..n));
        let mut product = vec![0.0; dual.request().len()];
        for k in 0..ITERATIONS {
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

    /// Goes on by blocks where conjugate gradients left bits wrong or a gap.
    fn blocks(&self, rows: &[Vec<usize>], from: Reached, sweeps: usize) -> Reached {
        let n = self.patterns.neurons();
        let columns: Vec<usize> = (0..n).collect();
        let asked = self.operator.asked(0..n);
        let fields_of = |multipliers: &[f64]| {
            let mut fields = vec![0.0; multipliers.len()];
            self.operator
                .apply(&columns, multipliers, &mut fields, self.control);
            fields
        };
        let patience = self.control.within(self.request.patience);
        let mut blocks = Blocks::new(
            self.patterns,
            self.couplings,
            self.request.bias,
            (&self.operator, rows),
            BLOCK_SHARE * self.request.gap,
            from.multipliers,
            self.control,
        );
        let mut momentum = Momentum::new();
        let mut wrong_bits = Decline::new(asked.iter().filter(|asked| **asked).count());
        // The dual rises from sweep to sweep, the margin need not: the last bits may go wrong once more.
        let mut widest: (f64, Option<Reached>) = (0.0, None);
        let mut wrong = from.wrong;
        for _ in 0..sweeps {
            let point = Point {
                fields: fields_of(blocks.multipliers()),
                multipliers: blocks.multipliers().to_vec(),
            };
            if self.control.should_stop() {
                break;
            }
            let Point {
                multipliers,
                fields,
            } = &point;
            let summary = Summary::of(multipliers, fields, &asked);
            wrong = summary.wrong;
            wrong_bits.note(wrong);
            let margin = summary.least / summary.squared_norm.sqrt();
            if margin > widest.0 {
                let multipliers = multipliers.clone();
                widest = (margin, Some(Reached { multipliers, wrong }));
            }
            let impatient = patience.should_stop() && !wrong_bits.promises_storage();
            let vain = wrong_bits.fewest() > 0 && (wrong_bits.stalled() >= STALLED || impatient);
            let done = summary.gap() <= self.request.gap || hopeless(&summary, n as f64);
            if done || vain {
                break;
            }
            let beyond = momentum.beyond(point, fields_of);
            blocks.place(beyond.multipliers, self.control);
            blocks.sweep(self.control);
        }
        widest.1.unwrap_or_else(|| Reached {
            multipliers: blocks.multipliers().to_vec(),
            wrong,
        })
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
        let stability = Stability::of(&network, self.patterns, self.request.counted)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_ends_where_the_count_neither_halves_nor_is_small() {
        let after = |counts: &[usize]| {
            let mut decline = Decline::new(100_000);
            for &wrong in counts {
                decline.note(wrong);
            }
            decline
        };
        assert!(after(&[9_000, 8_000, 3_000, 4_000]).promises_storage());
        assert!(!after(&[9_000, 8_000, 7_000, 6_000, 5_000]).promises_storage());
        assert!(after(&[9_000, 120, 110, 105, 100]).promises_storage());
        let flat = after(&[700, 500, 600, 500, 500]);
        assert_eq!((flat.fewest(), flat.stalled()), (500, 3));
        assert!(!flat.promises_storage());
    }
}
