//! Sparse weights: few non-zeros among the networks that hold the same rows.
//!
//! Minimises θ₁‖w‖₁ + ½θ₂‖w‖² subject to a_r·w ≥ 1, with θ₁ = balance/‖w°‖₁ and θ₂ = (1 − balance)/‖w°‖² relative to the
//! widest-margin weights w°, so that the balance has no unit: 0 is the widest margin itself, 1 the least L1 norm for the
//! same margin level (the intent of the paper's Eqs. 24–26, whose 0.001·Σ|w| beside a count of wrong bits means: first
//! the bits, then the L1 norm).
//!
//! What the balance trades (directed, `examples/sparse_bench.rs`): zero weights, margin as a share of the widest, and
//! cues with one entry in ten flipped that are repaired asynchronously.
//!
//! | balance | random, N=81, P=24 | MNIST 9×9, P=24 | MNIST 9×9, P=40 | random, N=20, P=12 |
//! | --- | --- | --- | --- | --- |
//! | 0 | 0 %, 1, 100 % | 0 %, 1, 42 % | 0 %, 1, 18 % | 0 %, 1, 48 % |
//! | 0.5 | 33 %, 0.95, 99 % | 32 %, 0.97, 34 % | 26 %, 0.96, 17 % | 24 %, 0.98, 36 % |
//! | 0.8 | 54 %, 0.85, 96 % | 46 %, 0.88, 32 % | 45 %, 0.89, 15 % | 36 %, 0.90, 22 % |
//! | 0.9 | 62 %, 0.76, 85 % | 49 %, 0.85, 28 % | 50 %, 0.87, 14 % | 39 %, 0.81, 21 % |
//! | 1 | – | 57 %, 0.82, 24 % | – | 47 %, 0.81, 22 % |
//!
//! Hence [`crate::problem::BALANCE`]: beyond it, each weight saved costs margin and repair several times as dearly.
//!
//! Method: proximal point steps (Rockafellar 1976) around the last weights, which make even balance = 1 strongly convex;
//! each is solved in its dual by cyclic coordinate ascent (Hsieh et al. 2008), where one step costs one row. A weight is
//! zero exactly where its dual sum stays within the soft threshold θ₁.

use crate::control::Control;
use crate::rows::Rows;
use crate::tolerances::{SPARSE_GAP, SPARSE_INNER, SPARSE_TIE};
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// The most proximal steps, and sweeps over the rows in each: bounds the work where the gap does not close.
const PROXIMAL_STEPS: usize = 60;
const SWEEPS: usize = 2_000;

/// Sparse weights and how near to the optimum they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Sparse {
    /// One a column; every row has a_r·w ≥ 1.
    pub weights: Vec<f64>,
    /// (objective − dual bound) / objective, floating point: what is left between these weights and the optimum.
    pub gap: f64,
}

/// The elastic net over rows that can all hold.
///
/// `widest` are weights with a_r·w > 0 for every row, the widest-margin ones for the meaning of `balance` above; they are
/// returned, scaled to a_r·w ≥ 1, if `control` stops before anything better is found.
pub fn elastic_net(rows: &Rows, widest: &[f64], balance: f64, control: &Control<'_>) -> Sparse {
    let least = least_field(rows, widest);
    if rows.is_empty() || least <= 0.0 {
        return Sparse {
            weights: widest.to_vec(),
            gap: 0.0,
        };
    }
    let start: Vec<f64> = widest.iter().map(|w| w / least).collect();
    let l1: f64 = start.iter().map(|w| w.abs()).sum();
    let l2: f64 = start.iter().map(|w| w * w).sum();
    let mut net = ElasticNet::new(rows, balance / l1, (1.0 - balance) / l2, &start);
    let mut best = Sparse {
        gap: 1.0,
        weights: start,
    };
    let mut objective = f64::INFINITY;
    for _ in 0..PROXIMAL_STEPS {
        // Each step as fine as the gap that is left makes worthwhile.
        net.ascend(
            (SPARSE_INNER * best.gap).max(SPARSE_INNER * SPARSE_GAP),
            control,
        );
        let least = least_field(rows, &net.weights);
        if least > 0.0 {
            let feasible: Vec<f64> = net.weights.iter().map(|w| w / least.min(1.0)).collect();
            let value = net.objective(&feasible);
            if value < objective {
                objective = value;
                best.weights = feasible;
            }
        }
        best.gap = ((objective - net.dual_bound()) / objective).clamp(0.0, 1.0);
        if best.gap <= SPARSE_GAP || control.should_stop() {
            break;
        }
        net.recentre();
    }
    best
}

