//! One neuron: the concave program of [`super::objective`], and the gap of its answer.

use super::objective::{Law, Sums, Unit};
use super::signs::SignMatrix;
use crate::instance::Instance;
use crate::tolerances::{REPAIR_GAP, REPAIR_NOTHING};
use attractor::Control;
use attractor::kernels::lbfgs::Lbfgs;
use attractor::kernels::linear::norm;

/// By how much the barrier's factor falls from round to round. Larger: rounds begin far from their optimum. Smaller: more of
/// them.
const FALL: f64 = 0.1;

/// Rounds at most: the first few bring the factor down, the others repeat where the gap has not closed.
const ROUNDS: usize = 7;

/// Iterations of a round at most. More: neurons whose rows are nearly dependent take longer; fewer: their gaps stay open.
const ITERATIONS: usize = 300;

/// A neuron's kept rows, and others that have but to stay above the floor.
pub(crate) struct NeuronProgram {
    law: Law,
    /// a_μ.
    rows: SignMatrix,
    /// ξ_μ.
    signs: Vec<f64>,
    bias: bool,
    /// f, at least 0.
    floor: f64,
    /// The kept rows come first: so many.
    scored: usize,
}

/// Weights, and then the bias if there is one.
#[derive(Debug, Clone)]
pub(crate) struct Reached {
    pub(crate) values: Vec<f64>,
    /// −Σ ln Φ(c g) is at least this for all weights above the floor.
    pub(crate) least_loss: f64,
}

impl NeuronProgram {
    /// Neuron i's rows of the patterns `kept`.
    pub(crate) fn new(
        instance: &Instance<'_>,
        law: Law,
        i: usize,
        kept: &[usize],
        floor: f64,
    ) -> Self {
        let (patterns, inputs) = (&instance.patterns, instance.couplings.inputs(i));
        let sign = |&mu: &usize| f64::from(patterns.sign(mu, i));
        Self {
            law,
            rows: SignMatrix::new(patterns, i, &inputs, kept),
            signs: kept.iter().map(sign).collect(),
            bias: instance.bias,
            floor,
            scored: kept.len(),
        }
    }

    /// Adds a row over the inputs that has but to stay above the floor; `sign` is ξ of its pattern, which a bias sees.
    pub(crate) fn hold(&mut self, row: &[f64], sign: f64) {
        self.rows.push(row);
        self.signs.push(sign);
    }

    /// −Σ ln Φ(c g) of the kept rows, whatever the floor.
    pub(crate) fn loss(&self, values: &[f64]) -> f64 {
        let (_, fields, bias) = self.unit(values);
        self.law.loss(&Unit {
            fields: &fields,
            signs: &self.signs,
            bias,
            scored: self.scored,
        })
    }

    /// κ of every row, the bias included; not finite without weights.
    pub(super) fn kappas(&self, values: &[f64]) -> Vec<f64> {
        let (_, fields, bias) = self.unit(values);
        let rows = fields.iter().zip(&self.signs);
        rows.map(|(field, sign)| field + sign * bias).collect()
    }

    /// Whether every row has a positive field, for values on the grid: their sums are exact.
    pub(super) fn holds(&self, values: &[f64]) -> bool {
        let inputs = self.rows.columns();
        let mut fields = vec![0.0; self.signs.len()];
        self.rows.fields(&values[..inputs], &mut fields);
        let bias = if self.bias { values[inputs] } else { 0.0 };
        let mut rows = fields.iter().zip(&self.signs);
        rows.all(|(field, sign)| field + sign * bias > 0.0)
    }

