//! Symmetric networks: the same objective over all neurons at once, which share their weights.
//!
//! Each neuron's fields are divided by its own norm, so the sum is no concave function of the weights: L-BFGS climbs from the
//! network of widest margin to a near optimum. No gap follows from it; the neurons' own bounds add up to one.

use super::kept::Kept;
use super::objective::{Law, Sums, Unit};
use crate::instance::Instance;
use crate::margin::FieldOperator;
use crate::tolerances::REPAIR_NOTHING;
use attractor::Control;
use attractor::kernels::lbfgs::Lbfgs;
use attractor::kernels::linear::{add_multiple, dot, norm};
use attractor::kernels::signed_sums::LANES;
use rayon::prelude::*;

/// The barrier's factor in each round, as a share of the loss a kept bit. Smaller ones gain less than the noise of a
/// measurement and take longer.
const SHARES: [f64; 3] = [0.1, 0.01, 0.001];

/// The slope of the steep loss times the floor. Larger: the climb is slow. Smaller: more bits have to be put back.
const STEEP: f64 = 3.0;

/// Below every field: no floor.
const NO_FLOOR: f64 = -1e9;

/// Iterations of a round at most. More gained nothing in the cases at hand.
pub(super) const ITERATIONS: usize = 300;

/// All neurons' kept rows, and others that have but to stay above the floor.
pub(crate) struct NetworkProgram<'a> {
    law: Law,
    kept: &'a Kept,
    /// Neuron by neuron the others.
    others: Vec<Others>,
    operator: FieldOperator,
    bias: bool,
    floor: f64,
    /// A second law in place of the floor, while there is one.
    steep: Option<Law>,
    iterations: usize,
}

/// Rows over all neurons, zero where there is no input, and what a bias sees.
#[derive(Debug, Clone, Default)]
struct Others {
    rows: Vec<Vec<f64>>,
    signs: Vec<f64>,
}

/// What one neuron adds to value and gradient.
struct Part {
    sums: Sums,
    norm: f64,
    /// Σ ν/‖w‖ of the other rows; empty if there are none.
    others: Vec<f64>,
}

impl<'a> NetworkProgram<'a> {
    pub(crate) fn new(instance: &Instance<'_>, law: Law, kept: &'a Kept, floor: f64) -> Self {
        let (patterns, couplings) = (&instance.patterns, &instance.couplings);
        Self {
            law,
            kept,
            others: vec![Others::default(); patterns.neurons()],
            operator: FieldOperator::new(patterns, couplings, false, true, kept.rows()),
            bias: instance.bias,
            floor,
            steep: None,
            iterations: ITERATIONS,
        }
    }

    /// At most so many iterations a round.
    pub(super) fn with_iterations(mut self, iterations: usize) -> Self {
        self.iterations = iterations;
        self
    }

    /// Adds a row of neuron i over all neurons, zero where it has no input, that has but to stay above the floor; `sign` is
    /// ξ_i of its pattern.
    pub(crate) fn hold(&mut self, i: usize, row: Vec<f64>, sign: f64) {
        self.others[i].rows.push(row);
        self.others[i].signs.push(sign);
    }

    /// −Σ ln Φ(c g) of the kept rows; None if a row is not above the floor.
    pub(crate) fn loss(&self, values: &[f64]) -> Option<f64> {
        let mut gradient = vec![0.0; values.len()];
        self.sums(values, 0.0, &mut gradient).map(|(loss, _)| loss)
    }

    /// Climbs from `values` (w_ij at i·N+j, then biases if there are any), whose fields are above the floor.
    pub(crate) fn solve(&self, values: &mut [f64], control: &Control<'_>) {
        let method = self.method();
        let bits = self.kept.count() as f64;
        for share in SHARES {
            let mut gradient = vec![0.0; values.len()];
            let Some((scale, _)) = self.sums(values, 0.0, &mut gradient) else {
                return;
            };
            if control.should_stop() || scale <= REPAIR_NOTHING {
                return;
            }
            self.rescale(values);
            let factor = share * scale / bits;
            method.minimise(values, control, |values, gradient| {
                let Some((loss, barrier)) = self.sums(values, factor, gradient) else {
                    return f64::INFINITY;
                };
                for slope in gradient.iter_mut() {
                    *slope /= scale;
                }
                (loss + factor * barrier) / scale
            });
        }
    }

    /// Goes down from any `values` without a floor: a second, steep loss of the whole patterns' fields keeps most bits.
    pub(super) fn solve_softly(&mut self, values: &mut [f64], control: &Control<'_>) {
        let floor = std::mem::replace(&mut self.floor, NO_FLOOR);
        self.steep = Some(Law::steep(STEEP / floor));
        let method = self.method();
        self.rescale(values);
        let scale = self.kept.count().max(1) as f64;
        method.minimise(values, control, |values, gradient| {
            let Some((loss, _)) = self.sums(values, 0.0, gradient) else {
                return f64::INFINITY;
            };
            for slope in gradient.iter_mut() {
                *slope /= scale;
            }
            loss / scale
        });
        self.steep = None;
        self.floor = floor;
    }