fn least_field(rows: &Rows, w: &[f64]) -> f64 {
    (0..rows.len())
        .map(|r| rows.dot(r, w))
        .fold(f64::INFINITY, f64::min)
}

/// min θ₁‖w‖₁ + ½θ₂‖w‖² + ½ρ‖w − c‖² subject to a_r·w ≥ 1, by dual coordinate ascent.
struct ElasticNet<'r> {
    rows: &'r Rows,
    /// One a column: θ₁ and up to [`SPARSE_TIE`] of it more.
    theta1: Vec<f64>,
    theta2: f64,
    rho: f64,
    centre: Vec<f64>,
    multipliers: Vec<f64>,
    /// v = Aᵀλ.
    dual: Vec<f64>,
    /// w = soft(v + ρc, θ₁)/(θ₂ + ρ).
    weights: Vec<f64>,
    order: Vec<usize>,
    rng: ChaCha8Rng,
}

impl<'r> ElasticNet<'r> {
    fn new(rows: &'r Rows, theta1: f64, theta2: f64, start: &[f64]) -> Self {
        let l2: f64 = start.iter().map(|w| w * w).sum();
        // As curved as the L2 term of the widest margin would be: no curvature is needed where θ₂ has enough.
        let rho = (0.3 / l2 - theta2).max(0.0);
        // Columns that are equal in all rows (pixels that no pattern tells apart) leave the least L1 norm a choice: a
        // golden-ratio sequence of costs makes one of them carry the weight of all.
        let cost =
            |c: usize| theta1 * (1.0 + SPARSE_TIE * (c as f64 * 0.618_033_988_749_895).fract());
        let mut net = Self {
            rows,
            theta1: (0..rows.columns()).map(cost).collect(),
            theta2,
            rho,
            centre: start.to_vec(),
            multipliers: vec![0.0; rows.len()],
            dual: vec![0.0; rows.columns()],
            weights: vec![0.0; rows.columns()],
            order: (0..rows.len()).collect(),
            rng: ChaCha8Rng::seed_from_u64(0),
        };
        net.refresh();
        net
    }

    fn weight(&self, c: usize) -> f64 {
        let v = self.dual[c] + self.rho * self.centre[c];
        (v - v.clamp(-self.theta1[c], self.theta1[c])) / (self.theta2 + self.rho)
    }

    fn refresh(&mut self) {
        for c in 0..self.weights.len() {
            self.weights[c] = self.weight(c);
        }
    }

    /// Sweeps over the rows until the worst step is small. Rows that stay at λ = 0 with room to spare sit out until the
    /// others have settled.
    fn ascend(&mut self, tolerance: f64, control: &Control<'_>) {
        let mut active = self.order.len();
        for sweep in 0..SWEEPS {
            if control.should_stop() {
                return;
            }
            self.order[..active].shuffle(&mut self.rng);
            let mut worst = 0.0_f64;
            let mut k = 0;
            while k < active {
                let r = self.order[k];
                let violation = 1.0 - self.rows.dot(r, &self.weights);
                if self.multipliers[r] == 0.0 && violation < -worst.max(tolerance) && sweep > 0 {
                    active -= 1;
                    self.order.swap(k, active);
                    continue;
                }
                worst = worst.max(self.step(r, violation));
                k += 1;
            }
            if worst <= tolerance {
                if active == self.order.len() {
                    return;
                }
                active = self.order.len();
            }
        }
    }

    /// λ_r to its best value with the others fixed, as far as the curvature bound tells; returns how far the row was
    /// from its optimality condition.
    fn step(&mut self, r: usize, violation: f64) -> f64 {
        let old = self.multipliers[r];
        let curvature = self.rows.row(r).len() as f64 / (self.theta2 + self.rho);
        let new = (old + violation / curvature).max(0.0);
        let change = new - old;
        if change == 0.0 {
            return 0.0;
        }
        self.multipliers[r] = new;
        let rows = self.rows;
        for (c, sign) in rows.row(r) {
            self.dual[c] += sign * change;
            self.weights[c] = self.weight(c);
        }
        change.abs() * curvature
    }