    /// From `values`, whose fields are above the floor, to the optimum or to where `control` stops.
    pub(crate) fn solve(&self, values: Vec<f64>, control: &Control<'_>) -> Reached {
        let mut reached = Reached {
            values,
            least_loss: 0.0,
        };
        let inputs = self.rows.columns();
        if inputs == 0 || self.signs.is_empty() || norm(&reached.values[..inputs]) == 0.0 {
            return reached;
        }
        let method = Lbfgs {
            iterations: ITERATIONS,
            gradient_tolerance: 1e-7,
            value_tolerance: 1e-10,
            ..Lbfgs::default()
        };
        let mut share = 1.0;
        for _ in 0..ROUNDS {
            let Some((sums, _)) = self.gap(&reached.values, 0.0) else {
                break;
            };
            if control.should_stop() || sums.loss <= REPAIR_NOTHING {
                break;
            }
            share = (FALL * share).max(0.5 * REPAIR_GAP);
            let factor = share * sums.loss / self.signs.len() as f64;
            self.rescale(&mut reached.values);
            method.minimise(&mut reached.values, control, |values, gradient| {
                self.evaluate(values, factor, sums.loss, gradient)
            });
            let Some((sums, gap)) = self.gap(&reached.values, factor) else {
                break;
            };
            reached.least_loss = reached.least_loss.max(sums.loss - gap);
            if sums.loss - reached.least_loss <= REPAIR_GAP * sums.loss {
                break;
            }
        }
        reached
    }

    fn rescale(&self, values: &mut [f64]) {
        let norm = norm(&values[..self.rows.columns()]);
        for value in values.iter_mut() {
            *value /= norm;
        }
    }

    /// ‖w‖, the fields a·w/‖w‖ and b/‖w‖.
    fn unit(&self, values: &[f64]) -> (f64, Vec<f64>, f64) {
        let inputs = self.rows.columns();
        let norm = norm(&values[..inputs]);
        let mut fields = vec![0.0; self.signs.len()];
        self.rows.fields(&values[..inputs], &mut fields);
        for field in &mut fields {
            *field /= norm;
        }
        let bias = if self.bias {
            values[inputs] / norm
        } else {
            0.0
        };
        (norm, fields, bias)
    }

    /// (loss + t·barrier) in units of `scale`, and its gradient.
    fn evaluate(&self, values: &[f64], factor: f64, scale: f64, gradient: &mut [f64]) -> f64 {
        let inputs = self.rows.columns();
        let (norm, fields, bias) = self.unit(values);
        let mut multipliers = vec![0.0; fields.len()];
        let unit = Unit {
            fields: &fields,
            signs: &self.signs,
            bias,
            scored: self.scored,
        };
        let Some(sums) = self.law.sums(&unit, self.floor, factor, &mut multipliers) else {
            return f64::INFINITY;
        };
        let (weights, own) = gradient.split_at_mut(inputs);
        self.rows.combine(&multipliers, weights);
        for (slope, w) in weights.iter_mut().zip(values) {
            *slope = (sums.radial * w / norm - *slope) / (norm * scale);
        }
        if let [slope] = own {
            *slope = -sums.bias_slope / (norm * scale);
        }
        (sums.loss + factor * sums.barrier) / scale
    }

    /// −Σ ln Φ(c g) at `values`; None below the floor.
    #[cfg(test)]
    pub(super) fn loss_above_floor(&self, values: &[f64]) -> Option<f64> {
        self.gap(values, 0.0).map(|(sums, _)| sums.loss)
    }

    /// The sums at `values`, and by how much their loss may exceed the least; None below the floor.
    fn gap(&self, values: &[f64], factor: f64) -> Option<(Sums, f64)> {
        let (_, fields, bias) = self.unit(values);
        let mut multipliers = vec![0.0; fields.len()];
        let unit = Unit {
            fields: &fields,
            signs: &self.signs,
            bias,
            scored: self.scored,
        };
        let mut sums = self.law.sums(&unit, self.floor, factor, &mut multipliers)?;
        if self.bias && sums.bias_slope != 0.0 {
            // The bias has no bound, so its slope must vanish: the tightest row of the other sign is pushed harder.
            let sign = -sums.bias_slope.signum();
            let rows = (0..fields.len()).filter(|&r| self.signs[r] == sign);
            let slack = |&r: &usize| fields[r] + sign * bias;
            let Some(r) = rows.min_by(|a, b| slack(a).total_cmp(&slack(b))) else {
                return Some((sums, sums.loss));
            };
            multipliers[r] += sums.bias_slope.abs();
            sums.raise(self.floor, sums.bias_slope.abs());
        }
        let mut combined = vec![0.0; self.rows.columns()];
        self.rows.combine(&multipliers, &mut combined);
        Some((sums, sums.gap(norm(&combined))))
    }
}