    fn method(&self) -> Lbfgs {
        Lbfgs {
            iterations: self.iterations,
            gradient_tolerance: 1e-7,
            value_tolerance: 1e-7,
            ..Lbfgs::default()
        }
    }

    fn rescale(&self, values: &mut [f64]) {
        let n = self.operator.neurons();
        let mean = norm(&values[..n * n]) / (n as f64).sqrt();
        for value in values.iter_mut() {
            *value /= mean;
        }
    }

    /// Loss and barrier of all neurons, and the gradient of loss + `factor`·barrier; None below the floor.
    ///
    /// A weight stands twice among the values: each of the two gets half of its slope.
    pub(super) fn sums(
        &self,
        values: &[f64],
        factor: f64,
        gradient: &mut [f64],
    ) -> Option<(f64, f64)> {
        let (n, p) = (self.operator.neurons(), self.operator.patterns());
        let (weights, biases) = values.split_at(n * n);
        let no_biases = vec![0.0; n];
        let mut fields = vec![0.0; n * p];
        let neurons: Vec<usize> = (0..n).collect();
        let chunks = neurons
            .par_chunks(LANES)
            .zip(fields.par_chunks_mut(LANES * p));
        chunks.for_each(|(columns, fields)| {
            self.operator
                .fields_of(columns, weights, &no_biases, fields);
        });
        // Fields turn into multipliers.
        let parts: Option<Vec<Part>> = fields
            .par_chunks_mut(p)
            .enumerate()
            .map(|(i, column)| {
                let bias = if self.bias { biases[i] } else { 0.0 };
                self.part(i, &weights[i * n..][..n], bias, factor, column)
            })
            .collect();
        let parts = parts?;
        let control = Control::new();
        let (slopes, _) = self.operator.symmetric_weights(&fields, &control);
        let radial: Vec<f64> = parts.iter().map(Part::radial).collect();
        let (of_weights, of_biases) = gradient.split_at_mut(n * n);
        let rows = of_weights.par_chunks_mut(n).enumerate();
        rows.for_each(|(i, row)| {
            let range = i * n..(i + 1) * n;
            let entries = weights[range.clone()].iter().zip(&slopes[range]);
            for ((slope, (w, s)), r) in row.iter_mut().zip(entries).zip(&radial) {
                *slope = 0.5 * ((radial[i] + r) * w - s);
            }
            for (slope, s) in row.iter_mut().zip(&parts[i].others) {
                *slope -= 0.5 * s;
            }
            for (slope, part) in row.iter_mut().zip(&parts) {
                *slope -= 0.5 * part.others.get(i).copied().unwrap_or(0.0);
            }
        });
        for (slope, part) in of_biases.iter_mut().zip(&parts) {
            *slope = if self.bias && part.norm > 0.0 {
                -part.sums.bias_slope / part.norm
            } else {
                0.0
            };
        }
        let sum = |of: fn(&Sums) -> f64| parts.iter().map(|part| of(&part.sums)).sum();
        Some((sum(|sums| sums.loss), sum(|sums| sums.barrier)))
    }

    /// Neuron i's sums; its fields a·w become (λ + ν)/‖w‖.
    fn part(
        &self,
        i: usize,
        weights: &[f64],
        bias: f64,
        factor: f64,
        column: &mut [f64],
    ) -> Option<Part> {
        let norm = norm(weights);
        let rows = &self.kept.rows()[i];
        if norm == 0.0 || rows.is_empty() {
            column.fill(0.0);
            return Some(Part {
                sums: Sums::default(),
                norm,
                others: Vec::new(),
            });
        }
        let others = &self.others[i];
        let more = others.rows.iter().map(|row| dot(row, weights) / norm);
        let fields = rows.iter().map(|&mu| column[mu] / norm).chain(more);
        let fields: Vec<f64> = fields.collect();
        let mut multipliers = vec![0.0; fields.len()];
        let unit = Unit {
            fields: &fields,
            signs: &[self.kept.signs(i), &others.signs].concat(),
            bias: bias / norm,
            scored: rows.len(),
        };
        let mut sums = self.law.sums(&unit, self.floor, factor, &mut multipliers)?;
        if let Some(steep) = self.steep {
            let mut more = vec![0.0; fields.len()];
            sums.add(&steep.sums(&unit, self.floor, 0.0, &mut more)?);
            add_multiple(1.0, &more, &mut multipliers);
        }
        column.fill(0.0);
        let (of_kept, of_others) = multipliers.split_at(rows.len());
        for (&mu, multiplier) in rows.iter().zip(of_kept) {
            column[mu] = multiplier / norm;
        }
        let mut combined = Vec::new();
        for (row, multiplier) in others.rows.iter().zip(of_others) {
            combined.resize(row.len(), 0.0);
            add_multiple(multiplier / norm, row, &mut combined);
        }
        Some(Part {
            sums,
            norm,
            others: combined,
        })
    }
}

impl Part {
    /// The slope along the neuron's own weights, per unit of them.
    fn radial(&self) -> f64 {
        if self.norm > 0.0 {
            self.sums.radial / (self.norm * self.norm)
        } else {
            0.0
        }
    }
}