    fn recentre(&mut self) {
        self.centre.copy_from_slice(&self.weights);
        self.refresh();
    }

    fn objective(&self, w: &[f64]) -> f64 {
        let l1: f64 = w.iter().zip(&self.theta1).map(|(w, t)| t * w.abs()).sum();
        let l2: f64 = w.iter().map(|w| w * w).sum();
        l1 + 0.5 * self.theta2 * l2
    }

    /// A lower bound on the optimum of the problem without proximal term, from the multipliers: Σλ − f*(Aᵀλ), where for
    /// θ₂ = 0 the multipliers are first scaled so that |Aᵀλ| ≤ θ₁, and in between by the best of a few scalings.
    fn dual_bound(&self) -> f64 {
        let total: f64 = self.multipliers.iter().sum();
        let columns = || self.dual.iter().zip(&self.theta1);
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

#[cfg(test)]
mod tests {
    use super::*;
    use attractor::{Couplings, Patterns, Symmetry};

    fn neuron(count: usize, n: usize, seed: u64) -> Rows {
        let patterns = Patterns::random(count, n, seed).unwrap();
        let couplings = Couplings::full(n, Symmetry::Directed).unwrap();
        let kept: Vec<usize> = (0..count).collect();
        Rows::of_neuron(&patterns, &couplings, false, 0, &kept).0
    }

    /// Perceptron with margin: some weights that hold every row.
    fn separator(rows: &Rows) -> Vec<f64> {
        let mut w = vec![0.0; rows.columns()];
        for _ in 0..20_000 {
            for r in 0..rows.len() {
                if rows.dot(r, &w) < 1.0 {
                    rows.row(r).for_each(|(c, sign)| w[c] += 0.1 * sign);
                }
            }
        }
        assert!(least_field(rows, &w) > 0.0);
        w
    }

    #[test]
    fn every_row_holds_and_the_gap_closes() {
        for balance in [0.0, 0.5, 0.9, 1.0] {
            for seed in 0..5 {
                let rows = neuron(20, 21, seed);
                let sparse = elastic_net(&rows, &separator(&rows), balance, &Control::new());
                assert!(least_field(&rows, &sparse.weights) >= 1.0 - 1e-9);
                assert!(
                    sparse.gap <= SPARSE_GAP,
                    "balance {balance} seed {seed}: {}",
                    sparse.gap
                );
            }
        }
    }

    #[test]
    fn more_balance_means_less_l1() {
        let rows = neuron(25, 31, 1);
        let start = separator(&rows);
        let l1 = |balance| -> f64 {
            let sparse = elastic_net(&rows, &start, balance, &Control::new());
            sparse.weights.iter().map(|w| w.abs()).sum()
        };
        assert!(l1(1.0) < l1(0.5) && l1(0.5) < l1(0.0));
        // A basic solution of the L1 problem has at most as many non-zeros as rows.
        let sparsest = elastic_net(&rows, &start, 1.0, &Control::new());
        assert!(sparsest.weights.iter().filter(|w| **w != 0.0).count() <= 25);
    }

    #[test]
    fn two_rows_by_hand() {
        // w1 + w2 ≥ 1, w1 − w2 ≥ 1 (rows of patterns +++ and ++−, neuron 0): least L1 is (1, 0), and so is least L2.
        let patterns = Patterns::from_signs(2, 3, &[1, 1, 1, 1, 1, -1]).unwrap();
        let couplings = Couplings::full(3, Symmetry::Directed).unwrap();
        let (rows, _) = Rows::of_neuron(&patterns, &couplings, false, 0, &[0, 1]);
        for balance in [0.0, 0.5, 1.0] {
            let w = elastic_net(&rows, &[2.0, 0.5], balance, &Control::new()).weights;
            assert!((w[0] - 1.0).abs() < 1e-3 && w[1].abs() < 1e-3, "{w:?}");
        }
    }
}
