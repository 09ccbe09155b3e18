//! Objective: how well one neuron's kept bits survive the first step after damage, and a bound on what any weights reach.
//!
//! With unit weights w and bias b, row μ has the field h_μ = a_μ·w + ξ_μ b in the whole pattern and, in a damaged one, the
//! mean over deviation c g_μ with g_μ = a_μ·w + ξ_μ b/m, as biases are not damaged. The program is
//!
//! maximise Σ ln Φ(c g_μ) subject to ‖w‖ ≤ 1, h_μ ≥ f,
//!
//! concave, as ln Φ is. It is solved in its scale-invariant form (fields over ‖w‖) with the barrier t Σ ln(h_μ − f), t → 0.
//!
//! The expected number of right bits, Σ Φ(c h), is concave where h ≥ 0 as well, and its networks repair no more: of cues of
//! 1 to 30 % flips 0 to 1 points less at p = .05, 2 to 7 less at .2 (`benchmarks/convex.py`; directed, three sets of patterns).
//!
//! *Bound.* With λ_μ = c (ln Φ)'(c g_μ) and any ν_μ ≥ 0, no weights do better than
//! Σ (ln Φ(c g_μ) − λ_μ g_μ) + ‖Σ (λ_μ + ν_μ) a_μ‖ − f Σ ν_μ, provided that Σ ξ_μ (λ_μ/m + ν_μ) = 0 where there is a bias
//! (the Lagrangian's maximum, by concavity). The barrier gives ν_μ = t/(h_μ − f); where the gradient vanishes the bound is then
//! t a row above the value.

use super::normal::log_phi;
use crate::damage::Damage;

/// Damage as the objective needs it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Law {
    /// c.
    slope: f64,
    /// 1/m: what a bias weighs against the fields of damaged inputs.
    bias_gain: f64,
}

impl From<Damage> for Law {
    fn from(damage: Damage) -> Self {
        Self {
            slope: damage.slope(),
            bias_gain: 1.0 / damage.mean(),
        }
    }
}

/// One neuron's weights as its kept rows see them, divided by ‖w‖.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unit<'a> {
    /// a_μ·w/‖w‖, one a kept row.
    pub(crate) fields: &'a [f64],
    /// ξ_μ of these rows.
    pub(crate) signs: &'a [f64],
    /// b/‖w‖.
    pub(crate) bias: f64,
    /// So many rows, the first ones, are in the objective; the others have but to stay above the floor.
    pub(crate) scored: usize,
}

/// Sums over the rows of a neuron.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    /// −Σ ln Φ(c g).
    pub(super) loss: f64,
    /// −Σ ln(h − f).
    pub(super) barrier: f64,
    /// Σ (λ + ν) a·w + b Σ ξ (λ/m + ν): the part of the slope along the weights themselves.
    pub(super) radial: f64,
    /// Σ ξ (λ/m + ν).
    pub(super) bias_slope: f64,
    /// Σ λ g + f Σ ν.
    priced: f64,
}

impl Law {
    /// −ln Φ(slope·h) of the whole patterns' fields: nearly a floor at 0 where the slope is steep.
    pub(super) fn steep(slope: f64) -> Self {
        Self {
            slope,
            bias_gain: 1.0,
        }
    }

    /// −ln Φ(cκ) of one row without a bias.
    pub(crate) fn row_loss(&self, kappa: f64) -> f64 {
        -log_phi(self.slope * kappa).0
    }

    /// −Σ ln Φ(c g), without floors.
    pub(crate) fn loss(&self, unit: &Unit<'_>) -> f64 {
        let rows = unit.fields.iter().zip(unit.signs).take(unit.scored);
        rows.map(|(field, sign)| {
            -log_phi(self.slope * (field + sign * unit.bias * self.bias_gain)).0
        })
        .sum()
    }

    /// The sums with floor f and barrier factor t; λ + ν of every row into `multipliers`. None if some field is not above
    /// the floor.
    pub(super) fn sums(
        &self,
        unit: &Unit<'_>,
        floor: f64,
        factor: f64,
        multipliers: &mut [f64],
    ) -> Option<Sums> {
        let mut sums = Sums::default();
        let rows = unit.fields.iter().zip(unit.signs);
        for (r, ((&field, &sign), multiplier)) in rows.zip(multipliers).enumerate() {
            let own = sign * unit.bias;
            let (seen, slack) = (field + own * self.bias_gain, field + own - floor);
            if slack.is_nan() || slack <= 0.0 {
                return None;
            }
            let (log, slope) = if r < unit.scored {
                log_phi(self.slope * seen)
            } else {
                (0.0, 0.0)
            };
            let (lambda, nu) = (self.slope * slope, factor / slack);
            sums.loss -= log;
            sums.barrier -= slack.ln();
            sums.bias_slope += sign * (lambda * self.bias_gain + nu);
            sums.radial += (lambda + nu) * field;
            sums.priced += lambda * seen + floor * nu;
            *multiplier = lambda + nu;
        }
        sums.radial += unit.bias * sums.bias_slope;
        Some(sums)
    }
}

impl Sums {
    /// By how much the loss may exceed the least, for the norm of Σ (λ + ν) a.
    pub(super) fn gap(&self, norm: f64) -> f64 {
        // No loss is negative.
        (norm - self.priced).clamp(0.0, self.loss)
    }

    /// Adds those of another law over the same rows.
    pub(super) fn add(&mut self, other: &Self) {
        self.loss += other.loss;
        self.barrier += other.barrier;
        self.radial += other.radial;
        self.bias_slope += other.bias_slope;
        self.priced += other.priced;
    }

    /// Notes that ν of a row was raised by `by`.
    pub(super) fn raise(&mut self, floor: f64, by: f64) {
        self.priced += floor * by;
    }
}
