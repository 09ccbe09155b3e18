//! The program of least weights, and lower bounds on its optimum.

use crate::instance::Rows;
use crate::tolerances::SPARSE_TIE;
use attractor::kernels::linear::squared_norm;

/// min θ₁‖w‖₁ + ½θ₂‖w‖² subject to a_r·w ≥ 1.
pub(super) struct Program<'r> {
    pub(super) rows: &'r Rows,
    /// One a column: θ₁ and up to [`SPARSE_TIE`] of it more.
    pub(super) theta1: Vec<f64>,
    pub(super) theta2: f64,
}

impl<'r> Program<'r> {
    /// In units of `widest`, weights with a_r·w ≥ 1: objective 1 at balance 1, ½ at balance 0.
    pub(super) fn new(rows: &'r Rows, balance: f64, widest: &[f64]) -> Self {
        let l1: f64 = widest.iter().map(|w| w.abs()).sum();
        // Columns that are equal in all rows (pixels that no pattern tells apart) leave the least L1 norm a choice: a
        // golden-ratio sequence of costs makes one of them carry the weight of all.
        let share = |c: usize| (c as f64 * 0.618_033_988_749_895).fract();
        let cost = |c: usize| balance / l1 * (1.0 + SPARSE_TIE * share(c));
        Self {
            rows,
            theta1: (0..rows.columns()).map(cost).collect(),
            theta2: (1.0 - balance) / squared_norm(widest),
        }
    }

    pub(super) fn objective(&self, w: &[f64]) -> f64 {
        let l1: f64 = w.iter().zip(&self.theta1).map(|(w, t)| t * w.abs()).sum();
        l1 + 0.5 * self.theta2 * squared_norm(w)
    }

    /// A lower bound on the optimum, from multipliers λ ≥ 0 and `dual` = Aᵀλ: Σλ − f*(Aᵀλ), where for θ₂ = 0 the
    /// multipliers are first scaled so that |Aᵀλ| ≤ θ₁, and in between by the best of a few scalings.
    pub(super) fn dual_bound(&self, multipliers: &[f64], dual: &[f64]) -> f64 {
        let total: f64 = multipliers.iter().sum();
        let columns = || dual.iter().zip(&self.theta1);
        let largest = columns().fold(0.0_f64, |m, (v, t)| m.max(v.abs() / t));
        let value = |scale: f64| {
            let excess = |(v, t): (&f64, &f64)| (scale * v.abs() - t).max(0.0);
            let penalty: f64 = columns().map(|column| excess(column).powi(2)).sum();
            if penalty == 0.0 {
                scale * total
            } else if self.theta2 > 0.0 {
                scale * total - penalty / (2.0 * self.theta2)
            } else {
                f64::NEG_INFINITY
            }
        };
        let within = if largest > 0.0 { 1.0 / largest } else { 0.0 };
        (0..=16)
            .map(|k| value(within + (1.0 - within).max(0.0) * f64::from(k) / 16.0))
            .fold(value(within.min(1.0)), f64::max)
    }
}
